"""Writes on exemptions: a member need not attend meetings for a time. What follows from them: party/rosters.py."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from party.models import Exemption, Member
from party.spells import audit, lock_member


@transaction.atomic
def exempt_member(member: Member, *, reason: Exemption.Reason, since: date, until: date | None, by: User) -> Exemption:
    """Exempt a member from a day on; `until` is the first day on which he or she is expected again."""
    member, spell = lock_member(member)
    if until is not None and until <= since:
        raise ValidationError({"until": _("恢复参加的日期要晚于开始日期。")})
    exemption = Exemption(member=member, reason=reason, since=since, until=until, by=by)
    exemption.full_clean()
    exemption.save()
    audit(member, spell.organisation, "party_exemption.begin", by, reason=reason, day=since, until=until)
    return exemption


@transaction.atomic
def end_exemption(exemption: Exemption, *, day: date, by: User) -> Exemption:
    """End an exemption early; on its first day it is as if it had never been."""
    member, spell = lock_member(exemption.member)
    exemption = Exemption.objects.select_for_update(of=("self",)).get(pk=exemption.pk)
    if day < exemption.since:
        raise ValidationError({"day": _("日期早于开始日期 %(since)s，请核对。") % {"since": exemption.since}})
    if exemption.until is not None and day >= exemption.until:
        raise ValidationError({"day": _("免修到 %(until)s 就结束，请填更早的日期。") % {"until": exemption.until}})
    exemption.until = day
    exemption.save(update_fields=["until"])
    audit(member, spell.organisation, "party_exemption.end", by, day=day)
    return exemption
