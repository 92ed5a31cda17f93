"""Taking a place in a shift: by residents on the public page, by staff; cancelling; telling who somebody is.

Whether there is a place is public, how many are left is not. A page answers alike whoever name and phone are: the same
work, the same words, a ticket of the same length. What is left is decided under the shift's lock.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.encryption import blind_index, blind_indexes, decrypt, encrypt
from accounts.models import User
from activities.signups import NOBODY, Contact, make_ticket, read_ticket
from grids.masking import keep_phone
from grids.unmasking import Purpose, note_look
from volunteers import people, shifts
from volunteers.identities import find_volunteer
from volunteers.models import Shift, ShiftNeed, ShiftSignUp, Volunteer

PHONE, TICKET = "shift_phone", "shift_ticket"  # what is encrypted is bound to these
UNMASK, UNMASK_REFUSED = "shift_sign_up.unmask", "shift_sign_up.unmask_refused"


class TakenError(ValidationError):
    """The last place went to somebody else."""


# --- By residents


@transaction.atomic
def sign_up(need: ShiftNeed, *, name: str, phone: str) -> str:
    """Take a place for somebody; return the ticket with which it can be given back.

    Who holds a place in the shift already gets none besides, and a ticket that is for nothing. Whether there is a place
    is asked before who it is: the answer to a full shift is the same for everybody.
    """
    shift = shifts.lock(need.shift_id)
    if not shift.takes_sign_ups:
        raise ValidationError(_("没有报上：这个班次现在不接受报名。想来的话请给社区打电话。"))
    refuse_full(need)
    wish = describe(need, shift, name, phone)
    if find_mine(shift, wish, blind_indexes(phone, purpose="phone")):
        return make_ticket(NOBODY, purpose=TICKET)
    wish.save()
    return make_ticket(wish.pk, purpose=TICKET)


def refuse_full(need: ShiftNeed) -> None:
    """Raise TakenError when every place of the need is taken. The caller holds the shift's lock."""
    if need.sign_ups.filter(cancelled_at=None).count() >= ShiftNeed.objects.get(pk=need.pk).number:
        raise TakenError(_("最后一个名额刚刚被别人报走了。您要是已经报过，不用再报。"))


def describe(need: ShiftNeed, shift: Shift, name: str, phone: str) -> ShiftSignUp:
    """Return an unsaved sign-up of somebody with a name and a phone."""
    return ShiftSignUp(
        need=need,
        volunteer=find_volunteer(shift.activity.community, name, phone),
        name=name,
        phone=encrypt(phone, purpose=PHONE),
        phone_hash=blind_index(phone, purpose="phone"),
        phone_kept=keep_phone(phone),
    )


def find_mine(shift: Shift, wish: ShiftSignUp, hashes: Sequence[bytes] = ()) -> ShiftSignUp | None:
    """Return the place that the same person, of whose phone these are the hashes, holds already in the shift."""
    same = Q(phone_hash__in=hashes, name=wish.name)
    if wish.volunteer_id:
        same |= Q(volunteer=wish.volunteer_id)
    return ShiftSignUp.objects.standing().filter(same, need__shift=shift).first()


def cancel_by_ticket(shift: Shift, ticket: str) -> None:
    """Give back the place that the ticket is for, if it is for one and the shift has not begun."""
    mine = ShiftSignUp.objects.filter(
        pk=read_ticket(ticket, purpose=TICKET), need__shift=shift, need__shift__starts_at__gt=timezone.now()
    )
    mine.filter(cancelled_at=None).update(cancelled_at=timezone.now())


# --- By staff


@transaction.atomic
def ask_volunteer(need: ShiftNeed, *, volunteer: Volunteer, by: User) -> ShiftSignUp:
    """Give a place to a volunteer who was asked and said yes."""
    shift = shifts.lock(need.shift_id)
    shifts.check_standing(shift)
    volunteer = people.lock(volunteer)  # who leaves at this moment is not planned with
    wish = ShiftSignUp(need=need, volunteer=volunteer, source=ShiftSignUp.Source.ASKED, created_by=by)
    if volunteer.community_id != shift.activity.community_id or volunteer.state != Volunteer.State.REGISTERED:
        raise ValidationError(_("这位现在不是在册的志愿者，不能排班。"))
    if find_mine(shift, wish):
        raise ValidationError(_("这位已经在这个班次里。"))
    refuse_full(need)
    wish.save()
    note(wish, "shift_sign_up.add", by, volunteer=volunteer.pk)
    return wish


@transaction.atomic
def cancel_sign_up(wish: ShiftSignUp, *, by: User) -> ShiftSignUp:
    """Give a place back at the person's request."""
    wish = lock(wish)
    if wish.cancelled_at:
        raise ValidationError(_("这条报名已经取消过了。"))
    wish.cancelled_at = timezone.now()
    wish.save(update_fields=["cancelled_at"])
    note(wish, "shift_sign_up.cancel", by)
    return wish


def find_namesakes(wish: ShiftSignUp) -> list[Volunteer]:
    """Return the volunteers of the community who have the name of somebody unknown, whatever their phone."""
    named = Volunteer.objects.filter(Q(resident__name=wish.name) | Q(name=wish.name), left_on=None)
    here = named.filter(community=wish.need.shift.activity.community_id)
    return list(here.select_related("resident__grid").order_by("pk")[:10])


@transaction.atomic
def link_sign_up(wish: ShiftSignUp, *, volunteer: Volunteer, by: User) -> ShiftSignUp:
    """Say which volunteer an unknown name and phone are."""
    shift = shifts.lock(wish.need.shift_id)
    wish = lock(wish)
    if wish.cancelled_at or wish.volunteer_id:
        raise ValidationError(_("同事刚处理过这条报名。"))
    if volunteer not in find_namesakes(wish):
        raise ValidationError(_("名字对不上，请核对是不是同一位。"))
    if ShiftSignUp.objects.standing().filter(need__shift=shift, volunteer=volunteer).exists():
        raise ValidationError(_("这位已经在这个班次里，请把多出的一条取消。"))
    wish.volunteer = volunteer
    wish.save(update_fields=["volunteer"])
    note(wish, "shift_sign_up.link", by, volunteer=volunteer.pk)
    return wish


def unmask_contact(wish: ShiftSignUp, *, by: User) -> Contact:
    """Return name and phone of somebody unknown in full. That they were read is committed before this returns."""
    area, about = wish.need.shift.activity.community.code, {"purpose": str(Purpose.CALL)}
    if not note_look(UNMASK, UNMASK_REFUSED, by=by, target=wish, area_code=area, shift=wish.need.shift_id, **about):
        words = _("您今天已查看 %(budget)s 位报名人的电话，达到每日上限，请明天再看。这次没有显示，也已记录。")
        raise ValidationError(words % {"budget": settings.RESIDENT_UNMASK_BUDGET})
    return Contact(wish.name, decrypt(wish.phone, purpose=PHONE) if wish.phone else "")


def lock(wish: ShiftSignUp) -> ShiftSignUp:
    """Return the sign-up as it is now, locked."""
    rows = ShiftSignUp.objects.select_for_update(of=("self",)).select_related("need__shift__activity__community")
    return rows.get(pk=wish.pk)


def note(wish: ShiftSignUp, action: str, by: User, **detail: int) -> None:
    """Append the deed to the audit log."""
    shift = wish.need.shift
    record(action, by=by, target=wish, area_code=shift.activity.community.code, shift=shift.pk, **detail)
