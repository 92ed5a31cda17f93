"""What party organisations want of who leads them as secretary: meetings that are due, or can still be made up for."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from dashboards.todo_line import SOON, TODAY, Task
from party.agenda import list_open
from party.models import Organisation
from party.slots import Slot, State

DUE_WITHIN = timedelta(days=14)  # before, the rest of a quarter is no news


def list_meetings_due(user: User, today: date) -> Iterator[Task]:
    """Yield a line for each organisation that the user leads and that has meetings to hold, nothing for others."""
    organisations = list(Organisation.objects.led_by(user, today).existing_on(today))
    slots = list_open(organisations, today) if organisations else []
    pressing = [slot for slot in slots if slot.state == State.MISSED or slot.span.end <= today + DUE_WITHIN]
    pressing.sort(key=lambda slot: (slot.organisation.name, slot.organisation.pk, find_day(slot)))
    for organisation, together in groupby(pressing, key=lambda slot: slot.organisation):
        same = list(together)
        late = sum(slot.state == State.MISSED for slot in same)
        words = ngettext("%(name)s：%(count)s 次组织生活该开了", "%(name)s：%(count)s 次组织生活该开了", len(same))
        title = words % {"name": organisation.name, "count": len(same)}
        left = min((find_day(slot) - today).days for slot in same)
        url = reverse("party:slots", args=[organisation.pk])
        yield Task(SOON if left else TODAY, "flag", title, describe(same, left), url, _("去安排"), is_late=late > 0)


def find_day(slot: Slot) -> date:
    """Return the last day of the period, or where it is over the last on which it can be made up for."""
    return slot.last_day if slot.state == State.MISSED else slot.span.end


def describe(slots: list[Slot], left: int) -> str:
    """Return which meetings, and how many days there are for the first of them."""
    kinds = _("、").join(dict.fromkeys(str(slot.kind.label) for slot in slots))
    words = ngettext("最早的还剩 %(count)s 天", "最早的还剩 %(count)s 天", left) if left else _("今天最后一天")
    return " · ".join((kinds, words % {"count": left}))
