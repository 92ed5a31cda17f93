"""The dashboard's pages, in the order of their tabs."""

from dashboards import overview
from dashboards.page import Page
from indicators.areas import AreaRef

PAGES: dict[str, Page] = {page.code: page for page in (overview.PAGE,)}


def list_tabs(area: AreaRef) -> list[Page]:
    """Return the pages that an area of this level has."""
    return [page for page in PAGES.values() if page.is_tab and area.level in page.levels]
