"""Which doors are due for a visit: derived from plans and visits, never stored. Writing visits: actions.py."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.doors import doors_of
from grids.models import GroupMembership, Household, Resident
from visits.doors import Beat, beat_of, walking_order
from visits.models import Visit, VisitPlan

# Every door that a plan means, with the people meant behind it and what became of the plan's visits there.
# Times become days where the portal stands; a visit that was withdrawn, itself or as an activity, never happened.
ASKS = """
    with plan as materialized (
        select p.id, p.community_id, p.interval_days,
               array(select household_id from visits_visitplan_households x where x.visitplan_id = p.id) as doors,
               array(select grid_id from visits_visitplan_grids x where x.visitplan_id = p.id) as grids,
               array(select populationgroup_id from visits_visitplan_groups x where x.visitplan_id = p.id) as groups
        from visits_visitplan p where p.id = any(%(plans)s)
    ),
    living as materialized (
        select r.id, r.community_id, r.household_id, s.grid_id
        from grids_resident r join grids_residence s on s.resident_id = r.id
        where r.community_id in (select community_id from plan) and r.household_id is not null
          and s.since <= %(day)s and (s.until is null or s.until > %(day)s)
    ),
    visit as materialized (
        select l.visitplan_id as plan_id, v.household_id, v.activity_id, v.outcome, v.visited_at,
               (v.visited_at at time zone %(zone)s)::date as day
        from visits_visit_plans l join visits_visit v on v.id = l.visit_id
        left join activities_activity a on a.id = v.activity_id
        where l.visitplan_id = any(%(plans)s) and v.withdrawn_at is null and (a.id is null or a.status = 'held')
    ),
    history as (
        select plan_id, household_id,
               max(day) filter (where outcome in ('done', 'follow_up')) as met_on,
               max(day) filter (where outcome = 'declined') as declined_on,
               count(*) filter (where outcome = 'not_home' and visited_at > answered_at) as tries,
               max(visited_at) filter (where outcome = 'not_home' and visited_at > answered_at) as tried_at
        from (
            select *, coalesce(max(visited_at) filter (where outcome <> 'not_home')
                               over (partition by plan_id, household_id), '-infinity') as answered_at
            from visit
        ) v group by plan_id, household_id
    ),
    met as (
        select v.plan_id, t.resident_id, max(v.day) as met_on
        from visit v join activities_participation t on t.activity_id = v.activity_id
        group by v.plan_id, t.resident_id
    ),
    target as (
        select p.id as plan_id, l.household_id, l.id as resident_id,
               m.met_on > %(day)s - coalesce(p.interval_days, 100000) as is_met
        from plan p join living l on l.community_id = p.community_id
        left join met m on m.plan_id = p.id and m.resident_id = l.id
        where case when p.doors <> '{}' then l.household_id = any(p.doors)
              else (p.grids = '{}' or l.grid_id = any(p.grids))
               and (p.groups = '{}' or exists (
                       select from grids_groupmembership g
                       where g.resident_id = l.id and g.group_id = any(p.groups)
                         and g.since <= %(day)s and (g.until is null or g.until > %(day)s)))
              end
        union all
        select p.id, unnest(p.doors), null, false from plan p
    ),
    door as (
        select plan_id, household_id, count(resident_id) as people, count(*) filter (where is_met) as people_met
        from target group by plan_id, household_id
    )
    select d.plan_id, d.household_id, b.id, b.grid_id, d.people, d.people_met,
           y.met_on, y.declined_on, coalesce(y.tries, 0), y.tried_at
    from door d
    join plan p on p.id = d.plan_id
    join grids_household h on h.id = d.household_id
    join grids_building b on b.id = h.building_id
    join grids_grid g on g.id = b.grid_id and g.community_id = p.community_id
    left join history y on y.plan_id = d.plan_id and y.household_id = d.household_id
    where %(door)s::bigint is null or h.id = %(door)s
