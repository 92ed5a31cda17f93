"""Which activities a list or an export shows: the filters as a query, and the periods that chips offer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity, ActivityQuerySet, Category

ALL_CATEGORIES = "all"
EXACT = ("community", "kind", "theme", "programmes", "origin", "mode")  # filters that are fields of an activity

Phase = Activity.Phase
Status = Activity.Status


def filter_activities(user: User, chosen: dict[str, Any]) -> ActivityQuerySet:
    """Return the user's activities that the filters leave. Home visits, many a day, are shown when asked for."""
    found = Activity.objects.visible_to(user)
    if user.community_id:
        found = found.filter(community=user.community_id)  # a constant: so the rows come in the order of the index
    found = found.filter(**{name: chosen[name] for name in EXACT if chosen.get(name)})
    found = filter_category(found, chosen.get("category", ""), kind=chosen.get("kind"))
    if chosen.get("q"):
        found = found.filter(title__icontains=chosen["q"])
    if chosen.get("since"):
        found = found.filter(starts_at__gte=begin(chosen["since"]))
    if chosen.get("until"):
        found = found.filter(starts_at__lt=begin(chosen["until"] + timedelta(days=1)))
    if chosen.get("phase"):
        found = found.filter(in_phase(chosen["phase"], timezone.now()))
    if leader := chosen.get("responsible"):
        found = found.filter(Q(responsible=leader) | Q(responsible=None, recorded_by=leader))
    return found


def filter_category(found: ActivityQuerySet, category: str, *, kind: Any) -> ActivityQuerySet:
    """Keep one category, all of them, or (as usual) all but home visits."""
    if category == ALL_CATEGORIES or (kind and not category):
        return found
    return found.filter(kind__category=category) if category else found.exclude(kind__category=Category.VISIT)


def begin(day: date) -> datetime:
    """Return the first moment of a day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def in_phase(phase: str, now: datetime) -> Q:
    """Return the condition of a phase: what Activity.find_phase() says of one row, said of a table."""
    standing = ~Q(status=Status.CANCELLED)
    open_ = Q(reported_at=None, returned_at=None, ends_at__gt=now)
    coming = open_ & Q(status=Status.PUBLISHED, starts_at__gt=now)
    conditions = {
        Phase.CANCELLED: Q(status=Status.CANCELLED),
        Phase.RETURNED: standing & Q(returned_at__isnull=False),
        Phase.VERIFIED: standing & Q(verified_at__isnull=False),
        Phase.REPORTED: standing & Q(reported_at__isnull=False, verified_at=None, returned_at=None),
        Phase.UNREPORTED: standing & Q(reported_at=None, ends_at__lte=now),
        Phase.PLANNED: open_ & Q(status=Status.PLANNED),
        Phase.RUNNING: open_ & (Q(status=Status.HELD) | Q(status=Status.PUBLISHED, starts_at__lte=now)),
        Phase.PUBLISHED: coming & (Q(sign_up_opens_at=None) | Q(sign_up_opens_at__gt=now)),
        Phase.SIGN_UP_OPEN: coming & Q(sign_up_opens_at__lte=now, sign_up_closes_at__gt=now),
        Phase.SIGN_UP_CLOSED: coming & Q(sign_up_closes_at__lte=now),
    }
    return conditions[Phase(phase)]


# --- Periods


def this_week(day: date) -> tuple[date, date]:
    """Monday to Sunday."""
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def this_month(day: date) -> tuple[date, date]:
    """The first to the last of the month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def last_month(day: date) -> tuple[date, date]:
    """The month before."""
    return this_month(day.replace(day=1) - timedelta(days=1))


def this_quarter(day: date) -> tuple[date, date]:
    """The three months of the quarter."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return first, this_month(first + timedelta(days=62))[1]


PERIODS: dict[str | Promise, Callable[[date], tuple[date, date]]] = {
    _("本周"): this_week,
    _("本月"): this_month,
    _("上月"): last_month,
    _("本季"): this_quarter,
}


@dataclass(frozen=True)
class Chip:
    """A period that one tap chooses; the other filters stay."""

    label: str | Promise
    url: str
    is_chosen: bool


def list_chips(query: QueryDict, today: date) -> list[Chip]:
    """Return the chips above a list with this query."""
    chosen = (query.get("since", ""), query.get("until", ""))
    ends = {label: tuple(day.isoformat() for day in period(today)) for label, period in PERIODS.items()}
    return [make_chip(query, label, pair, chosen) for label, pair in {_("全部"): ("", ""), **ends}.items()]


def make_chip(query: QueryDict, label: str | Promise, pair: tuple[str, ...], chosen: tuple[str, ...]) -> Chip:
    """Return one chip."""
    changed = query.copy()
    for name in ("after", "since", "until"):
        changed.pop(name, None)
    changed.update({name: day for name, day in zip(("since", "until"), pair, strict=True) if day})
    return Chip(label, f"?{changed.urlencode()}", is_chosen=pair == chosen)
