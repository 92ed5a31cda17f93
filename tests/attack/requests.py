"""Requests that no page of the portal sends: forged ones, odd methods and hosts, sessions made by somebody else."""

from argparse import Namespace
from collections.abc import Callable, Iterator

from django.test import Client, override_settings

from accounts.models import User
from tests.attack.browser import Browser, Upload, encode, told
from tests.attack.crawler import REHEARSED, Arena
from tests.attack.payloads import MEGABYTE, OTHER_SITE

Note = Callable[[str, list[str]], None]
FORGED = [
    ("no token", {}, {}),
    ("token of another", {"csrfmiddlewaretoken": "a" * 64}, {}),
    ("another origin", {}, {"Origin": f"https://{OTHER_SITE}"}),
    ("origin null", {}, {"Origin": "null"}),
    ("another page", {}, {"Referer": f"https://{OTHER_SITE}/"}),
]
HIDDEN_METHODS = [{"X-HTTP-Method-Override": "POST"}, {"X-HTTP-Method": "DELETE"}, {"X-Method-Override": "PUT"}]
HOSTS = [OTHER_SITE, f"portal.example:80@{OTHER_SITE}", f"portal.example, {OTHER_SITE}", f"{OTHER_SITE}#portal.example"]
HOSTS += ["", "portal.example/../x", "portal.example\\x", "[::1", "a" * 300]
KNOWN = "0123456789abcdefghijklmnopqrstuv"  # the key of a session that an attacker put into somebody's browser
PASSWORD = "correct horse battery"


def forge(arena: Arena, note: Note) -> None:
    """Send every form as another site could, with the visitor's cookies: each must be refused."""
    browser = Browser(checks_forgery=True)
    browser.own_cookies = arena.browser.own_cookies | {"csrftoken": "b" * 32}
    for address, method in arena.admitted():
        if method == "POST":
            for name, fields, headers in FORGED:
                body, kind = encode(fields)
                with told():
                    answer = browser.open("POST", arena.url_of(address), body, kind, headers, {})
                refused = answer.status_code == 403
                note("forged requests", [] if refused else [f"{address.name}, {name}: {answer.status_code}"])


def disguise(arena: Arena, note: Note) -> None:
    """Ask with GET for what only POST may do, and call it otherwise in headers and fields."""
    for address, _method in arena.admitted():
        if "GET" not in address.methods:
            for headers in HIDDEN_METHODS:
                outcome = arena.send("GET", f"{arena.url_of(address)}?_method=POST", {}, headers)
                wrong = outcome.response.status_code != 405 or outcome.written
                note("odd methods", [f"{address.name} {headers}"] if wrong else [])
        else:
            outcome = arena.send("GET", arena.url_of(address), {}, {})
            wrong = outcome.written and address.name not in REHEARSED
            note("writes by GET", [f"{address.name}: {outcome.written[0]:.80}"] if wrong else [])


@override_settings(ALLOWED_HOSTS=["portal.example"])
def disguise_host(arena: Arena, note: Note) -> None:
    """Ask for pages of a host that is not ours: links in them would lead away."""
    for address, method in arena.admitted():
        if method == "GET":
            for host in HOSTS:
                with told():
                    answer = arena.ask("GET", arena.url_of(address), headers={"Host": host})
                note("odd hosts", [f"{address.name} {host}: {answer.status_code}"] if answer.status_code != 400 else [])


def send_too_much(arena: Arena, note: Note) -> None:
    """Send ten megabytes of text, a hundred thousand fields, and as many files: refused, and nothing written."""
    floods = [
        ("ten megabytes", {"name": "x" * (10 * MEGABYTE)}),
        ("many fields", {f"field-{number}": "1" for number in range(20_000)}),
        ("many files", {f"file-{number}": Upload("x", b"x") for number in range(300)}),
    ]
    for address, method in arena.admitted():
        if method == "POST":
            for name, sent in floods:
                outcome = arena.send("POST", arena.url_of(address), sent, {})
                wrongs = [*arena.judge(outcome)]
                note("floods", [f"{address.name}, {name}: {wrong}" for wrong in wrongs])


def find_session_faults(user: User) -> Iterator[str]:
    """Sign somebody in with a browser that an attacker prepared; yield what the attacker can use."""
    user.set_password(PASSWORD)
    user.save()
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = KNOWN
    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        page = client.get("/login/", secure=True)
        early = client.cookies["sessionid"].value
        client.post("/login/", {"username": user.username, "password": PASSWORD}, secure=True)
    late, cookie = client.cookies["sessionid"].value, client.cookies["sessionid"]
    if late in (KNOWN, early):
        yield "the session keeps its key when somebody signs in"
    if not (cookie["httponly"] and cookie["secure"] and cookie["samesite"] in ("Lax", "Strict")):
        yield f"the cookie of the session is open: {cookie.OutputString()}"
    if page.status_code != 200:
        yield f"the page of the log-in answers {page.status_code}"
    attacker = Client(raise_request_exception=False)
    attacker.cookies["sessionid"] = KNOWN
    if attacker.get("/", secure=True).status_code == 200:
        yield "a key made by an attacker is signed in"
    client.post("/logout/", secure=True)
    attacker.cookies["sessionid"] = late
    if attacker.get("/", secure=True).status_code == 200:
        yield "the key is good after signing out"


def fix_session(arena: Arena, note: Note) -> None:
    """Try to share somebody's session."""
    if user := arena.cast[arena.actor]:
        with told():
            note("session fixation", list(find_session_faults(user)))
        user.refresh_from_db()


def attack(arena: Arena, actor: str, note: Note, options: Namespace) -> None:
    """Send all of these as an actor."""
    for send in (forge, disguise, disguise_host, send_too_much, fix_session):
        send(arena, note)
