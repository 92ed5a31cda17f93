"""The load: browsers that check people in, log activities and upload lists, and remember what was acknowledged."""

import http.client
import json
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

PAUSE = 0.15  # seconds between two requests of a browser: staff, not an attack
AGAIN = 0.5
FORM = "application/x-www-form-urlencoded"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass
class Ledger:
    """What all browsers were told; `answers` counts them by kind."""

    answers: Counter = field(default_factory=Counter)
    check_ins: set[str] = field(default_factory=set)
    activities: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str) -> None:
        """Count an answer."""
        with self.lock:
            self.answers[kind] += 1

    def acknowledge(self, kind: str, key: str) -> None:
        """Keep what the portal has promised to have saved."""
        with self.lock:
            getattr(self, kind).add(key)


class Browser:
    """Somebody signed in, over a connection that is made anew whenever it breaks."""

    def __init__(self, address: str, username: str, password: str, ledger: Ledger) -> None:
        self.place, self.ledger = urlsplit(address).netloc, ledger
        self.link: http.client.HTTPConnection | None = None
        self.cookies: dict[str, str] = {}
        self.sign_in(username, password)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in as a person does."""
        page = self.ask("GET", "/login/")[1]
        form = {"csrfmiddlewaretoken": TOKEN.search(page)[1], "username": username, "password": password}  # type: ignore[index]
        status, _text, _headers = self.ask("POST", "/login/", urlencode(form).encode(), FORM)
        if status != 302 or "sessionid" not in self.cookies:
            raise RuntimeError(f"{username} was not let in: {status}")

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = FORM) -> tuple[int, str, dict]:
        """Return status, text and headers of an answer; status 0 where there was none."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"X-CSRFToken": self.cookies.get("csrftoken", ""), "Accept": "text/html", "Content-Type": kind}
        try:
            self.link = self.link or http.client.HTTPConnection(self.place, timeout=40)
            self.link.request(method, path, body, headers)
            answer = self.link.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.link = None
            return 0, "", {}
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if answer.headers.get("Connection") == "close":
            self.link = None
        return answer.status, text, dict(answer.headers)

    def post(self, path: str, form: dict | list) -> tuple[int, str, dict]:
        """Send a form and count what was answered: acknowledged, asked to try again, no answer, or odd."""
        status, text, headers = self.ask("POST", path, urlencode(form, doseq=True).encode())
        page = "请稍候再试" in text
        kinds = {200: "answered", 302: "answered", 0: "broken off", 503: "asked to retry" if page else "odd"}
        kind = kinds.get(status, "odd")
        self.ledger.note(kind)
        if kind == "odd":
            self.ledger.odd.append(f"{status} {path} {text[:200]!r}")
        return status, text, headers


def check_in(browser: Browser, pairs: Iterator[tuple[int, int]], stop: threading.Event) -> None:
    """Check people in one by one; who was not acknowledged is sent again under the same key."""
    for activity, resident in pairs:
        entry = {"id": str(uuid.uuid4()), "resident": resident, "activity": activity}
        entry["at"] = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        while True:
            status, text, _headers = browser.post(
                f"/activities/check-in/{activity}/sync/", {"entries": json.dumps([entry])}
            )
            if status == 200:
                break
            time.sleep(AGAIN)
        state = json.loads(text)["results"][0]["state"]
        browser.ledger.note(f"check-in {state}")
        if state == "accepted":
            browser.ledger.acknowledge("check_ins", str(entry["id"]))
        if stop.is_set():
            return
        time.sleep(PAUSE)


def log_activities(browser: Browser, form: dict, stop: threading.Event) -> None:
    """Log one activity after the other, as the quick form does; sent again under the same token."""
    while not stop.is_set():
        token = str(uuid.uuid4())
        while True:
            status, text, _headers = browser.post("/activities/new/", form | {"token": token})
            if status == 302:
                browser.ledger.acknowledge("activities", token)
                break
            if status == 200:
                browser.ledger.odd.append(f"the form was refused: {text[-2000:]}")
                return
            time.sleep(AGAIN)
        time.sleep(PAUSE * 2)


def upload(browser: Browser, name: str, content: bytes, day: str) -> int:
    """Upload a list and return its key; tries again while nobody answers."""
    border = uuid.uuid4().hex
    lines = [
        f'--{border}\r\nContent-Disposition: form-data; name="effective_date"\r\n\r\n{day}\r\n'.encode(),
        f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: text/csv\r\n\r\n".encode(),
        content,
        f"\r\n--{border}--\r\n".encode(),
    ]
    while True:
        status, text, headers = browser.ask(
            "POST", "/imports/new/", b"".join(lines), f"multipart/form-data; boundary={border}"
        )
        if status == 302:
            return int(headers["Location"].strip("/").rpartition("/")[2])
        if status == 200:
            raise RuntimeError(f"the list was refused: {text[-2000:]}")
        time.sleep(AGAIN)
