"""The coverage page: of an area above grids its matrix, of a grid its groups."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dashboards.asking import Ask
from dashboards.coverage.choices import read_choices
from dashboards.coverage.drawing import MOST_DRAWN, draw_matrix, list_areas, list_cells
from dashboards.coverage.grid import GridCoverage, list_grid_tables, read_grid
from dashboards.coverage.matrix import Matrix, read_matrix
from dashboards.page import ALL_LEVELS, Page
from dashboards.tables import Table
from indicators.models import AreaLevel

Coverage = Matrix | GridCoverage


def read(ask: Ask) -> Coverage:
    """Return the page that is asked for."""
    choices = read_choices(ask)
    if ask.area.level == AreaLevel.GRID:
        return read_grid(ask, choices)
    matrix = read_matrix(ask, choices)
    return replace(matrix, chart=draw_matrix(matrix), cells=list_cells(matrix, MOST_DRAWN))


def list_tables(content: Coverage) -> Sequence[Table]:
    """Return the tables of a page."""
    return (
        list_grid_tables(content) if isinstance(content, GridCoverage) else [list_areas(content), list_cells(content)]
    )


PAGE = Page(
    "coverage",
    _("覆盖"),
    "grid-3x3",
    read,
    list_tables,
    levels=ALL_LEVELS,
    filters=("level", "columns", "show", "grouping"),
)
