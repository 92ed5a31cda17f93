"""Invents home visits: plans, three months of visits with doors that stayed shut, and what residents wished for."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock

from django.utils import timezone

from accounts.models import User
from activities.models import Activity, ActivityKind, Method, Participation
from communities.models import Community
from grids.models import Grid, GroupMembership, Household, PopulationGroup, Residence
from visits.models import Need, NeedKind, Visit, VisitItem, VisitPlan

HISTORY_DAYS = 90
OUTCOMES = {"done": 76, "follow_up": 7, "not_home": 13, "declined": 4}
WISHES = {
    "公共设施": ("楼道灯换成声控的", "楼门口加一个扶手", "健身器材修一修"),
    "看病用药": ("想知道社区医生哪天来", "请教怎么在手机上挂号"),
    "养老照料": ("中午想在邻里食堂订饭",),
    "办事代办": ("帮忙打印养老认证",),
    "参加活动": ("想参加书法班", "想学广场舞"),
    "环境卫生": ("楼后的杂草清一清",),
}


@dataclass(frozen=True)
class Scheme:
    """A plan, and how much of it is done: of doors due, the share that was gone to."""

    name: str
    kind: str
    groups: tuple[str, ...]
    grids: tuple[int, ...]
    interval_days: int | None
    days_ago: int
    days: int | None
    share: float


SCHEMES = (
    Scheme("困难家庭定期探访", "定期探访", ("hardship",), (), 30, HISTORY_DAYS, None, 0.85),
    Scheme("网格入户日：第一网格", "网格入户日", (), (0,), 180, 60, None, 0.45),
    Scheme("老党员走访慰问", "六访六送", ("party_member",), (0, 1), None, 20, 30, 0.35),
)


@dataclass
class Batch:
    """Rows to be saved together."""

    activities: list[Activity] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    plans: list[VisitPlan] = field(default_factory=list)  # of each visit
    people: list[list[tuple[int, int]]] = field(default_factory=list)  # of each visit: (resident, grid)


class Caller:
    """Goes from door to door in one community."""

    def __init__(self, community: Community, today: date, by: User, *, officer: User, seed: int = 2033) -> None:
        self.community, self.today, self.by, self.officer = community, today, by, officer
        self.random = random.Random(f"{seed}{community.code}")  # noqa: S311 - invented visits, not secrets
        self.kinds = {kind.name: kind for kind in ActivityKind.objects.all()}
        self.grids = list(Grid.objects.filter(community=community).order_by("code"))
        self.latest = timezone.make_aware(datetime.combine(today, clock(0, 0)))

    def call(self) -> None:
        """Save plans, visits and needs."""
        batch = Batch()
        for scheme in SCHEMES:
            plan = self.make_plan(scheme)
            for household, people in sorted(self.find_doors(scheme).items()):
                if self.random.random() < scheme.share:
                    self.knock(batch, scheme, plan, household, people)
        self.save(batch)

    def make_plan(self, scheme: Scheme) -> VisitPlan:
        """Save one plan."""
        starts_on = self.today - timedelta(days=scheme.days_ago)
        plan = VisitPlan.objects.create(
            community=self.community,
            name=scheme.name,
            kind=self.kinds[scheme.kind],
            interval_days=scheme.interval_days,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=scheme.days) if scheme.days else None,
            created_by=self.by,
        )
        plan.groups.set(PopulationGroup.objects.filter(code__in=scheme.groups))
        plan.grids.set([self.grids[position] for position in scheme.grids])
        return plan

    def find_doors(self, scheme: Scheme) -> dict[int, list[tuple[int, int]]]:
        """Return the doors that the scheme means, each with (resident, grid) of those meant behind it."""
        grids = [self.grids[position] for position in scheme.grids] or self.grids
        living = Residence.objects.on(self.today).filter(grid__in=grids, resident__household__isnull=False)
        if scheme.groups:
            members = GroupMembership.objects.on(self.today).filter(group__code__in=scheme.groups)
            living = living.filter(resident__in=members.values("resident"))
        doors: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for household, resident, grid in living.order_by("pk").values_list("resident__household", "resident", "grid"):
            doors[household].append((resident, grid))
        return doors

    def knock(
        self, batch: Batch, scheme: Scheme, plan: VisitPlan, household: int, people: list[tuple[int, int]]
    ) -> None:
        """Visit one door as often as it was due; who was not at home is tried again after a few days."""
        day = self.today - timedelta(days=scheme.days_ago - self.random.randint(0, min(28, scheme.days_ago - 1)))
        while day < self.today:
            outcome = self.random.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
            self.note_visit(batch, plan, household, people, day, outcome)
            if outcome == "not_home":
                day += timedelta(days=self.random.randint(2, 6))
            elif scheme.interval_days is None:
                return
            else:
                day += timedelta(days=scheme.interval_days + self.random.randint(-2, 6))

    def note_visit(
        self, batch: Batch, plan: VisitPlan, household: int, people: list[tuple[int, int]], day: date, outcome: str
    ) -> None:
        """Put one visit into the batch, with its activity when somebody was met."""
        at = timezone.make_aware(
            datetime.combine(day, clock(self.random.randint(9, 16), self.random.choice((0, 10, 20, 30, 40, 50))))
        )
        met = outcome in Visit.MET
        activity = self.make_activity(plan, at) if met else None
        follow_up = day + timedelta(days=self.random.choice((3, 7))) if outcome == "follow_up" else None
        visit = Visit(
            community=self.community,
            household_id=household,
            kind=plan.kind,
            outcome=outcome,
            visited_at=at,
            recorded_at=at,
            follow_up_on=follow_up,
            visitor=self.by,
            activity=activity,
        )
        if activity:
            batch.activities.append(activity)
        batch.visits.append(visit)
        batch.plans.append(plan)
        batch.people.append(people if met else [])

    def make_activity(self, plan: VisitPlan, at: datetime) -> Activity:
        """Return the unsaved activity that a visit is; older ones the street has verified."""
        verified_at = at + timedelta(days=7)
        is_verified = verified_at < self.latest
        return Activity(
            community=self.community,
            kind=plan.kind,
            title=plan.kind.name,
            starts_at=at,
            ends_at=at + timedelta(minutes=plan.kind.usual_minutes),
            responsible=self.by,
            recorded_by=self.by,
            recorded_at=at,
            reported_at=at,
            reported_by=self.by,
            verified_at=verified_at if is_verified else None,
            verified_by=self.officer if is_verified else None,
        )

    def save(self, batch: Batch) -> None:
        """Save the rows, what was brought and told, and what was wished for."""
        Activity.objects.bulk_create(batch.activities)
        Visit.objects.bulk_create(batch.visits)
        Visit.plans.through.objects.bulk_create(
            Visit.plans.through(visit=visit, visitplan=plan)
            for visit, plan in zip(batch.visits, batch.plans, strict=True)
        )
        Participation.objects.bulk_create(
            Participation(
                activity=visit.activity,
                resident_id=resident,
                grid_id=grid,
                method=Method.VISITED,
                recorded_at=visit.visited_at,
                recorded_by=self.by,
            )
            for visit, people in zip(batch.visits, batch.people, strict=True)
            for resident, grid in people
        )
        met = [visit for visit in batch.visits if visit.activity]
        self.aim(met)
        self.bring(met)
        self.wish(met)

    def aim(self, visits: list[Visit]) -> None:
        """Note the grid of each door as the one that the visit was for."""
        grids = dict(
            Household.objects.filter(pk__in=[v.household_id for v in visits]).values_list("pk", "building__grid")
        )
        link = Activity.target_grids.through
        link.objects.bulk_create(
            link(activity_id=visit.activity_id, grid_id=grids[visit.household_id]) for visit in visits
        )

    def bring(self, visits: list[Visit]) -> None:
        """Say what was brought and told."""
        items = list(VisitItem.objects.values_list("pk", flat=True))
        link = Visit.items.through
        link.objects.bulk_create(
            link(visit=visit, visititem_id=item)
            for visit in visits
            for item in self.random.sample(items, self.random.randint(0, 2))
        )

    def wish(self, visits: list[Visit]) -> None:
        """Let one in eight raise a need; those of some time ago are answered."""
        kinds = {kind.name: kind for kind in NeedKind.objects.filter(name__in=WISHES)}
        needs = []
        for visit in visits:
            if self.random.random() > 0.12:
                continue
            name = self.random.choice(list(WISHES))
            due_on = timezone.localdate(visit.visited_at) + timedelta(days=7)
            need = Need(visit=visit, kind=kinds[name], wish=self.random.choice(WISHES[name]), due_on=due_on)
            if self.random.random() < (0.9 if due_on < self.today - timedelta(days=14) else 0.3):
                need.result = self.random.choice(("done", "done", "referred", "not_possible"))
                need.closed_at, need.closed_by = min(visit.visited_at + timedelta(days=5), timezone.now()), self.by
            needs.append(need)
        Need.objects.bulk_create(needs)
