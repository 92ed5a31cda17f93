"""What the pages of reported numbers show: who has reported which period, and what the communities have together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.versions import NOTHING
from communities.models import Community, Street
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.indicator import RATES, Indicator, Unit
from indicators.models import ReportedFigure
from indicators.periods import Period
from indicators.reports.checks import show_number
from indicators.reports.fields import FIELDS
from indicators.reports.reported import CommunitiesWith, ReportedMeasure, Values, read_values
from indicators.reports.slots import FORMS, Slot, State, asked_periods, existed, is_asked, read_slots

SHOWN = {"quarter": 4, "year": 2}  # periods side by side


@dataclass(frozen=True)
class Line:
    """A community in the matrix, with its slots in the order of the periods; None before it was established."""

    community: Community
    slots: list[tuple[Period, Slot | None]]


@dataclass(frozen=True)
class Total:
    """What an indicator is in the whole area. `missing` names the communities that are not in it."""

    indicator: Indicator
    shown: str
    reported: int
    missing: list[str]


@dataclass(frozen=True)
class Remark:
    """A number that jumps, with what the community says about it."""

    community: str
    label: str
    value: str
    explanation: str


def describe_community(community: Community, today: date) -> dict[str, Any]:
    """Return the forms of one community: what is to be reported first, then what is done."""
    periods = [period for form in FORMS for period in asked_periods(form, today, SHOWN[form])]
    slots = read_slots([community], periods, today)
    waiting = [slot for slot in slots if slot.report is None]
    return {
        "waiting": [(slot, abs((slot.due - today).days)) for slot in sorted(waiting, key=lambda slot: slot.due)],
        "done": [slot for slot in slots if slot.report],
    }


def describe_street(street: Street, communities: Sequence[Community], kind: str, code: str, today: date) -> dict:
    """Return who has reported in a street, and its figures of one period, with a constant number of queries."""
    periods = asked_periods(kind, today, SHOWN[kind])
    slots = read_slots(communities, periods, today)
    chosen = next((period for period in periods if period.code == code), periods[0] if periods else None)
    return {
        "kind": kind,
        "periods": periods,
        "lines": draw_lines(slots, periods),
        "chosen": chosen,
        "late": [slot for slot in slots if slot.state == State.MISSING and slot.period == chosen],
        "totals": sum_up(AreaRef.to(street), communities, chosen) if chosen else [],
        "remarks": list_remarks(communities, chosen) if chosen else [],
    }


def draw_lines(slots: Sequence[Slot], periods: Sequence[Period]) -> list[Line]:
    """Return a line for each community that has any slot."""
    found = {(slot.community.pk, slot.period.code): slot for slot in slots}
    places = sorted({slot.community.pk: slot.community for slot in slots}.values(), key=lambda place: place.code)
    return [Line(place, [(period, found.get((place.pk, period.code))) for period in periods]) for place in places]


def sum_up(area: AreaRef, communities: Sequence[Community], period: Period) -> list[Total]:
    """Return the reported indicators of an area, each with who has not reported it."""
    known = read_values([area], [period], FIELDS)
    places = [place for place in communities if existed(place, period)]
    totals = []
    for indicator in CATALOGUE.values():
        measure = indicator.measure
        if isinstance(measure, ReportedMeasure | CommunitiesWith) and period.kind in indicator.periods:
            lacking = find_lacking(measure.fields, places, period, known)
            value = indicator.value(indicator.answer(area, period))
            totals.append(Total(indicator, show_value(indicator, value), len(places) - len(lacking), lacking))
    return totals


def find_lacking(
    codes: Sequence[str], places: Sequence[Community], period: Period, known: Mapping[tuple[str, str], Values]
) -> list[str]:
    """Return the names of the communities that have not reported all of the numbers."""
    return [place.name for place in places if set(codes) - set(known.get((place.code, period.code), {}))]


def name_missing(indicator: Indicator, area: AreaRef, period: Period, today: date) -> list[str]:
    """Return the communities that are not in a reported figure of an area; none for what is computed, or not asked."""
    measure = indicator.measure
    if not isinstance(measure, ReportedMeasure | CommunitiesWith) or not is_asked(period, today):
        return []
    places = [place for place in Community.objects.filter(code__startswith=area.code) if existed(place, period)]
    return find_lacking(measure.fields, places, period, read_values([area], [period], measure.fields))


def show_value(indicator: Indicator, value: float | None) -> str:
    """Return a value with its unit; a dash where nobody has reported."""
    if value is None:
        return NOTHING
    if indicator.unit == Unit.PERCENT:
        return f"{value:.1f}%"
    if indicator.unit in RATES:
        return f"{value:,.2f} {indicator.unit.label}"
    unit = FIELDS[indicator.measure.fields[0]].unit  # type: ignore[attr-defined]
    return f"{value:,.0f} {unit}"


def list_remarks(communities: Sequence[Community], period: Period) -> list[Remark]:
    """Return what the communities say about numbers that jump."""
    figures = ReportedFigure.objects.filter(
        report__community__in=communities, report__period=period.code, indicator__in=list(FIELDS)
    ).exclude(explanation="")
    rows = figures.order_by("report__community__code", "pk").values_list(
        "report__community__name", "indicator", "value", "explanation"
    )
    return [Remark(name, str(FIELDS[code].name), show_number(value), why) for name, code, value, why in rows]
