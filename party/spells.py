"""The open spell of a member, locked for a write, and the note in the audit log that every such write leaves."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from party.models import Member, Membership, Organisation


def lock_member(member: Member) -> tuple[Member, Membership]:
    """Return the member, locked until the transaction ends, and the open spell."""
    member = Member.objects.select_for_update(of=("self",)).select_related("resident").get(pk=member.pk)
    spell = member.memberships.select_related("organisation__community", "group").filter(until=None).first()
    if spell is None:
        raise ValidationError(_("这位党员的组织关系已经转出，请刷新后再看。"))
    return member, spell


def audit(member: Member, organisation: Organisation, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log, under the community of the organisation."""
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in detail.items()}
    code = organisation.community.code
    record(action, by=by, target=member, area_code=code, organisation=organisation.pk, **plain)
