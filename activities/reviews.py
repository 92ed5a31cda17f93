"""What the street looks at before it verifies: activities that wait, with what speaks for and against each report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Aggregate, Count, Exists, F, FloatField, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activities.models import Activity, ActivityQuerySet, Category
from activities.models.activities import TWIN_MINUTES, count_rows

NAMED_ENOUGH = 80  # per cent; below it reach is a lower bound (indicator R-04)
LATE_DAYS = 7  # a report written later than this was written from memory
USUAL_DAYS = 180  # how far back the usual head-count looks
USUAL_LEAST = 5  # of fewer activities nobody can say what is usual
UNUSUAL = 2.5  # times more, or times fewer, than usual


class Median(Aggregate):
    """The middle value."""

    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Mark:
    """Something that speaks for a report, or asks for a second look."""

    text: str
    is_good: bool


@dataclass(frozen=True)
class Case:
    """An activity that waits for the street, and its marks."""

    activity: Activity
    marks: list[Mark]

    @property
    def is_clear(self) -> bool:
        """Whether nothing asks for a second look."""
        return all(mark.is_good for mark in self.marks)


def list_waiting(user: User, *, visits: bool) -> ActivityQuerySet:
    """Return what was reported and not verified within the user's reach: home visits, or everything else."""
    waiting = Activity.objects.visible_to(user).unverified()
    if visits:
        return waiting.filter(kind__category=Category.VISIT)
    return waiting.exclude(kind__category=Category.VISIT)


def with_evidence(waiting: ActivityQuerySet) -> ActivityQuerySet:
    """Fetch what the rows of the queue and their marks need."""
    near = timedelta(minutes=TWIN_MINUTES)
    twins = Activity.objects.exclude(status=Activity.Status.CANCELLED).filter(
        community=OuterRef("community"),
        kind=OuterRef("kind"),
        starts_at__range=(OuterRef("starts_at") - near, OuterRef("starts_at") + near),
    )
    shown = waiting.for_list().select_related("reported_by")
    return shown.annotate(photo_count=count_rows("photos"), has_twin=Exists(twins.exclude(pk=OuterRef("pk"))))


def make_cases(activities: Sequence[Activity], user: User) -> list[Case]:
    """Return the activities of with_evidence() with their marks, at one query more."""
    usual = find_usual_heads({activity.kind_id for activity in activities}, user)
    return [Case(activity, list(list_marks(activity, usual.get(activity.kind_id)))) for activity in activities]


def find_usual_heads(kinds: Iterable[int], user: User) -> dict[int, float]:
    """Return the median 人次 of each kind in the user's communities lately, where there are enough to tell."""
    since = timezone.localdate() - timedelta(days=USUAL_DAYS)
    recent = (
        Activity.objects.visible_to(user).held().filter(kind__in=kinds, held_on__gte=since, reported_at__isnull=False)
    )
    counted = recent.with_people().annotate(all_heads=F("people") + F("guests") + F("unnamed_count"))
    medians = counted.order_by().values("kind").annotate(usual=Median("all_heads"), number=Count("pk"))
    return {row["kind"]: row["usual"] for row in medians if row["number"] >= USUAL_LEAST}


def list_marks(activity: Activity, usual: float | None) -> Iterable[Mark]:
    """Yield what speaks for and against a report. Of counselling and of home visits nobody asks for proof."""
    if activity.kind.is_confidential:
        yield Mark(_("只记人数"), is_good=True)
    elif activity.kind.category != Category.VISIT:
        yield from list_evidence(activity, usual)
    late = (timezone.localdate(activity.reported_at) - activity.held_on).days
    if late > LATE_DAYS:
        words = ngettext("过了 %(count)s 天才填报", "过了 %(count)s 天才填报", late)
        yield Mark(words % {"count": late}, is_good=False)


def list_evidence(activity: Activity, usual: float | None) -> Iterable[Mark]:
    """Yield what the numbers, the photos and the other activities say."""
    heads, photos = activity.heads, activity.photo_count  # type: ignore[attr-defined]
    if heads:
        share = 100 * activity.heads_named // heads
        yield Mark(_("实名率 %(share)s%%") % {"share": share}, is_good=share >= NAMED_ENOUGH)
    if photos:
        words = ngettext("照片 %(count)s 张", "照片 %(count)s 张", photos)
        yield Mark(words % {"count": photos}, is_good=True)
    else:
        yield Mark(_("没有照片"), is_good=False)
    if usual and not usual / UNUSUAL <= heads <= usual * UNUSUAL:
        words = _("人数比平常多（一般 %(usual)s）") if heads > usual else _("人数比平常少（一般 %(usual)s）")
        yield Mark(words % {"usual": round(usual)}, is_good=False)
    if activity.has_twin:  # type: ignore[attr-defined]
        yield Mark(_("同一时间还有一场同类活动，可能重复"), is_good=False)
