"""What is to be done about hours: activities whose check-ins wait to be collected, or of which hours can be typed."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from activities.models import Activity, Outsider, Participation
from volunteers.models import ServiceRecord, ShiftSignUp, Volunteer
from volunteers.models.people import VolunteerQuerySet

COLLECT_DAYS = 60  # older check-ins are settled, or forgotten for good


def find_uncollected(user: User) -> QuerySet[Activity]:
    """Return the activities at which somebody served, by stays.find_stays(), who has no record of it yet."""
    first = timezone.localdate() - timedelta(days=COLLECT_DAYS)
    here = Activity.objects.managed_by(user).held().filter(held_on__gte=first)
    servants, recorded = find_servants(), ServiceRecord.objects.filter(activity=OuterRef(OuterRef("activity")))
    unrecorded = servants.filter(~Exists(recorded.filter(volunteer=OuterRef("pk"))))
    fits = {"resident": None, "name": OuterRef("name"), "phone_kept__endswith": OuterRef("tail")}
    two_fit = servants.filter(**fits).order_by().values("community").annotate(n=Count("pk")).filter(n__gt=1)
    present = {"activity": OuterRef("pk"), "checked_in_at__isnull": False}
    came = Participation.objects.filter(Exists(unrecorded.filter(resident=OuterRef("resident"))), **present)
    guests = Outsider.objects.filter(Exists(unrecorded.filter(**fits)), ~Exists(two_fit), **present)
    waiting = here.filter(Q(Exists(came)) | Q(Exists(guests)))
    return waiting.select_related("kind").order_by("-starts_at", "-pk")


def find_servants() -> VolunteerQuerySet:
    """Return, beside a presence, whose presence there is service: what stays.find_volunteers() says of one activity."""
    inside = OuterRef(OuterRef("activity"))
    standing = ShiftSignUp.objects.standing().filter(need__shift__cancelled_at=None, need__shift__activity=inside)
    counting = Activity.objects.filter(pk=inside, kind__counts_hours=True)
    registered = Volunteer.objects.registered_on(OuterRef(OuterRef("activity__held_on")))  # type: ignore[arg-type]
    signed_up = Q(Exists(standing.filter(volunteer=OuterRef("pk"))))
    servants = signed_up | Q(Exists(registered.filter(pk=OuterRef("pk")))) & Q(Exists(counting))
    return Volunteer.objects.filter(servants, community=OuterRef("activity__community"))


def find_servable(user: User) -> QuerySet[Activity]:
    """Return the activities for which hours can be typed in: begun, not withdrawn, latest first."""
    here = Activity.objects.managed_by(user).gatherings()
    begun = here.filter(Q(starts_at__lte=timezone.now()) | Q(status=Activity.Status.HELD))
    return begun.exclude(status=Activity.Status.CANCELLED).order_by("-starts_at", "-pk")
