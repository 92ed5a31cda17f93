"""Good forms with one thing of somebody else's in them, and good forms with fields that nobody asked for."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from accounts.roles import Role
from tests import access
from tests.access import Place
from tests.attack.browser import Sent, Upload, freeze, told
from tests.attack.browser import flatten as pair_up
from tests.attack.crawler import Arena, Outcome, Spot

NUMBERED = re.compile(r"(?P<prefix>[a-z]*-?)(?P<number>\d{1,9})")
MARK = "zqmass"


def list_keys(arena: Arena, place: Place) -> list[str]:
    """Return the numbers of everything in a place, each once."""
    if place.mark in arena.numbers:
        return arena.numbers[place.mark]
    with told():  # some objects are made when they are asked for
        keys = {str(make(place)) for make in access.OBJECTS.values()}
    keys |= {str(pk) for pk in (*place.residents, place.community.pk, place.community.street_id)}
    arena.numbers[place.mark] = sorted(key for key in keys if key.isdigit() and len(key) < 9)
    return arena.numbers[place.mark]


def swap_fields(arena: Arena, spot: Spot, place: Place) -> Iterator[tuple[str, Sent]]:
    """Yield good forms in which one field has the value it would have about another place."""
    usual = arena.good_form(spot.address.name, spot.method)
    for send in access.SENDS.get((spot.address.name, spot.method), []):
        for name, value in send(place).items():
            value = freeze(value)
            if isinstance(value, Upload) or usual.get(name) != value:
                yield name, usual | {name: value}


def swap_numbers(arena: Arena, spot: Spot, place: Place) -> Iterator[tuple[str, Sent]]:
    """Yield good forms in which one number, wherever it is from, is a number of something in another place."""
    usual = arena.good_form(spot.address.name, spot.method)
    keys = list_keys(arena, place)
    for name, value in usual.items():
        texts = value if isinstance(value, list) else [value]
        found = NUMBERED.fullmatch(texts[0]) if texts and isinstance(texts[0], str) else None
        if found:
            for key in keys:
                yield name, usual | {name: f"{found['prefix']}{key}"}


def list_extras(place: Place) -> list[Sent]:
    """Return fields that a model has and a form must not take: one set that no choice allows, one that fits."""
    account, community = str(place.account.pk), str(place.community.pk)
    people = ("by", "user", "created_by", "recorded_by", "verified_by", "reported_by", "decided_by", "actor")
    areas = {"community": community, "street": str(place.community.street_id), "area_code": place.community.code}
    texts = ("role", "status", "state", "source", "file_name", "token_digest", "id_hash", "note", "password")
    rights = {"role": Role.PLATFORM_ADMIN, "is_staff": "on", "is_superuser": "on", "is_demo": "on", "is_active": "on"}
    dates = dict.fromkeys(("created_at", "verified_at", "reported_at", "published_at", "at"), "2001-02-03T04:05")
    return [
        dict.fromkeys(texts, MARK) | {"id": account, "pk": account},
        dict.fromkeys(people, account) | areas | {f"{name}_id": account for name in people},
        rights
        | dates
        | {"status": "done", "user_permissions": "1", "groups": "1", "must_change_password": "", "k": "1"},
    ]


def texts_of(outcome: Outcome) -> Counter:
    """Count the texts and truth values that were written, by statement; keys, new with every row, are left out."""
    facts = ((sql, value) for sql, given in outcome.statements for value in flatten(given) if is_write(sql))
    kept = (
        (sql, value)
        for sql, value in facts
        if isinstance(value, bool) or (isinstance(value, str) and not value.isdigit())
    )
    return Counter((re.sub(r"\d+", "#", sql)[:200], str(value)) for sql, value in kept)


def is_write(sql: str) -> bool:
    """Tell whether a statement writes; the audit log and sessions too: who did it may not be forged."""
    return bool(access.WRITES.match(sql))


def flatten(given: Any) -> Iterator[Any]:
    """Yield the values of a statement, those in lists and JSON one by one."""
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, list | tuple):
        for one in given:
            yield from flatten(one)
    else:
        yield given


def judge_extras(arena: Arena, spot: Spot, usual: Outcome, extra: Sent) -> Iterator[str]:
    """Yield what a good form with more fields than it has does otherwise than without them."""
    sent = arena.good_form(spot.address.name, spot.method)
    added = {name: value for name, value in extra.items() if name not in sent}
    outcome = arena.send("POST", arena.url_of(spot.address), sent | added, {})
    if outcome.response.status_code not in (usual.response.status_code, 400, 403, 404):
        yield f"answers {outcome.response.status_code} instead of {usual.response.status_code}"
    values = {str(value) for value in added.values()} | {"2001-02-03 04:05:00", "True"}
    for sql, value in texts_of(outcome) - texts_of(usual):
        if value in values:
            yield f"writes {value}: {sql:.60}"
    yield from outcome.harm


def try_swap(arena: Arena, spot: Spot, name: str, sent: Sent) -> list[str]:
    """Send a good form with something of another place; return what the actor saw or changed there."""
    url = arena.url_of(spot.address)
    if spot.method == "GET":
        url, sent = f"{url}?{urlencode(pair_up(sent), errors='surrogatepass')}", {name: sent[name]}
    outcome = arena.send(spot.method, url, sent, {})
    wrongs = [*arena.judge(outcome), *arena.judge_reach(spot, outcome, {name: sent[name]})]
    return [f"{spot}{name}={sent[name]!r:.40}: {wrong}" for wrong in wrongs]


def try_extras(arena: Arena, spot: Spot) -> Iterator[list[str]]:
    """Send a good form with fields too many, in three ways; yield what each changed."""
    usual = arena.send("POST", arena.url_of(spot.address), arena.good_form(spot.address.name, "POST"), {})
    for extra in list_extras(arena.world.foreign):
        yield [f"{spot}: {wrong}" for wrong in judge_extras(arena, spot, usual, extra)]
