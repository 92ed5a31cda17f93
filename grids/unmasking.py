"""Showing one field of one person in full: with a purpose, within a daily budget, written down first (rule R2)."""

from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import label_of, record
from accounts.encryption import decrypt
from accounts.models import AuditEvent, User
from grids.consents import lacks_consent
from grids.models import Resident

UNMASK, REFUSED = "resident.unmask", "resident.unmask_refused"
NO_CONSENT = "resident.unmask_no_consent"


class Field(models.TextChoices):
    """What is masked, and shown one at a time."""

    NAME = "name", gettext_lazy("姓名")
    ID_NUMBER = "id_number", gettext_lazy("身份证号")
    PHONE = "phone", gettext_lazy("手机号")


class Purpose(models.TextChoices):
    """Why the full value is needed: a closed list, so that no free text about people arises (rule R29)."""

    CALL = "call", gettext_lazy("电话联系")
    VISIT = "visit", gettext_lazy("上门走访")
    CHECK = "check", gettext_lazy("核对身份")
    SERVICE = "service", gettext_lazy("办理服务")
    CORRECT = "correct", gettext_lazy("更正底册")


def unmask_resident(resident: Resident, *, field: Field, purpose: Purpose, by: User) -> str:
    """Return a field in full, "" when it is not known. That it was read is committed before this returns.

    Raises ValidationError when `by` has seen as many people today as RESIDENT_UNMASK_BUDGET allows, and for the numbers
    of a child whose guardian has not agreed, unless a service is at stake.
    """
    about = {"area_code": resident.community.code, "field": str(field), "purpose": str(purpose)}
    if field != Field.NAME and purpose != Purpose.SERVICE and lacks_consent(resident):
        record(NO_CONSENT, by=by, target=resident, **about)
        raise ValidationError(
            _("这是不满 %(age)s 岁的孩子，还没有监护人同意：号码只能为办理服务查看。请先登记监护人同意。")
            % {"age": settings.CHILD_AGE}
        )
    if not note_look(UNMASK, REFUSED, by=by, target=resident, **about):
        raise ValidationError(
            _("您今天已查看 %(budget)s 位居民的完整信息，达到每日上限，请明天再看。这次没有显示，也已记录。")
            % {"budget": settings.RESIDENT_UNMASK_BUDGET}
        )
    return read_field(resident, field)


def note_look(action: str, refused: str, *, by: User, target: models.Model, area_code: str, **detail: Any) -> bool:
    """Write down that `by` looks at a row in full, or may not any more today; tell which, once that is committed.

    `action` and `refused` are the audit codes of the two; each action has a day's budget of its own.
    """
    with transaction.atomic(durable=True):
        # One look at a time for each account, so that two at once cannot both be the last one allowed.
        User.objects.select_for_update(of=("self",)).get(pk=by.pk)
        allowed = is_within_budget(action, target, by)
        record(action if allowed else refused, by=by, target=target, area_code=area_code, **detail)
    return allowed


def is_within_budget(action: str, target: models.Model, by: User) -> bool:
    """Tell whether `by` may look at this row today: seen already, or the day's budget is not yet used up."""
    # Also what the account did for somebody, in another area.
    events = AuditEvent.objects.filter(action=action, actor=label_of(by), object_type=target._meta.model_name)
    return events.leave_room_for(str(target.pk), budget=settings.RESIDENT_UNMASK_BUDGET)


def read_field(resident: Resident, field: Field) -> str:
    """Return the field's plain text."""
    if field == Field.NAME:
        return resident.name
    sealed = resident.id_number if field == Field.ID_NUMBER else resident.phone
    if sealed is None:
        return ""
    try:
        return decrypt(sealed, purpose=str(field))
    except InvalidTag:
        raise ValidationError(_("这个号码无法解密，请联系系统管理员。")) from None
