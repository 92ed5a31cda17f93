"""Cells of tables in words."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from dashboards.alerts.reading import read_open_alerts
from dashboards.tables import Cell, Sort, Table
from indicators.areas import AreaRef
from indicators.periods import Period

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


@register.simple_tag(takes_context=True)
def list_files(context: Mapping[str, Any], table: Table) -> list[tuple[str, str]]:
    """Return (name, address) of the files of a table; none outside of pages and for tables that stay on theirs.

    Pages that are about no area and period say themselves where their files are (`file_place`).
    """
    ask, page, place = context.get("ask"), context.get("page"), context.get("file_place")
    names = {"xlsx": "Excel", "csv": "CSV"}
    if place and table.has_file:
        return [(name, place.find_address(table, kind)) for kind, name in names.items()]
    if place or not (ask and page and table.has_file):
        return []
    question = urlencode({"period": ask.period.code, **ask.filters})
    path = {kind: reverse("dashboards:file", args=[ask.area.code, page.code, table.code, kind]) for kind in names}
    return [(name, f"{path[kind]}?{question}") for kind, name in names.items()]


@register.inclusion_tag("dashboards/_alerts.html")
def show_alerts(area: AreaRef, period: Period) -> dict[str, Any]:
    """Show in one line how many figures of an area will miss their targets; nothing where none will. One query."""
    return {"alerts": read_open_alerts(area), "area": area, "period": period}
