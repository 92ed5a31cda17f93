"""Finds all that can be sent to the portal (fields, query keys, parts of the path, headers) and sends other things.

What is sent is in payloads.py; whether it worked is judged here: by the answer, by what the database was told, and by
the places that the actor may not touch.
"""

import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.urls import get_resolver, reverse

from accounts.access import Access
from accounts.models import User
from tests import access
from tests.access import Address, Place, World
from tests.attack.browser import Browser, Sent, Upload, body_of, encode, flatten, flatten_text, freeze, to_header, told
from tests.attack.cast import prepare
from tests.attack.footprint import count_references
from tests.attack.markup import Key, Page
from tests.attack.payloads import IN_SQL, SIGNS, Given

HEADERS = ("HX-Current-URL", "HX-Target", "HX-Trigger-Name", "Referer", "Accept-Language", "User-Agent", "Range")
HEADERS += ("X-Forwarded-For", "X-Forwarded-Host", "If-Modified-Since", "If-None-Match", "Accept", "Origin")
COOKIES = ("sessionid", "csrftoken", "messages", "django_language")
# Asked for by every browser whatever the page says, or meant for what stands before the portal.
ALWAYS = {"GET": ("next", "page", "format", "language", "_popup", "q", "o"), "POST": ("next",)}
# What a refused request may leave: sessions, failed log-ins, the audit log, the draft of one's own second factor.
KEPT = r"django_session|axes_\w+|accounts_(?:session|audit\w*|user|secondfactor)"
TRACES = re.compile(rf'\s*\w+\s+(?:into\s+|from\s+)?"?({KEPT})\b', re.IGNORECASE)
WHOLE_NAMES = ("volunteers:record",)  # prints the name, once that has been written down
REHEARSED = ("grids:merge",)  # shows what would come of it: done and undone within the request
REFUSED = re.compile(r'class="[^"]*(?:invalid-feedback|errorlist|is-invalid|alert-danger)')


@dataclass(frozen=True)
class Spot:
    """One thing an actor can send: where (query, form, path, header, cookie), and under which name."""

    actor: str
    address: Address
    method: str
    where: str
    name: str

    def __str__(self) -> str:
        return f"{self.actor} {self.method} {self.address.name} {self.where}:{self.name}"


@dataclass
class Outcome:
    """An answer, what the database was told meanwhile, and whether what was sent went the usual way."""

    response: HttpResponse
    text: str
    statements: list[tuple[str, Any]] = field(default_factory=list)
    error: str = ""
    is_rehearsed: bool = False
    harm: list[str] = field(default_factory=list)  # what changed in places out of reach

    @property
    def written(self) -> list[str]:
        """The statements that write facts: not sessions, counters of failed log-ins or the audit log."""
        return [sql for sql, _given in self.statements if access.WRITES.match(sql) and not TRACES.match(sql)]


