"""Loading a data set: areas and accounts first, then community by community by COPY, at last the figures."""

import os
from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection, transaction

from activities.models import ActivityKind, Programme, Theme
from demo.scale.activities import Catalogue, Organiser
from demo.scale.copying import Sheaf, bare_tables, copy_texts, next_keys, settle_keys, tidy_tables
from demo.scale.people import Settler
from demo.scale.places import Place, build_places
from demo.scale.programme import Calendar
from demo.scale.sizes import Size
from grids.models import PopulationGroup
from indicators.engine.rebuild import rebuild_cells


def load(size: Size, today: date, tell: Callable[[str], object] = lambda line: None) -> None:
    """Fill the database with a data set, all or nothing, and compute its figures; `tell` hears how far it is.

    The tables are locked meanwhile. The same size and day give the same rows, apart from keys of areas and accounts.
    """
    with transaction.atomic():
        places = build_places(size, today)
        sheaf = Sheaf(next_keys())
        with bare_tables():
            for number, texts in enumerate(generate(places, today, read_catalogue(), sheaf), start=1):
                copy_texts(texts)
                tell(f"{number}/{len(places)} 个社区已装入")
        settle_keys()
    tidy_tables()
    tell("正在计算指标……")
    compute_figures()


def read_catalogue() -> Catalogue:
    """Return the catalogue rows that activities and memberships name."""
    kinds = list(ActivityKind.objects.all())
    return Catalogue(
        kinds={kind.name: (kind.pk, kind.usual_minutes, kind.counts_hours) for kind in kinds},
        themes=dict(Theme.objects.values_list("name", "pk")),
        programmes=dict(Programme.objects.values_list("name", "pk")),
        groups=dict(PopulationGroup.objects.values_list("code", "pk")),
        confidential=frozenset(kind.name for kind in kinds if kind.is_confidential),
    )


def generate(places: list[Place], today: date, catalogue: Catalogue, sheaf: Sheaf) -> Iterator[dict[str, str]]:
    """Yield the COPY text of each community by table: people first, then what was held and who came."""
    calendar = Calendar(today)
    for place in places:
        neighbours = Settler(place, today, catalogue.groups, sheaf).settle()
        Organiser(place, today, calendar, catalogue, neighbours, sheaf).organise()
        yield sheaf.cut()


def compute_figures() -> None:
    """Compute all cells; inside a transaction nobody else could see the rows, so there is one session then."""
    rebuild_cells(sessions=1 if connection.in_atomic_block else os.cpu_count() or 1)
