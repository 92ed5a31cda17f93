"""How a group is reached in the whole street: beside it one sees whether a rate is low for here."""

from collections.abc import Set

from communities.models import Community, Street
from dashboards.asking import Ask
from dashboards.tables import to_percent
from indicators.areas import AreaRef
from indicators.figures import Reach, read_reach
from indicators.indicator import Figure
from indicators.suppression import Cell, is_telling, name_cell

Rates = dict[tuple[str, str], float | None]  # street code, grouping -> per cent


def read_street_rates(ask: Ask, hidden: Set[Cell]) -> Rates:
    """Return the rates of all groupings in the streets around or inside the area; None for what may not be said.

    `hidden` are the cells that the reader may not see. Who works in a community knows its own numbers and sees no
    others: to such a reader a rate says nothing either where the rest of the street is few people.
    """
    streets = [AreaRef.to(street) for street in Street.objects.filter(code__startswith=ask.area.code[:9])]
    cells, own = read_reach(streets, ask.period), {} if ask.hides else read_own(ask)
    return {
        (street.code, grouping): None
        if name_cell(street, ask.period, grouping) in hidden
        else say_rate(reach, own.get(grouping, Reach()))
        for street in streets
        for grouping, reach in cells[street.id].items()
    }


def read_own(ask: Ask) -> dict[str, Reach]:
    """Return the numbers of the community in which the area lies."""
    communities = [AreaRef.to(row) for row in Community.objects.filter(code=ask.area.code[:12])]
    return next(iter(read_reach(communities, ask.period).values()), {})


def say_rate(whole: Reach, own: Reach) -> float | None:
    """Return a street's rate in per cent; None where it, or it without the reader's own community, is small."""
    figure = Figure(whole.reached, whole.population)
    rest = Figure(whole.reached - own.reached, whole.population - own.population)
    if figure.rate is None or is_telling(figure) or is_telling(rest):
        return None
    return to_percent(figure.rate)
