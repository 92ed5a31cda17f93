"""Deleting a person from everywhere at once, as each app declared it: in time, or because the person asks."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.apps import apps
from django.db.models import Q, QuerySet

from communities.batches import in_batches
from communities.personal import Fate, Holding
from grids.forgetting import due_residents, strip_contact, strip_resident
from grids.models import Resident
from privacy.holdings import list_holdings
from volunteers.models import Volunteer
from volunteers.retention import strip_volunteers


def rows_of(holding: Holding, resident: int) -> QuerySet:
    """Return the rows of a declared model that are about the resident."""
    condition = Q(pk__in=[])
    for path in holding.paths:
        condition |= Q(**{path: resident})
    return apps.get_model(holding.model)._default_manager.filter(condition)


def forget(person: Resident) -> Counter[str]:
    """Take out what identifies somebody who does not live here any more; return rows deleted by model.

    The caller holds the row in a transaction. What is counted stays, without a name.
    """
    gone = delete_rows(person, [holding for holding in list_holdings() if holding.fate == Fate.DELETE])
    strip_volunteers(list(Volunteer.objects.filter(resident=person)))
    strip_resident(person)
    return gone


def forget_all(people: Sequence[Resident]) -> None:
    """Forget a batch of people."""
    for person in people:
        forget(person)


def forget_left() -> int:
    """Forget everybody whose time in the register is over; return how many."""
    return in_batches(due_residents(), forget_all)


# What somebody who still lives here may have deleted: what he or she gave freely, and what serves no count.
FREELY_GIVEN = ("activities.PersonalCode", "activities.SignUp", "activities.CheckIn", "volunteers.ShiftSignUp")


def forget_freely_given(person: Resident) -> Counter[str]:
    """Delete what somebody who lives here gave freely; return rows deleted by model."""
    gone = delete_rows(person, [holding for holding in list_holdings() if holding.model in FREELY_GIVEN])
    strip_contact(person)
    return gone


def delete_rows(person: Resident, holdings: Iterable[Holding]) -> Counter[str]:
    """Delete the rows about the person; return rows deleted by model."""
    gone: Counter[str] = Counter()
    for holding in holdings:
        gone[holding.model] += rows_of(holding, person.pk).delete()[0]
    return +gone
