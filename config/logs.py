"""The form of a line of log: who asked for what is a number and the name of a view; numbers and rows of persons are
taken out, wherever they come from. Requests for survey forms are kept out altogether by surveys/silence.py."""

import json
import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.debug import SafeExceptionReporterFilter
from pythonjsonlogger.json import JsonFormatter

from surveys.silence import PREFIX

FACTS = "portal.facts"  # in the WSGI environment, for config/access_log.py
NUMBER = re.compile(r"[0-9A-Za-z-]{8,64}")
request_id: ContextVar[str] = ContextVar("request_id", default="")

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])")
# PostgreSQL quotes rows and statements below its first line; they end where Python goes on about another error.
QUOTED = re.compile(
    r"\s*\b(?:DETAIL|CONTEXT|QUERY|STATEMENT|LINE \d+):.*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL
)
GIVEN = re.compile(r"((?:invalid input|malformed|out of range|invalid byte)[^:\n]*: )\"[^\"]*\"")
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']+")  # words of a search stand in the address


def clean(text: str) -> str:
    """Return the text without ID numbers, phones, rows quoted by PostgreSQL, and what is asked in an address."""
    text = QUOTED.sub(" (values left out)", text)
    text = QUERY.sub(r"\1", GIVEN.sub(r"\1(value)", text))
    return PHONE.sub("(phone)", ID_NUMBER.sub("(id number)", text))


def hide_token(text: str, record: logging.LogRecord) -> str:
    """Return the text with the route in place of a public address, whose last part lets whoever knows it in."""
    request = getattr(record, "request", None)
    route = route_of(request) if isinstance(request, HttpRequest) else ""
    return text.replace(request.path, route) if route else text  # type: ignore[union-attr]


class SettingsFilter(SafeExceptionReporterFilter):
    """Keeps secrets out of reports of errors and of settings; addresses of servers may hold passwords too."""

    hidden_settings = re.compile("API|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE|URL|LOCATION", re.IGNORECASE)


class LineFormatter(logging.Formatter):
    """Lines for people, cleaned as a whole."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(hide_token(super().format(record), record))


class FactsFormatter(JsonFormatter):
    """Lines for machines: one object each, of known fields only."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Fill the object; whatever else a record carries stays out."""
        log_data["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data |= {"level": record.levelname, "logger": record.name}
        log_data["message"] = clean(hide_token(record.getMessage(), record))
        if number := request_id.get():
            log_data["request_id"] = number
        log_data |= getattr(record, "facts", {})
        if error := message_dict.get("exc_info"):
            log_data["error"] = clean(error)

    def serialize_log_record(self, log_data: dict[str, Any]) -> str:
        """Return the object on one line, Chinese as it is."""
        return json.dumps(log_data, ensure_ascii=False, default=str)


def make_formatter() -> logging.Formatter:
    """Return the formatter that LOG_FORMAT asks for."""
    if settings.LOG_FORMAT == "json":
        return FactsFormatter()
    return LineFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")


class RequestIdMiddleware:
    """Numbers requests, so that their lines are found together, and leaves word for the log of requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PREFIX):  # nothing ties an answer to a second (rule R13)
            return self.get_response(request)
        number, began = number_of(request), perf_counter()
        mark = request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(mark)
        request.META[FACTS] = find_facts(request) | {"request_id": number, "ms": round((perf_counter() - began) * 1e3)}
        response["X-Request-ID"] = number
        return response


def number_of(request: HttpRequest) -> str:
    """Return the number that our proxy gave the request, else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
    return given if NUMBER.fullmatch(given) else uuid4().hex


def find_facts(request: HttpRequest) -> dict[str, Any]:
    """Return view and account of a request that was answered, without asking the database for either."""
    match, user = request.resolver_match, getattr(request, "_cached_user", None)
    facts = {"view": match.view_name if match else "", "route": route_of(request), "user": getattr(user, "pk", None)}
    return {name: value for name, value in facts.items() if value}


def route_of(request: HttpRequest) -> str:
    """Return the pattern of a public address, "" for others: they lead nobody in without an account."""
    match = request.resolver_match
    declared = getattr(match.func, "access", None) if match else None
    return f"/{match.route}" if match and declared and declared.public else ""
