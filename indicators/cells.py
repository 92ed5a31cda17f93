"""Computing cells: claim a community's marks, recompute its dirty grids in set-based SQL, roll up, all or nothing.

Why it loses nothing: marks are an append-only log. One READ COMMITTED transaction locks the community, claims the marks
it sees, computes in statements that start after the claim (their snapshot holds every change so marked), and deletes
just the claimed marks. A change that commits meanwhile brings its own mark; a worker that dies leaves all as it was.
"""

from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from communities.models import Community
from grids.models import Grid
from grids.population import age_band_sql
from indicators.models import ActivityCell, DirtyMark, Freshness, ReachCell
from indicators.periods import kept_periods

LOCKS = {
    "community": 7201,
    "street": 7202,
    "district": 7203,
}  # first keys of the advisory locks, taken in this order

PERIODS = """
    period as (
        select * from unnest(%(codes)s::text[], %(starts)s::date[], %(ends)s::date[], %(references)s::date[])
               as p(code, starts, ends, reference)
    )
"""
# Seven numbers a cell; the groupings are three aggregates over one materialised set of (period, person).
REACH = f"""
    with {PERIODS},
    present as materialized (
        select p.code, p.starts, p.ends, p.reference, s.grid_id, s.resident_id
        from period p
        join grids_residence s on s.grid_id = any(%(grids)s)
             and s.since <= p.reference and (s.until is null or s.until > p.reference)
    ),
    attended as materialized (
        select t.resident_id, a.held_on
        from activities_participation t join activities_activity a on a.id = t.activity_id
        where a.status = 'held' and t.resident_id in (select resident_id from grids_residence
                                                      where grid_id = any(%(grids)s))
    ),
    contact as (
        select t.resident_id, p.code, count(*) as contacts
        from attended t join period p on t.held_on >= p.starts and t.held_on < p.ends
        group by t.resident_id, p.code
    ),
    first_contact as (select resident_id, min(held_on) as first_on from attended group by resident_id),
    arrival as (
        select resident_id, min(since) as arrived_on from grids_residence
        where resident_id in (select resident_id from present) group by resident_id
    ),
    person as materialized (
        select w.code, w.reference, w.grid_id, w.resident_id, coalesce(c.contacts, 0) as contacts,
               coalesce(f.first_on >= w.starts and f.first_on < w.ends, false) as newcomer,
               v.arrived_on <= w.reference - interval '12 months' as settled,
               coalesce(f.first_on > w.reference, true) as never,
               {age_band_sql("r.birth_date", "w.reference")} as age_band
        from present w
        join grids_resident r on r.id = w.resident_id
        join arrival v on v.resident_id = w.resident_id
        left join contact c on c.resident_id = w.resident_id and c.code = w.code
        left join first_contact f on f.resident_id = w.resident_id
    ),
    grouped as (
        select code, grid_id, 'all' as grouping, contacts, newcomer, settled, never from person
        union all
        select code, grid_id, age_band, contacts, newcomer, settled, never from person where age_band is not null
        union all
        select w.code, w.grid_id, g.code, w.contacts, w.newcomer, w.settled, w.never
        from person w
        join grids_groupmembership m on m.resident_id = w.resident_id
             and m.since <= w.reference and (m.until is null or m.until > w.reference)
        join grids_populationgroup g on g.id = m.group_id
    )
    select 'grid', grid_id, code, grouping, count(*), count(*) filter (where contacts > 0),
           coalesce(sum(contacts), 0), count(*) filter (where newcomer),
           count(*) filter (where contacts >= %(active)s),
           count(*) filter (where settled), count(*) filter (where settled and never)
    from grouped group by grid_id, code, grouping
"""
ACTIVITIES = f"""
    with {PERIODS},
    activity as (
        select a.kind_id, a.held_on, a.mode, a.origin, a.unnamed_count,
               (select count(*) from activities_participation t where t.activity_id = a.id) as named,
               (select count(*) from activities_outsider o where o.activity_id = a.id) as outsiders
        from activities_activity a where a.community_id = %(community)s and a.status = 'held'
    )
    select 'community', %(community)s::bigint, p.code, a.kind_id, count(*), sum(a.named), sum(a.outsiders),
           sum(a.unnamed_count), count(*) filter (where a.mode <> 'in_person'),
           count(*) filter (where a.origin <> 'assigned')
    from activity a join period p on a.held_on >= p.starts and a.held_on < p.ends
    group by p.code, a.kind_id
"""


