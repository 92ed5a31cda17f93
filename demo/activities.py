"""Invents two years of activities with the gaps that the seed reports complain about.

Retired people come often; the young, migrants and new estates hardly ever. What the street and the residents made of
them: reports.py.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock

from django.utils import timezone

from accounts.models import User
from activities.models import Activity, ActivityKind, Method, Participation, Programme, Theme
from communities.models import Community, Venue
from demo.people import YEARS_OF_HISTORY
from demo.reports import Verifier
from grids.models import GroupMembership, Residence

# kind, theme, times a month, people, origin; the sum is what one community holds in a month
PROGRAMME = (
    ("文艺演出", "我们的节日", 1, 75, "own"),
    ("兴趣小组", "邻里互助", 3, 22, "residents"),
    ("时政宣讲", "党的理论宣讲", 2, 45, "assigned"),
    ("法律讲堂", "法治", 1, 32, "assigned"),
    ("健康讲座", "健康", 1, 48, "own"),
    ("志愿服务", "环境卫生", 2, 28, "own"),
    ("主题党日", "核心价值观", 1, 40, "assigned"),
    ("体育健身", "健康", 2, 30, "residents"),
    ("科普讲座", "科普", 1, 34, "assigned"),
)
PROGRAMME_OF_KIND = {
    "文艺演出": "每月大活动",
    "兴趣小组": "每周小活动",
    "时政宣讲": "万场宣讲",
    "法律讲堂": "五进社区",
    "健康讲座": "五进社区",
    "主题党日": "社区党日",
}
ASSIGNED_BY = ("街道党工委", "街道司法所", "区科协", "区委宣传部")
AIMED = 0.15  # of all activities are for certain grids
BUSY_COMMUNITIES = (1.2, 1.0, 0.8, 0.45)  # the fourth community does little
# How likely a grid's people come, by its position: the new estate (3) and the rented homes (6) are the blind spots.
GRID_FACTORS = (1.0, 0.8, 0.12, 0.7, 0.9, 0.06)


@dataclass(frozen=True)
class Neighbour:
    """What decides how likely somebody comes."""

    id: int
    born: date
    grid_id: int
    position: int
    since: date
    until: date | None
    is_party_member: bool
    liking: float


class Organiser:
    """Makes activities and participations from one random stream."""

    def __init__(self, today: date, verifier: Verifier, seed: int = 2027) -> None:
        self.today = today
        self.verifier = verifier
        self.random = random.Random(seed)  # noqa: S311 - invented activities, not secrets
        self.details = random.Random(seed + 1)  # noqa: S311 - a stream of its own: who comes stays the same
        self.kinds = {kind.name: kind for kind in ActivityKind.objects.all()}
        self.themes = {theme.name: theme for theme in Theme.objects.all()}

    def organise(self, community: Community, factor: float, by: User) -> list[Activity]:
        """Invent, save and return the community's activities of the last two years."""
        neighbours = self.meet(community)
        venues = list(community.venues.order_by("name"))
        activities = [self.invent(community, day, *entry, by=by) for day, entry in self.calendar(factor)]
        for activity in activities:
            self.add_details(activity, venues)
        Activity.objects.bulk_create(activities)
        Participation.objects.bulk_create(
            self.note_presence(activity, neighbour, by)
            for activity, (_day, entry) in zip(activities, self.days, strict=True)
            for neighbour in self.attendance(neighbours, activity.starts_at.date(), entry)
        )
        self.tag(activities)
        self.aim(community, activities)
        return activities

    def add_details(self, activity: Activity, venues: list[Venue]) -> None:
        """Say where it was, who asked for it, and what the street made of the report."""
        if activity.mode == Activity.Mode.IN_PERSON and self.details.random() < 0.8:
            activity.venue = self.details.choice(venues)
        if activity.origin == Activity.Origin.ASSIGNED:
            activity.assigned_by = self.details.choice(ASSIGNED_BY)
        self.verifier.judge(activity)

    def note_presence(self, activity: Activity, neighbour: Neighbour, by: User) -> Participation:
        """Return the participation of one neighbour, with times where hours count."""
        presence = Participation(
            activity=activity,
            resident_id=neighbour.id,
            grid_id=neighbour.grid_id,
            recorded_at=activity.recorded_at,
            recorded_by=by,
        )
        if activity.kind.counts_hours:
            presence.method = Method.SCANNED
            presence.checked_in_at = activity.starts_at + timedelta(minutes=self.details.randint(-15, 10))
            presence.checked_out_at = activity.ends_at + timedelta(minutes=self.details.randint(-20, 15))
        return presence

    def tag(self, activities: list[Activity]) -> None:
        """Tie activities to the programmes that their kind belongs to."""
        programmes = {programme.name: programme.pk for programme in Programme.objects.all()}
        link = Activity.programmes.through
        link.objects.bulk_create(
            link(activity_id=activity.pk, programme_id=programmes[name])
            for activity in activities
            if (name := PROGRAMME_OF_KIND.get(activity.kind.name))
        )

    def aim(self, community: Community, activities: list[Activity]) -> None:
        """Say of a part of the activities for which grids they were meant: the blind spots were seldom thought of."""
        grids = list(community.grids.order_by("code").values_list("pk", flat=True))
        weights = [GRID_FACTORS[number % len(GRID_FACTORS)] for number in range(len(grids))]
        link = Activity.target_grids.through
        link.objects.bulk_create(
            link(activity_id=activity.pk, grid_id=grid)
            for activity in activities
            if self.details.random() < AIMED
            for grid in {*self.details.choices(grids, weights, k=2)}
        )

    def meet(self, community: Community) -> list[Neighbour]:
        """Return everybody who lived in the community, a row a spell."""
        members = GroupMembership.objects.filter(group__code="party_member").values_list("resident_id", flat=True)
        party = set(members)
        spells = Residence.objects.filter(grid__community=community).order_by("resident__id_hash", "since")
        rows = spells.values_list("resident_id", "resident__birth_date", "grid_id", "grid__code", "since", "until")
        liking: dict[int, float] = {}
        return [
            Neighbour(
                pk,
                born,
                grid,
                int(code[-3:]) - 1,
                since,
                until,
                pk in party,
                liking.setdefault(pk, self.random.random() ** 2),
            )
            for pk, born, grid, code, since, until in rows
        ]

    def calendar(self, factor: float) -> list[tuple[date, tuple]]:
        """Return (day, programme entry) of two years, none in the future, fewer in the cold months."""
        start = self.today - timedelta(days=365 * YEARS_OF_HISTORY)
        self.days = []
        for offset in range(0, 365 * YEARS_OF_HISTORY, 30):
            for entry in PROGRAMME:
                season = 0.7 if (start + timedelta(days=offset)).month in (1, 2, 7) else 1.0
                wanted = entry[2] * factor * season
                times = int(wanted) + (self.random.random() < wanted % 1)
                for _ in range(times):
                    day = start + timedelta(days=offset + self.random.randrange(30))
                    if day < self.today:
                        self.days.append((day, entry))
        self.days.sort(key=lambda pair: pair[0])
        return self.days

    def invent(
        self,
        community: Community,
        day: date,
        kind: str,
        theme: str,
        _times: int,
        people: int,
        origin: str,
        *,
        by: User,
    ) -> Activity:
        """Return one unsaved activity on the day."""
        at = timezone.make_aware(datetime.combine(day, clock(self.random.choice((9, 10, 14, 15, 19)), 0)))
        online = self.random.random() < 0.07
        recorded_at = at + timedelta(hours=self.random.randint(2, 40))
        return Activity(
            community=community,
            kind=self.kinds[kind],
            theme=self.themes[theme],
            title=f"{theme}：{kind}",
            starts_at=at,
            ends_at=at + timedelta(minutes=self.kinds[kind].usual_minutes),
            mode=Activity.Mode.ONLINE if online else Activity.Mode.IN_PERSON,
            origin=origin,
            unnamed_count=self.random.randint(0, people // 3),
            recorded_by=by,
            recorded_at=recorded_at,
            reported_at=recorded_at,
            reported_by=by,
        )

    def attendance(self, neighbours: list[Neighbour], day: date, entry: tuple) -> list[Neighbour]:
        """Return who came: a weighted draw without repetition among those who lived there on the day."""
        kind, people = entry[0], entry[3]
        drawn = [
            (self.random.random() ** (1 / weight), n)
            for n in neighbours
            if n.since <= day and (n.until is None or n.until > day) and (weight := weigh(n, day, kind)) > 0
        ]
        drawn.sort(key=lambda pair: pair[0], reverse=True)
        return [n for _key, n in drawn[: max(3, round(self.random.gauss(people, people / 5)))]]


def weigh(neighbour: Neighbour, day: date, kind: str) -> float:
    """Return how likely somebody comes to a kind of activity, relative to others; 0: does not come."""
    age = (day - neighbour.born).days // 365
    if age < 6 or (kind == "主题党日" and not neighbour.is_party_member):
        return 0
    weight = 0.02 if age < 18 else 0.05 if age < 36 else 0.2 if age < 60 else 1.0
    if kind == "兴趣小组" and age < 18:
        weight = 0.5
    if kind in ("体育健身", "志愿服务") and 18 <= age < 60:
        weight *= 2
    return weight * GRID_FACTORS[neighbour.position] * (0.05 + neighbour.liking)
