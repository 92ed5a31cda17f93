"""Who can have been there: the grid in which each resident lived on a day, and who did not live any more."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from activities.models import Activity, Method, Participation
from grids.models import Residence


@dataclass
class Whereabouts:
    """Where residents lived on a day: `grids` resident -> grid, both keys; `gone` those who had died or moved out."""

    grids: dict[int, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)


def find_whereabouts(residents: Iterable[int], day: date) -> Whereabouts:
    """Return where the residents of these keys lived on the day, with one query.

    Who was registered only later counts in the first grid known: people live somewhere before they are written down.
    Somebody whose every spell had ended by the day, or who has none, is gone.
    """
    keys = set(residents)
    found = Whereabouts()
    spells = Residence.objects.filter(Q(until=None) | Q(until__gt=day), resident__in=keys).order_by("-since")
    for resident, grid, since, until in spells.values_list("resident", "grid", "since", "until"):
        # latest first: the earliest spell that ends after the day is written last and stays; empty ones were errors
        if until is None or until > since:
            found.grids[resident] = grid
    found.gone = keys - found.grids.keys()
    return found


def add_participants(
    activity: Activity, residents: Iterable[int], *, method: Method = Method.TICKED, by: int | None = None
) -> set[int]:
    """Make residents (keys) participants, each once; return the keys of those who were gone and are not.

    `by` is the key of the member of staff. Who is a participant already stays as recorded.
    """
    where = find_whereabouts(residents, activity.held_day)
    rows = [
        Participation(activity=activity, resident_id=resident, grid_id=grid, method=method, recorded_by_id=by)
        for resident, grid in where.grids.items()
    ]
    Participation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return where.gone
