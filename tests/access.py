"""The access matrix: the addresses of the URLconf, the committed table, a world of marked places, and the judge."""

import csv
import html
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse
from django.utils import timezone

from accounts.addresses import Address, list_addresses
from accounts.audit import record
from accounts.encryption import encrypt_bytes
from accounts.models import AuditEvent, Grant, User
from accounts.roles import Role
from activities.feed import make_feed_token
from activities.models import (
    Activity,
    ActivityKind,
    ActivityTemplate,
    CheckIn,
    Participation,
    PersonalCode,
    Programme,
    SignUp,
    Theme,
)
from activities.photos import add_photo, join_photos
from activities.signups import NOBODY, make_ticket
from cadence.models import CadenceNote, CadenceRule
from cadence.slots import find_span
from communities.models import Area, Community, Venue
from dashboards.forms.walls import SALT
from dashboards.models import WallScreen
from dashboards.walls import digest, make_token
from grids.area_plans import plan_community_merge
from grids.exports import FILE_PURPOSE
from grids.models import (
    Appointment,
    AreaChange,
    Building,
    Grid,
    GridBoundary,
    Household,
    PopulationGroup,
    Resident,
    ResidentExport,
)
from imports.models import ImportMessage, ImportMissing, ImportReview, ResidentImport, StagedRow
from indicators.engine.cells import refresh_community
from indicators.models import FigureReport, PeriodClosing, Target
from indicators.periods import Period
from indicators.reports.sheets import write_template
from operations.models import TaskRun
from party.attendance import read_states
from party.models import (
    AttendanceNote,
    Exemption,
    Meeting,
    MeetingRule,
    Member,
    Membership,
    Office,
    Organisation,
    OrganisationLink,
    Pledge,
    PledgeItem,
    PostClaim,
    Registration,
    ServiceLink,
    ServicePost,
    SlotExemption,
)
from party.rosters import read_rosters
from privacy.models import SubjectRequest
from surveys.designing import make_seen
from surveys.kiosks import make_kiosk_token
from surveys.models import CodeIssue, DeliveryReport, Sample, Survey, SurveyVersion, Wave
from surveys.results.rates import REPORTED
from tests.party_places import make_party
from tests.register import Register, make_grids, make_picture, make_row, make_workbook
from tests.survey_places import (
    find_coded,
    find_ended,
    find_link,
    find_named,
    find_streets,
    find_survey,
    find_wave,
    make_surveys,
)
from tests.volunteer_places import make_volunteers
from visits.actions import log_visit
from visits.forms.log import visit_kinds
from visits.models import Need, NeedKind, Visit, VisitItem, VisitPlan
from volunteers.applications import make_apply_token
from volunteers.models import (
    Certificate,
    FreeTime,
    RecordEntry,
    ServiceField,
    ServiceRecord,
    Shift,
    ShiftSignUp,
    Skill,
    Team,
    TeamMember,
    Volunteer,
)
from volunteers.sign_ups import TICKET as SHIFT_TICKET

