"""Writes on rules: changing one from a month on, and saying that a slot is exempt. What holds: rules.py."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from party.models import MeetingKind, MeetingRule, Organisation, SlotExemption
from party.rules import USUAL, find_stretch, holds
from party.slots import Slot, State

FURTHEST = timedelta(days=370)  # a change further ahead is more likely a wrong year


@transaction.atomic
def change_rule(
    organisation: Organisation,
    *,
    kind: MeetingKind,
    every: MeetingRule.Every,
    grace_days: int,
    starts_on: date,
    by: User,
) -> MeetingRule:
    """Let another rule hold from the first day of a month on; months that are over keep the rule they had."""
    organisation = Organisation.objects.select_for_update().select_related("community").get(pk=organisation.pk)
    if not holds(organisation, kind):
        raise ValidationError(_("这个党组织不开%(kind)s。") % {"kind": kind.label})
    check_start(starts_on)
    now = find_stretch(organisation, kind, starts_on)
    if now and (now.every, now.grace_days) == (every, grace_days):
        raise ValidationError(_("从这个月起本来就是这样，不用再改。"))
    rule, _new = MeetingRule.objects.update_or_create(
        organisation=organisation, kind=kind, starts_on=starts_on, defaults={"every": every, "grace_days": grace_days}
    )
    said = {"kind": kind, "every": every, "grace_days": grace_days, "starts_on": starts_on.isoformat()}
    record("meeting_rule.change", by=by, target=organisation, area_code=organisation.community.code, **said)
    return rule


def check_start(day: date) -> None:
    """Refuse a day on which no month begins, a month that is over, and a wrong year."""
    today = timezone.localdate()
    if day.day != 1:
        raise ValidationError({"starts_on": _("规则从某个月的1日起改，请选月份的第一天。")})
    if day < today.replace(day=1):
        raise ValidationError({"starts_on": _("过去的月份不能再改，最早从本月1日起。")})
    if day > today + FURTHEST:
        raise ValidationError({"starts_on": _("日期太远，请核对年份。")})


def begin_or_end_committee(organisation: Organisation) -> None:
    """Let a branch's committee meet from this month on, or no longer; months that are over stay as they were."""
    month = timezone.localdate().replace(day=1)
    rules = MeetingRule.objects.filter(organisation=organisation, kind=MeetingKind.COMMITTEE)
    rules.filter(starts_on__gte=month).delete()
    never, usual = MeetingRule.Every.NEVER, USUAL[MeetingKind.COMMITTEE]
    if not organisation.has_committee:
        changes = {max(month, organisation.founded_on): never}
    elif organisation.founded_on >= month:
        return
    else:
        changes = {month: usual.every} if rules.exists() else {organisation.founded_on: never, month: usual.every}
    MeetingRule.objects.bulk_create(
        MeetingRule(
            organisation=organisation,
            kind=MeetingKind.COMMITTEE,
            every=every,
            grace_days=usual.grace_days,
            starts_on=day,
        )
        for day, every in changes.items()
    )


@transaction.atomic
def withdraw_rule(rule: MeetingRule, *, by: User) -> None:
    """Take back a change that has not begun."""
    rules = MeetingRule.objects.select_for_update(of=("self",)).select_related("organisation__community")
    found = rules.filter(pk=rule.pk).first()
    if found is None:
        raise ValidationError(_("这项改变刚才已经撤回。"))
    rule = found
    if rule.starts_on <= timezone.localdate():
        raise ValidationError(_("这项规则已经生效，不能撤回。可以从本月起再改一次。"))
    organisation = rule.organisation
    said = {"kind": rule.kind, "every": rule.every, "starts_on": rule.starts_on.isoformat()}
    record("meeting_rule.withdraw", by=by, target=organisation, area_code=organisation.community.code, **said)
    rule.delete()


@transaction.atomic
def exempt_slot(slot: Slot, *, reason: str, by: User) -> SlotExemption:
    """Say that a meeting need not be held in a period, and why. What was said before is replaced."""
    if slot.state in (State.DONE, State.MADE_UP):
        raise ValidationError(_("这次会已经开了，不用登记免开。"))
    check_open(slot)
    exemption, _new = SlotExemption.objects.update_or_create(
        organisation=slot.organisation,
        kind=slot.kind,
        slot_start=slot.span.start,
        defaults={"reason": reason, "by": by, "at": timezone.now()},
    )
    note(slot, "meeting_slot.exempt", by)
    return exemption


@transaction.atomic
def lift_exemption(slot: Slot, *, by: User) -> bool:
    """Take back that a meeting need not be held; tell whether there was anything to take back."""
    check_open(slot)
    said = SlotExemption.objects.select_for_update().filter(
        organisation=slot.organisation, kind=slot.kind, slot_start__range=(slot.span.start, slot.span.end)
    )
    if not said.delete()[0]:
        return False
    note(slot, "meeting_slot.lift", by)
    return True


def check_open(slot: Slot) -> None:
    """Refuse a slot that cannot be made up for any more: what was missed is not explained away afterwards."""
    if slot.last_day < timezone.localdate():
        words = _("期限 %(day)s 已经过了，不能再改免开说明。")
        raise ValidationError(words % {"day": slot.last_day.isoformat()})


def note(slot: Slot, action: str, by: User) -> None:
    """Append what was said of a slot to the audit log."""
    organisation = slot.organisation
    said = {"kind": slot.kind, "slot": slot.span.start.isoformat()}
    record(action, by=by, target=organisation, area_code=organisation.community.code, **said)
