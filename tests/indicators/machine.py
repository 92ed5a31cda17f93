"""A tiny street to which anything may happen in any order, with refreshes dropped, doubled and interrupted.

At the end of every sequence what waits is computed, and then the cells must be what a second count yields. Everything
happens inside one savepoint, which is rolled back.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from accounts.models import User
from activities.actions import cancel_activity
from activities.models import Activity, ActivityKind, Outsider, Participation, Theme
from communities.models import Community
from grids.area_changes import merge_communities, merge_grids, split_grid
from grids.merging import merge_residents
from grids.models import Grid, GroupMembership, Household, PopulationGroup, Residence, Resident
from imports import actions as imports
from imports.models import ResidentImport
from indicators.engine import cells
from indicators.engine.verify import compare
from indicators.models import DirtyMark
from tests.register import Register, make_id_number, make_row, make_workbook
from visits.actions import log_visit, withdraw_visit
from visits.models import Visit

NOW = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
TODAY = NOW.date()
REFUSED = (ValidationError, IntegrityError, InternalError)  # what actions and the database may say to a wild wish

numbers = st.integers(0, 9)
days = st.sampled_from([0, 1, 2, 15, 29, 31, 45, 60, 75, 100, 130, 300, 365, 366, 800, -2])
births = st.dates(date(1935, 1, 1), TODAY) | st.sampled_from([date(2008, 2, 29), date(1956, 2, 29)])
groups = st.sampled_from(["retired", "party_member", "hardship", "floating"])
histories = st.lists(st.tuples(st.integers(-30, 900), numbers, st.booleans()), min_size=1, max_size=4)


@dataclass
class World:
    """What there is before anything happens."""

    register: Register
    worker: User
    admin: User
    doors: list[Household]


def ago(days: int) -> date:
    """Return the day so many days before the first one."""
    return TODAY - timedelta(days=days)


def pick(rows: QuerySet, number: int) -> Any:
    """Return one of the rows, None when there is none."""
    found = list(rows.order_by("pk")[: number + 1])
    return found[number % len(found)] if found else None


def at_ten(day: date) -> datetime:
    """Return ten in the morning of the day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 10))


