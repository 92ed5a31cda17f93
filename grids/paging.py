"""Pages by key: the rows after a key, and the addresses of the next page and the first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest


@dataclass(frozen=True)
class Page:
    """Rows of one page; the addresses are None where there is no such page."""

    rows: list[Any]
    next_url: str | None
    first_url: str | None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def cut_page(request: HttpRequest, rows: QuerySet, *, key: str, size: int) -> Page:
    """Return the `size` rows whose key follows the query's `after`, in the key's order."""
    start = request.GET.get("after", "")
    begun = start.isdecimal()
    found = list(rows.filter(**{f"{key}__gt": int(start)} if begun else {}).order_by(key)[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(
        rows=found,
        next_url=address(request, after=getattr(found[-1], key)) if more else None,
        first_url=address(request) if begun else None,
    )


def address(request: HttpRequest, **change: Any) -> str:
    """Return this page's address with the same filters, from the key `after` on or from the beginning."""
    query = request.GET.copy()
    query.pop("after", None)
    query.update(change)
    return f"?{query.urlencode()}"
