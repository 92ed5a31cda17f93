"""The large data sets, at a tiny size: exact totals, rows that keep what triggers would guard, believable skew."""

import hashlib
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q
from django.test import Client

from accounts.models import User
from activities.models import Activity, Feedback, Participation
from communities.models import Community, District, Street
from demo.scale import Size, load, loading
from demo.scale.copying import COLUMNS, Sheaf, bare_tables
from demo.scale.loading import generate, read_catalogue
from demo.scale.places import Place, build_places
from demo.scale.sizes import SIZES, S, share_out
from demo.street import create_accounts, create_areas
from grids.models import Grid, GroupMembership, Household, Residence, Resident
from indicators.models import DirtyMark, Freshness
from visits.models import Visit

TODAY = date(2026, 6, 30)
TINY = Size("T", ("990109", "演示小区"), 1, 2, 6, 600, 80, 2_000)
OVERLAPPING = """
    select count(*) from grids_residence a join grids_residence b on a.resident_id = b.resident_id and a.id < b.id
    where daterange(a.since, a.until) && daterange(b.since, b.until)
"""


@pytest.fixture
def tiny(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny set, without its figures."""
    monkeypatch.setattr(loading, "compute_figures", lambda: None)
    load(TINY, TODAY)


def count_rows(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def digest(places: list[Place], today: date = TODAY) -> str:
    """Return a digest of every row of the set."""
    texts = generate(places, today, read_catalogue(), Sheaf(dict.fromkeys(COLUMNS, 1)))
    return hashlib.sha256(repr(list(texts)).encode()).hexdigest()


def list_parts() -> list[tuple]:
    """Return the constraints, indexes and enabled triggers of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = any(%(tables)s::regclass[])
               union all
               select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
               where indrelid = any(%(tables)s::regclass[])
               union all
               select tgname, tgenabled::text from pg_trigger
               where tgrelid = any(%(tables)s::regclass[]) and not tgisinternal
               order by 1, 2""",
            {"tables": list(COLUMNS)},
        )
        return cursor.fetchall()


def test_set_has_the_totals_of_its_size(tiny: None) -> None:
    counts = [model.objects.count() for model in (Street, Community, Grid, Resident, Activity, Participation)]

    assert counts == [1, 2, 6, 600, 80, 2_000]


def test_parts_add_up_to_the_total() -> None:
    assert sum(share_out(1_000_003, [0.1, 2.7, 0, 1.3])) == 1_000_003
    assert share_out(10, [1, 0, 1]) == [5, 0, 5]


def test_same_size_and_day_give_the_same_rows(db: None) -> None:
    places = build_places(TINY, TODAY)

    assert digest(places) == digest(places)
    assert digest(places) != digest(places, TODAY - timedelta(days=1))


def add_overlapping_spell() -> None:
    spell = Residence.objects.filter(until=None).first()
    begun = spell.since - timedelta(days=9)
    Residence.objects.create(resident=spell.resident, grid=spell.grid, since=begun, until=TODAY)


def test_nobody_lives_in_two_places(tiny: None) -> None:
    assert count_rows(OVERLAPPING) == 0

    with connection.cursor() as cursor:
        cursor.execute("alter table grids_residence disable trigger user")
        add_overlapping_spell()
        cursor.execute("alter table grids_residence enable trigger user")
    assert count_rows(OVERLAPPING) == 1


def test_triggers_guard_the_tables_again(tiny: None) -> None:
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        add_overlapping_spell()


def test_every_key_that_only_triggers_check_names_a_row(tiny: None) -> None:
    people = Resident.objects.filter(
        grid__community=F("community"), household__building__grid=F("grid"), spells__isnull=False
    )

    assert people.distinct().count() == 600
    assert Residence.objects.filter(resident__id__gt=0, grid__id__gt=0).count() == Residence.objects.count()
    named = GroupMembership.objects.filter(resident__id__gt=0, group__id__gt=0)
    assert named.count() == GroupMembership.objects.count()


def test_participants_lived_in_the_grid_on_the_day(tiny: None) -> None:
    at_home = Participation.objects.filter(
        Q(resident__spells__until=None) | Q(resident__spells__until__gt=F("activity__held_on")),
        resident__spells__grid=F("grid"),
        resident__spells__since__lte=F("activity__held_on"),
        grid__community=F("activity__community"),
    )

    assert at_home.distinct().count() == 2_000


def test_only_what_was_held_has_participants_and_none_of_it_is_to_come(tiny: None) -> None:
    held = Activity.objects.held()

    assert not Participation.objects.exclude(activity__in=held).exists()
    assert not Participation.objects.filter(activity__kind__is_confidential=True).exists()
    assert not held.filter(held_on__gte=TODAY).exists()
    assert Activity.objects.planned().filter(held_on__gt=TODAY).exists()


def test_nothing_is_recorded_in_the_future(tiny: None) -> None:
    tomorrow = TODAY + timedelta(days=1)

    assert not Participation.objects.filter(recorded_at__date__gte=tomorrow).exists()
    assert not Activity.objects.filter(Q(recorded_at__date__gte=tomorrow) | Q(verified_at__date__gte=tomorrow)).exists()
    assert not Residence.objects.filter(Q(since__gte=tomorrow) | Q(until__gte=tomorrow)).exists()


def test_some_participants_are_entered_weeks_later(tiny: None) -> None:
    late = Participation.objects.filter(recorded_at__date__gt=F("activity__held_on") + timedelta(days=13))

    assert 10 < late.count() < 400


def test_a_few_come_to_nearly_all(tiny: None) -> None:
    counts = sorted(Resident.objects.annotate(n=Count("participations")).values_list("n", flat=True), reverse=True)

    assert sum(counts[:60]) > 0.35 * sum(counts)
    assert counts.count(0) > 60


def test_people_move_die_leave_and_are_born(tiny: None) -> None:
    reasons = set(Residence.objects.exclude(until=None).values_list("end_reason", flat=True))

    assert reasons == {"moved_within", "moved_out", "died"}
    assert Resident.objects.filter(birth_date__gt=TODAY - timedelta(days=730)).exists()
    assert GroupMembership.objects.values("group").distinct().count() >= 7
    assert GroupMembership.objects.filter(until__isnull=False).exists()


def test_homes_hold_a_few_people(tiny: None) -> None:
    homes = Household.objects.annotate(people=Count("residents"))

    assert 2 < 600 / homes.count() < 4
    assert not homes.filter(Q(people=0) | Q(people__gt=6)).exists()


def test_visits_met_people_of_the_door(tiny: None) -> None:
    visits = Visit.objects.annotate(met=Count("activity__participations"))

    assert visits.count() > 2
    for visit in visits:
        at_the_door = visit.activity.participations.filter(resident__household=visit.household)
        assert 1 <= visit.met == at_the_door.count() <= 2


def test_ratings_are_shown_from_five_raters_on(tiny: None) -> None:
    ratings = list(Feedback.objects.all())

    assert len(ratings) > 5
    for feedback in ratings:
        assert sum(feedback.tally["useful"].values()) == feedback.raters
        assert feedback.shown_raters == (feedback.raters if feedback.raters >= 5 else 0)


def test_tables_are_as_they_were(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "compute_figures", lambda: None)
    before = list_parts()

    load(TINY, TODAY)

    assert list_parts() == before
    with bare_tables():
        assert list_parts() != before


def test_new_rows_get_keys_behind_the_copied_ones(tiny: None) -> None:
    person = Resident.objects.order_by("pk").last()

    newcomer = Resident.objects.create(
        community=person.community, grid=person.grid, name="王秀英", sex=2, birth_date=date(1950, 1, 1)
    )

    assert newcomer.pk > person.pk


def test_figures_are_computed_and_nothing_is_left_to_do(db: None) -> None:
    load(TINY, TODAY)

    assert not DirtyMark.objects.exists()
    assert Freshness.objects.count() == 2


@pytest.mark.parametrize("username", ["worker", "worker2", "street", "district", "data"])
def test_demo_accounts_log_in(tiny: None, client: Client, settings, username: str) -> None:
    answer = client.post("/login/", {"username": username, "password": settings.DEMO_PASSWORD})

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(username=username).pk)


def test_accounts_beside_the_demo_street_get_names_of_their_own(db: None) -> None:
    create_accounts(create_areas(), TODAY)

    build_places(TINY, TODAY)

    assert User.objects.get(username="worker-t").community.code == "990109001001"


def test_command_refuses_a_set_that_is_there(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    District.objects.create(code=S.district[0], name=S.district[1])

    with pytest.raises(CommandError, match="数据集 S 已在库中"):
        call_command("seed_demo", scale="S")
    call_command("seed_demo", "--scale", "S", "--once")

    assert "数据保持不变" in capsys.readouterr().out
    assert not Street.objects.exists()


def test_command_loads_the_set(tiny: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "S", Size("S", S.district, 1, 2, 6, 60, 10, 100))

    call_command("seed_demo", "--scale", "S", verbosity=0)

    assert Resident.objects.filter(community__code__startswith=S.district[0]).count() == 60