class Street(RuleBasedStateMachine):
    """Rules are what people and machines do; `world` is set by the test."""

    world: World
    settle = staticmethod(lambda: settle())

    def __init__(self) -> None:
        super().__init__()
        self.shift = 0
        self.has_list = False
        self.clock = mock.patch.object(timezone, "now", side_effect=lambda: NOW + timedelta(days=self.shift))
        self.clock.start()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self) -> None:
        try:
            self.settle()
            verdict = compare()
            assert (verdict.drift, verdict.waiting) == ([], set())
            assert not DirtyMark.objects.exists()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)
            self.clock.stop()

    # --- Activities

    @rule(where=numbers, day=days, who=st.lists(numbers, unique=True, max_size=6), kind=numbers, heads=numbers)
    def log_activity(self, where: int, day: int, who: list[int], kind: int, heads: int) -> None:
        people = list(Resident.objects.filter(pk__in=[person.pk for n in who if (person := find_person(n))]))
        community, world = pick(Community.objects.all(), where), self.world
        with Attempt():
            kind = ActivityKind.objects.order_by("pk")[kind].name
            world.register.activity(community, world.worker, *people, day=ago(day), kind=kind, unnamed_count=heads)

    @rule(which=numbers, day=days)
    def move_to_another_day(self, which: int, day: int) -> None:
        change(Activity, which, starts_at=at_ten(ago(day)), ends_at=at_ten(ago(day)) + timedelta(hours=1))

    @rule(which=numbers, where=numbers)
    def move_to_another_community(self, which: int, where: int) -> None:
        change(Activity, which, community=pick(Community.objects.all(), where))

    @rule(which=numbers, to=numbers, mode=st.sampled_from(Activity.Mode.values), heads=numbers)
    def describe_otherwise(self, which: int, to: int, mode: str, heads: int) -> None:
        theme, kind = pick(Theme.objects.all(), to), pick(ActivityKind.objects.all(), to)
        change(Activity, which, theme=theme if to % 3 else None, kind=kind, mode=mode, unnamed_count=heads)

    @rule(which=numbers)
    def cancel(self, which: int) -> None:
        if activity := pick(Activity.objects.all(), which):
            with Attempt():
                cancel_activity(activity, reason="登记错了", by=self.world.worker)

    @rule(which=numbers, held=st.booleans())
    def take_back_that_it_was_held(self, which: int, held: bool) -> None:
        change(Activity, which, status="held" if held else "published", reported_at=None, reported_by=None)

    @rule(which=numbers)
    def delete_activity(self, which: int) -> None:
        if activity := pick(Activity.objects.filter(visit=None), which):
            with Attempt():
                activity.delete()

    @rule(which=numbers, who=numbers)
    def join(self, which: int, who: int) -> None:
        activity, person = pick(Activity.objects.all(), which), find_person(who)
        if activity and person:
            with Attempt():
                Participation.objects.create(activity=activity, resident=person, grid_id=person.grid_id)

    @rule(which=numbers)
    def leave(self, which: int) -> None:
        if row := pick(Participation.objects.all(), which):
            row.delete()

    @rule(which=numbers, who=numbers)
    def it_was_somebody_else(self, which: int, who: int) -> None:
        change(Participation, which, resident=find_person(who))

    @rule(which=numbers, name=numbers, gone=st.booleans())
    def outsider(self, which: int, name: int, gone: bool) -> None:
        if gone:
            Outsider.objects.all().delete()
        elif activity := pick(Activity.objects.all(), which):
            with Attempt():
                Outsider.objects.create(activity=activity, name=f"赵{name}")

    @rule(where=numbers, day=days, outcome=st.sampled_from(Visit.Outcome.values), who=numbers)
    def visit(self, where: int, day: int, outcome: str, who: int) -> None:
        door = self.world.doors[where % len(self.world.doors)]
        kind = ActivityKind.objects.get(name="入户走访")
        visit = Visit(household=door, kind=kind, outcome=outcome, visited_at=at_ten(ago(day)))
        person = find_person(who)
        with Attempt():
            log_visit(visit, residents=[person] if person else [], token=uuid.uuid4(), by=self.world.worker)

    @rule(which=numbers)
    def withdraw_visit(self, which: int) -> None:
        if visit := pick(Visit.objects.filter(withdrawn_at=None), which):
            with Attempt():
                withdraw_visit(visit, reason=Visit.WithdrawReason.TWICE, by=self.world.worker)

    # --- People

    @rule(where=numbers, born=births, since=days, group=groups)
    def newcomer(self, where: int, born: date, since: int, group: str) -> None:
        with Attempt():
            known = [group] if PopulationGroup.objects.filter(code=group).exists() else []
            self.world.register.resident(pick(Grid.objects.all(), where), born=born, since=ago(since), groups=known)

    @rule(who=numbers)
    def erase(self, who: int) -> None:
        if person := find_person(who):
            with Attempt():
                person.delete()

    @rule(who=numbers, day=days)
    def move_out_or_die(self, who: int, day: int) -> None:
        spells = Residence.objects.filter(resident=find_person(who), until=None, since__lte=ago(day))
        spells.update(until=ago(day), end_reason="died")

    @rule(who=numbers, where=numbers, day=days)
    def move(self, who: int, where: int, day: int) -> None:
        self.move_out_or_die(who, day)
        self.come_back(who, where, day)

    @rule(who=numbers, where=numbers, day=days)
    def come_back(self, who: int, where: int, day: int) -> None:
        if person := find_person(who):
            with Attempt():
                grid = pick(Grid.objects.all(), where)
                Residence.objects.create(resident=person, grid=grid, since=ago(day))

    @rule(who=numbers, history=histories)
    def rewrite_history(self, who: int, history: list[tuple[int, int, bool]]) -> None:
        """Let the person have lived somewhere else all along; a pair of days that is away leaves a hole."""
        if person := find_person(who):
            with Attempt():
                person.spells.all().delete()
                ends = [*sorted({ago(day) for day, _where, _here in history}), None]
                for (_day, where, here), since, until in zip(history, ends, ends[1:], strict=False):
                    if here:
                        grid = pick(Grid.objects.all(), where)
                        Residence.objects.create(resident=person, grid=grid, since=since, until=until)

    @rule(who=numbers, where=numbers, since=days, lasts=st.integers(0, 400))
    def it_turns_out_somebody_lived_here_before(self, who: int, where: int, since: int, lasts: int) -> None:
        grid, person = pick(Grid.objects.all(), where), find_person(who)
        if grid and person:
            first = ago(since)
            with Attempt():
                Residence.objects.create(
                    resident=person, grid=grid, since=first, until=first + timedelta(days=lasts), end_reason="moved"
                )

    @rule(which=numbers, day=days)
    def correct_day_of_arrival(self, which: int, day: int) -> None:
        change(Residence, which, since=ago(day))

    @rule(which=numbers)
    def forget_spell(self, which: int) -> None:
        if spell := pick(Residence.objects.all(), which):
            spell.delete()

    @rule(who=numbers, born=births, sex=st.sampled_from([0, 1, 2, 9]), works=st.sampled_from(["", "11", "80", "70"]))
    def correct_person(self, who: int, born: date, sex: int, works: str) -> None:
        change(Resident, who, birth_date=born, sex=sex, occupation=works)

    @rule(who=numbers, other=numbers)
    def merge_entries(self, who: int, other: int) -> None:
        kept, twin = find_person(who), find_person(other)
        if kept and twin:
            with Attempt():
                merge_residents(kept, twin, take=["birth", "number"], by=self.world.admin)

    # --- Lists

    @rule(where=numbers, people=st.lists(numbers, min_size=1, max_size=3, unique=True), day=st.integers(0, 60))
    def import_list(self, where: int, people: list[int], day: int) -> None:
        """Somebody known by ID number moves or corrects, somebody unknown comes."""
        grid = pick(Grid.objects.filter(valid_to=None), where)
        rows = [
            make_row(id_number=make_id_number(date(1980, 5, 1), n), grid=grid.name, 人群类别="居民党员") for n in people
        ]
        with Attempt():
            job = imports.create_import(
                file_name="名册.xlsx",
                content=make_workbook(rows),
                community=grid.community,
                by=self.world.admin,
                effective_date=ago(day),
            )
            imports.rehearse(job.pk)
            job.refresh_from_db()
            imports.confirm_import(job, by=self.world.admin)
            imports.write(job.pk)

            self.has_list = True

    @precondition(lambda self: self.has_list)
    @rule()
    def undo_import(self) -> None:
        job = ResidentImport.objects.filter(status=ResidentImport.Status.DONE).last()
        self.has_list = False
        with Attempt():
            imports.request_undo(job, by=self.world.admin)
            imports.undo(job.pk)

    # --- Groups

    @rule(who=numbers, group=groups, since=days, lasts=st.none() | st.integers(0, 400))
    def join_group(self, who: int, group: str, since: int, lasts: int | None) -> None:
        person, row = find_person(who), PopulationGroup.objects.filter(code=group).first()
        if person and row:
            until = None if lasts is None else ago(since) + timedelta(days=lasts)
            with Attempt():
                GroupMembership.objects.create(resident=person, group=row, since=ago(since), until=until)

    @rule(which=numbers, group=groups, until=days)
    def change_membership(self, which: int, group: str, until: int) -> None:
        if row := PopulationGroup.objects.filter(code=group).first():
            change(GroupMembership, which, group=row, until=ago(until))

    @rule(which=numbers)
    def forget_membership(self, which: int) -> None:
        if row := pick(GroupMembership.objects.all(), which):
            row.delete()

    @rule(group=groups, code=st.sampled_from(["hardship", "retired", "anew"]))
    def rename_group(self, group: str, code: str) -> None:
        with Attempt():
            PopulationGroup.objects.filter(code=group).update(code=code)

    @rule(group=groups)
    def delete_group(self, group: str) -> None:
        with Attempt():
            PopulationGroup.objects.filter(code=group).delete()

    @rule(group=groups)
    def add_group(self, group: str) -> None:
        with Attempt():
            PopulationGroup.objects.create(code=group, name=f"又一个 {group}")

    # --- Areas

    @rule(where=numbers, day=st.integers(0, 70), anew=st.booleans())
    def merge_two_grids(self, where: int, day: int, anew: bool) -> None:
        grid = pick(Grid.objects.filter(valid_to=None), where)
        pair = list(Grid.objects.filter(community=grid.community_id, valid_to=None).order_by("pk")[:2]) if grid else []
        with Attempt():
            into = None if anew or not pair else pair[0].pk
            keys = [row.pk for row in pair]
            merge_grids(grids=keys, into=into, name="大网格", day=ago(day), by=self.world.admin)

    @rule(where=numbers, day=st.integers(0, 70), keeps=st.booleans(), rest=st.integers(0, 1))
    def split_a_grid(self, where: int, day: int, keeps: bool, rest: int) -> None:
        if grid := pick(Grid.objects.filter(valid_to=None), where):
            homes = {building.pk: 0 for building in grid.buildings.all()}
            names = ["东片", "西片"]
            with Attempt():
                split_grid(
                    grid=grid.pk,
                    names=names,
                    keeps=keeps,
                    buildings=homes,
                    rest=rest,
                    day=ago(day),
                    by=self.world.admin,
                )

    @rule(day=st.integers(0, 70), anew=st.booleans())
    def merge_all_communities(self, day: int, anew: bool) -> None:
        street = self.world.admin.street
        keys = list(Community.objects.filter(street=street, valid_to=None).values_list("pk", flat=True))
        into, code = (None, f"{street.code}010") if anew else (min(keys), "")
        name = "大社区" if anew else ""
        with Attempt():
            merge_communities(communities=keys, into=into, code=code, name=name, day=ago(day), by=self.world.admin)

    @rule(where=numbers)
    def delete_grid(self, where: int) -> None:
        """Only one that was never anything goes, by mistake made: whatever names it is taken back or put elsewhere."""
        grid, other = pick(Grid.objects.all(), where), pick(Grid.objects.all(), where + 1)
        with Attempt():
            grid.spells.all().delete()
            grid.residents.update(grid=other)
            grid.participations.update(grid=other)
            grid.delete()

    # --- Background

    @rule()
    def refresh_what_waits(self) -> None:
        settle()

    @rule(where=numbers, twice=st.booleans(), everything=st.booleans())
    def refresh_one(self, where: int, twice: bool, everything: bool) -> None:
        community = pick(Community.objects.all(), where)
        for _time in range(1 + twice):
            cells.refresh_community(community.pk, everything=everything)

    @rule(where=numbers)
    def refresh_and_be_killed(self, where: int) -> None:
        community = pick(Community.objects.all(), where)
        with mock.patch.object(cells, "delete_marks", side_effect=KeyboardInterrupt), suppress(KeyboardInterrupt):
            cells.refresh_community(community.pk)

    @rule(days=st.sampled_from([-40, -1, 0, 0, 1, 35]))
    def set_clock(self, days: int) -> None:
        self.shift = days


class Attempt:
    """Let a wish be refused; what it did so far is taken back."""

    def __enter__(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        self.block.__exit__(kind, error, trace)
        return isinstance(error, REFUSED)


def find_person(number: int) -> Resident | None:
    """Return one of the residents."""
    return pick(Resident.objects.all(), number)


def change(model: type, which: int, **fields: Any) -> None:
    """Change a row as a bulk statement would: what the database refuses does not happen."""
    if row := pick(model.objects.all(), which):
        with Attempt():
            model.objects.filter(pk=row.pk).update(**fields)


def settle() -> None:
    """Compute what waits."""
    for community_id in cells.find_dirty_communities(timezone.localdate()):
        cells.refresh_community(community_id)
