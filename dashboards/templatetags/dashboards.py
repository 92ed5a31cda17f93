"""Cells of tables in words."""

from django import template

from dashboards.tables import Cell, Sort

register = template.Library()

NOTHING = "—"


@register.filter
def in_sort(cell: Cell, sort: str) -> str:
    """Return a cell as its column reads: 1,204; 46.0%; 0.83; a dash where there is nothing to be said."""
    if cell is None:
        return NOTHING
    if isinstance(cell, int | float):
        return {Sort.PERCENT: f"{cell:,.1f}%", Sort.NUMBER: f"{cell:,.2f}"}.get(Sort(sort), f"{cell:,}")
    return str(cell)