"""


class State(models.TextChoices):
    """Where a door stands in a plan today."""

    OVERDUE = "overdue", _("超期")
    NOT_HOME = "not_home", _("未遇")
    WAITING = "waiting", _("待访")
    DECLINED = "declined", _("谢绝")
    VISITED = "visited", _("已访")


@dataclass(frozen=True, slots=True)
class Ask:
    """What one plan asks of one door on a day. `tries` are the visits in vain since somebody last answered."""

    plan: VisitPlan
    household: int
    building: int
    grid: int
    people: int
    people_met: int
    met_on: date | None
    declined_on: date | None
    tries: int
    tried_at: Any
    day: date

    @property
    def answered_on(self) -> date | None:
        """The day on which somebody last opened, be it to decline."""
        return max((day for day in (self.met_on, self.declined_on) if day), default=None)

    @property
    def due_on(self) -> date | None:
        """The day from which the door is due; None: never again."""
        if self.answered_on is None:
            return self.plan.starts_on
        return self.answered_on + timedelta(self.plan.interval_days) if self.plan.interval_days else None

    @property
    def is_due(self) -> bool:
        """Whether somebody should knock today."""
        return self.due_on is not None and self.due_on <= self.day

    @property
    def is_overdue(self) -> bool:
        """Whether more than one interval has passed since the last answer, or since the plan began."""
        interval = self.plan.interval_days
        return bool(interval) and self.day > (self.answered_on or self.plan.starts_on) + timedelta(interval or 0)

    @property
    def state(self) -> State:
        """Where the door stands."""
        if self.is_due:
            return State.OVERDUE if self.is_overdue else State.NOT_HOME if self.tries else State.WAITING
        declined = self.declined_on and self.declined_on == self.answered_on and self.declined_on != self.met_on
        return State.DECLINED if declined else State.VISITED


@dataclass
class DueDoor:
    """A door at which somebody should knock: what is due there, and a promise to come again."""

    household: Household
    asks: list[Ask] = field(default_factory=list)
    follow_up: Visit | None = None
    day: date = field(default_factory=timezone.localdate)

    @property
    def is_overdue(self) -> bool:
        """Whether anything due here is late."""
        late = self.follow_up is not None and self.follow_up.follow_up_on < self.day  # type: ignore[operator]
        return late or any(ask.is_overdue for ask in self.asks)

    @property
    def tries(self) -> int:
        """How often nobody was at home."""
        return max((ask.tries for ask in self.asks), default=0)

    @property
    def tried_at(self) -> Any:
        """When nobody was at home last."""
        return max((ask.tried_at for ask in self.asks if ask.tried_at), default=None)


def find_asks(plans: Iterable[VisitPlan], day: date | None = None, household: Household | None = None) -> list[Ask]:
    """Return what the plans ask of every door they mean (or of this one) on the day, with one query."""
    day = day or timezone.localdate()
    by_key = {plan.pk: plan for plan in plans}
    if not by_key:
        return []
    door = household.pk if household else None
    values: dict[str, Any] = {
        "plans": list(by_key),
        "day": day,
        "zone": timezone.get_current_timezone_name(),
        "door": door,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASKS, values)
        return [Ask(by_key[row[0]], *row[1:10], day) for row in cursor.fetchall()]  # type: ignore[call-arg]


def running_plans(user: User, day: date | None = None) -> list[VisitPlan]:
    """Return the plans that ask for visits in the user's communities on the day (today)."""
    plans = VisitPlan.objects.visible_to(user).running_on(day or timezone.localdate())
    return list(plans.select_related("kind"))


def find_due_doors(
    user: User, asks: Iterable[Ask], *, beat: Beat | None = None, follow_ups: bool = True
) -> list[DueDoor]:
    """Return the doors due among the asks, and those promised another visit by today, in walking order."""
    beat, today = beat or Beat(), timezone.localdate()
    due: dict[int, list[Ask]] = {}
    for ask in asks:
        if ask.is_due and beat.holds(ask.grid, ask.building):
            due.setdefault(ask.household, []).append(ask)
    promised: dict[int, Visit] = {}
    if follow_ups:
        visits = Visit.objects.visible_to(user).to_follow_up().filter(follow_up_on__lte=today)
        for visit in visits.select_related("household__building").order_by("visited_at"):
            building = visit.household.building
            if beat.holds(building.grid_id, building.pk):
                promised[visit.household_id] = visit
    doors = doors_of(user).filter(pk__in=due.keys() | promised.keys())
    found = [DueDoor(door, due.get(door.pk, []), promised.get(door.pk), today) for door in doors]
    return sorted(found, key=lambda door: walking_order(door.household))


def list_due(user: User) -> list[DueDoor]:
    """Return the doors due today on the user's own beat: what a to-do list needs."""
    return find_due_doors(user, find_asks(running_plans(user)), beat=beat_of(user))


def find_meant(asks: Iterable[Ask], people: Iterable[Resident]) -> set[int]:
    """Return the keys of the people whom the due plans mean by their groups; nobody, where they mean all."""
    plans = [ask.plan.pk for ask in asks if ask.is_due]
    members = GroupMembership.objects.on(timezone.localdate()).filter(
        resident__in=[person.pk for person in people], group__visitplan__in=plans
    )
    return set(members.values_list("resident", flat=True))


def next_due_on(asks: Iterable[Ask]) -> date | None:
    """Return the next day after today on which one of the asks falls due."""
    return min((ask.due_on for ask in asks if ask.due_on and not ask.is_due), default=None)


@dataclass
class Progress:
    """How far a plan is today: doors (户) and the people meant (人), each counted for itself."""

    plan: VisitPlan
    doors: int = 0
    people: int = 0
    people_met: int = 0
    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))

    @property
    def visited(self) -> int:
        """Doors visited in this round."""
        return self.states[State.VISITED]

    @property
    def overdue(self) -> int:
        """Doors that are late."""
        return self.states[State.OVERDUE]

    @property
    def declined(self) -> int:
        """Doors that want no visit in this round."""
        return self.states[State.DECLINED]


def sum_up(plans: Iterable[VisitPlan], asks: Iterable[Ask], beat: Beat | None = None) -> list[Progress]:
    """Return the progress of each plan on a beat (in the whole community); a plan that means no door there has none."""
    found = {plan.pk: Progress(plan) for plan in plans}
    for ask in asks:
        if (beat or Beat()).holds(ask.grid, ask.building):
            progress = found[ask.plan.pk]
            progress.doors += 1
            progress.people += ask.people
            progress.people_met += ask.people_met
            progress.states[ask.state] += 1
    return list(found.values())
