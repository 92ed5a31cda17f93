"""The dashboard's pages, in the order of their tabs."""

from dashboards import brief, overview, targets
from dashboards.compare.page import PAGE as COMPARE
from dashboards.coverage.page import PAGE as COVERAGE
from dashboards.gaps.pages import PAGES as GAP_PAGES
from dashboards.maps.page import PAGE as MAP
from dashboards.mix.page import PAGE as MIX
from dashboards.page import Page
from dashboards.party.page import PAGE as PARTY
from dashboards.quality.page import PAGE as QUALITY
from dashboards.volunteers.page import PAGE as VOLUNTEERS
from indicators.areas import AreaRef

PAGES: dict[str, Page] = {
    page.code: page
    for page in (
        *(overview.PAGE, COVERAGE, *GAP_PAGES, MAP, COMPARE, MIX, PARTY, VOLUNTEERS),
        *(brief.PAGE, targets.PAGE, QUALITY),
    )
}


def list_tabs(area: AreaRef) -> list[Page]:
    """Return the pages that an area of this level has."""
    return [page for page in PAGES.values() if page.is_tab and area.level in page.levels]
