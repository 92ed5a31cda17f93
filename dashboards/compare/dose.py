"""How often people came: nobody is counted twice, so the steps add up to all who live there."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.charts import Chart
from dashboards.compare.numbers import Seen
from dashboards.tables import Column, Sort, Table, to_percent
from indicators.shown import CHAIN
from indicators.suppression import HIDDEN


@dataclass(frozen=True)
class Dose:
    """How many people were reached just so often; None where that is hidden."""

    name: str
    people: int | None
    percent: float | None  # of the population


def list_doses(seen: Seen) -> list[Dose]:
    """Return the steps from never to often; empty where nobody lives.

    A step is the difference of two numbers of the chain, so it is shown where both are.
    """
    whole = seen.reach.population
    if not whole:
        return []
    ends = [seen.population, *(seen.get(number) for number in CHAIN), 0]
    doses = []
    for name, upper, lower in zip(name_steps(), ends, ends[1:], strict=False):
        people = None if upper is None or lower is None else upper - lower
        doses.append(Dose(name, people, None if people is None else to_percent(people / whole)))
    return doses


def name_steps() -> list[str]:
    """Return the steps in words, from the thresholds of the cells: never, once, twice and so on, often."""
    active, often = settings.ACTIVE_CONTACTS, settings.OFTEN_CONTACTS
    return [
        _("没有触达"),
        _("1 次"),
        say_range(2, active - 1),
        say_range(active, often - 1),
        _("%(n)s 次及以上") % {"n": often},
    ]


def say_range(first: int, last: int) -> str:
    """Return so-and-so many times."""
    if first == last:
        return _("%(n)s 次") % {"n": first}
    return _("%(first)s–%(last)s 次") % {"first": first, "last": last}


def draw_doses(doses: list[Dose], n: str) -> Chart:
    """Return the bars."""
    data = {
        "categories": [dose.name for dose in doses],
        "values": [dose.percent for dose in doses],
        "labels": [say_dose(dose) for dose in doses],
    }
    return Chart("dose", "bar", _("触达了几次"), data, n, "dose")


def say_dose(dose: Dose) -> str:
    """Return share and number in words."""
    if dose.people is None:
        return HIDDEN
    return ngettext("%(percent)s · %(people)s 人", "%(percent)s · %(people)s 人", dose.people) % {
        "percent": f"{dose.percent}%",
        "people": f"{dose.people:,}",
    }


def tabulate_doses(doses: list[Dose]) -> Table:
    """Return the table."""
    columns = (
        Column(_("次数")),
        Column(_("人数"), Sort.COUNT, _("人")),
        Column(_("占在册"), Sort.PERCENT, "%"),
    )
    return Table("dose", _("触达了几次"), columns, [(d.name, d.people, d.percent) for d in doses], unit=_("人"))
