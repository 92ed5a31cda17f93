"""Values of figures in words, each in the unit of its indicator."""

from django import template

from indicators.indicator import PLACES, RATES, Figure, Indicator, Unit

register = template.Library()

NOTHING = "—"


@register.filter
def in_unit(value: float | None, indicator: Indicator) -> str:
    """Return a value with its unit: 46.0%, 0.83, 1,204 人; a dash where there is none."""
    if value is None:
        return NOTHING
    text = f"{value:,.{PLACES.get(Unit(indicator.unit), 0)}f}"
    if indicator.unit == Unit.PERCENT:
        return f"{text}%"
    return text if indicator.unit == Unit.INDEX else f"{text} {Unit(indicator.unit).label}"


@register.filter
def by_unit(figure: Figure | None, indicator: Indicator) -> str:
    """Return the value of a figure with its unit."""
    return in_unit(indicator.value(figure) if figure else None, indicator)


@register.filter
def parts(figure: Figure | None, indicator: Indicator) -> str:
    """Return numerator and denominator of a rate; nothing for a number that is no rate."""
    if figure is None or indicator.unit not in RATES or not figure.denominator:
        return ""
    return f"{figure.numerator:,} / {figure.denominator:,}"


@register.filter
def moved_by(difference: float | None, indicator: Indicator) -> str:
    """Return a difference with its sign; of percentages in points, which is what differences of shares are."""
    if difference is None:
        return NOTHING
    places = PLACES.get(Unit(indicator.unit), 0)
    return f"{difference:+,.{places}f}" if round(difference, places) else "≈0"
