"""Representativeness: a group's share of those who came by its share of those who live there; 1 is fair.

RE-AIM counts it as part of reach (re-aim.org). Groups overlap: each is held against everybody, none is summed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.charts import Chart
from dashboards.compare.numbers import Seen
from dashboards.tables import Column, Sort, Table

FAIR = 1


@dataclass(frozen=True)
class Group:
    """A group's numbers, and how many came for each one who should have: by people, and by contacts."""

    name: str
    seen: Seen
    people: float | None
    contacts: float | None


def list_groups(named: Sequence[tuple[str, Seen]], whole: Seen) -> list[Group]:
    """Return the groups of (name, numbers) from the least to the most represented; those without a ratio last."""
    groups = [
        Group(name, seen, compare(seen, whole, "reached"), compare(seen, whole, "contacts")) for name, seen in named
    ]
    return sorted(groups, key=lambda group: (group.people is None, group.people or 0))


def compare(part: Seen, whole: Seen, number: str) -> float | None:
    """Return share of the number by share of the population, two decimals; None where it cannot be said."""
    some, every = part.get(number), whole.get(number)
    if some is None or not every or not part.reach.population:
        return None
    return round((some / every) / (part.reach.population / whole.reach.population), 2)


def explain(groups: Sequence[Group]) -> str:
    """Return what the ends of the list say, in a sentence; "" where nothing can be said."""
    known = [group for group in groups if group.people is not None]
    if not known:
        return ""
    if known[0].people == known[-1].people:
        return _("各类人群来的比例都一样。")
    return _(
        "来得最少的是%(least)s：按人口每应到 1 人，实到 %(few).2f 人；来得最多的是%(most)s，实到 %(many).2f 人。"
    ) % {
        "least": known[0].name,
        "few": known[0].people,
        "most": known[-1].name,
        "many": known[-1].people,
    }


def draw_groups(groups: Sequence[Group], n: str) -> Chart:
    """Return the dots around 1."""
    known = [group for group in groups if group.people is not None]
    data = {
        "categories": [group.name for group in known],
        "series": [
            {"name": _("按人"), "values": [group.people for group in known]},
            {"name": _("按人次"), "values": [group.contacts for group in known]},
        ],
        "labels": [f"{group.people:.2f}" for group in known],
        "unit": "",
        "target": FAIR,
        "targetText": _("1 = 正好相当"),
    }
    return Chart("fairness", "dots", _("谁来得少，谁来得多"), data, n, "fairness")


def tabulate_groups(groups: Sequence[Group]) -> Table:
    """Return the table."""
    columns = (
        Column(_("人群")),
        Column(_("每应到 1 人，实到"), Sort.NUMBER, _("人")),
        Column(_("每应到 1 人次，实到"), Sort.NUMBER, _("人次"), is_wide_only=True),
        Column(_("触达人数"), Sort.COUNT, _("人")),
        Column(_("在册人数"), Sort.COUNT, _("人"), is_wide_only=True),
    )
    rows = [(g.name, g.people, g.contacts, g.seen.reached, g.seen.population) for g in groups]
    return Table("fairness", _("谁来得少，谁来得多"), columns, rows)
