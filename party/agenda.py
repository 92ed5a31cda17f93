"""What waits for who leads organisations: slots to be held, meetings to come, to attend to, to write up, to check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from activities.models import Activity
from party.models import Meeting, Office, Organisation
from party.slots import Slot, State, read_slots

BACK = timedelta(days=200)  # as far back as a half-year may still be made up for
AHEAD = timedelta(days=45)
WRITTEN_WITHIN = timedelta(days=120)  # minutes of older meetings are no longer asked for
MOST = 50
LATEST, LISTED = 5, 30  # minutes to check of one organisation that stand open, and with those folded


@dataclass(frozen=True)
class Unchecked:
    """The minutes of an organisation that wait to be checked, the latest first; `count` is of all, listed or not."""

    organisation: Organisation
    count: int
    meetings: Sequence[Meeting]

    @property
    def latest(self) -> Sequence[Meeting]:
        """Those that stand open."""
        return self.meetings[:LATEST]

    @property
    def earlier(self) -> Sequence[Meeting]:
        """Those that are folded."""
        return self.meetings[LATEST:]

    @property
    def unlisted(self) -> int:
        """How many more there are: they are listed once others are checked."""
        return self.count - len(self.meetings)


@dataclass(frozen=True)
class Agenda:
    """What waits in the organisations that somebody leads."""

    slots: list[Slot]  # to be held, or missed and still to be made up
    coming: list[Meeting]  # from today on
    unreported: list[Meeting]  # over, and nobody has said who came
    unwritten: list[Meeting]  # held, without minutes, the latest first
    to_check: list[Unchecked]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.slots or self.coming or self.unreported or self.unwritten or self.to_check)


def read_agenda(user: User, organisations: list[Organisation], today: date) -> Agenda:
    """Return what waits in these organisations, and the minutes that their secretary may check below."""
    mine = Meeting.objects.filter(organisation__in=organisations).select_related("activity", "organisation")
    now, first = timezone.now(), today - WRITTEN_WITHIN
    planned = mine.filter(activity__status__in=Activity.PLANNED_STATUSES)
    open_ended = mine.standing().filter(activity__reported_at=None, activity__ends_at__lte=now)
    held = mine.held().filter(activity__reported_at__isnull=False, minutes="", activity__held_on__gte=first)
    return Agenda(
        slots=list_open(organisations, today),
        coming=list(
            planned.filter(activity__ends_at__gt=now, activity__held_on__lte=today + AHEAD).order_by(
                "activity__starts_at", "pk"
            )[:MOST]
        ),
        unreported=list(open_ended.filter(activity__held_on__gte=first).order_by("activity__starts_at", "pk")[:MOST]),
        unwritten=list(held.order_by("-activity__starts_at", "-pk")[:MOST]),
        to_check=list_unchecked(user, Organisation.objects.above_led_by(user, today)),
    )


def list_open(organisations: list[Organisation], today: date) -> list[Slot]:
    """Return the slots for which a meeting held today would count and none is planned, the most pressing first."""
    slots = read_slots(organisations, today - BACK, today, today)
    waiting = [slot for slot in slots if slot.can_be_held(today) and not has_planned(slot, today)]
    return sorted(waiting, key=lambda slot: (slot.state != State.MISSED, slot.last_day, slot.organisation.pk))


def has_planned(slot: Slot, today: date) -> bool:
    """Tell whether a meeting stands that will still count for a slot, or only waits to be reported."""
    days = [meeting.activity.held_on for meeting in slot.meetings if not meeting.activity.is_held]
    return any(slot.span.start <= day <= slot.last_day for day in days)


def list_unchecked(user: User, organisations: QuerySet[Organisation]) -> list[Unchecked]:
    """Return the minutes of organisations that wait for somebody else than who wrote them, with one query."""
    rows = Meeting.objects.standing().filter(organisation__in=organisations, checked_at=None)
    rows = rows.exclude(minutes="").exclude(minutes_by=user)
    latest = (F("activity__starts_at").desc(), F("pk").desc())
    rows = rows.annotate(
        place=Window(RowNumber(), partition_by="organisation", order_by=latest),
        count=Window(Count("pk"), partition_by="organisation"),
    ).filter(place__lte=LISTED)
    by_place = ("organisation__community__code", "organisation__name", "organisation", "place")
    found = groupby(
        rows.select_related("activity", "organisation__community").order_by(*by_place), lambda one: one.organisation
    )
    waiting = [(organisation, list(meetings)) for organisation, meetings in found]
    return [Unchecked(organisation, meetings[0].count, meetings) for organisation, meetings in waiting]


def count_without_secretary(user: User, today: date) -> int:
    """Return how many organisations that exist today have no secretary with an account: nobody can open them."""
    secretaries = Office.objects.on(today).filter(
        organisation=OuterRef("pk"), post=Office.Post.SECRETARY, user__isnull=False
    )
    leading = (Organisation.Kind.COMMITTEE, Organisation.Kind.GENERAL_BRANCH, Organisation.Kind.BRANCH)
    here = Organisation.objects.visible_to(user).existing_on(today)
    return here.filter(~Exists(secretaries), kind__in=leading).count()
