"""A table of a dashboard page as a file: the same question, the same answer, the same hiding as on the page."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.views.decorators.cache import cache_control

from accounts.access import StaffRequest, access
from accounts.audit import record
from accounts.roles import Permission
from communities.downloads import send_file
from dashboards.asking import Ask
from dashboards.edition import read_edition
from dashboards.files import MAKERS, TableFile
from dashboards.tables import Table
from dashboards.views.pages import find_page_or_404, find_reason, read_filters
from indicators.areas import get_area_or_404
from indicators.choosing import get_period_or_404
from indicators.models import AreaLevel


@access(Permission.VIEW_FIGURES)
@cache_control(private=True, no_store=True)
def send_table(request: StaffRequest, code: str, page: str, table: str, kind: str) -> HttpResponse:
    """Send a table of a page as .xlsx or .csv, audited."""
    shown = find_page_or_404(page, request.user)
    area = get_area_or_404(request.user, code, grids=AreaLevel.GRID in shown.levels)
    period = get_period_or_404(request.GET.get("period", "") if shown.has_period else "")
    if kind not in MAKERS or area.level not in shown.levels or (shown.has_period and find_reason(period)):
        raise Http404
    as_of = read_edition(code).freshness.computed_at
    ask = Ask(area, period, request.user, read_filters(request, shown))
    found = find_table_or_404(shown.tables(shown.read(ask)), table)
    file = TableFile(found, area, period if shown.has_period else None, as_of, hides=ask.hides)
    content = MAKERS[kind](file)
    said = {"page": shown.code, "table": found.code, "period": period.code, "format": kind, "rows": len(found.rows)}
    record("figures.export", by=request.user, target=area.row, area_code=area.code, **said)
    return send_file(content, f"{file.name}.{kind}")


def find_table_or_404(tables: Sequence[Table], code: str) -> Table:
    """Return the table of this code that may leave the portal as a file."""
    found = next((table for table in tables if table.code == code and table.has_file), None)
    if found is None:
        raise Http404
    return found
