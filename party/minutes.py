"""Writes on minutes of meetings: writing them, and checking them, which somebody else does than who wrote them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity
from party.meetings import lock, note
from party.models import Meeting


class StaleMinutesError(ValidationError):
    """Somebody else has written the minutes since the form was opened."""


@transaction.atomic
def write_minutes(
    meeting: Meeting, *, first_item: str, is_first_topic: bool, text: str, seen: datetime | None, by: User
) -> Meeting:
    """Save the minutes of a meeting that has begun; what was checked before waits to be checked again."""
    meeting = lock(meeting)
    if meeting.activity.status == Activity.Status.CANCELLED:
        raise ValidationError(_("这次会已经撤销，不用写纪要。"))
    if meeting.activity.held_on > timezone.localdate():
        raise ValidationError(_("还没到开会的日子，开过以后再写纪要。"))
    if meeting.minutes_at != seen:
        raise StaleMinutesError(_("您填写的时候，别人刚保存过纪要。请看下面别人写的，合并后再保存一次。"))
    if (first_item, is_first_topic, text) == (meeting.first_item, meeting.is_first_topic, meeting.minutes):
        return meeting
    was_checked = bool(meeting.checked_at)
    meeting.first_item, meeting.is_first_topic, meeting.minutes = first_item, is_first_topic, text
    meeting.minutes_by, meeting.minutes_at = by, timezone.now()
    meeting.checked_by = meeting.checked_at = None
    meeting.save()
    note(meeting, "party_meeting.minutes", by, length=len(text), was_checked=was_checked)
    return meeting


@transaction.atomic
def check_minutes(meeting: Meeting, *, seen: datetime | None, by: User) -> Meeting:
    """Say that the minutes are in order, of the version that `by` has read."""
    meeting = lock(meeting)
    if not meeting.minutes:
        raise ValidationError(_("这次会还没有纪要，写好后再核验。"))
    if meeting.checked_at:
        raise ValidationError(_("这份纪要已经核验过了。"))
    if meeting.minutes_by_id == by.pk:
        raise ValidationError(_("纪要是您写的，要由另一位来核验。"))
    if meeting.minutes_at != seen:
        raise ValidationError(_("您看过以后，纪要又改了。请看一眼现在的内容，再核验。"))
    meeting.checked_by, meeting.checked_at = by, timezone.now()
    meeting.save(update_fields=["checked_by", "checked_at"])
    note(meeting, "party_meeting.check", by)
    return meeting
