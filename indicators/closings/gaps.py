"""What is still missing from a street's period: reports, verifications, reported numbers. Counts only, of no person."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from activities.models import Activity
from communities.models import Street
from indicators.periods import Period
from indicators.reports.slots import read_slots


@dataclass(frozen=True)
class Gaps:
    """How many activities nobody has reported, which the street sent back or has not verified, and communities whose
    numbers have not come in."""

    unreported: int
    returned: int
    unverified: int
    silent: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not (self.unreported or self.returned or self.unverified or self.silent)


def count_gaps(street: Street, period: Period) -> Gaps:
    """Return what is missing: a constant number of queries."""
    last = period.end - timedelta(days=1)
    activities = Activity.objects.filter(community__street=street).gatherings().between(period.start, last)
    return Gaps(
        unreported=activities.unreported().count(),
        returned=activities.returned().count(),
        unverified=activities.unverified().count(),
        silent=count_silent(street, period),
    )


def count_silent(street: Street, period: Period) -> int:
    """Return how many communities were asked for the period's numbers and have not reported them."""
    slots = read_slots(street.communities.all(), [period], timezone.localdate())
    return sum(slot.report is None for slot in slots)
