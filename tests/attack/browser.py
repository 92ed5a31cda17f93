"""Sends requests as one visitor would, and undoes what they wrote. Knows neither addresses nor payloads."""

import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler

from accounts.models import User
from tests import access
from tests.attack.payloads import Given


@dataclass(frozen=True)
class Upload:
    """A file of a form, which can be sent again and again."""

    name: str
    content: bytes
    kind: str = "application/octet-stream"


Sent = dict[str, Any]


def freeze(value: Any) -> Any:
    """Return a value of a form as it can be sent again: a file as bytes, others as text."""
    if isinstance(value, SimpleUploadedFile):
        return Upload(value.name, value.read(), value.content_type)
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return str(value)


def flatten(sent: Sent) -> list[tuple[str, Any]]:
    """Return pairs of name and value; a list gives several, None none."""
    lists = ((name, value if isinstance(value, list) else [value]) for name, value in sent.items())
    return [(name, one) for name, values in lists for one in values if one is not None]


def encode(sent: Sent) -> tuple[bytes, str]:
    """Return the body of a POST and its type. Halves of pairs are sent as they are, as no browser would."""
    pairs = flatten(sent)
    if not any(isinstance(value, Upload) for _name, value in pairs):
        return urlencode(pairs, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"
    boundary, body = f"b{uuid4().hex}", b""
    for name, value in pairs:
        is_file = isinstance(value, Upload)
        mark = f'; filename="{value.name}"\r\nContent-Type: {value.kind}' if is_file else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{mark}\r\n\r\n'
        content = value.content if is_file else value.encode(errors="surrogatepass")
        body += head.encode(errors="surrogatepass") + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


@contextmanager
def told() -> Iterator[list[tuple[str, Any]]]:
    """Undo what a block wrote; yield the statements it sent, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def note(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        statements.append((str(sql), params))
        return execute(sql, params, many, context)

    with access.rolled_back(), connection.execute_wrapper(note):
        yield statements


class Browser(RequestFactory):
    """Sends requests of one visitor, each as if it were the first; keeps no pages, and the last fault of the portal."""

    def __init__(self, user: User | None = None, *, checks_forgery: bool = False) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=checks_forgery)
        self.fault, self.is_secure = "", checks_forgery
        if user:
            client = Client()
            client.force_login(user)
            self.cookies.load(client.cookies.output(header="", sep=";"))
        self.own_cookies = {name: morsel.value for name, morsel in self.cookies.items()}

    def open(self, method: str, url: str, body: bytes, kind: str, headers: dict, cookies: dict) -> HttpResponse:
        """Send a request and return the answer, whatever happens inside."""
        self.fault = ""
        self.cookies.clear()
        self.cookies.load(self.own_cookies | cookies)
        got_request_exception.connect(self.note_fault)
        try:
            return self.generic(method, url, body, content_type=kind, headers=headers, secure=self.is_secure)  # type: ignore[return-value]
        finally:
            got_request_exception.disconnect(self.note_fault)

    def request(self, **request: Any) -> Any:
        """Send instead of only making the request."""
        return self.handler(self._base_environ(**request))

    def note_fault(self, **_given: Any) -> None:
        """Name the exception, and the line of ours that it came from."""
        kind, error, trace = sys.exc_info()
        frames = [frame for frame in traceback.extract_tb(trace) if "/site-packages/" not in frame.filename]
        place = f"{Path(frames[-1].filename).relative_to(settings.BASE_DIR)}:{frames[-1].lineno}" if frames else ""
        self.fault = f"{kind.__name__ if kind else ''}: {error!s:.100} at {place}"


def flatten_text(value: Given) -> list[str]:
    """Return the texts of a payload."""
    return value if isinstance(value, list) else [value or ""]


def to_header(value: Given) -> str:
    """Return a payload as a web server would pass it on: bytes as Latin-1, no line ends, not too long."""
    text = re.sub(r"[\r\n\0]", " ", ",".join(flatten_text(value)))[:8_000]
    return text.encode(errors="surrogatepass").decode("latin-1")


def body_of(response: HttpResponse) -> str:
    """Return the body as text."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")
