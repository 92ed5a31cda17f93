"""Writes on sign-ups: residents sign up and cancel on public pages, staff enters callers, tells people, calls them.

Who may be registered, and who has signed up before, must not be found out from a public page: signing up does the same
work and answers the same whoever it is. Who has a seat is not decided here: sign_up_list.py, seats.py.
"""

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.encryption import blind_index, blind_indexes, decrypt, encrypt
from accounts.models import User
from activities.models import Activity, SignUp
from grids.masking import keep_phone
from grids.models import Residence, Resident
from grids.unmasking import Field, Purpose, note_look, unmask_resident

PHONE, TICKET = "sign_up_phone", "sign_up_ticket"  # what is encrypted is bound to these
NOBODY = 0
UNMASK, UNMASK_REFUSED = "sign_up.unmask", "sign_up.unmask_refused"


@dataclass(frozen=True)
class Contact:
    """Whom to call, in full."""

    name: str
    phone: str


# --- By residents


def sign_up(activity: Activity, *, name: str, phone: str) -> str:
    """Note that somebody wants to come; return the ticket with which the sign-up can be cancelled.

    The same name and phone again change nothing, and get a ticket that looks alike and is for nothing.
    """
    wish = describe(activity, name, phone)
    SignUp.objects.bulk_create([wish], ignore_conflicts=True)
    new = SignUp.objects.filter(activity=activity, phone_hash=wish.phone_hash, created_at=wish.created_at)
    return make_ticket(new.values_list("pk", flat=True).first() or NOBODY)


def cancel_by_ticket(activity: Activity, ticket: str) -> None:
    """Cancel the sign-up that the ticket is for, if it is for one and the activity has not begun."""
    mine = SignUp.objects.filter(pk=read_ticket(ticket), activity=activity, activity__starts_at__gt=timezone.now())
    mine.filter(cancelled_at=None).update(cancelled_at=timezone.now())


def make_ticket(pk: int, *, purpose: str = TICKET) -> str:
    """Return an opaque ticket for the sign-up of this key, or for NOBODY; all are of one length.

    `purpose` tells tickets for other tables apart: their keys are other people's.
    """
    return base64.urlsafe_b64encode(encrypt(f"{pk:019}", purpose=purpose)).decode().rstrip("=")


def read_ticket(ticket: str, *, purpose: str = TICKET) -> int:
    """Return the key of the sign-up that a ticket is for, NOBODY for anything that is no ticket of ours."""
    try:
        sealed = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
        return int(decrypt(sealed, purpose=purpose))
    except (InvalidTag, ValueError):
        return NOBODY


def describe(activity: Activity, name: str, phone: str) -> SignUp:
    """Return an unsaved sign-up of somebody with a name and perhaps a phone."""
    if not phone:
        return SignUp(activity=activity, name=name)
    return SignUp(
        activity=activity,
        name=name,
        resident=find_resident(activity, name, phone),
        phone=encrypt(phone, purpose=PHONE),
        phone_hash=blind_index(phone, purpose="phone"),
        phone_kept=keep_phone(phone),
    )


def find_resident(activity: Activity, name: str, phone: str) -> Resident | None:
    """Return who of the activity's community has this name and phone and lives there, unless several do."""
    lives_here = Residence.objects.on(timezone.localdate()).filter(resident=OuterRef("pk"))
    found = Resident.objects.filter(
        Exists(lives_here),
        community=activity.community_id,
        name=name,
        phone_hash__in=blind_indexes(phone, purpose="phone"),
    )
    people = list(found[:2])
    return people[0] if len(people) == 1 else None


# --- By staff


@transaction.atomic
def add_sign_up(
    activity: Activity, *, resident: Resident | None, name: str, phone: str, source: str, by: User
) -> SignUp:
    """Enter somebody who called or came: a resident of the register, or a name with or without a phone."""
    if activity.status == Activity.Status.CANCELLED or activity.reported_at:
        raise ValidationError(_("这项活动已经结束或撤销，不能再加报名。"))
    if resident:
        wish = SignUp(activity=activity, resident=resident, name=resident.name)
    else:
        wish = describe(activity, name, phone)
    wish.source, wish.created_by = source, by
    try:
        with transaction.atomic():
            wish.save()
    except IntegrityError:
        raise ValidationError(_("这位已经在报名名单里，不用再加。")) from None
    audit(wish, "sign_up.add", by, source=source)
    return wish


@transaction.atomic
def cancel_sign_up(wish: SignUp, *, by: User) -> SignUp:
    """Cancel a sign-up at the person's request; the seat goes to who has waited longest."""
    wish = SignUp.objects.select_for_update().get(pk=wish.pk)
    if wish.cancelled_at:
        raise ValidationError(_("这条报名已经取消过了。"))
    wish.cancelled_at = timezone.now()
    wish.save(update_fields=["cancelled_at"])
    audit(wish, "sign_up.cancel", by)
    return wish


@transaction.atomic
def mark_told(wish: SignUp, *, told: bool, by: User) -> SignUp:
    """Note that the person has been told about the seat, or take that back."""
    wish.told_at = timezone.now() if told else None
    wish.save(update_fields=["told_at"])
    audit(wish, "sign_up.tell" if told else "sign_up.untell", by)
    return wish


def unmask_contact(wish: SignUp, *, by: User) -> Contact:
    """Return name and phone in full, for calling. That they were read is committed before this returns.

    A resident whom staff has picked is unmasked as on the resident's page. Raises ValidationError beyond the budget.
    """
    if wish.phone is None and wish.resident:
        if not Resident.objects.visible_to(by).filter(pk=wish.resident.pk).exists():
            raise ValidationError(_("这位居民已不在本社区底册，电话看不到了。"))
        name, phone = (
            unmask_resident(wish.resident, field=field, purpose=Purpose.CALL, by=by)
            for field in (Field.NAME, Field.PHONE)
        )
        return Contact(name, phone)
    area, about = wish.activity.community.code, {"activity": wish.activity.pk, "purpose": str(Purpose.CALL)}
    if not note_look(UNMASK, UNMASK_REFUSED, by=by, target=wish, area_code=area, **about):
        raise ValidationError(
            _("您今天已查看 %(budget)s 位报名人的电话，达到每日上限，请明天再看。这次没有显示，也已记录。")
            % {"budget": settings.RESIDENT_UNMASK_BUDGET}
        )
    return Contact(wish.name, decrypt(wish.phone, purpose=PHONE) if wish.phone else "")


def audit(wish: SignUp, action: str, by: User, **detail: str) -> None:
    """Append the deed to the audit log."""
    activity = wish.activity
    record(action, by=by, target=wish, area_code=activity.community.code, activity=activity.pk, **detail)
