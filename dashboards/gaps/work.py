"""Turning a gap into work: a visit plan for just those doors, or an activity. What became of it: followup.py."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.models import Activity, ActivityKind
from activities.planning import Links, plan_activity
from dashboards.gaps.elsewhere import Found, read_elsewhere
from dashboards.gaps.naming import Gap
from dashboards.models import GapWork
from grids.models import Grid, Household, PopulationGroup
from indicators.people import People, people_behind
from indicators.suppression import find_hidden_cells, must_hide, name_cell
from visits.forms.log import visit_kinds
from visits.models import VisitPlan
from visits.plans import make_plan_for_households

FEWEST_DAYS = 14  # for a round of visits, however near the period's end is
LEAD_DAYS = 7  # in which residents hear of an activity
USUAL_HOUR = 9
NAME_LENGTH = VisitPlan._meta.get_field("name").max_length or 0


@dataclass(frozen=True)
class Standing:
    """A gap as the register has it at this moment; the figures may follow a second later."""

    grid: Grid
    population: int
    missed: People
    missed_count: int


@dataclass(frozen=True)
class PlannedVisits:
    """The work, how many doors (户) its plan means, and how many people (人) no door is known of."""

    work: GapWork
    doors: int
    without_door: int


@transaction.atomic
def plan_visits(*, gap: Gap, by: User) -> PlannedVisits:
    """Plan visits to just the doors behind which the gap's people live, from today to the period's end."""
    standing = take(gap, by)
    running = GapWork.objects.of(gap.grid.id, gap.grouping, gap.period.code).open(timezone.localdate())
    if earlier := running.filter(plan__isnull=False).select_related("plan").first():
        raise ValidationError(_("这个缺口已经有走访计划，还没有结束：%(plan)s。") % {"plan": earlier.plan})
    here = standing.missed.filter(household__building__grid__community=standing.grid.community)
    doors = list(Household.objects.filter(pk__in=here.order_by().values("household")))
    if not doors:
        raise ValidationError(_("这些人都没有登记住址，列不出要走访的门。请先补登住址，或者改为排活动。"))
    today = timezone.localdate()
    plan = make_plan_for_households(
        community=standing.grid.community,
        name=name_plan(gap),
        kind=choose_visit_kind(),
        households=doors,
        starts_on=today,
        ends_on=max(gap.period.end - timedelta(days=1), today + timedelta(days=FEWEST_DAYS)),
        token=uuid.uuid4(),
        by=by,
    )
    work = save_work(gap, standing, by, plan=plan)
    record("gap.plan_visits", by=by, target=work, area_code=gap.grid.code, **describe(gap), doors=len(doors))
    return PlannedVisits(work, len(doors), standing.missed_count - here.count())


@transaction.atomic
def plan_gathering(*, gap: Gap, by: User) -> GapWork:
    """Plan an activity for the gap's group and grid, of the kind and at the time that reached such people elsewhere.

    It is no more than a draft: nothing is published, and place, kind and time are still to be looked at.
    """
    standing = take(gap, by)
    running = GapWork.objects.of(gap.grid.id, gap.grouping, gap.period.code).open(timezone.localdate())
    if earlier := running.filter(activity__isnull=False).select_related("activity").first():
        raise ValidationError(_("这个缺口已经排了活动，还没有办：%(activity)s。") % {"activity": earlier.activity})
    best = read_elsewhere(gap, standing.population).best
    kind = choose_kind(best)
    starts_at = propose_time(best, timezone.localdate())
    activity = Activity(
        community=standing.grid.community,
        kind=kind,
        title=kind.name,  # it may be published: of the group it says nothing
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=kind.usual_minutes),
        responsible=by,
    )
    groups = PopulationGroup.objects.filter(code=gap.grouping)  # none for an age band: that is no list
    links = Links({"target_groups": groups, "target_grids": [standing.grid]})
    plan_activity(activity, links=links, token=uuid.uuid4(), by=by)
    work = save_work(gap, standing, by, activity=activity)
    record("gap.plan_activity", by=by, target=work, area_code=gap.grid.code, **describe(gap), kind=kind.name)
    return work


def take(gap: Gap, by: User) -> Standing:
    """Lock the gap's grid until the transaction ends, and return how the gap stands; refuse what is none any more."""
    # Two who turn one gap into work at once come one after the other: the second then finds the work of the first.
    grid = Grid.objects.select_for_update(no_key=True).select_related(None).get(pk=gap.grid.id)
    if gap.period.end <= timezone.localdate():
        raise ValidationError(_("这个时期已经结束，请看本期。"))
    if gap.period.start > timezone.localdate():
        raise ValidationError(_("这个时期还没有开始。"))
    if grid.valid_to:
        raise ValidationError(_("这个网格已经撤销，请看现在的网格。"))
    if must_hide(by) and is_hidden_from_above(gap):
        raise ValidationError(_("这个缺口人数太少，不对上级显示，由社区自己安排。"))
    missed = people_behind("missed", gap.grid, gap.period, [gap.grouping])
    population = people_behind("population", gap.grid, gap.period, [gap.grouping]).count()
    if not (count := missed.count()):
        raise ValidationError(_("这个缺口已经补上：没有未触达的人了。"))
    return Standing(grid, population, missed, count)


def is_hidden_from_above(gap: Gap) -> bool:
    """Tell whether the gap is so small that nobody above the community may know of it."""
    hidden = find_hidden_cells([gap.grid], [gap.period], [gap.grouping])
    return name_cell(gap.grid, gap.period, gap.grouping) in hidden


def name_plan(gap: Gap) -> str:
    """Return the name of a plan: 补缺 · 第三网格 · 离退休人员 · 2026 年第 4 季度."""
    name = _("补缺 · %(grid)s · %(group)s · %(period)s") % {
        "grid": gap.grid.name,
        "group": gap.name,
        "period": gap.period.label,
    }
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


def choose_visit_kind() -> ActivityKind:
    """Return the usual kind of visits."""
    if kind := visit_kinds().first():
        return kind
    raise ValidationError(_("没有启用的走访类型，请先请管理员在后台启用一种。"))


def choose_kind(best: Found | None) -> ActivityKind:
    """Return the kind that reached such people elsewhere; the first of the catalogue where nothing can be said."""
    kinds = ActivityKind.objects.active().gatherings().filter(is_confidential=False)
    if kind := kinds.filter(pk=best.kind if best else 0).first() or kinds.first():
        return kind
    raise ValidationError(_("没有启用的活动类型，请先请管理员在后台启用一种。"))


def propose_time(best: Found | None, today: date) -> datetime:
    """Return the first time, at least LEAD_DAYS ahead, on the day of the week and at the hour that are usual there."""
    day = today + timedelta(days=LEAD_DAYS)
    if best:
        day += timedelta(days=(best.weekday - day.isoweekday()) % 7)
    return timezone.make_aware(datetime.combine(day, time(best.hour if best else USUAL_HOUR)))


def save_work(gap: Gap, standing: Standing, by: User, **what: VisitPlan | Activity) -> GapWork:
    """Keep what was planned for a gap, with its numbers of this moment."""
    return GapWork.objects.create(
        grid=standing.grid,
        grouping=gap.grouping,
        period=gap.period.code,
        population=standing.population,
        reached=standing.population - standing.missed_count,
        made_by=by,
        **what,
    )


def describe(gap: Gap) -> dict[str, str]:
    """Return the gap as the audit log keeps it."""
    return {"grouping": gap.grouping, "period": gap.period.code}
