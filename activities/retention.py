"""How long sign-ups, guests' names, scans and photos of activities are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import ActivityPhoto, CheckIn, Outsider, SignUp
from activities.photos import delete_abandoned, delete_files
from communities.batches import delete_in_batches, in_batches
from communities.personal import Rule
from grids.forgetting import years_ago
from grids.masking import FORGOTTEN


def days_ago(days: int) -> datetime:
    """Return the moment so many days ago."""
    return timezone.now() - timedelta(days=days)


def old_sign_ups() -> QuerySet[SignUp]:
    """Return the sign-ups with a name to activities that are long over."""
    return SignUp.objects.filter(activity__ends_at__lt=days_ago(settings.SIGN_UP_DAYS)).exclude(name=FORGOTTEN)


def strip_sign_ups(rows: Sequence[SignUp]) -> None:
    """Take name and phone out; that somebody signed up stays."""
    SignUp.objects.filter(pk__in=[row.pk for row in rows]).update(
        name=FORGOTTEN, phone=None, phone_hash=None, phone_kept=""
    )


def old_outsiders() -> QuerySet[Outsider]:
    """Return the named guests of activities that are long over."""
    return Outsider.objects.filter(activity__ends_at__lt=days_ago(settings.OUTSIDER_DAYS)).exclude(name=FORGOTTEN)


def strip_outsiders(rows: Sequence[Outsider]) -> None:
    """Take the names out; each guest keeps a number within the activity, so that as many are counted as came."""
    for row in rows:
        row.name, row.tail = FORGOTTEN, number_guest(row.activity_id)
        row.save(update_fields=["name", "tail"])


def number_guest(activity: int) -> str:
    """Return the next free number for a nameless guest of the activity, in base 36."""
    number = Outsider.objects.filter(activity=activity, name=FORGOTTEN).count()
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(digits[number // 36**place % 36] for place in (3, 2, 1, 0))


def old_check_ins() -> QuerySet[CheckIn]:
    """Return the scans at the doors of activities that are long over; who came stays known."""
    return CheckIn.objects.filter(activity__ends_at__lt=days_ago(settings.CHECK_IN_DAYS))


def old_photos() -> QuerySet[ActivityPhoto]:
    """Return the photos of activities that were years ago."""
    return ActivityPhoto.objects.filter(activity__held_on__lt=years_ago(settings.PHOTO_YEARS))


def delete_photos(rows: Sequence[ActivityPhoto]) -> None:
    """Delete photos with their files; a file left behind by a crash has no row, and so no address."""
    ActivityPhoto.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        delete_files(row)


def count_abandoned() -> int:
    """Return how many photos belong to forms that were never saved."""
    eve = timezone.now() - timedelta(hours=settings.PHOTO_KEEP_HOURS)
    return ActivityPhoto.objects.filter(activity=None, uploaded_at__lt=eve).count()


RULES = [
    Rule(
        "sign_ups",
        _("活动报名的姓名和手机号"),
        _("活动结束后 90 天"),
        _("只为通知报名的人；报名人数保留"),
        count=lambda: old_sign_ups().count(),
        apply=lambda: in_batches(old_sign_ups(), strip_sign_ups),
    ),
    Rule(
        "outsiders",
        _("外来参加者的姓名"),
        _("活动结束后 2 年"),
        _("核对当月数字时分清同名的人；人数保留"),
        count=lambda: old_outsiders().count(),
        apply=lambda: in_batches(old_outsiders(), strip_outsiders),
    ),
    Rule(
        "check_ins",
        _("扫码签到的流水"),
        _("活动结束后 180 天"),
        _("只为补登记和核对；谁参加了仍在参与记录里"),
        count=lambda: old_check_ins().count(),
        apply=lambda: delete_in_batches(old_check_ins()),
    ),
    Rule(
        "photos",
        _("活动照片"),
        _("活动之后 3 年"),
        _("照片里有人；超过总结所需的时间就删除"),
        count=lambda: old_photos().count(),
        apply=lambda: in_batches(old_photos(), delete_photos),
    ),
    Rule(
        "abandoned_photos",
        _("没有保存的活动表里的照片"),
        _("24 小时"),
        _("表没有保存，照片就没有用处"),
        count=count_abandoned,
        apply=delete_abandoned,
    ),
]
