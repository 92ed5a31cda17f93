"""Good forms with one thing of somebody else's, and good forms with fields that nobody asked for: nothing changes."""

from zlib import crc32

import pytest

from accounts.roles import Role
from tests.attack import swaps
from tests.attack.crawler import Spot

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("attack")]
ACTORS = [Role.WORKER, Role.DATA_ADMIN]
ONE_IN = 40  # of the numbers that a form sends, each replaced by each of another place's


def list_forms(arena, actor, one_in=1):
    """Return a spot for every form of an actor, or for one in so many."""
    arena.enter(actor)
    spots = [Spot(actor, address, method, "form", "") for address, method in arena.admitted() if method == "POST"]
    return [spot for spot in spots if not crc32(str(spot).encode()) % one_in]


@pytest.mark.parametrize("actor", ACTORS)
def test_form_with_something_of_another_street_is_refused(actor, arena):
    tried, wrongs = 0, []
    for spot in list_forms(arena, actor):
        for name, sent in swaps.swap_fields(arena, spot, arena.world.foreign):
            wrongs += swaps.try_swap(arena, spot, name, sent)
            tried += 1
    assert tried > 15
    assert not wrongs, "\n".join(wrongs[:20])


def test_form_with_a_number_of_another_street_is_refused(arena):
    tried, wrongs = 0, []
    for spot in list_forms(arena, Role.WORKER):
        for name, sent in swaps.swap_numbers(arena, spot, arena.world.foreign):
            if not crc32(f"{spot} {name} {tried}".encode()) % ONE_IN:
                wrongs += swaps.try_swap(arena, spot, name, sent)
            tried += 1
    assert not wrongs, "\n".join(wrongs[:20])


@pytest.mark.parametrize("actor", ACTORS)
def test_fields_that_a_form_does_not_have_change_nothing(actor, arena):
    wrongs = [
        wrong for spot in list_forms(arena, actor, 4) for tried in swaps.try_extras(arena, spot) for wrong in tried
    ]
    assert not wrongs, "\n".join(wrongs[:20])


def test_field_too_many_is_seen_where_a_form_takes_it(arena):
    spot = next(one for one in list_forms(arena, Role.WORKER) if one.address.name == "grids:edit")
    usual = arena.send("POST", arena.url_of(spot.address), arena.good_form("grids:edit", "POST"), {})
    arena.forms[Role.WORKER, ("grids:edit", "POST")].pop("name")
    assert any(
        "instead of" in wrong or "writes" in wrong for wrong in swaps.judge_extras(arena, spot, usual, {"name": "新"})
    )
