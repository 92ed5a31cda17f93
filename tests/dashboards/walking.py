"""Walks the dashboard pages as a reader does: which there are, what figures they show, where their links lead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import Http404
from django.test import Client

from accounts.models import User
from dashboards.links import link
from dashboards.pages import PAGES
from indicators.areas import AreaRef, get_area_or_404
from indicators.periods import Period


@dataclass(frozen=True)
class Shown:
    """A figure as the markup of a tile names it; numbers are None where the tile hides them."""

    indicator: str
    area: str
    period: str
    grouping: str
    numerator: int | None
    denominator: int | None


class Markup(HTMLParser):
    """The figures and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.figures: list[Shown] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down what the element says of a figure, and where it leads."""
        given = {name: value or "" for name, value in attrs}
        if "data-figure" in given:
            self.figures.append(read_figure(given))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


def read_figure(given: dict[str, str]) -> Shown:
    """Return the figure that an element's attributes name."""
    numbers = [given.get(f"data-{side}", "") for side in ("numerator", "denominator")]
    top, bottom = (int(number) if number else None for number in numbers)
    named = (given.get(f"data-{name}", "") for name in ("figure", "area", "period", "grouping"))
    return Shown(*named, numerator=top, denominator=bottom)


def find_area(reader: User, code: str) -> AreaRef | None:
    """Return the reader's area of this code, None where there is none within reach."""
    try:
        return get_area_or_404(reader, code, grids=True)
    except Http404:
        return None


def list_addresses(reader: User, codes: Iterable[str], periods: Iterable[Period]) -> list[str]:
    """Return the address of every page that the reader may open, for those of the areas within reach."""
    areas = [area for code in codes if (area := find_area(reader, code))]
    pages = [page for page in PAGES.values() if reader.may(page.permission)]
    return [
        link(area.code, page.code, period)
        for page in pages
        for area in areas
        if area.level in page.levels
        for period in (periods if page.has_period else list(periods)[:1])
    ]


def follow(client: Client, address: str, links: Iterable[str], *, most: int = 5) -> Iterator[tuple[str, str]]:
    """Yield address and text of the first pages of the same area that a page links to with a filter, not as a tab."""
    here = urlsplit(address).path.split("/")[2]
    there = {urljoin(address, one): None for one in links}
    wanted = [one for one in there if one.startswith(f"/dashboards/{here}/") and one.count("=") > 1]
    for one in wanted[:most]:
        yield one, client.get(one).content.decode()
