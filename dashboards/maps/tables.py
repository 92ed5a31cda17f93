"""The map's figures as a table: every place of the map, drawn or not."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.maps.content import MapContent, Place
from dashboards.tables import Cell, Column, Sort, Table
from indicators.indicator import PLACES, Unit


def list_tables(content: MapContent) -> Sequence[Table]:
    """Return the one table, none where there is no map."""
    return [] if content.reason else [make_table(content)]


def make_table(content: MapContent) -> Table:
    """Return the places with their figures, by code."""
    columns = [Column(_("网格") if content.is_of_grids else _("社区"))]
    if has_parents(content):
        columns.append(Column(_("社区") if content.is_of_grids else _("街道")))
    columns.append(Column(_("数值"), sort_of(content), unit=Unit(content.indicator.unit).label))
    if content.is_rate:
        columns += [Column(_("分子"), Sort.COUNT, is_wide_only=True), Column(_("分母"), Sort.COUNT, is_wide_only=True)]
    if has_silence(content):
        columns.append(Column(_("说明")))
    return Table(
        code="map",
        title=content.title,
        columns=columns,
        rows=[make_row(place, content) for place in content.places],
        urls=[place.url for place in content.places],
        unit=Unit(content.indicator.unit).label,
        note=say_note(content),
    )


def make_row(place: Place, content: MapContent) -> list[Cell]:
    """Return the cells of a place; hidden numbers are left out."""
    shown = place.shown
    row: list[Cell] = [place.area.name]
    if has_parents(content):
        row.append(place.parent)
    value = shown.value
    row.append(int(value) if value is not None and sort_of(content) == Sort.COUNT else value)
    if content.is_rate:
        row += [None, None] if shown.hidden else [shown.figure.numerator, shown.figure.denominator]
    if has_silence(content):
        row.append(say_silence(place))
    return row


def has_parents(content: MapContent) -> bool:
    """Whether the places lie in several areas."""
    return len({place.parent for place in content.places}) > 1


def has_silence(content: MapContent) -> bool:
    """Whether some place has no value."""
    return any(place.shown.value is None for place in content.places)


def say_silence(place: Place) -> str:
    """Return why a place has no value."""
    if place.shown.hidden:
        return _("人数太少，不显示")
    return _("没有可统计的对象") if place.shown.value is None else ""


def sort_of(content: MapContent) -> Sort:
    """Return how values of the indicator read."""
    if content.indicator.unit == Unit.PERCENT:
        return Sort.PERCENT
    return Sort.NUMBER if PLACES.get(Unit(content.indicator.unit)) else Sort.COUNT


def say_note(content: MapContent) -> str:
    """Return what numerator and denominator are."""
    if not content.is_rate:
        return _("%(name)s：%(words)s。") % {"name": content.indicator.name, "words": content.indicator.numerator}
    words = {"n": content.indicator.numerator, "d": content.indicator.denominator}
    return _("分子：%(n)s。分母：%(d)s。") % words