class Arena:
    """The world, its actors, and all spots. One actor at a time is signed in."""

    def __init__(
        self, world: World, cast: dict[str, User | None], fields: dict[str, dict[Key, dict[str, str]]] | None = None
    ) -> None:
        self.world, self.cast = world, cast
        self.addresses = access.list_addresses()
        self.keys = find_query_keys()
        self.actor = ""
        self.browser = Browser()
        self.forms: dict[tuple[str, Key], Sent] = {}
        self.urls: dict[tuple[str, str], str] = {}
        self.freezer: access.Freezer | None = None
        self.before: list[Any] = []
        self.references: Counter = Counter()
        self.numbers: dict[str, list[str]] = {}
        self.fields = {} if fields is None else fields  # by actor: all pages are opened once

    @property
    def home(self) -> Place:
        """The place whose objects the actor asks for."""
        return (self.world.reach_of(self.actor) or [self.world.own])[0]

    @property
    def hidden(self) -> list[Place]:
        """The places that are out of the actor's reach."""
        return [place for place in self.world.places if place not in self.world.reach_of(self.actor)]

    def enter(self, actor: str) -> None:
        """Sign an actor in, with what only one of them can own at a time."""
        if actor == self.actor:
            return
        self.actor, user = actor, self.cast[actor]
        if user:
            prepare(self.world, user)
        self.browser = Browser(user)
        self.freezer = access.Freezer(self.hidden)
        self.before = self.freezer.read()
        self.references = count_references(self.hidden)

    def admitted(self) -> list[tuple[Address, str]]:
        """Return the addresses and methods that let the actor in."""
        return [
            (one, method) for one in self.addresses if one.access and self.may(one.access) for method in one.methods
        ]

    def may(self, declared: Access) -> bool:
        """Tell whether a view lets the actor in."""
        user = self.cast[self.actor]
        return declared.public or bool(user and (not declared.permission or user.may(declared.permission)))

    def url_of(self, address: Address) -> str:
        """Return the path to the actor's own object."""
        key = (self.actor, address.name)
        if key not in self.urls:
            self.urls[key] = access.Ask(address, "POST", self.home, self.home, {}, htmx=False).url
        return self.urls[key]

    def look_around(self) -> dict[Key, dict[str, str]]:
        """Open every page of the actor; return the fields found, by the address they are sent to."""
        if self.actor not in self.fields:
            found: dict[Key, dict[str, str]] = defaultdict(dict)
            for address, method in self.admitted():
                if method == "GET":
                    url = self.url_of(address)
                    with told():
                        text = body_of(self.ask("GET", url))
                    for key, fields in Page(url, text).fields.items():
                        found[key] = fields | found[key]
            self.fields[self.actor] = dict(found)
        return self.fields[self.actor]

    def good_form(self, name: str, method: str) -> Sent:
        """Return what is usually sent to an address: what its page holds, and what the access matrix fills in."""
        key = (self.actor, (name, method))
        if key not in self.forms:
            sends = access.SENDS.get((name, method), [access.send_nothing])
            page = {n: v for n, v in self.look_around().get((name, method), {}).items() if n != "csrfmiddlewaretoken"}
            self.forms[key] = page | {n: freeze(v) for n, v in sends[-1](self.home).items()}
        return dict(self.forms[key])

    def list_spots(self) -> list[Spot]:
        """Return all that the actor can send, anywhere."""
        spots = []
        for address, method in self.admitted():
            where = "form" if method == "POST" else "query"
            names = {*self.good_form(address.name, method), *ALWAYS.get(method, ())}
            if method == "GET":
                names |= self.keys.get(address.name, set())
            else:
                spots += [Spot(self.actor, address, method, "query", name) for name in ALWAYS["POST"]]
            spots += [Spot(self.actor, address, method, where, name) for name in sorted(names)]
            spots += [Spot(self.actor, address, method, "path", name) for name in address.arguments]
        return spots

    def list_headers(self) -> list[Spot]:
        """Return headers and cookies of one request for every address that answers GET."""
        asks = [address for address, method in self.admitted() if method == "GET"]
        kinds = chain((("header", name) for name in HEADERS), (("cookie", name) for name in COOKIES))
        return [Spot(self.actor, address, "GET", where, name) for where, name in kinds for address in asks]

    def ask(
        self, method: str, url: str, sent: Sent | None = None, headers: dict | None = None, cookies: dict | None = None
    ) -> HttpResponse:
        """Send a request as one who has just signed in, perhaps with some cookies replaced."""
        body, kind = encode(sent or {}) if method == "POST" else (b"", "")
        given = {name: quote(to_header(value), safe="") for name, value in (cookies or {}).items()}
        return self.browser.open(method, url, body, kind, headers or {}, given)

    def attack(self, spot: Spot, value: Given) -> Outcome:
        """Send a payload to a spot, all else as usual, and undo what it did."""
        self.enter(spot.actor)
        url, sent = self.url_of(spot.address), self.good_form(spot.address.name, spot.method)
        headers: dict[str, str] = {}
        if spot.where == "path":
            url = self.replace_argument(spot, value)
        elif spot.where == "header":
            headers[spot.name] = to_header(value)
        elif spot.where == "query" and spot.method == "POST":
            url += "?" + urlencode(flatten({spot.name: value}), errors="surrogatepass")
        elif spot.where != "cookie":
            sent[spot.name] = value
        if spot.method == "GET" and sent:
            url += "?" + urlencode(flatten(sent), errors="surrogatepass")
        cookies = {spot.name: value} if spot.where == "cookie" else {}
        outcome = self.send(spot.method, url, sent, headers, cookies)
        outcome.is_rehearsed = spot.address.name in REHEARSED
        return outcome

    def send(
        self,
        method: str,
        url: str,
        sent: Sent,
        headers: dict[str, str],
        cookies: dict[str, Given] | None = None,
        then: Callable[[], None] | None = None,
    ) -> Outcome:
        """Send a request, do what a task would do `then`, follow where a form leads, and undo what it wrote."""
        with told() as statements:
            response = self.ask(method, url, sent, headers, cookies)
            outcome = Outcome(response, body_of(response), list(statements), self.browser.fault)
            if outcome.written:
                outcome.harm = self.find_harm()
            if then:
                outcome.harm += run_task(then)
                outcome.statements = list(statements)
            target = response.headers.get("Location", "")
            if method == "POST" and response.status_code in (302, 303) and target.startswith("/"):
                following = self.ask("GET", target) if re.match(r"/[^/\\]", f"{target} ") else None
                outcome.text += body_of(following) if following is not None else ""
        return outcome

    def find_harm(self) -> list[str]:
        """Name what is otherwise in the places out of reach: their rows, and the rows that point to theirs."""
        changed = ["changed a place out of reach"] if self.freezer and self.freezer.read() != self.before else []
        new = count_references(self.hidden) - self.references
        return changed + [f"a row of {name} points to a place out of reach" for name in new]

    def replace_argument(self, spot: Spot, value: Given) -> str:
        """Return the path with a payload in place of one argument, whatever the converter thinks of it."""
        keys = {name: access.key_of(spot.address.name, name) for name in spot.address.arguments}
        arguments = {name: access.OBJECTS[key](self.home) for name, key in keys.items()}
        path = reverse(spot.address.name, kwargs=arguments)
        text = quote("".join(flatten_text(value)), safe="", errors="surrogatepass")
        head, _, tail = path.rpartition(quote(str(arguments[spot.name]), safe="~:@!$&'()*+,;="))
        return f"{head}{text}{tail}"

    def judge(self, outcome: Outcome) -> Iterator[str]:
        """Yield what the attacker achieved."""
        response, text = outcome.response, outcome.text
        if response.status_code >= 500:
            yield f"answered {response.status_code}: {outcome.error}"
        yield from filter(None, (sign(response, text) for sign in SIGNS))
        if any(IN_SQL in sql for sql, _given in outcome.statements):
            yield "became part of a statement"
        yield from outcome.harm
        is_refused = response.status_code >= 400 or (response.status_code == 200 and REFUSED.search(text))
        if outcome.written and is_refused and not outcome.is_rehearsed:
            yield f"was refused and wrote: {outcome.written[0]:.70}"

    def judge_reach(self, spot: Spot, outcome: Outcome, given: Sent | None = None) -> Iterator[str]:
        """Yield what the actor saw of places out of reach; reading what one has `given` is no leak."""
        known = {f"given-{name}": value for name, value in (given or {}).items()}
        known |= self.good_form(spot.address.name, spot.method)
        ask = access.Ask(spot.address, spot.method, self.home, self.home, known, htmx=False)
        ask.__dict__["url"] = self.url_of(spot.address)
        text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), outcome.text)
        leaks = self.world.find_leaks(ask.strip_echo(text), self.actor)
        files = [value.content.decode(errors="ignore") for value in known.values() if isinstance(value, Upload)]
        leaks = {leak for leak in leaks if not any(leak in file for file in files)}
        if spot.address.name in WHOLE_NAMES:
            leaks.discard(f"{self.home.mark}云")
        if leaks:
            yield f"shows {sorted(leaks)}"


def run_task(task: Callable[[], None]) -> list[str]:
    """Do what a worker would do; return why it failed."""
    try:
        task()
    except Exception as error:  # noqa: BLE001 - whatever it is, a worker would have died of it
        return [f"a task failed: {type(error).__name__}: {error!s:.90}"]
    return []


@cache
def find_query_keys() -> dict[str, set[str]]:
    """Return the keys that the module of each view reads from the query, by the name of the address."""
    found: dict[str, set[str]] = {}
    for name, view in walk_views():
        source = inspect.getsource(inspect.getmodule(inspect.unwrap(view)))
        lines = [line for line in source.splitlines() if ".GET" in line]
        found[name] = {key for line in lines for key in re.findall(r'"(\w+)"', line)}
    return found


def walk_views(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, Callable]]:
    """Yield name and view of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk_views(entry, inner)
        else:
            yield f"{namespace}{entry.name}", entry.callback


def try_out(arena: Arena, spot: Spot, value: Given) -> list[str]:
    """Attack once; return what the attacker achieved, with what was sent."""
    outcome = arena.attack(spot, value)
    wrongs = [*arena.judge(outcome), *arena.judge_reach(spot, outcome)]
    return [f"{spot} {value!r:.90}: {wrong}" for wrong in wrongs]
