"""Writes of staff on who a volunteer is: entering one, changing what one offers, showing a field in full.

Whether somebody serves, pauses or has left: standing.py. What residents send in themselves: applications.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from accounts.encryption import decrypt, encrypt
from accounts.models import User
from communities.models import Community
from grids.models import Resident
from grids.unmasking import Field, Purpose, unmask_resident
from volunteers.identities import (
    GUARDIAN,
    find_resident,
    is_old_enough,
    needs_guardian,
    read_phone,
    set_phone,
)
from volunteers.looks import find_moved_away, note_own
from volunteers.models import FreeTime, Skill, Volunteer


class Shown(models.TextChoices):
    """What is masked, and shown one at a time."""

    NAME = "name", gettext_lazy("姓名")
    PHONE = "phone", gettext_lazy("手机号")
    GUARDIAN = "guardian", gettext_lazy("监护人")


@dataclass(frozen=True)
class Outsider:
    """Who somebody is that the register does not know."""

    name: str
    sex: int
    birth_date: date
    phone: str


@dataclass(frozen=True)
class Guardian:
    """Who agreed that a minor serves, and when."""

    name: str
    phone: str
    agreed_on: date


@dataclass(frozen=True)
class Offer:
    """What somebody can do (skills and languages), and when."""

    skills: Iterable[Skill]
    free_times: Iterable[FreeTime]


@transaction.atomic
def add_volunteer(
    community: Community,
    *,
    person: Resident | Outsider,
    offer: Offer,
    guardian: Guardian | None,
    token: UUID,
    by: User,
) -> tuple[Volunteer, bool]:
    """Enter somebody whom staff knows: registered from today. False beside the row that the same form has made before.

    A resident who left comes back into the same row, so that what was served before stays with it.
    """
    if known := Volunteer.objects.visible_to(by).filter(client_token=token).first():
        return known, False
    volunteer = begin_row(community, person)
    set_guardian(volunteer, guardian)
    check_age(volunteer)
    today = timezone.localdate()
    volunteer.community, volunteer.registered_on, volunteer.left_on = community, today, None
    volunteer.registered_by, volunteer.client_token, volunteer.applied_at = by, token, timezone.now()
    volunteer.reapplied_at = volunteer.reapplied_to = None  # being entered by staff answers it
    try:
        with transaction.atomic():
            volunteer.save()
    except IntegrityError:
        raise ValidationError(_("这位已经在志愿者名单里，不用再加。")) from None
    set_offer(volunteer, offer)
    audit(volunteer, "volunteer.add", by)
    return volunteer, True


def begin_row(community: Community, person: Resident | Outsider) -> Volunteer:
    """Return the row for somebody who is no volunteer now; of a resident who left it is the earlier one, locked."""
    if isinstance(person, Resident):
        rows = Volunteer.objects.select_for_update(of=("self",)).select_related("resident")
        earlier = rows.filter(resident=person).first()
        refuse_current(earlier, community)
        return earlier or Volunteer(resident=person)
    if person.phone and find_resident(community, person.name, person.phone):
        raise ValidationError({"name": _("底册里有这位居民，请在上面查找并选中，不用另外写。")})
    volunteer = Volunteer(name=person.name, sex=person.sex, birth_date=person.birth_date)
    set_phone(volunteer, person.phone)
    return volunteer


def refuse_current(earlier: Volunteer | None, community: Community) -> None:
    """Refuse somebody who is a volunteer now; of another community no more is said than that (rule R9)."""
    if earlier is None or earlier.left_on:
        return
    if earlier.community_id != community.pk:
        raise ValidationError(_("这位居民已在其他单位登记。"))
    if earlier.registered_on is None:
        raise ValidationError(_("这位居民的申请正等着审核，请在“待审核”里处理。"))
    raise ValidationError(_("这位已经在志愿者名单里，不用再加。"))


@transaction.atomic
def save_offer(volunteer: Volunteer, *, offer: Offer, guardian: Guardian | None, phone: str, by: User) -> Volunteer:
    """Change what somebody offers. A guardian or phone is put in place of the one before; None and "" leave it."""
    volunteer = lock(volunteer)
    if guardian:
        set_guardian(volunteer, guardian)
    if phone and volunteer.resident is None:
        set_phone(volunteer, phone)
    try:
        with transaction.atomic():
            volunteer.save()
    except IntegrityError:
        raise ValidationError({"phone": _("名单里已有同名同号的志愿者，请先核对。")}) from None
    set_offer(volunteer, offer)
    audit(volunteer, "volunteer.edit", by)
    return volunteer


def lock(volunteer: Volunteer) -> Volunteer:
    """Return the row as it is now; nobody else changes it before the transaction ends."""
    rows = Volunteer.objects.select_for_update(of=("self",)).select_related("resident", "community")
    return rows.get(pk=volunteer.pk)


def set_offer(volunteer: Volunteer, offer: Offer) -> None:
    """Put skills and times in place of those before; what was switched off meanwhile stays with who has it."""
    off_skills, off_times = volunteer.skills.filter(is_active=False), volunteer.free_times.filter(is_active=False)
    volunteer.skills.set([*offer.skills, *off_skills])
    volunteer.free_times.set([*offer.free_times, *off_times])


def set_guardian(volunteer: Volunteer, guardian: Guardian | None) -> None:
    """Put a guardian's consent into the unsaved row; None takes it out."""
    volunteer.guardian_name = guardian.name if guardian else ""
    volunteer.guardian_phone = encrypt(guardian.phone, purpose=GUARDIAN) if guardian else None
    volunteer.guardian_agreed_on = guardian.agreed_on if guardian else None


def check_age(volunteer: Volunteer) -> None:
    """Refuse a child, and a minor for whom no guardian has agreed."""
    if not is_old_enough(volunteer.born_on):
        raise ValidationError(_("还不满 14 周岁，现在不能登记为志愿者。可以请家里人带着一起参加活动。"))
    if needs_guardian(volunteer.born_on) and not volunteer.guardian_agreed_on:
        raise ValidationError(_("这位未满 18 周岁，要先登记监护人的姓名、手机号和同意日期。"))


def read_in_full(volunteer: Volunteer, *, field: Shown, purpose: Purpose, by: User) -> str:
    """Return one field in full, "" when it is not known. That it was read is committed before this returns.

    Name and phone of a resident are unmasked as on the resident's page. Raises ValidationError beyond the budget.
    """
    if volunteer.resident and field != Shown.GUARDIAN:
        if find_moved_away([volunteer], by):
            raise ValidationError(_("这位居民已不在本社区底册，看不到了。"))
        return unmask_resident(volunteer.resident, field=Field(field), purpose=purpose, by=by)
    note_own(volunteer, field, purpose, by)
    if field == Shown.NAME:
        return volunteer.name
    return read_phone(volunteer) if field == Shown.PHONE else read_guardian(volunteer)


def read_guardian(volunteer: Volunteer) -> str:
    """Return a guardian's name and phone in full."""
    phone = decrypt(volunteer.guardian_phone, purpose=GUARDIAN) if volunteer.guardian_phone else ""
    return f"{volunteer.guardian_name} {phone}".strip()


def audit(volunteer: Volunteer, action: str, by: User, **detail: object) -> None:
    """Append the deed to the audit log."""
    record(action, by=by, target=volunteer, area_code=volunteer.community.code, **detail)
