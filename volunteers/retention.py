"""How long applications, contacts and volunteers who left are kept."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.batches import delete_in_batches, in_batches
from communities.personal import Rule
from grids.forgetting import years_ago
from grids.masking import FORGOTTEN
from volunteers.models import ADULT, ServiceRecord, ShiftSignUp, Volunteer


def old_applications() -> QuerySet[Volunteer]:
    """Return who was refused, or never answered, so long ago that nobody will; nothing was done by them."""
    eve = timezone.now() - timedelta(days=settings.APPLICATION_DAYS)
    refused = Q(left_on__lt=eve.date(), registered_on=None, reapplied_at=None)
    open_still = Q(left_on=None) | Q(reapplied_at__isnull=False)
    waiting = Q(open_still, registered_on=None, applied_at__lt=eve)
    served = ServiceRecord.objects.filter(volunteer=OuterRef("pk"))
    return Volunteer.objects.filter(refused | waiting).exclude(Exists(served))


def old_shift_sign_ups() -> QuerySet[ShiftSignUp]:
    """Return the places taken with a name in shifts that are long over."""
    eve = timezone.now() - timedelta(days=settings.SIGN_UP_DAYS)
    return ShiftSignUp.objects.filter(need__shift__ends_at__lt=eve).exclude(name__in=["", FORGOTTEN])


def strip_shift_sign_ups(rows: Sequence[ShiftSignUp]) -> None:
    """Take name and phone out; that the place was taken stays."""
    ShiftSignUp.objects.filter(pk__in=[row.pk for row in rows]).update(
        name=FORGOTTEN, phone=None, phone_hash=None, phone_kept=""
    )


def grown_up() -> QuerySet[Volunteer]:
    """Return the volunteers who are of age and whose guardian is still on record."""
    born = Q(birth_date__lte=years_ago(ADULT)) | Q(resident__birth_date__lte=years_ago(ADULT))
    return Volunteer.objects.filter(born).exclude(guardian_name="", guardian_phone=None)


def strip_guardians(rows: Sequence[Volunteer]) -> None:
    """Take the guardian's name and phone out; the day of consent stays."""
    Volunteer.objects.filter(pk__in=[row.pk for row in rows]).update(guardian_name="", guardian_phone=None)


def left_long_ago() -> QuerySet[Volunteer]:
    """Return the volunteers from outside the register who left years ago and still have a name."""
    left = Volunteer.objects.filter(resident=None, left_on__lt=years_ago(settings.LEFT_RESIDENT_YEARS))
    return left.filter(registered_on__isnull=False, reapplied_at=None).exclude(name=FORGOTTEN)


def strip_volunteers(rows: Sequence[Volunteer]) -> None:
    """Take out what identifies a volunteer; hours and certificates stay, for their holders have the paper."""
    for row in rows:
        if row.resident_id is None:
            row.name = FORGOTTEN
            row.birth_date = row.birth_date and row.birth_date.replace(day=1)
        row.id_number = row.phone = row.phone_hash = row.guardian_phone = None
        row.phone_kept = row.guardian_name = ""
        row.save()


RULES = [
    Rule(
        "applications",
        _("没有通过或一直没有答复的志愿者申请"),
        _("180 天"),
        _("没有成为志愿者，就不该留着资料"),
        count=lambda: old_applications().count(),
        apply=lambda: delete_in_batches(old_applications()),
    ),
    Rule(
        "shift_sign_ups",
        _("志愿班次报名的姓名和手机号"),
        _("班次结束后 90 天"),
        _("只为通知报名的人；人数保留"),
        count=lambda: old_shift_sign_ups().count(),
        apply=lambda: in_batches(old_shift_sign_ups(), strip_shift_sign_ups),
    ),
    Rule(
        "guardians",
        _("志愿者监护人的姓名和手机号"),
        _("志愿者满 18 岁当天"),
        _("成年后不再需要监护人同意"),
        count=lambda: grown_up().count(),
        apply=lambda: in_batches(grown_up(), strip_guardians),
    ),
    Rule(
        "volunteers",
        _("退出的志愿者（不在底册里的人）"),
        _("退出后 3 年"),
        _("超过补开证明通常需要的时间；时长保留"),
        count=lambda: left_long_ago().count(),
        apply=lambda: in_batches(left_long_ago(), strip_volunteers),
    ),
    Rule("hours", _("志愿服务时长和致谢"), _("长期保存，姓名随底册清除"), _("已经报出的数字要能核对")),
    Rule("certificates", _("志愿服务证明（加密）"), _("长期保存"), _("持有人随时可以请人查验")),
]
