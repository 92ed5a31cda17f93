"""Which edition of the portal's rows a page shows: a text that changes with every commit that may move a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.db import connection, models

from activities.models import ActivityKind, Theme
from communities.models import Community, District, Street
from dashboards.models import Alert, GapWork
from grids.models import Grid, GridBoundary, PopulationGroup
from indicators.figures import FreshnessReport
from indicators.models import DirtyMark, Freshness, PeriodClosing, Target
from surveys.models import Wave, WaveResults
from visits.models import VisitPlan

# Small tables that pages read beside the cells. Cells change with Freshness, whose rows are watched by area.
WATCHED: list[type[models.Model]] = [
    *(ActivityKind, Theme, PopulationGroup, District, Street),
    *(PeriodClosing, Target, GapWork, VisitPlan, Alert),
    *(Wave, WaveResults),
]
# Tables of which only the rows below the area count, with the column of the area's code.
WATCHED_BELOW: list[type[models.Model]] = [Community, Grid]
# Tables whose rows belong to a grid below the area.
WATCHED_OF_GRIDS: list[type[models.Model]] = [GridBoundary]

# xmin is the transaction that wrote a row. Rows only ever get newer ones, so where the number of rows is the same, a
# changed one makes the sum greater. Times would not do: of two transactions the later time may be committed first.
PRINT = "select count(*) || '.' || coalesce(sum(xmin::text::bigint), 0) as print from {table} where {condition}"


@dataclass(frozen=True)
class Edition:
    """How fresh an area's figures are, and the text that names the edition."""

    code: str
    freshness: FreshnessReport

    @property
    def version(self) -> str:
        """What an open page compares: it changes with the number of waiting marks too, which the page shows."""
        return f"{self.code}-{self.freshness.waiting}"


def read_edition(code: str) -> Edition:
    """Return the edition of an area's figures: of its community for a grid. One query.

    What changes while a page is read shows as another edition at the next look. A restored database begins a new one.
    """
    statement, prefixes = write_statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"{code[:12]}%"] * prefixes)
        computed, tallied, untallied, waiting, oldest, prints = cursor.fetchone()
    freshness = FreshnessReport(computed, tallied, waiting, oldest, untallied)
    return Edition(sha256(prints.encode()).hexdigest()[:16], freshness)


@cache
def write_statement() -> tuple[str, int]:
    """Return the statement, and how often it asks for the prefix of codes."""
    community, known, marks = (table_of(model) for model in (Community, Freshness, DirtyMark))
    of_grids = f"grid_id in (select id from {table_of(Grid)} where code like %s)"
    prints = [
        PRINT.format(table=known, condition=f"community_id in (select id from {community} where code like %s)"),
        *(PRINT.format(table=table_of(model), condition="code like %s") for model in WATCHED_BELOW),
        *(PRINT.format(table=table_of(model), condition=of_grids) for model in WATCHED_OF_GRIDS),
        *(PRINT.format(table=table_of(model), condition="true") for model in WATCHED),
    ]
    statement = f"""
        with inside as materialized (select id from {community} where code like %s),
        known as (select max(computed_at) as computed_at, max(tallied_at) as tallied_at,
                         count(*) filter (where tallied_for is distinct from computed_at) as untallied
                  from {known} where community_id in (select id from inside)),
        marks as (select count(*) as waiting, min(marked_at) as oldest
                  from {marks} where community_id in (select id from inside)),
        prints as (select string_agg(print, ' ') as prints from ({join(prints)}) each_table)
        select computed_at, tallied_at, untallied, waiting, oldest,
               prints || ' ' || (select oid from pg_database where datname = current_database())
        from known, marks, prints"""
    return statement, statement.count("%s")


def table_of(model: type[models.Model]) -> str:
    """Return the quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)


def join(prints: Sequence[str]) -> str:
    """Return one statement that reads all prints, in this order."""
    return " union all ".join(f"({one})" for one in prints)
