"""What became of an area that was merged or split: since when it is no more, and which areas took its place."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from dashboards.asking import Ask
from dashboards.links import link
from grids.models import AreaChange
from indicators.areas import MODELS


@dataclass(frozen=True)
class Ended:
    """Since when an area is no more, and its successors: (name, address or "" where the reader may not go)."""

    since: date
    successors: list[tuple[str, str]]


def find_end(ask: Ask, page: str) -> Ended | None:
    """Return what became of the area; None for one that there still is.

    A grid that ended with its community is named in no change: it went where the community went.
    """
    since = MODELS[ask.area.level].objects.filter(pk=ask.area.id).values_list("valid_to", flat=True).first()
    if since is None or since > ask.today:
        return None
    codes = [ask.area.code, ask.area.code[:12]]
    named = Q(detail__from__contains=[[codes[0]]]) | Q(detail__from__contains=[[codes[1]]])
    changes = list(AreaChange.objects.filter(named, street__code=ask.area.code[:9]).values_list("detail", flat=True))
    for code in codes:
        for detail in changes:
            if code in {source for source, _name in detail["from"]}:
                return Ended(since, [(name, find_address(new, page, ask)) for new, name in detail["to"]])
    return Ended(since, [])


def find_address(code: str, page: str, ask: Ask) -> str:
    """Return the address of the same page of another area of the level; "" where the reader may not open it.

    Of another level, that is of the community to which a grid went, the overview.
    """
    if not code.startswith(ask.reader.area_code):
        return ""
    return link(code, page if len(code) == len(ask.area.code) else "overview", ask.period)