TABLE = Path(__file__).with_name("access.csv")
NO_HOURS = {"hours-TOTAL_FORMS": 0, "hours-INITIAL_FORMS": 0}
ODD_METHODS = ("DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "GET", "POST")
# All but the note on the visitor's own session that he was here.
WRITES = re.compile(r"\s*(insert|delete|truncate|copy|update(?! \"accounts_session\" set \"seen_at\"))", re.IGNORECASE)
LAST_WEEK = timezone.localdate() - timedelta(days=7)
THIS_QUARTER = Period.containing(timezone.localdate(), "quarter")
LAST_QUARTER = THIS_QUARTER.previous()
LAST_YEAR = Period.containing(timezone.localdate(), "year").previous()
LAST_MONTH = timezone.localdate() - timedelta(days=31)
FIRST_OF_MONTH = timezone.localdate().replace(day=1)
WORKBOOK = make_workbook([make_row()])
LAYOUT = [
    {
        "sheet": "居民",
        "rows": [1],
        "columns": {"id_number": 1, "grid": 2},
        "headings": [[0, "称呼"], [1, "身份证号"], [2, "网格"]],
        "unknown": [0],
        "repeated": [],
        "shapes": [[0, ["字字字"]]],
    }
]
CHOSEN = {"heading-1": "id_number", "heading-2": "grid"}  # for the other headings of LAYOUT

# --- The table


@dataclass(frozen=True)
class Rule:
    """A row of the table: who gets in, and what a request for an object of a place out of reach is answered."""

    name: str
    method: str
    roles: str
    foreign: str
    personal: str

    def admits(self, role: str | None) -> bool:
        """Tell whether the role gets in; None is a visitor who has not signed in."""
        return self.roles == "public" or (role is not None and (self.roles == "any" or role in self.roles.split()))


def read_table() -> list[Rule]:
    """Return the rows of access.csv in their order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Rule(**row) for row in csv.DictReader(file)]


# --- The world

# What an actor may read about a place within reach: a mark is followed by * (a masked resident), 社 (community),
# 网 (grid), 楼 (building), 活 (activity), 规 (cadence rule), 访 (visit plan), 愿 (wish), 问 or 稿 (a survey, asked or
# a draft), 表 (import), 账 (account), 组 (party organisation), 队 (team) or 班 (shift).
# The full name 云 of a resident is for nobody.
KINDS_SHOWN = {
    Role.PLATFORM_ADMIN: "社街区",
    Role.DISTRICT_ADMIN: "街账",
    Role.GRID_MEMBER: "*社网街楼活规访愿问账队班",
    Role.WORKER: "*社网街楼活规访愿问稿账组队班",  # the street asks surveys in its communities
    Role.STREET_OFFICER: "社网街楼活规问稿账组",  # an activity is named with who recorded it
    Role.DISTRICT_OFFICER: "社网街活规问稿账",
    Role.DATA_ADMIN: "*社网楼表账组",
    Role.SECURITY_ADMIN: "社账",
    Role.AUDITOR: "社账",  # an event says in which community it took place
    Role.BRANCH_SECRETARY: "*社网街楼活账组",
    Role.VOLUNTEER_COORDINATOR: "*社网街楼活账队班",
}

# What is about persons in another grid of the own community: whoever walks one grid only must not read it.
OTHER_GRID = "纛"


@dataclass
class Place:
    """A community, its grid, and one account, activity and import of it; whatever it holds is named with the mark."""

    mark: str
    community: Community
    grid: Grid
    account: User
    activity: Activity
    job: ResidentImport
    export: ResidentExport
    photo: int

    @property
    def residents(self) -> list[int]:
        """Keys of the people behind the doors of this place's grid."""
        people = Resident.objects.filter(grid=self.grid, household__isnull=False)
        return list(people.values_list("pk", flat=True))

    def list_rows(self) -> list[QuerySet]:
        """Return all that a request could change here."""
        here = self.community
        return [
            Activity.objects.filter(community=here),
            Participation.objects.filter(resident__community=here),
            CheckIn.objects.filter(activity__community=here),
            PersonalCode.objects.filter(resident__community=here),
            SignUp.objects.filter(activity__community=here),
            CadenceRule.objects.filter(community=here),
            CadenceNote.objects.filter(community=here),
            Visit.objects.filter(community=here),
            Need.objects.filter(visit__community=here),
            VisitPlan.objects.filter(community=here),
            FigureReport.objects.filter(community=here),
            PeriodClosing.objects.filter(street=here.street),
            Target.objects.filter(area_code=here.code),
            WallScreen.objects.filter(area_code=here.code),
            ActivityTemplate.objects.filter(community=here),
            Venue.objects.filter(community=here),
            Survey.objects.filter(community=here),
            SurveyVersion.objects.filter(survey__community=here),
            Wave.objects.filter(version__survey__community=here),
            Sample.objects.filter(wave__version__survey__community=here),
            CodeIssue.objects.filter(link__community=here),
            DeliveryReport.objects.filter(link__community=here),
            GridBoundary.objects.filter(grid__community=here),
            Resident.objects.filter(community=here),
            ResidentImport.objects.filter(street=here.street, community=here),
            ResidentExport.objects.filter(pk=self.export.pk),
            User.objects.filter(community=here),
            Grant.objects.filter(community=here),
            Organisation.objects.filter(community=here),
            OrganisationLink.objects.filter(organisation__community=here),
            Office.objects.filter(organisation__community=here),
            Member.objects.filter(resident__community=here),
            Membership.objects.filter(organisation__community=here),
            ServiceLink.objects.filter(member__resident__community=here),
            Meeting.objects.filter(organisation__community=here),
            MeetingRule.objects.filter(organisation__community=here),
            SlotExemption.objects.filter(organisation__community=here),
            AttendanceNote.objects.filter(meeting__organisation__community=here),
            ServicePost.objects.filter(organisation__community=here),
            PostClaim.objects.filter(post__organisation__community=here),
            PledgeItem.objects.filter(pledge__organisation__community=here),
            Volunteer.objects.filter(community=here),
            Team.objects.filter(community=here),
            TeamMember.objects.filter(team__community=here),
            Shift.objects.filter(activity__community=here),
            ShiftSignUp.objects.filter(need__shift__activity__community=here),
            ServiceRecord.objects.filter(volunteer__community=here),
            Certificate.objects.filter(volunteer__community=here),
            RecordEntry.objects.filter(volunteer__community=here),
        ]


class Freezer:
    """Tells whether anything in some places changed: one prepared statement, whatever their number."""

    numbers = count(1)

    def __init__(self, places: list[Place]) -> None:
        self.name = f"freeze_{next(self.numbers)}"
        queries = [rows.order_by().values_list().query for place in places for rows in place.list_rows()]
        with connection.cursor() as cursor:
            parts = [cursor.mogrify(*query.sql_with_params()).decode() for query in queries]
            digest = "md5(string_agg(t::text, '|' order by t::text))"
            sums = [f"select {number} as n, {digest} from ({part}) t" for number, part in enumerate(parts)]
            cursor.execute(f"prepare {self.name} as {' union all '.join(sums) or 'select 0'}")

    def read(self) -> list[Any]:
        """Return a digest of each table's rows."""
        with connection.cursor() as cursor:
            cursor.execute(f"execute {self.name}")
            return sorted(cursor.fetchall())


def make_place(register: Register, community: Community, mark: str) -> Place:
    """Fill a community; every name begins with the mark and a second character that tells what it names."""
    rename(community, f"{mark}社区")
    grid = make_grids(community, f"{mark}网格")[0]
    home = Household.objects.create(building=Building.objects.create(grid=grid, name=f"{mark}楼"), room="101")
    people = [register.resident(grid, name=f"{mark}云安", groups=["youth"]) for _number in range(6)]
    Resident.objects.filter(grid=grid).update(household=home)
    account = User.objects.create(username=f"{mark}账号", name=f"{mark}账号", role=Role.WORKER, community=community)
    fill_grants(community, account, mark)
    Appointment.objects.create(resident=people[0], grid=grid, post="party_household", since=date(2020, 1, 1))
    activity = register.activity(community, account, *people[:3], title=f"{mark}活动")
    plan = register.activity(
        community,
        account,
        title=f"{mark}活动",
        status="published",
        starts_at=timezone.now() + timedelta(days=9),
        sign_up_opens_at=timezone.now() - timedelta(days=9),
        sign_up_closes_at=timezone.now() + timedelta(days=8),
    )
    # The page from which somebody is called shows the whole name: this one looks like a mask, whole or masked.
    SignUp.objects.create(activity=plan, name=f"{mark}*安", phone_kept="1991234")
    job = ResidentImport.objects.create(
        street=community.street,
        community=community,
        by=account,
        file_name=f"{mark}表.xlsx",
        effective_date=LAST_WEEK,
        status=ResidentImport.Status.REHEARSED,
        is_complete=True,
        counts={"create": 1, "update": 1, "unchanged": 0, "refuse": 1, "review": 1, "skip": 0, "warn": 0},
        changes={"name": 1},
        layout=LAYOUT,
    )
    fill_import(job, grid, people)
    export = ResidentExport.objects.create(
        by=account,
        purpose=ResidentExport.Purpose.CHECK,
        filters={"area": community.street.code, "query": {}},
        status=ResidentExport.Status.DONE,
        content=encrypt_bytes(f"{mark}*安".encode(), purpose=FILE_PURPOSE),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    names = [[community.code, community.name]]
    AreaChange.objects.create(
        street=community.street,
        kind=AreaChange.Kind.MERGE_GRIDS,
        effective_date=date(2026, 1, 1),
        detail={"from": names, "to": names, "residents": 1, "grids": 1, "buildings": 1},
        by=account,
    )
    photo = add_photo(
        SimpleUploadedFile("photo.png", make_picture()),
        form_token=activity.client_token,
        client_id=uuid4(),
        consent="nobody",
        by=account,
    )
    join_photos(activity, by=account)
    CheckIn.objects.create(
        client_id=uuid4(),
        activity=activity,
        method="scanned",
        refusal="gone",
        resident=people[4],
        claimed_at=timezone.now(),
    )
    PersonalCode.objects.create(resident=people[0])
    fill_visits(home, people[5], account, mark)
    CadenceRule.objects.create(
        community=community, name=f"{mark}规则", every="month", starts_on=date(2020, 1, 1), created_by=account
    )
    venue = Venue.objects.create(community=community, name=f"{mark}楼上")
    ActivityTemplate.objects.create(
        community=community,
        name=f"{mark}活模板",
        title=f"{mark}活动",
        kind=activity.kind,
        starts_at=time(19),
        venue=venue,
        recurrence="weekly",
        weekdays=[2],
        created_by=account,
    )
    # Seen later than now: opening the screen then notes nothing, and a change of the row is a leak.
    WallScreen.objects.create(
        area_code=community.code,
        name=f"{mark}社大屏",
        token_digest=digest(f"wall-{community.pk}"),
        made_by=account,
        seen_at=timezone.now() + timedelta(hours=1),
    )
    now = timezone.now()
    TaskRun.objects.create(
        name="imports.tasks.undo_import", arguments=[community.pk], attempts=2, begun_at=now, parked_at=now
    )
    make_surveys(community, mark, account)
    make_party(community, mark, account, people, activity)
    make_volunteers(community, mark, account, people, activity)
    record("activity.log", by=account, target=activity, area_code=community.code)
    refresh_community(community.pk)
    PeriodClosing.objects.get_or_create(
        street=community.street,
        period=LAST_QUARTER.code,
        defaults={"as_of": timezone.now(), "closed_by": account, "code_version": "1", "fingerprint": "x"},
    )
    return Place(mark, community, grid, account, activity, job, export, photo.pk)


def fill_grants(community: Community, account: User, mark: str) -> None:
    """Give a place a colleague to whom work can be lent, and a grant that its street's administrator gave."""
    for number, role in enumerate([Role.GRID_MEMBER, Role.SECURITY_ADMIN]):
        area = {"community": community} if role == Role.GRID_MEMBER else {"street": community.street}
        User.objects.create(username=f"{mark}账号{number}", name=f"{mark}账号", role=role, **area)
    by, today = User.objects.get(username=f"{mark}账号1"), timezone.localdate()
    days = {"since": today, "until": today, "reason": Grant.Reason.LEAVE}
    Grant.objects.create(user=account, role=Role.VOLUNTEER_COORDINATOR, community=community, by=by, **days)


def describe_grant(place: Place) -> dict:
    """Return the fields that lend the grid member of this place a worker's role here."""
    today = f"{timezone.localdate():%F}"
    given = {"username": f"{place.mark}账号0", "role": Role.WORKER, "area": place.community.pk}
    return given | {"since": today, "until": today, "reason": "leave"}


def fill_visits(home: Household, resident: Resident, by: User, mark: str) -> None:
    """Give a home a plan that asks for it, and a visit with a promise and a wish."""
    kind, today = visit_kinds()[0], timezone.localdate()
    VisitPlan.objects.create(
        community=home.building.grid.community, name=f"{mark}访", kind=kind, starts_on=LAST_WEEK, created_by=by
    )
    log_visit(
        Visit(household=home, kind=kind, outcome="follow_up", visited_at=timezone.now(), follow_up_on=today),
        residents=[resident],
        need=Need(kind=NeedKind.objects.first(), wish=f"{mark}愿", due_on=today),
        token=uuid4(),
        by=by,
    )


def fill_import(job: ResidentImport, grid: Grid, people: list[Resident]) -> None:
    """Give an import a row that changes somebody, one under review, a message, and somebody whom its list misses."""
    row = {
        "sheet": "居民",
        "row": 2,
        "grid_id": grid.pk,
        "name": people[0].name,
        "birth_date": people[0].birth_date,
        "sex": 1,
    }
    StagedRow.objects.create(
        resident_import=job,
        position=1,
        outcome="update",
        resident_id=people[1].pk,
        changes=["name", "grid", "door"],
        **row,
    )
    StagedRow.objects.create(
        resident_import=job,
        position=2,
        outcome="review",
        resident_id=people[0].pk,
        community_id=grid.community_id,
        **row,
    )
    ImportReview.objects.create(resident_import=job, position=2, kind="similar", candidates=[people[0].pk])
    ImportMessage.objects.create(
        resident_import=job, sheet="居民", row=3, column="C", severity="refuse", code="grid_unknown", detail=grid.name
    )
    ImportMissing.objects.create(resident_import=job, resident=people[2])


def rename(area: Area, name: str) -> None:
    """Give an area a name with its mark."""
    area.name = name
    area.save()


@dataclass
class World:
    """Own community, its sibling in the street, one of another street, one of another district."""

    own: Place
    sibling: Place
    foreign: Place
    remote: Place

    @property
    def places(self) -> list[Place]:
        """All four."""
        return [self.own, self.sibling, self.foreign, self.remote]

    def reach_of(self, actor: str) -> list[Place]:
        """Return the places whose rows the actor may meet, said once more without User.communities()."""
        if actor == "anonymous":
            return []
        if actor == Role.PLATFORM_ADMIN:
            return []
        if actor in (Role.WORKER, Role.GRID_MEMBER, Role.BRANCH_SECRETARY, Role.VOLUNTEER_COORDINATOR, "outsider"):
            return [self.foreign if actor == "outsider" else self.own]
        return self.places[: 3 if actor in (Role.DISTRICT_OFFICER, Role.DISTRICT_ADMIN) else 2]

    def find_leaks(self, text: str, actor: str) -> set[str]:
        """Return the marked words and area codes in a text that the actor may not read."""
        # Who sets up areas reads the names of all, and nothing else of any.
        reach = self.places if actor == Role.PLATFORM_ADMIN else self.reach_of(actor)
        allowed = {place.mark + kind for place in reach for kind in KINDS_SHOWN.get(role_of(actor), "")}
        if self.own in reach and actor != Role.GRID_MEMBER:
            allowed |= {OTHER_GRID + kind for kind in KINDS_SHOWN.get(role_of(actor), "")}
        hidden = [place.community.code for place in self.places if place not in reach]
        return set(re.findall(f"[龘靐齉爨{OTHER_GRID}].", text)) - allowed | {code for code in hidden if code in text}


def role_of(actor: str) -> str | None:
    """Return the actor's role; None for a visitor who has not signed in."""
    return {"outsider": Role.WORKER, "anonymous": None}.get(actor, actor)


def make_world(register: Register, own: Community, sibling: Community, foreign: Community, remote: Community) -> World:
    """Fill the four communities; street and district of the last two bear their mark as well."""
    rename(foreign.street, "齉街道")
    rename(remote.street, "爨街道")
    rename(remote.street.district, "爨区")
    communities = {"龘": own, "靐": sibling, "齉": foreign, "爨": remote}
    world = World(*(make_place(register, community, mark) for mark, community in communities.items()))
    fill_other_grid(register, world.own)
    for place in world.places:
        add_child(register, place)
        find_request(place)
    # Somebody who took part here and then moved away: where to is no business of the old community.
    moved = register.resident(world.foreign.grid, name="欧阳远")
    Resident.objects.filter(pk=moved.pk).update(household=Household.objects.get(building__grid=world.foreign.grid))
    Participation.objects.create(activity=world.own.activity, resident=moved, grid=world.own.grid)
    return world


def fill_other_grid(register: Register, place: Place) -> None:
    """Let people live in another grid of the place, who took part, were visited and wait at the door."""
    grid, today = make_grids(place.community, "另一网格")[0], timezone.localdate()
    home = Household.objects.create(building=Building.objects.create(grid=grid, name=f"{OTHER_GRID}楼"), room="202")
    people = [register.resident(grid, name=f"{OTHER_GRID}云安", groups=["youth"]) for _number in range(3)]
    Resident.objects.filter(grid=grid).update(household=home)
    Participation.objects.create(activity=place.activity, resident=people[0], grid=grid)
    log_visit(
        Visit(
            household=home,
            kind=visit_kinds()[0],
            outcome="follow_up",
            visited_at=timezone.now(),
            follow_up_on=LAST_WEEK,
        ),
        residents=people[:1],
        need=Need(kind=NeedKind.objects.first(), wish=f"{OTHER_GRID}愿", due_on=today),
        token=uuid4(),
        by=place.account,
    )
    entry = {"activity": place.activity, "method": "scanned", "resident": people[1], "claimed_at": timezone.now()}
    CheckIn.objects.create(client_id=uuid4(), refusal="gone", **entry)
    refresh_community(place.community.pk)


# --- The requests

# An object of a place for every argument of every app; an argument that is missing here fails the build.
# Where the argument of one address means something else than elsewhere in its app, the address stands for the app.
OBJECTS: dict[tuple[str, str], Callable[[Place], Any]] = {
    ("accounts", "pk"): lambda place: place.account.pk,
    ("accounts", "event"): lambda place: AuditEvent.objects.filter(area_code=place.community.code).earliest("pk").pk,
    ("accounts", "grant"): lambda place: place.account.grants.get().pk,
    ("accounts", "code"): lambda place: place.community.street.code,
    ("activities", "pk"): lambda place: place.activity.pk,
    ("activities", "check_in"): lambda place: place.activity.check_ins.earliest("pk").pk,
    ("activities", "code"): lambda place: "1-x",  # a good one lets everybody in, whoever it is
    ("activities:feed", "token"): lambda place: make_feed_token(place.community),
    ("activities", "form_token"): lambda place: place.activity.client_token,
    ("activities", "photo"): lambda place: place.photo,
    ("activities", "public_id"): lambda place: find_plan(place).public_id,
    ("activities", "resident"): lambda place: min(place.residents),
    ("activities", "sign_up"): lambda place: find_plan(place).sign_ups.get().pk,
    ("activities", "template"): lambda place: place.community.templates.get().pk,
    ("activities", "ticket"): lambda place: make_ticket(find_plan(place).sign_ups.get().pk),
    ("activities", "token"): lambda place: "x:y",
    ("activities:plan-edit", "pk"): lambda place: find_plan(place).pk,
    ("activities:sign-ups", "pk"): lambda place: find_plan(place).pk,
    ("admin", "app_label"): lambda place: "grids",
    ("admin:activities_activitykind_change", "object_id"): lambda place: place.activity.kind_id,
    ("admin:activities_programme_change", "object_id"): lambda place: Programme.objects.earliest("pk").pk,
    ("admin:activities_theme_change", "object_id"): lambda place: Theme.objects.earliest("pk").pk,
    ("admin:communities_venue_change", "object_id"): lambda place: place.community.venues.get().pk,
    ("admin:grids_building_change", "object_id"): lambda place: Building.objects.get(grid=place.grid).pk,
    ("admin:grids_grid_change", "object_id"): lambda place: place.grid.pk,
    ("admin:grids_populationgroup_change", "object_id"): lambda place: PopulationGroup.objects.get(code="youth").pk,
    ("admin:visits_needkind_change", "object_id"): lambda place: NeedKind.objects.earliest("pk").pk,
    ("admin:visits_visititem_change", "object_id"): lambda place: VisitItem.objects.earliest("pk").pk,
    ("cadence", "community"): lambda place: place.community.pk,
    ("cadence", "rule"): lambda place: place.community.cadence_rules.get().pk,
    ("cadence", "start"): lambda place: find_span("month", LAST_MONTH).start,
    ("dashboards", "code"): lambda place: place.community.code,
    ("dashboards:gap-activity", "code"): lambda place: place.grid.code,
    ("dashboards:gap-activity", "grouping"): lambda place: "youth",
    ("dashboards:gap-activity", "period"): lambda place: THIS_QUARTER.code,
    ("dashboards:gap-visits", "code"): lambda place: place.grid.code,
    ("dashboards:gap-visits", "grouping"): lambda place: "youth",
    ("dashboards:gap-visits", "period"): lambda place: THIS_QUARTER.code,
    ("dashboards:file", "kind"): lambda place: "csv",
    ("dashboards:file", "page"): lambda place: "brief",
    ("dashboards:file", "table"): lambda place: "headlines",
    ("dashboards", "page"): lambda place: "overview",
    ("dashboards", "wave"): lambda place: find_ended(place.community).pk,
    ("dashboards:survey-file", "kind"): lambda place: "csv",
    ("dashboards:survey-file", "page"): lambda place: "compare",
    ("dashboards:survey-file", "table"): lambda place: "communities",
    ("dashboards:wall-revoke", "wall"): lambda place: WallScreen.objects.get(area_code=place.community.code).pk,
    ("dashboards:quality-people", "check"): lambda place: "without-door",
    ("dashboards:quality-rows", "check"): lambda place: "empty-grids",
    ("dashboards:doors", "code"): lambda place: place.grid.code,
    ("grids", "change"): lambda place: AreaChange.objects.filter(by=place.account).latest("pk").pk,
    ("grids", "community"): lambda place: place.community.pk,
    ("grids", "appointment"): lambda place: Appointment.objects.get(grid=place.grid, user=None).pk,
    ("grids", "export"): lambda place: place.export.pk,
    ("grids", "grid"): lambda place: place.grid.pk,
    ("grids", "group"): lambda place: PopulationGroup.objects.get(code="youth").pk,
    ("grids", "household"): lambda place: Household.objects.get(building__grid=place.grid).pk,
    ("grids", "other"): lambda place: max(place.residents),
    ("grids", "resident"): lambda place: min(place.residents),
    ("imports", "pk"): lambda place: place.job.pk,
    ("imports", "review"): lambda place: place.job.reviews.get().pk,
    ("indicators", "code"): lambda place: place.community.code,
    ("indicators", "id"): lambda place: "S0-20",
    ("operations", "run"): lambda place: TaskRun.objects.get(arguments=[place.community.pk]).pk,
    ("indicators", "period"): lambda place: LAST_QUARTER.code,
    ("indicators", "side"): lambda place: "denominator",
    ("indicators", "year"): lambda place: timezone.localdate().year,
    ("indicators:behind", "id"): lambda place: "S0-21",
    ("indicators:close", "code"): lambda place: place.community.street.code,
    ("indicators:close", "period"): lambda place: LAST_YEAR.code,
    ("indicators:report", "community"): lambda place: place.community.code,
    ("indicators:report", "term"): lambda place: LAST_QUARTER.code,
    ("indicators", "parked"): lambda place: place.community.pk,
    ("party", "organisation"): lambda place: Organisation.objects.get(community=place.community, kind="branch").pk,
    ("party", "member"): lambda place: find_member(place).pk,
    ("party", "pledge"): lambda place: Pledge.objects.get(organisation__community=place.community).pk,
    ("party", "year"): lambda place: LAST_WEEK.year,
    ("pledge", "token"): lambda place: "1~x",  # a good one shows what members agreed to, whoever it is
    ("party", "post"): lambda place: ServicePost.objects.get(organisation__community=place.community).pk,
    ("party", "claim"): lambda place: find_member(place).post_claims.get().pk,
    ("party:make-up", "member"): lambda place: find_absent(place).pk,
    ("party", "meeting"): lambda place: place.activity.pk,
    ("party", "rule"): lambda place: MeetingRule.objects.get(organisation__community=place.community).pk,
    ("party", "kind"): lambda place: "party_day",
    ("party", "start"): lambda place: LAST_MONTH.replace(day=1),
    ("party:slot-exempt", "start"): lambda place: (FIRST_OF_MONTH + timedelta(days=32)).replace(day=1),
    ("party", "exemption"): lambda place: Exemption.objects.get(member__resident__community=place.community).pk,
    ("party", "registration"): lambda place: Registration.objects.get(organisation__community=place.community).pk,
    ("party:service-link-end", "link"): lambda place: find_member(place).service_links.earliest("pk").pk,
    ("party", "area_link"): lambda place: OrganisationLink.objects.get(building__grid=place.grid).pk,
    ("party", "office"): lambda place: Office.objects.get(organisation__community=place.community, user=None).pk,
    ("party:office-member", "office"): lambda place: find_secretary(place).pk,
    ("party:secretary-end", "office"): lambda place: find_secretary(place).pk,
    ("surveys", "survey"): lambda place: find_survey(place.community).pk,
    ("surveys", "section"): lambda place: "about",
    ("surveys", "question"): lambda place: "joined",
    ("answer", "public_id"): lambda place: find_link(place.community).public_id,
    ("answer:results", "public_id"): lambda place: find_ended(place.community).links.get().public_id,
    ("answer", "token"): lambda place: make_kiosk_token(find_link(place.community)),
    ("surveys", "link"): lambda place: find_link(place.community).pk,
    ("surveys:paper", "pk"): lambda place: find_link(place.community).pk,
    ("surveys:paper-entry", "pk"): lambda place: find_link(place.community).pk,
    ("surveys:paper-settle", "pk"): lambda place: find_link(place.community).pk,
    ("surveys:paper-settle", "number"): lambda place: 1,
    ("surveys:paper-take-in", "pk"): lambda place: find_link(place.community).pk,
    ("surveys:named", "pk"): lambda place: find_named(place.community).link_id,
    ("surveys", "sheet"): lambda place: find_link(place.community).sheets.first().pk,
    ("surveys", "wave"): lambda place: find_wave(place.community).pk,
    ("surveys:export", "wave"): lambda place: find_streets(place.community).pk,
    ("surveys:sample", "wave"): lambda place: find_coded(place.community).pk,
    ("surveys:wave-edit", "wave"): lambda place: find_coded(place.community).pk,
    ("surveys:cards", "link"): lambda place: find_coded(place.community).links.get().pk,
    ("surveys:delivery", "link"): lambda place: find_coded(place.community).links.get().pk,
    ("surveys:delivery-report", "link"): lambda place: find_coded(place.community).links.get().pk,
    ("surveys", "named"): lambda place: find_named(place.community).pk,
    ("visits", "household"): lambda place: Household.objects.get(building__grid=place.grid).pk,
    ("visits", "need"): lambda place: Need.objects.get(visit__household__building__grid=place.grid).pk,
    ("visits", "plan"): lambda place: VisitPlan.objects.get(community=place.community).pk,
    ("visits", "visit"): lambda place: Visit.objects.get(household__building__grid=place.grid).pk,
    ("grids:consent", "resident"): lambda place: find_child(place).pk,
    ("privacy", "case"): lambda place: find_request(place).pk,
    ("privacy", "resident"): lambda place: min(place.residents),
    ("volunteer", "token"): lambda place: make_apply_token(place.community),
    ("volunteer", "public_id"): lambda place: find_shift(place).public_id,
    ("volunteer", "ticket"): lambda place: make_ticket(NOBODY, purpose=SHIFT_TICKET),  # a good one lets everybody in
    ("volunteers", "shift"): lambda place: find_shift(place).pk,
    ("volunteers", "need"): lambda place: find_shift(place).needs.get().pk,
    ("volunteers", "sign_up"): lambda place: find_wish(place).pk,
    ("volunteers", "record"): lambda place: ServiceRecord.objects.get(volunteer__community=place.community).pk,
    ("volunteers:shift-add", "activity"): lambda place: find_plan(place).pk,
    ("volunteers", "team"): lambda place: Team.objects.get(community=place.community).pk,
    ("volunteers", "member"): lambda place: TeamMember.objects.get(team__community=place.community).pk,
    ("volunteers", "activity"): lambda place: place.activity.pk,
    ("volunteers", "volunteer"): lambda place: find_helper(place).pk,
    ("admin:volunteers_freetime_change", "object_id"): lambda place: FreeTime.objects.earliest("pk").pk,
    ("admin:volunteers_servicefield_change", "object_id"): lambda place: ServiceField.objects.earliest("pk").pk,
    ("admin:volunteers_skill_change", "object_id"): lambda place: Skill.objects.earliest("pk").pk,
    ("volunteers", "certificate"): lambda place: Certificate.objects.get(volunteer__community=place.community).pk,
    ("volunteers", "entry"): lambda place: find_helper(place).entries.get().pk,
    ("volunteer", "code"): lambda place: Certificate.objects.get(volunteer__community=place.community).code,
    ("volunteers:decide", "volunteer"): lambda place: Volunteer.objects.applied().get(community=place.community).pk,
    ("wall", "token"): lambda place: f"wall-{place.community.pk}",
}


def add_child(register: Register, place: Place) -> None:
    """Let a child live at the place."""
    register.resident(place.grid, name=f"{place.mark}云安", born=LAST_WEEK - timedelta(days=3000))


def find_child(place: Place) -> Resident:
    """Return the child of this place, who lives behind no door: so nobody else's form means it."""
    return Resident.objects.get(grid=place.grid, household=None)


def find_request(place: Place) -> SubjectRequest:
    """Return what somebody of this place asked about the own data; it is noted when it is first wanted."""
    asked = SubjectRequest.objects.filter(community=place.community).first()
    return asked or SubjectRequest.objects.create(
        community=place.community,
        resident_id=min(place.residents),
        kind=SubjectRequest.Kind.SHOW,
        asker=SubjectRequest.Asker.SELF,
        asked_on=LAST_WEEK,
        by=place.account,
    )


def find_plan(place: Place) -> Activity:
    """Return the activity of the place that is still to be held; it takes sign-ups, and is not for everybody."""
    return Activity.objects.get(community=place.community, status="published")


def find_secretary(place: Place) -> Office:
    """Return the post of the secretary of the place's branch."""
    return Office.objects.get(organisation__community=place.community, post="secretary")


def find_member(place: Place) -> Member:
    """Return the first member of the place's branch: the one with a home to look after."""
    return Member.objects.filter(resident__community=place.community).earliest("pk")


def find_absent(place: Place) -> Member:
    """Return a member of this place's branch who was not at its meeting."""
    came = Participation.objects.filter(activity=place.activity).values("resident")
    return Member.objects.filter(resident__community=place.community).exclude(resident__in=came).earliest("pk")


def find_helper(place: Place) -> Volunteer:
    """Return the registered volunteer of the place, who leads its team."""
    return Volunteer.objects.available().get(community=place.community)


def find_shift(place: Place) -> Shift:
    """Return the shift of the place, which is still to come and has a place left."""
    return Shift.objects.get(activity__community=place.community)


def find_wish(place: Place) -> ShiftSignUp:
    """Return the sign-up of the place's volunteer for its shift."""
    return ShiftSignUp.objects.get(need__shift=find_shift(place))


def key_of(name: str, argument: str) -> tuple[str, str]:
    """Return the key in OBJECTS for an argument of an address."""
    return (name, argument) if (name, argument) in OBJECTS else (name.partition(":")[0], argument)


def describe_account(place: Place) -> dict:
    """Return the fields of a worker's account in this place."""
    return {
        "username": "new-worker",
        "name": "新来的",
        "role": Role.WORKER,
        "community": place.community.pk,
        "password": "correct horse battery",
        "is_active": "on",
    }


def describe_activity(place: Place) -> dict:
    """Return the fields of an activity in which the people of this place took part."""
    return {
        "kind": place.activity.kind_id,
        "starts_at": f"{LAST_WEEK}T10:00",
        "mode": "in_person",
        "origin": "own",
        "heads": 8,
        "version": place.activity.version,
        "token": "5f0c2c0e-0000-4000-8000-000000000001",
        "residents": place.residents,
    }


def describe_rule(place: Place) -> dict:
    """Return the fields of a cadence rule."""
    return {
        "name": f"{place.mark}规则",
        "every": "month",
        "per": "community",
        "times": 1,
        "grace_days": 9,
        "starts_on": "2026-01-01",
    }


def describe_verification(place: Place) -> dict:
    """Return the fields that verify the activity of this place as it is."""
    return {"activity": place.activity.pk, f"seen-{place.activity.pk}": place.activity.version}


def describe_caller(place: Place) -> dict:
    """Return the fields that sign up a resident of this place who called."""
    return {"source": "phone", "resident": max(place.residents)}


def describe_photo(place: Place) -> dict:
    """Return a photo for the form of this place's activity."""
    token = str(place.activity.client_token)
    file = SimpleUploadedFile("photo.png", make_picture())
    return {"form_token": token, "client_id": str(uuid4()), "consent": "agreed", "photo": file}


def describe_check_ins(place: Place) -> dict:
    """Return a batch that checks the people of this place in."""
    now = timezone.now().isoformat()
    common = {"at": now, "activity": place.activity.pk}
    return {"entries": json.dumps([{"id": str(uuid4()), "resident": key, **common} for key in place.residents])}


def describe_shift(place: Place) -> dict:
    """Return the fields of a shift that lasts as long as the planned activity of this place."""
    plan = find_plan(place)
    times = {name: f"{timezone.localtime(getattr(plan, name)):%Y-%m-%dT%H:%M:%S}" for name in ("starts_at", "ends_at")}
    rows = {"needs-TOTAL_FORMS": 1, "needs-INITIAL_FORMS": 0, "needs-0-skill": "", "needs-0-number": 2}
    own = {"kind": ActivityKind.objects.get(name="志愿服务").pk, "token": "5f0c2c0e-0000-4000-8000-000000000007"}
    return times | rows | own | {"title": "搬运组", "place": "门口"}


def describe_hours(place: Place) -> dict:
    """Return the fields of hours of this place's volunteer, the day before its activity."""
    begin = timezone.localtime(place.activity.starts_at) - timedelta(hours=23)
    times = {"starts_at": f"{begin:%Y-%m-%dT%H:%M}", "ends_at": f"{begin + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    return times | {"activity": place.activity.pk, "person": f"v{find_helper(place).pk}"}


def building_of(place: Place) -> dict:
    """Return the building of this place."""
    return {"building": Building.objects.get(grid=place.grid).pk}


def describe_visit(place: Place) -> dict:
    """Return the fields of a visit in which the people of this place were met."""
    return {
        "outcome": "done",
        "residents": place.residents,
        "visited_at": f"{LAST_WEEK}T10:00",
        "wish": "修灯",
        "need_kind": NeedKind.objects.earliest("pk").pk,
        "token": "5f0c2c0e-0000-4000-8000-000000000002",
    }


def describe_visit_plan(place: Place) -> dict:
    """Return the fields of a plan of visits in this place's grid."""
    return {
        "name": "新的计划",
        "kind": visit_kinds()[0].pk,
        "grids": [place.grid.pk],
        "interval": "30",
        "starts_on": LAST_WEEK,
        "token": "5f0c2c0e-0000-4000-8000-000000000003",
    }


def describe_party_entry(place: Place) -> dict:
    """Return the fields that take somebody of this place into a branch, or register him with it."""
    return {
        "resident": max(place.residents),
        "begin": "listed",
        "standing": "full",
        "since": LAST_WEEK,
        "unit": "某局机关党委",
    }


def describe_cadre(place: Place) -> dict:
    """Return the fields that let this place's account look after its building."""
    return {"user": place.account.pk, "building": Building.objects.get(grid=place.grid).pk, "since": LAST_WEEK}


def describe_plan(place: Place) -> dict:
    """Return the fields of a plan at the venue of this place, for its people."""
    return {
        "kind": place.activity.kind_id,
        "starts_at": f"{timezone.localdate() + timedelta(days=20)}T10:00",
        "venue": place.community.venues.get().pk,
        "responsible": place.account.pk,
        "target_grids": [place.grid.pk],
        "mode": "in_person",
        "origin": "own",
        "version": 1,
        "token": "5f0c2c0e-0000-4000-8000-000000000002",
        "quotas-TOTAL_FORMS": 0,
        "quotas-INITIAL_FORMS": 0,
    }


def describe_template(place: Place) -> dict:
    """Return the fields of a template at the venue of this place."""
    weekly = {"recurrence": "weekly", "weekdays": [3], "minutes": 60, "is_active": "on"}
    return describe_plan(place) | {"name": "新模板", "starts_at": "10:00"} | weekly


def describe_upload(place: Place) -> dict:
    """Return the fields of an import for this place."""
    file = SimpleUploadedFile("list.xlsx", WORKBOOK)
    return {"file": file, "community": place.community.pk, "effective_date": LAST_WEEK}


def describe_export(place: Place) -> dict:
    """Return the fields of an export."""
    return {"purpose": "visit", "format": "xlsx", "is_masked": "on"}


def describe_newcomer(place: Place) -> dict:
    """Return the fields of somebody who moves into this place."""
    return {"name": "新来", "sex": 2, "birth_date": "1990-01-01", "grid": place.grid.pk, "since": LAST_WEEK}


def describe_holder(place: Place) -> dict:
    """Return the fields of a post that a resident of this place takes up."""
    return {"post": "unit_head", "resident": max(place.residents), "since": LAST_WEEK}


def describe_merge(place: Place) -> dict:
    """Return the fields that make one community of all in this place's street, once previewed."""
    pair = list(Community.objects.filter(street=place.community.street).order_by("pk").values_list("pk", flat=True))
    fields = {"areas": pair, "into": pair[0], "name": "", "code": "", "day": LAST_WEEK}
    if len(pair) > 1:
        plan = plan_community_merge(communities=pair, into=pair[0], code="", name="", day=LAST_WEEK)
        fields["seen"] = plan.fingerprint
    return fields


def describe_group(code: str, day: str) -> Callable[[Place], dict]:
    """Return what makes the fields of joining or leaving a group last week."""
    return lambda place: {"group": PopulationGroup.objects.get(code=code).pk, day: LAST_WEEK}


def describe_report(place: Place) -> dict:
    """Return the fields of the numbers that this place reports for the last quarter."""
    return {"S2-002": 7, "version": 0, "token": "5f0c2c0e-0000-4000-8000-000000000004"}


def describe_numbers(place: Place) -> dict:
    """Return a workbook of numbers with a column for this place."""
    return {"file": SimpleUploadedFile("numbers.xlsx", write_template(LAST_QUARTER, [place.community]))}


def describe_post(place: Place) -> dict:
    """Return the fields of a post for party members."""
    return {"name": "新的岗位", "duty": "看看楼道", "places": 5, "opened_on": "2019-01-01"}


def describe_post_holder(place: Place) -> dict:
    """Return the fields with which another member of this place's branch takes a post."""
    other = Member.objects.filter(resident__community=place.community, post_claims=None).earliest("pk")
    return {"holder": f"m{other.pk}", "since": LAST_WEEK}


def describe_roster(place: Place) -> dict:
    """Return a roster that names somebody of this place and its branch."""
    row = (f"{place.mark}云安", "19912345678", f"{place.mark}组")
    content = make_workbook([row], headings=("姓名", "手机号", "党支部"))
    return {"file": SimpleUploadedFile("roster.xlsx", content), "since": LAST_WEEK}


def describe_wall(place: Place) -> dict:
    """Return the fields that make a wall screen about this place."""
    token = signing.dumps(make_token(), salt=SALT)
    return {"area_code": place.community.code, "name": "大屏", "seconds": 20, "token": token}


def describe_boundaries(place: Place) -> dict:
    """Return a file with a boundary for the grid of this place."""
    ring = [[0, 0], [0.01, 0], [0.01, 0.01], [0, 0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    entry = {"type": "Feature", "properties": {"code": place.grid.code}, "geometry": geometry}
    content = json.dumps({"type": "FeatureCollection", "features": [entry]}).encode()
    return {"file": SimpleUploadedFile("grids.geojson", content)}


def describe_attendance(place: Place) -> dict:
    """Return the fields of the form of attendance as this place's meeting stands."""
    meeting = Meeting.objects.get(pk=place.activity.pk)
    states = read_states(read_rosters([meeting])[meeting.pk])
    return {f"{name}-{key}": state for key, state in states.items() for name in ("came", "was")}


def describe_pledge(place: Place) -> dict:
    """Return the form of a pledge."""
    others = Member.objects.filter(memberships__organisation__community=place.community, pledges=None)
    return {
        "member": others.earliest("pk").pk,
        "year": LAST_WEEK.year,
        "text_0": "每月陪读一次",
        "signed_on": LAST_WEEK,
    }


def describe_meeting(place: Place) -> dict:
    """Return the fields of a meeting of this month, at the venue of this place."""
    moment = timezone.localtime() - timedelta(minutes=1)
    when = {"kind": "party_day", "start": moment.date().replace(day=1), "starts_at": f"{moment:%Y-%m-%dT%H:%M}"}
    venue = place.community.venues.get().pk
    return when | {"title": "主题党日", "venue": venue, "token": "5f0c2c0e-0000-4000-8000-000000000007"}


def describe_survey(place: Place) -> dict:
    """Return the fields of a new survey."""
    return {"title": "新调查", "start": "feedback", "token": "5f0c2c0e-0000-4000-8000-000000000009"}


def describe_question(place: Place) -> dict:
    """Return the fields of a question for the survey of this place."""
    seen = make_seen(find_survey(place.community))
    return {"kind": "text", "text": "您想问什么", "section": "thoughts", "seen": seen}


def describe_section(place: Place) -> dict:
    """Return the fields of a section for the survey of this place."""
    return {"title": "新部分", "seen": make_seen(find_survey(place.community))}


def describe_wave(place: Place) -> dict:
    """Return the fields of a wave in the weeks to come."""
    today = timezone.localdate()
    days = {"opens_on": today + timedelta(days=8), "closes_on": today + timedelta(days=20)}
    kept = {"mode": "anonymous", "release": "closing", "k": 10, "grouping": "all", "needs_code": "on"}
    return days | kept | {"name": "新的一轮", "token": str(uuid4())}


def describe_link(place: Place) -> dict:
    """Return the fields that link the branch of this place to its grid."""
    return {"organisation": find_secretary(place).organisation_id, "place": f"grid-{place.grid.pk}", "since": LAST_WEEK}


def describe_office(place: Place) -> dict:
    """Return the fields that give a member of this place's branch a post."""
    return {"post": "publicity", "member": find_member(place).pk, "since": LAST_WEEK}


def describe_organisation(place: Place) -> dict:
    """Return the fields of a new branch in this place."""
    return {"kind": "branch", "name": "新支部", "community": place.community.pk, "founded_on": LAST_WEEK}


def describe_volunteer(place: Place) -> dict:
    """Return the fields of a resident of this place who becomes a volunteer."""
    return {"resident": max(place.residents), "token": "5f0c2c0e-0000-4000-8000-000000000007"}


def describe_team(place: Place) -> dict:
    """Return the fields of a team."""
    return {"kind": "team", "name": "新的队伍", "filed_on": LAST_WEEK}


def send_nothing(place: Place) -> dict:
    """An empty query or form."""
    return {}


# What an address reads, in its query or its form: one more request each, about every place.
SENDS: dict[tuple[str, str], list[Callable[[Place], dict]]] = {
    ("accounts:create", "POST"): [send_nothing, describe_account],
    ("accounts:edit", "POST"): [send_nothing, describe_account],
    ("accounts:grant-give", "POST"): [send_nothing, describe_grant],
    ("accounts:grant-lend", "POST"): [send_nothing, describe_grant],
    ("accounts:login", "POST"): [lambda place: {"username": place.account.username, "password": "wrong"}],
    ("admin:activities_theme_add", "POST"): [
        send_nothing,
        lambda place: {"name": "邻里节", "is_active": "on", "position": 9},
    ],
    ("admin:communities_venue_add", "POST"): [
        send_nothing,
        lambda place: {"community": place.community.pk, "name": "小广场", "is_active": "on"} | NO_HOURS,
    ],
    ("admin:grids_building_add", "POST"): [
        send_nothing,
        lambda place: {"grid": place.grid.pk, "name": "9号楼"},
    ],
    ("admin:grids_grid_add", "POST"): [
        send_nothing,
        lambda place: {"community": place.community.pk, "code": f"{place.community.code}999", "name": "新网格"},
    ],
    ("admin:grids_grid_change", "POST"): [send_nothing, lambda place: {"name": "新网格"}],
    ("activities:cancel", "POST"): [send_nothing, lambda place: {"reason": "重复登记"}],
    ("activities:check-in-settle", "GET"): [send_nothing, lambda place: {"q": f"{place.mark}云"}],
    ("activities:check-in-settle", "POST"): [
        send_nothing,
        lambda place: {"decision": "resident", "resident": max(place.residents)},
        lambda place: {"decision": "dismiss"},
    ],
    ("activities:check-in-sync", "POST"): [send_nothing, describe_check_ins],
    ("activities:code-cards", "GET"): [send_nothing, building_of],
    ("activities:codes", "GET"): [send_nothing, building_of],
    ("activities:codes-issue", "POST"): [send_nothing, building_of],
    ("activities:edit", "POST"): [send_nothing, describe_activity],
    ("activities:list", "GET"): [
        send_nothing,
        lambda place: {"community": place.community.pk, "responsible": place.account.pk, "category": "all"},
        lambda place: {"q": f"{place.mark}活"},
    ],
    ("activities:export", "GET"): [lambda place: {"community": place.community.pk, "format": "csv"}],
    ("activities:log", "POST"): [send_nothing, describe_activity],
    ("activities:match", "POST"): [send_nothing, lambda place: {"names": f"{place.mark}云安"}],
    ("activities:photo-add", "POST"): [send_nothing, describe_photo],
    ("activities:calendar", "GET"): [send_nothing, lambda place: {"community": place.community.pk}],
    ("cadence:note", "POST"): [send_nothing, lambda place: {"kind": "exempt", "reason": "停电"}],
    ("cadence:rule-add", "POST"): [send_nothing, describe_rule],
    ("cadence:rule-edit", "POST"): [send_nothing, describe_rule],
    ("cadence:slots", "GET"): [send_nothing, lambda place: {"community": place.community.pk}],
    ("activities:copy", "POST"): [send_nothing, describe_plan],
    ("activities:plan", "GET"): [send_nothing, lambda place: {"day": "2031-05-06"}],
    ("activities:plan", "POST"): [send_nothing, describe_plan],
    ("activities:plan-edit", "POST"): [send_nothing, describe_plan],
    ("activities:return", "POST"): [send_nothing, lambda place: {"reason": "请核对人数"}],
    ("activities:template-add", "POST"): [send_nothing, describe_template],
    ("activities:template-edit", "POST"): [send_nothing, describe_template],
    ("activities:verify", "POST"): [send_nothing, lambda place: {"version": 1}],
    ("activities:review", "POST"): [send_nothing, describe_verification],
    ("activities:send-back", "POST"): [send_nothing, lambda place: {"why": "names", "words": ""}],
    ("activities:sign-ups", "POST"): [send_nothing, describe_caller],
    ("activities:sign-up", "POST"): [lambda place: {"name": "张建国", "phone": "19912345678"}],
    ("activities:rate", "POST"): [lambda place: {"useful": "yes", "well_run": "yes", "wish": "same"}],
    ("activities:poster", "GET"): [send_nothing, lambda place: {"paper": "handbill"}],
    ("activities:picker", "GET"): [lambda place: {"grid": place.grid.pk}, lambda place: {"q": f"{place.mark}云"}],
    ("dashboards:walls", "POST"): [send_nothing, describe_wall],
    ("grids:export_new", "GET"): [
        send_nothing,
        lambda place: {"grid": place.grid.pk},
        lambda place: {"q": f"{place.mark}云"},
    ],
    ("grids:export_new", "POST"): [send_nothing, describe_export],
    ("grids:add", "POST"): [send_nothing, describe_newcomer],
    ("grids:appoint", "POST"): [send_nothing, describe_holder],
    ("grids:boundary_upload", "POST"): [send_nothing, describe_boundaries],
    ("grids:buildings", "GET"): [send_nothing, lambda place: {"grid": place.grid.pk}],
    ("grids:choose", "GET"): [send_nothing, lambda place: {"q": f"{place.mark}云"}],
    ("grids:consent", "POST"): [
        send_nothing,
        lambda place: {"guardian": "parent", "form": "paper", "given_on": LAST_WEEK},
    ],
    ("privacy:subject", "POST"): [
        send_nothing,
        lambda place: {"kind": "correct", "asker": "self", "asked_on": LAST_WEEK},
    ],
    ("grids:create_grid", "POST"): [send_nothing, lambda place: {"name": "新网格", "valid_from": LAST_WEEK}],
    ("grids:edit_community", "POST"): [send_nothing, lambda place: {"name": "新名称"}],
    ("grids:edit_grid", "POST"): [send_nothing, lambda place: {"name": "新名称"}],
    ("grids:merge_communities", "POST"): [send_nothing, describe_merge],
    ("grids:death", "POST"): [send_nothing, lambda place: {"day": LAST_WEEK}],
    ("grids:edit", "POST"): [send_nothing, lambda place: {"name": "新名", "occupation": "80"}],
    ("grids:end_appointment", "POST"): [send_nothing, lambda place: {"until": LAST_WEEK}],
    ("grids:group", "POST"): [send_nothing, lambda place: {"name": "新人群"}],
    ("grids:group_new", "POST"): [send_nothing, lambda place: {"name": "新人群"}],
    ("grids:leave_group", "POST"): [send_nothing, describe_group("youth", "until")],
    ("grids:memberships", "POST"): [send_nothing, describe_group("retired", "since")],
    ("grids:merge", "POST"): [send_nothing, lambda place: {"id_number": "other"}],
    ("grids:merge_choose", "GET"): [send_nothing, lambda place: {"q": f"{place.mark}云"}],
    ("grids:move", "POST"): [send_nothing, lambda place: {"grid": place.grid.pk, "day": LAST_WEEK}],
    ("grids:move_out", "POST"): [send_nothing, lambda place: {"day": LAST_WEEK}],
    ("grids:posts", "GET"): [send_nothing, lambda place: {"community": place.community.pk}],
    ("grids:unmask", "POST"): [send_nothing, lambda place: {"field": "phone", "purpose": "call"}],
    ("grids:residents", "GET"): [
        send_nothing,
        lambda place: {"grid": place.grid.pk},
        lambda place: {"q": f"{place.mark}云"},
    ],
    ("imports:changes", "GET"): [send_nothing, lambda place: {"field": "name"}],
    ("imports:decide_all_missing", "POST"): [send_nothing, lambda place: {"decision": "moved_out"}],
    ("imports:decide_review", "POST"): [
        send_nothing,
        lambda place: {"decision": "same", "resident": min(place.residents), "job": place.job.pk},
    ],
    ("imports:map", "POST"): [send_nothing, lambda place: {"sheets": "0", "heading-0": "name"} | CHOSEN],
    ("imports:messages", "GET"): [send_nothing, lambda place: {"severity": "refuse", "code": "grid_unknown"}],
    ("imports:missing", "POST"): [send_nothing, lambda place: {f"decision-{place.residents[2]}": "died"}],
    ("imports:upload", "POST"): [send_nothing, describe_upload],
    ("admin:visits_needkind_add", "POST"): [send_nothing, lambda place: {"name": "新需求", "position": 1}],
    ("admin:visits_needkind_change", "POST"): [send_nothing, lambda place: {"name": "新需求", "position": 1}],
    ("admin:visits_visititem_add", "POST"): [
        send_nothing,
        lambda place: {"name": "新事项", "category": "told", "position": 1},
    ],
    ("admin:visits_visititem_change", "POST"): [
        send_nothing,
        lambda place: {"name": "新事项", "category": "told", "position": 1},
    ],
    ("indicators:report", "POST"): [send_nothing, describe_report],
    ("indicators:targets", "POST"): [send_nothing, lambda place: {"target-S0-20": "70"}],
    ("indicators:report-template", "GET"): [send_nothing, lambda place: {"period": LAST_QUARTER.code}],
    ("indicators:report-upload", "POST"): [send_nothing, describe_numbers],
    ("indicators:reports", "GET"): [send_nothing, lambda place: {"kind": "year"}],
    ("party:link-add", "GET"): [
        send_nothing,
        building_of,
        lambda place: {"grid": place.grid.pk},
        lambda place: {"community": place.community.pk, "organisation": find_secretary(place).organisation_id},
    ],
    ("party:link-add", "POST"): [send_nothing, describe_link],
    ("party:link-end", "POST"): [send_nothing, lambda place: {"until": LAST_WEEK}],
    ("party:office-add", "POST"): [send_nothing, describe_office],
    ("party:office-end", "POST"): [send_nothing, lambda place: {"until": LAST_WEEK}],
    ("party:office-member", "POST"): [send_nothing, lambda place: {"member": find_member(place).pk}],
    ("party:organisation-add", "GET"): [
        send_nothing,
        lambda place: {"parent": find_secretary(place).organisation_id},
    ],
    ("party:organisation-add", "POST"): [send_nothing, describe_organisation],
    ("party:organisation-edit", "POST"): [send_nothing, lambda place: {"name": "新名", "founded_on": "2019-01-01"}],
    ("party:secretary-end", "POST"): [send_nothing, lambda place: {"until": LAST_WEEK}],
    ("party:term-add", "POST"): [send_nothing, lambda place: {"starts_on": LAST_WEEK}],
    ("party:claim", "POST"): [send_nothing, describe_post_holder],
    ("party:claim-end", "POST"): [send_nothing, lambda place: {"how": "leave", "day": LAST_WEEK}],
    ("party:claim-review", "POST"): [
        send_nothing,
        lambda place: {"year": LAST_YEAR.code, "result": "done", "goes_on": "yes"},
    ],
    ("party:post-add", "POST"): [send_nothing, describe_post],
    ("party:post-edit", "POST"): [send_nothing, describe_post],
    ("party:roster", "POST"): [send_nothing, describe_roster],
    ("party:attendance", "POST"): [send_nothing, describe_attendance],
    ("party:pledge-add", "POST"): [send_nothing, describe_pledge],
    ("party:pledge-branch", "POST"): [send_nothing, describe_pledge],
    ("party:pledge-edit", "POST"): [send_nothing, describe_pledge],
    ("party:pledges", "GET"): [send_nothing, lambda place: {"year": LAST_YEAR.code}],
    ("party:make-up", "POST"): [send_nothing, lambda place: {"how": "read", "day": timezone.localdate()}],
    ("party:meeting-cancel", "POST"): [send_nothing, lambda place: {"reason": "没有开成"}],
    ("party:meeting-plan", "GET"): [send_nothing, lambda place: {"kind": "party_day", "start": FIRST_OF_MONTH}],
    ("party:meeting-plan", "POST"): [send_nothing, describe_meeting],
    ("party:minutes", "POST"): [send_nothing, lambda place: {"minutes": "讨论了楼道灯的事。"}],
    ("party:rules", "POST"): [
        send_nothing,
        lambda place: {"kind": "party_day", "every": "quarter", "grace_days": 9, "starts_on": FIRST_OF_MONTH},
    ],
    ("party:slot-exempt", "POST"): [send_nothing, lambda place: {"reason": "换届"}],
    ("party:slots", "GET"): [send_nothing, lambda place: {"year": LAST_YEAR.code}],
    ("party:absences", "GET"): [send_nothing, lambda place: {"last": 1}],
    ("party:cadres", "POST"): [send_nothing, describe_cadre],
    ("party:exempt", "POST"): [send_nothing, lambda place: {"reason": "aged", "since": LAST_WEEK}],
    ("party:exemption-end", "POST"): [send_nothing, lambda place: {"day": LAST_WEEK}],
    ("party:find", "GET"): [send_nothing, lambda place: {"q": f"{place.mark}云"}],
    ("party:grid-link-add", "POST"): [send_nothing, lambda place: {"grid": place.grid.pk, "since": LAST_WEEK}],
    ("party:member-add", "POST"): [send_nothing, describe_party_entry],
    ("party:member-edit", "POST"): [send_nothing, lambda place: {"standing": "full"}],
    ("party:registration-add", "POST"): [send_nothing, describe_party_entry],
    ("party:registration-end", "POST"): [send_nothing, lambda place: {"day": LAST_WEEK}],
    ("party:regroup", "POST"): [send_nothing, lambda place: {"group": "", "day": LAST_WEEK}],
    ("party:service-link-end", "POST"): [send_nothing, lambda place: {"day": LAST_WEEK}],
    ("party:transfer-out", "POST"): [
        send_nothing,
        lambda place: {"how": "transferred_out", "other_unit": "某局机关党委", "day": LAST_WEEK},
    ],
    ("surveys:create", "POST"): [send_nothing, describe_survey],
    ("surveys:copy", "POST"): [send_nothing, describe_survey],
    ("surveys:edit", "POST"): [send_nothing, lambda place: {"title": f"{place.mark}问"}],
    ("surveys:question-add", "POST"): [send_nothing, describe_question],
    ("surveys:question", "POST"): [send_nothing, describe_question],
    ("surveys:section-add", "POST"): [send_nothing, describe_section],
    ("surveys:section", "POST"): [send_nothing, describe_section],
    ("surveys:wave-add", "POST"): [send_nothing, describe_wave],
    ("surveys:wave-edit", "POST"): [send_nothing, describe_wave],
    ("surveys:sample", "POST"): [send_nothing, lambda place: {"method": "simple", "size": 5}],
    ("surveys:cards", "POST"): [send_nothing, lambda place: {"count": 1, "token": str(uuid4())} | building_of(place)],
    ("surveys:delivery-report", "POST"): [send_nothing, lambda place: dict.fromkeys(REPORTED, 0)],
    ("surveys:bank-take", "POST"): [send_nothing, lambda place: {"questions": ["overall"], "section": "thoughts"}],
    ("volunteers:add", "POST"): [send_nothing, describe_volunteer],
    ("volunteers:contact", "POST"): [send_nothing, lambda place: {"field": "phone", "purpose": "call"}],
    ("volunteers:decide", "POST"): [send_nothing, lambda place: {"decision": "accept"}],
    ("volunteers:find", "GET"): [
        send_nothing,
        lambda place: {"q": f"{place.mark}云"},
        lambda place: {"q": f"{place.mark}云", "who": "everybody"},
    ],
    ("volunteers:list", "GET"): [
        send_nothing,
        lambda place: {"grid": place.grid.pk},
        lambda place: {"team": Team.objects.get(community=place.community).pk},
        lambda place: {"q": f"{place.mark}云"},
    ],
    ("volunteers:certificate-revoke", "POST"): [send_nothing, lambda place: {"reason": "facts"}],
    ("volunteers:entry-add", "POST"): [
        send_nothing,
        lambda place: {"kind": "honour", "title": "优秀志愿者", "by_unit": "街道", "on": LAST_WEEK},
    ],
    ("volunteers:hours-add", "GET"): [
        send_nothing,
        lambda place: {"activity": place.activity.pk, "volunteer": find_helper(place).pk},
    ],
    ("volunteers:hours-add", "POST"): [send_nothing, describe_hours],
    ("volunteers:hours-confirm", "POST"): [
        send_nothing,
        lambda place: {"records": [ServiceRecord.objects.get(volunteer__community=place.community).pk]},
    ],
    ("volunteers:hours-withdraw", "POST"): [send_nothing, lambda place: {"reason": "twice"}],
    ("volunteers:shift-add", "POST"): [send_nothing, describe_shift],
    ("volunteers:shift-cancel", "POST"): [send_nothing, lambda place: {"reason": "weather"}],
    ("volunteers:shift-new", "POST"): [send_nothing, describe_shift],
    ("volunteers:sign-up-add", "POST"): [send_nothing, lambda place: {"volunteer": find_helper(place).pk}],
    ("volunteers:sign-up-link", "POST"): [send_nothing, lambda place: {"volunteer": find_helper(place).pk}],
    ("volunteers:team-add", "POST"): [send_nothing, describe_team],
    ("volunteers:team-edit", "POST"): [send_nothing, describe_team],
    ("volunteers:team-member-add", "POST"): [
        send_nothing,
        lambda place: {"person": f"v{find_helper(place).pk}", "since": LAST_WEEK},
    ],
    ("volunteers:team-activity", "POST"): [send_nothing, lambda place: {"activity": find_plan(place).pk}],
    ("visits:doors", "GET"): [
        send_nothing,
        lambda place: {"building": Building.objects.get(grid=place.grid).pk},
        lambda place: {"q": f"{place.mark}云"},
    ],
    ("visits:household", "GET"): [send_nothing, lambda place: {"grid": place.grid.pk}],
    ("visits:list", "GET"): [
        send_nothing,
        lambda place: {"grid": place.grid.pk},
        lambda place: {"plan": VisitPlan.objects.get(community=place.community).pk},
    ],
    ("visits:log", "POST"): [send_nothing, describe_visit],
    ("visits:need-close", "POST"): [send_nothing, lambda place: {"result": "done"}],
    ("visits:plan-add", "POST"): [send_nothing, describe_visit_plan],
    ("visits:plan-edit", "POST"): [send_nothing, describe_visit_plan],
    ("visits:plan-preview", "GET"): [send_nothing, lambda place: {"grids": place.grid.pk}],
    ("visits:withdraw", "POST"): [send_nothing, lambda place: {"reason": "twice"}],
    ("set_language", "POST"): [lambda place: {"language": "zh-hans"}],
}


@dataclass
class Ask:
    """One request: to an object of `place` (where the address has one), with a query or form about a place."""

    address: Address
    method: str
    place: Place
    about: Place
    sent: dict
    htmx: bool

    def __str__(self) -> str:
        return f"{self.method} {self.url} {self.sent or ''} {'(htmx)' if self.htmx else ''}"

    @property
    def is_answered(self) -> bool:
        """Whether the address answers this method; where it answers GET, HEAD goes with it."""
        return ("GET" if self.method == "HEAD" else self.method) in self.address.methods

    @cached_property
    def url(self) -> str:
        """The address with its arguments and query, as it was before the request deleted anything."""
        keys = {name: key_of(self.address.name, name) for name in self.address.arguments}
        arguments = {name: OBJECTS[key](self.place) for name, key in keys.items()}
        path = reverse(self.address.name, kwargs=arguments)
        return f"{path}?{urlencode(self.sent)}" if self.method == "GET" and self.sent else path

    def strip_echo(self, text: str) -> str:
        """Take what the visitor sent out of an answer: reading one's own words is no leak.

        Who has the address of a community's feed knows the community: it says its name. So does its wall screen, with
        its grids; and who has the address of a survey knows what is asked where.
        """
        if self.address.name.startswith("answer:"):
            text = text.replace(find_survey(self.place.community).title, "").replace(self.place.community.name, "")
        if self.address.name in ("activities:feed", "wall", "volunteer:apply", "volunteer:applied"):
            text = text.replace(self.place.community.name, "")
        if self.address.name == "volunteer:certificate":  # who holds it knows whose it is; masked, as the page says it
            text = text.replace(f"{self.place.mark}*安", "").replace(self.place.community.name, "")
        if self.address.name.startswith("volunteer:shift"):  # it says what is to be done where
            shift = find_shift(self.place)
            for told in (shift.title, shift.activity.title, self.place.community.name):
                text = text.replace(told, "")
        if self.address.name.startswith("privacy:"):  # whoever asks is told of the activities and teams he is kept with
            text = text.replace(f"{self.place.mark}活动", "").replace(f"{self.place.mark}队", "")
        if self.address.name == "wall":
            text = text.replace(self.place.grid.name, "")
        for sent in (html.escape(self.url), *self.sent.values()):
            text = text.replace(sent, "") if isinstance(sent, str) and sent else text
        return text


def list_asks(address: Address, world: World, actor: str, *, admitted: bool) -> Iterator[Ask]:
    """Yield the actor's requests to an address: methods x places x what is sent x plain and partial.

    Who is refused is refused before the place is looked at: then two places and one odd method are enough.
    """
    home = (world.reach_of(actor) or [world.own])[0]
    places = world.places if admitted else [world.own, world.foreign]
    for method in address.methods:
        sends = SENDS.get((address.name, method), [send_nothing])
        pairs = [(place, place) for place in places] if address.arguments else [(home, home)]
        if admitted and sends != [send_nothing]:  # one's own object, with somebody else's people or area
            pairs += [(home, place) for place in places if place != home]
        for place, about in pairs:
            for send in sends if admitted else sends[-1:]:
                yield Ask(address, method, place, about, send(about), htmx=False)
                yield Ask(address, method, place, about, send(about), htmx=True)
    for method in ODD_METHODS if admitted else ODD_METHODS[:1]:
        if method not in address.methods:
            yield Ask(address, method, home, home, {}, htmx=False)


class Visitor(RequestFactory):
    """Somebody with a browser, which starts afresh for every request. Unlike Django's client it copies no contexts."""

    def __init__(self, user: User | None) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.failure = ""
        got_request_exception.connect(self.note_failure)
        if user:
            client = Client()
            client.force_login(user)
            self.cookies.load(client.cookies.output(header="", sep=";"))

    def request(self, **request: Any) -> Any:
        """Send instead of only making the request."""
        return self.handler(self._base_environ(**request))

    def note_failure(self, **kwargs: Any) -> None:
        """Remember what went wrong, for whoever reads of a 500."""
        self.failure = repr(sys.exc_info()[1])

    def send(self, ask: Ask) -> HttpResponse:
        """Return the answer to a request."""
        self.failure = ""
        send = getattr(self, ask.method.lower())
        headers = {"HX-Request": "true"} if ask.htmx else {}
        return send(ask.url, ask.sent if ask.method == "POST" else None, headers=headers)


def read(response: HttpResponse) -> str:
    """Return headers and body as plain text, with JSON's escapes undone."""
    text = f"{response.headers}\n{response.content.decode(errors='replace')}"
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


@contextmanager
def rolled_back() -> Iterator[list[str]]:
    """Run a block and undo what it wrote; yield the writing statements."""
    written: list[str] = []

    def note(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if WRITES.match(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    block = transaction.atomic()
    block._from_testcase = True  # as Django's own around a test: lets through what wants a transaction of its own
    with block, connection.execute_wrapper(note):
        yield written
        transaction.set_rollback(True)


# --- The judge


# These answer a good form with a page.
SHOWS_AFTER_POST = (
    "accounts:login",
    "activities:check-in-settle",
    "activities:check-in-sync",
    "activities:match",
    "activities:photo-add",
    "activities:rate",
    "dashboards:walls",
    "grids:unmask",
    "surveys:cards",
    "volunteers:contact",
)


ABOUT_A_COMMUNITY = ("activities:calendar", "cadence:slots")  # where the query may name one
OF_THE_VERY_OWN_AREA = (  # a survey of a community is for its workers to design, not for the street's officer
    "dashboards:survey-publish",
    "dashboards:survey-withdraw",
    "surveys:bank-take",
    "surveys:delete",
    "surveys:design",
    "surveys:edit",
    "surveys:preview",
    "surveys:publish",
    "surveys:question",
    "surveys:question-add",
    "surveys:question-copy",
    "surveys:question-delete",
    "surveys:question-move",
    "surveys:section",
    "surveys:section-add",
    "surveys:section-delete",
    "surveys:section-move",
    "surveys:sample",
    "surveys:wave-add",
    "surveys:wave-close",
    "surveys:wave-edit",
)
# These follow whose hands an account is in: only the street's administrator keeps those of workers.
OF_WORKERS_ACCOUNTS = (
    "accounts:create",
    "accounts:edit",
    "accounts:grant-give",
    "accounts:grant-withdraw",
    "accounts:reset-factor",
    "accounts:sign-out",
)
FOR_EVERYBODY = (
    "activities:public",
    "activities:sign-up",
    "activities:signed-up",
    "pledge:list",
)  # and no activity here is


def expect(ask: Ask, rule: Rule, actor: str, world: World) -> set[int]:
    """Return the status codes that are right."""
    reach = world.reach_of(actor)
    if ask.address.name in OF_THE_VERY_OWN_AREA and role_of(actor) != Role.WORKER:
        reach = []
    if ask.address.name in OF_WORKERS_ACCOUNTS and actor != Role.SECURITY_ADMIN:
        reach = []
    if ask.address.name == "accounts:grant-use":  # only who has received it
        reach = []
    if actor == Role.PLATFORM_ADMIN and ask.address.name.startswith("accounts:area-"):
        reach = world.places
    if not rule.admits(role_of(actor)):
        return ({200} if ask.htmx else {302}) if actor == "anonymous" else {403}
    if not ask.is_answered:
        return {405}
    if ask.address.name in FOR_EVERYBODY:
        return {404}
    if rule.foreign != "-" and ask.place not in reach:
        return {int(rule.foreign)}
    if ask.address.name == "activities:picker" and "q" not in ask.sent:
        return {200} if ask.sent and ask.about in reach else {404}  # a foreign grid and a missing one answer alike
    if ask.address.name in ABOUT_A_COMMUNITY and ask.sent:
        return {200} if ask.about in reach else {404}
    if ask.method == "POST" and ask.sent and ask.about in reach and ask.address.name not in SHOWS_AFTER_POST:
        return {302}  # a good form is accepted: else this matrix would prove nothing about the bad ones
    return {200, 302}


def judge(ask: Ask, rule: Rule, actor: str, world: World, response: HttpResponse, written: list[str]) -> Iterator[str]:
    """Yield what is wrong with an answer: its status, its content, its caching, or what it wrote."""
    expected = expect(ask, rule, actor, world)
    text = ask.strip_echo(read(response))
    if response.status_code not in expected:
        yield f"answered {response.status_code} instead of {sorted(expected)}"
    if leaks := world.find_leaks(text, actor):
        yield f"shows {sorted(leaks)}"
    if not rule.admits(role_of(actor)) and actor == "anonymous" and response.content:
        yield "shows a page to a visitor who has not signed in"
    if rule.personal == "no" and re.search(r"[龘靐齉爨]\*", text):
        yield "shows residents, but the table does not call it personal"
    kept_out = not rule.admits(role_of(actor)) or response.status_code != 200
    if rule.personal == "yes" and not kept_out and "no-store" not in response.headers.get("Cache-Control", ""):
        yield "is personal and may be cached"
    if written and (not rule.admits(role_of(actor)) or response.status_code in (403, 404, 405)):
        yield f"was refused and wrote: {written[0]:.60}"


def inspect(actor: str, user: User | None, world: World) -> tuple[int, list[str]]:
    """Send every request as this actor; return how many there were, and what was wrong."""
    visitor = Visitor(user)
    # An export belongs to who asked for it: those of the places within reach are the actor's own.
    own_exports = [place.export.pk for place in world.reach_of(actor)]
    ResidentExport.objects.filter(pk__in=own_exports).update(by=user)
    hidden = [place for place in world.places if place not in world.reach_of(actor)]
    freezer = Freezer(hidden)
    before = freezer.read()
    assert not hidden or any(digest for _number, digest in before), "places out of reach look empty"
    rules = {(rule.name, rule.method): rule for rule in read_table()} | {rule.name: rule for rule in read_table()}
    sent, wrongs = 0, []
    for address in list_addresses():
        admitted = rules[address.name].admits(role_of(actor))
        for ask in list_asks(address, world, actor, admitted=admitted):
            rule = rules.get((address.name, ask.method), rules[address.name])
            with rolled_back() as written:
                response = visitor.send(ask)
                found = judge(ask, rule, actor, world, response, written)
                wrongs += [f"{ask}: {wrong} {visitor.failure}" for wrong in found]
                if written and hidden and freezer.read() != before:
                    wrongs.append(f"{ask}: changed a place out of reach")
            sent += 1
    return sent, wrongs