class CellTable:
    """A table of cells: its key and its numbers, and the statements that replace and sum them."""

    def __init__(self, name: str, last_key: str, numbers: tuple[str, ...]) -> None:
        self.name = name
        self.keys = ("level", "area_id", "period", last_key)
        self.last_key = last_key
        self.numbers = numbers

    def replace(self, query: str, level: str, parameters: dict) -> None:
        """Make the cells of the areas %(areas)s at a level exactly what the query yields; equal rows stay untouched."""
        keys, numbers = ", ".join(self.keys), ", ".join(self.numbers)
        old = ", ".join(f"{self.name}.{number}" for number in self.numbers)
        new = ", ".join(f"excluded.{number}" for number in self.numbers)
        sets = ", ".join(f"{number} = excluded.{number}" for number in self.numbers)
        with connection.cursor() as cursor:
            cursor.execute("drop table if exists fresh")
            cursor.execute(
                f"create temporary table fresh on commit drop as select * from ({query}) as q({keys}, {numbers})",
                parameters,
            )
            cursor.execute(
                f"""insert into {self.name} ({keys}, {numbers}) select {keys}, {numbers} from fresh
                    on conflict ({keys}) do update set {sets} where ({old}) is distinct from ({new})"""
            )
            cursor.execute(
                f"""delete from {self.name} c where c.level = %(level)s and c.area_id = any(%(areas)s)
                    and not exists (select from fresh f where f.area_id = c.area_id and f.period = c.period
                                    and f.{self.last_key} = c.{self.last_key})""",
                parameters | {"level": level},
            )

    def sum_up(self, level: str, area_id: int, below: str, areas_below: list[int]) -> None:
        """Make an area's cells the plain sums of the cells one level below."""
        sums = ", ".join(f"sum({number})::int" for number in self.numbers)
        query = f"""
            select %(level)s::text, %(area)s::bigint, period, {self.last_key}, {sums} from {self.name}
            where level = %(below)s and area_id = any(%(areas_below)s) group by period, {self.last_key}
        """
        parameters = {"area": area_id, "areas": [area_id], "below": below, "areas_below": areas_below}
        self.replace(query, level, parameters | {"level": level})


REACH_CELLS = CellTable(
    ReachCell._meta.db_table,
    "grouping",
    ("population", "reached", "contacts", "newcomers", "active", "settled", "never"),
)
ACTIVITY_CELLS = CellTable(
    ActivityCell._meta.db_table, "kind_id", ("held", "named", "outsiders", "unnamed", "online", "own")
)


def find_dirty_communities(today: date) -> list[int]:
    """Return the communities with waiting marks, and those whose figures took another day for today."""
    outdated = Community.objects.filter(Q(freshness=None) | Q(freshness__as_of__lt=today)).filter(grids__isnull=False)
    marked = DirtyMark.objects.order_by().values_list("community_id", flat=True).distinct()
    return sorted({*marked, *outdated.values_list("pk", flat=True)})


def refresh_community(community_id: int, *, everything: bool = False) -> int:
    """Recompute what is dirty in a community and roll it up; return the number of marks that were settled.

    Safe to run twice, in parallel, or to be killed anywhere. `everything` recomputes all grids, marked or not.
    """
    with transaction.atomic():
        lock("community", community_id)
        community = Community.objects.select_related("street").filter(pk=community_id).first()
        claimed, marked_grids = claim_marks(community_id)
        if community:
            today = timezone.localdate()
            grids = list(Grid.objects.filter(community=community).values_list("pk", flat=True))
            whole = everything or not Freshness.objects.filter(community=community, as_of=today).exists()
            compute(community, grids if whole else sorted(marked_grids.intersection(grids)), grids, today)
            Freshness.objects.update_or_create(
                community=community, defaults={"computed_at": timezone.now(), "as_of": today}
            )
            roll_up_from(community)
        delete_marks(claimed)
    return len(claimed)


def lock(level: str, area_id: int) -> None:
    """Wait for the area's advisory lock, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCKS[level], area_id])


def claim_marks(community_id: int) -> tuple[list[int], set[int]]:
    """Return the ids of the marks seen now, and the grids they name."""
    rows = list(DirtyMark.objects.filter(community_id=community_id).values_list("pk", "grid_id"))
    return [pk for pk, _grid in rows], {grid for _pk, grid in rows if grid}


def delete_marks(claimed: list[int]) -> None:
    """Delete just the claimed marks."""
    with connection.cursor() as cursor:
        cursor.execute("delete from indicators_dirtymark where id = any(%s)", [claimed])


def compute(community: Community, dirty: list[int], grids: list[int], today: date) -> None:
    """Recompute the cells of the dirty grids, the community's activity cells, and the community's sums."""
    periods = kept_periods(today, settings.CELL_MONTHS)
    parameters = {
        "codes": [period.code for period in periods],
        "starts": [period.start for period in periods],
        "ends": [period.end for period in periods],
        "references": [period.reference(today) for period in periods],
        "active": settings.ACTIVE_CONTACTS,
        "community": community.pk,
    }
    if dirty:
        REACH_CELLS.replace(REACH, "grid", parameters | {"grids": dirty, "areas": dirty})
        REACH_CELLS.sum_up("community", community.pk, "grid", grids)
    ACTIVITY_CELLS.replace(ACTIVITIES, "community", parameters | {"areas": [community.pk]})


def roll_up_from(community: Community) -> None:
    """Sum the street and the district anew. Their locks come last and in this order, so that no two workers deadlock,
    and each sum starts after its lock is held, so that it sees what others have committed."""
    street = community.street
    lock("street", street.pk)
    communities = list(street.communities.values_list("pk", flat=True))
    lock("district", street.district_id)
    streets = list(street.district.streets.values_list("pk", flat=True))
    for table in (REACH_CELLS, ACTIVITY_CELLS):
        table.sum_up("street", street.pk, "community", communities)
        table.sum_up("district", street.district_id, "street", streets)
