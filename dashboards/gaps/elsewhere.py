"""What reached a group elsewhere: in comparable grids of the street, by kind and time of activities. An association."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from activities.models import ActivityKind, Category
from communities.models import Community
from dashboards.gaps.means import FEWEST, find_interval
from dashboards.gaps.naming import Gap
from grids.groupings import years_before
from grids.models import Residence, Resident
from grids.population import belonging_on
from indicators.areas import AreaRef
from indicators.indicator import Figure
from indicators.models import AreaLevel, ReachCell
from indicators.statistics import wilson
from indicators.suppression import hide_others, is_small, is_telling

ENOUGH_GRIDS = 5  # fewer grids of like size say more about themselves than about the group
FACTOR = 2  # within which the group's size is called alike
EVENING = 18  # o'clock, from which on people are back from work


class Slot(models.TextChoices):
    """When an activity begins."""

    DAY = "day", _("工作日白天")
    EVENING = "evening", _("工作日晚上")
    WEEKEND = "weekend", _("周末")


# Activities of the year in the grids' communities, but those meant for other grids only, with how many of the members
# came to each; by kind, by time, and by both. Members are the people of the group who live in the grids on the day.
HELD = """
    with member as materialized ({members}),
    held as materialized (
        select a.id, a.kind_id, a.starts_at at time zone %s as begins
        from activities_activity a join activities_activitykind k on k.id = a.kind_id
        where a.status = 'held' and not k.is_confidential and a.community_id = any(%s)
          and a.held_on > %s and a.held_on <= %s
          and (not exists (select from activities_activity_target_grids t where t.activity_id = a.id)
               or exists (select from activities_activity_target_grids t
                          where t.activity_id = a.id and t.grid_id = any(%s)))
    ),
    timed as materialized (
        select id, kind_id, extract(hour from begins) as hour, extract(isodow from begins) as weekday,
               case when extract(isodow from begins) >= 6 then 'weekend'
                    when extract(hour from begins) >= %s then 'evening' else 'day' end as slot
        from held
    ),
    came as materialized (
        select t.id, t.kind_id, t.slot, p.resident_id
        from member m join activities_participation p on p.resident_id = m.id join timed t on t.id = p.activity_id
    ),
    heads as (select id, count(*) as people from came group by id),
    total as (
        select kind_id, slot, count(*) as n, coalesce(sum(h.people), 0) as heads, avg(coalesce(h.people, 0)) as mean,
               coalesce(stddev_samp(coalesce(h.people, 0)), 0) as deviation,
               mode() within group (order by t.weekday) as weekday, mode() within group (order by t.hour) as hour
        from timed t left join heads h on h.id = t.id
        group by grouping sets ((kind_id), (slot), (kind_id, slot))
    ),
    person as (
        select kind_id, slot, count(distinct resident_id) as people
        from came group by grouping sets ((kind_id), (slot), (kind_id, slot))
    )
    select t.kind_id, t.slot, t.n, t.heads, t.mean, t.deviation, coalesce(p.people, 0), (select count(*) from member),
           t.weekday, t.hour
    from total t left join person p on p.kind_id is not distinct from t.kind_id and p.slot is not distinct from t.slot
"""


@dataclass(frozen=True)
class Found:
    """Activities of a kind (0: of all), at a time of the week ("": at any), and how many members came to them."""

    kind: int
    slot: str
    n: int
    heads: int  # how often they came
    mean: float
    deviation: float
    people: int
    population: int
    weekday: int  # the most usual one: 1 is Monday
    hour: int  # the most usual hour of their beginning
    name: Any = ""
    is_visit: bool = False
    hidden: bool = False

    @property
    def when(self) -> str:
        """The usual day of the week and hour."""
        return f"{WEEKDAYS[self.weekday - 1]} {self.hour}:00"

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of people per activity; None when hidden, of too few activities, or when nobody came."""
        return None if self.hidden or not self.heads else find_interval(self.mean, self.deviation, self.n)

    @property
    def share(self) -> tuple[float, float, float] | None:
        """The share of the members who came at least once, with its 95 % interval; None when hidden."""
        if self.hidden or not self.population:
            return None
        return self.people / self.population, *wilson(self.people, self.population)


@dataclass(frozen=True)
class Elsewhere:
    """What reached the group in other grids, `is_alike` where these are comparable; by kind, by time, and what worked.

    `best` is the kind, at its best time, of which most came per activity; None where nothing can be said.
    """

    grids: int = 0
    is_alike: bool = True
    population: int = 0
    kinds: Sequence[Found] = ()
    slots: Sequence[Found] = ()
    best: Found | None = None


