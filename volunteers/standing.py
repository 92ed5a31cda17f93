"""Writes of staff on where a volunteer stands: an application accepted or refused, a pause, leaving."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from volunteers.models import ShiftSignUp, TeamMember, Volunteer
from volunteers.people import audit, check_age, lock

REAPPLIED = ("reapplied_at", "reapplied_to")


class Refusal(models.TextChoices):
    """Why an application is not accepted: a closed list, so that no free text about people arises (rule R29)."""

    TOO_YOUNG = "too_young", gettext_lazy("未满 14 周岁")
    NO_CONSENT = "no_consent", gettext_lazy("监护人没有同意")
    CHANGED_MIND = "changed_mind", gettext_lazy("本人不想参加了")
    UNREACHABLE = "unreachable", gettext_lazy("联系不上")
    ELSEWHERE = "elsewhere", gettext_lazy("在其他社区登记")
    TWICE = "twice", gettext_lazy("重复申请")


@dataclass(frozen=True)
class Ties:
    """What ends when a volunteer leaves: spells in teams, and sign-ups for shifts to come."""

    spells: QuerySet[TeamMember]
    sign_ups: QuerySet[ShiftSignUp]


@transaction.atomic
def accept(volunteer: Volunteer, *, by: User) -> Volunteer:
    """Register an applicant from today. Raises ValidationError when a colleague has decided before, or by age.

    Only now the row of who comes back says so: until then it tells how it was.
    """
    volunteer = lock_applied(volunteer)
    check_age(volunteer)
    volunteer.community = volunteer.reapplied_to or volunteer.community
    volunteer.registered_on, volunteer.registered_by, volunteer.left_on = timezone.localdate(), by, None
    volunteer.reapplied_at = volunteer.reapplied_to = None
    volunteer.save(update_fields=["community", "registered_on", "registered_by", "left_on", *REAPPLIED])
    audit(volunteer, "volunteer.accept", by)
    return volunteer


@transaction.atomic
def refuse(volunteer: Volunteer, *, reason: str, by: User) -> Volunteer:
    """Close an application; why stands in the audit log only. Who had served before has left since then, as before."""
    volunteer = lock_applied(volunteer)
    audit(volunteer, "volunteer.refuse", by, reason=reason)
    if volunteer.registered_on is None:
        volunteer.left_on, volunteer.registered_by = timezone.localdate(), by
    volunteer.reapplied_at = volunteer.reapplied_to = None
    volunteer.save(update_fields=["left_on", "registered_by", *REAPPLIED])
    return volunteer


@transaction.atomic
def pause(volunteer: Volunteer, *, by: User) -> Volunteer:
    """Note that somebody takes a rest: not asked for shifts, teams and hours stay."""
    volunteer = lock(volunteer)
    if volunteer.state != Volunteer.State.REGISTERED:
        raise ValidationError(_("只有在册的志愿者可以暂停，现在是“%(state)s”。") % {"state": volunteer.state.label})
    volunteer.paused_since = timezone.localdate()
    volunteer.save(update_fields=["paused_since"])
    audit(volunteer, "volunteer.pause", by)
    return volunteer


@transaction.atomic
def resume(volunteer: Volunteer, *, by: User) -> Volunteer:
    """End the pause."""
    volunteer = lock(volunteer)
    if volunteer.state != Volunteer.State.PAUSED:
        raise ValidationError(_("这位没有暂停，现在是“%(state)s”。") % {"state": volunteer.state.label})
    volunteer.paused_since = None
    volunteer.save(update_fields=["paused_since"])
    audit(volunteer, "volunteer.resume", by)
    return volunteer


def find_ties(volunteer: Volunteer) -> Ties:
    """Return what would end today if the volunteer left."""
    spells = TeamMember.objects.filter(volunteer=volunteer, until=None).select_related("team")
    coming = ShiftSignUp.objects.standing().filter(volunteer=volunteer, need__shift__starts_at__gt=timezone.now())
    return Ties(spells, coming.select_related("need__shift__activity"))


@transaction.atomic
def leave(volunteer: Volunteer, *, by: User) -> Volunteer:
    """Let a volunteer go from today: out of the teams, and off the shifts to come. What was served stays."""
    volunteer = lock(volunteer)
    if volunteer.left_on or volunteer.registered_on is None:
        raise ValidationError(_("这位现在是“%(state)s”，不用办退出。") % {"state": volunteer.state.label})
    today = timezone.localdate()
    ties = find_ties(volunteer)
    spells = ties.spells.update(until=Greatest("since", today))
    sign_ups = ties.sign_ups.order_by().update(cancelled_at=timezone.now())
    volunteer.left_on, volunteer.paused_since = today, None
    volunteer.save(update_fields=["left_on", "paused_since"])
    audit(volunteer, "volunteer.leave", by, spells=spells, sign_ups=sign_ups)
    return volunteer


def lock_applied(volunteer: Volunteer) -> Volunteer:
    """Return the locked row of an application that nobody has decided on."""
    volunteer = lock(volunteer)
    if volunteer.state != Volunteer.State.APPLIED:
        words = _("同事刚处理过这份申请，现在是“%(state)s”。您这次没有改动。")
        raise ValidationError(words % {"state": volunteer.state.label})
    return volunteer
