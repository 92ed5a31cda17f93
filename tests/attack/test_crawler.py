"""A sample of the attacks that `python -m tests.attack` makes: the same in every run, and none may succeed."""

import pytest
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from activities.models import Participation
from tests.attack.crawler import Arena, Spot, try_out
from tests.attack.payloads import IN_SQL, KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("attack")]
ATTACKS = {Role.WORKER: 200, Role.DATA_ADMIN: 120, "anonymous": 150}  # the others: python -m tests.attack


def attack(arena: Arena, actor: str, times: int) -> list[str]:
    """Send payloads of all kinds to spots of an actor; return what got through."""
    arena.enter(actor)
    spots, wrongs = arena.list_spots(), []
    pairs = st.sampled_from(list(KINDS)).flatmap(lambda kind: st.tuples(st.sampled_from(spots), KINDS[kind]))

    @settings(
        derandomize=True,
        max_examples=times,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
    )
    @given(pairs)
    def send(pair: tuple) -> None:
        wrongs.extend(try_out(arena, *pair))

    send()
    return wrongs


@pytest.mark.parametrize("actor", ATTACKS)
def test_nothing_typed_gets_through(actor, arena):
    wrongs = attack(arena, actor, ATTACKS[actor])
    assert not wrongs, "\n".join(wrongs[:20])


def test_crawler_finds_fields_that_no_list_names(arena):
    arena.enter(Role.WORKER)
    names = {(spot.address.name, spot.where, spot.name) for spot in arena.list_spots()}
    assert {
        ("visits:log", "form", "wish"),
        ("grids:residents", "query", "after"),
        ("grids:edit", "form", "name"),
    } <= names


def test_crawler_sees_a_view_that_breaks(arena, monkeypatch):
    arena.enter(Role.WORKER)
    spot = next(one for one in arena.list_spots() if (one.address.name, one.name) == ("grids:buildings", "grid"))
    monkeypatch.setattr("grids.views.residents.read_key", int)
    assert any("answered 500: ValueError" in wrong for wrong in try_out(arena, spot, "x"))


def choosing(arena: Arena) -> Spot:
    """Return the search of one resident, as a worker sends it."""
    arena.enter(Role.WORKER)
    return next(one for one in arena.list_spots() if (one.address.name, one.name) == ("grids:choose", "q"))


def test_crawler_sees_words_of_another_street(arena, monkeypatch):
    spot = choosing(arena)
    monkeypatch.setattr("grids.views.residents.render", lambda *given: HttpResponse("齉*安"))
    assert any("shows ['齉*']" in wrong for wrong in try_out(arena, spot, "x"))


def test_crawler_sees_text_in_a_statement(arena, monkeypatch):
    spot = choosing(arena)
    paste = lambda text: Q(pk__in=RawSQL(f"select 1 /* {text} */", ()))  # noqa: E731 - as nobody should
    monkeypatch.setattr("grids.views.residents.match", paste)
    assert any("part of a statement" in wrong for wrong in try_out(arena, spot, IN_SQL))


def test_crawler_sees_that_a_place_out_of_reach_is_pointed_to(arena):
    arena.enter(Role.WORKER)
    foreign = arena.world.foreign
    Participation.objects.create(activity=arena.world.own.activity, resident_id=foreign.residents[0], grid=foreign.grid)
    assert "a row of activities_participation.resident_id points to a place out of reach" in arena.find_harm()