def read_elsewhere(gap: Gap, population: int) -> Elsewhere:
    """Return what reached the gap's group, of so many people here, in other grids in the year to the period's day.

    Numbers are those of other communities too, so small ones are hidden from every reader.
    """
    others, is_alike = find_comparable(gap, population)
    if not others:
        return Elsewhere(is_alike=is_alike)
    found = count_activities(gap, others)
    kinds = hide_small([row for row in found if row.kind and not row.slot])
    slots = hide_small([row for row in found if not row.kind])
    people = found[0].population if found else 0
    ranked = sorted(kinds, key=lambda row: (row.is_visit, row.interval is None, -row.mean, -row.n, row.kind))
    order = list(Slot.values)
    return Elsewhere(
        grids=len(others),
        is_alike=is_alike,
        population=people,
        kinds=ranked,
        slots=sorted(slots, key=lambda row: order.index(row.slot)),
        best=choose_best(ranked, found),
    )


def find_comparable(gap: Gap, population: int) -> tuple[list[AreaRef], bool]:
    """Return the grids beside which the gap may be held, and whether they are alike: else all others of the street.

    Alike are those in which the group has between half and twice as many people.
    """
    street = AreaRef(AreaLevel.STREET, 0, gap.grid.code[:9], "")
    grids = {grid.id: grid for grid in street.parts(AreaLevel.GRID, gap.period) if grid.id != gap.grid.id}
    cells = ReachCell.objects.of(AreaLevel.GRID, list(grids), gap.period.code).filter(grouping=gap.grouping)
    sizes = dict(cells.filter(population__gt=0).order_by("area_id").values_list("area_id", "population"))
    alike = [grids[pk] for pk, size in sizes.items() if population <= size * FACTOR and size <= population * FACTOR]
    if len(alike) >= ENOUGH_GRIDS:
        return alike, True
    return [grids[pk] for pk in sizes], False


def count_activities(gap: Gap, grids: Sequence[AreaRef]) -> list[Found]:
    """Return the activities of the year by kind, by time and by both, with who came of the group in these grids."""
    day = gap.period.reference(timezone.localdate())
    keys = [grid.id for grid in grids]
    living = Residence.objects.on(day).filter(grid__in=keys)
    members = Resident.objects.filter(belonging_on(day, gap.grouping), pk__in=living.values("resident"))
    sql, values = members.order_by().values("id").query.sql_with_params()
    codes = {grid.code[:12] for grid in grids}
    communities = list(Community.objects.filter(code__in=codes).values_list("pk", flat=True))
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(
            HELD.format(members=sql),
            [*values, zone, communities, years_before(day, 1), day, keys, EVENING],
        )
        rows = cursor.fetchall()
    kinds = {kind.pk: kind for kind in ActivityKind.objects.all()}
    return [name_row(row, kinds) for row in rows]


def name_row(row: Sequence[Any], kinds: dict[int, ActivityKind]) -> Found:
    """Return a row of the statement with its name."""
    kind, slot, n, heads, mean, deviation, *rest = row
    people, population, weekday, hour = map(int, rest)
    numbers = (n, int(heads), float(mean), float(deviation), people, population, weekday, hour)
    found = Found(kind or 0, slot or "", *numbers)
    if kind is None:
        return replace(found, name=Slot(slot).label)
    return replace(found, name=kinds[kind].name, is_visit=kinds[kind].category == Category.VISIT)


def hide_small(rows: Sequence[Found]) -> list[Found]:
    """Return the rows, small ones hidden; one alone would follow from the sums of the other table: then two.

    Mean and share together tell how many came more than once.
    """
    small = [is_telling(Figure(row.people, row.population)) or is_small(row.heads - row.people) for row in rows]
    hidden = {index for index, is_hidden in enumerate(small) if is_hidden}
    others = {index: row.people for index, row in enumerate(rows) if index not in hidden}
    hidden |= hide_others(len(hidden), others, is_sum_known=True)
    return [replace(row, hidden=index in hidden) for index, row in enumerate(rows)]


def choose_best(kinds: Sequence[Found], found: Sequence[Found]) -> Found | None:
    """Return the kind of gathering of which most of the group came per activity, at the time at which most came.

    Its interval decides, not its mean: one lucky activity is no advice. A time needs as many activities as a kind.
    """
    sound = [row for row in kinds if row.interval and row.people and not row.is_visit]
    if not sound:
        return None
    best = max(sound, key=lambda row: (row.interval or (0.0, 0.0), row.mean))
    times = [row for row in found if row.kind == best.kind and row.slot and row.n >= FEWEST]
    return max(times, key=lambda row: row.mean, default=best)
