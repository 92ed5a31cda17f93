"""Writes on cadence: rules, and what is said about a slot."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from accounts.roles import Level
from activities.models import Activity, ActivityKind, Theme
from cadence.models import CadenceNote, CadenceRule
from cadence.slots import Slot
from communities.models import Community
from grids.models import Grid


@transaction.atomic
def add_rule(rule: CadenceRule, *, kinds: Iterable[ActivityKind], themes: Iterable[Theme], by: User) -> CadenceRule:
    """Save a new rule: a street's officer makes it for all communities of the street, a worker for the own one."""
    rule.created_by = by
    if by.level == Level.STREET:
        rule.street = by.street
    else:
        rule.community = by.community
    rule.save()
    rule.kinds.set(kinds)
    rule.themes.set(themes)
    record("cadence_rule.add", by=by, target=rule, area_code=rule.area.code)
    return rule


@transaction.atomic
def change_rule(rule: CadenceRule, *, kinds: Iterable[ActivityKind], themes: Iterable[Theme], by: User) -> CadenceRule:
    """Save a changed rule."""
    if not rule.may_be_changed_by(by):
        raise PermissionDenied
    rule.save()
    rule.kinds.set(kinds)
    rule.themes.set(themes)
    record("cadence_rule.change", by=by, target=rule, area_code=rule.area.code)
    return rule


@transaction.atomic
def note_exempt(slot: Slot, *, reason: str, by: User) -> CadenceNote:
    """Say that a slot need not be done, and why. What was said about it before is replaced."""
    return _note(slot, CadenceNote.Kind.EXEMPT, by, reason=reason)


@transaction.atomic
def note_made_up(slot: Slot, *, activity: Activity, by: User) -> CadenceNote:
    """Say which later activity made up for a slot."""
    if slot.short > 1:
        raise ValidationError(
            _("这个时段还差 %(count)s 场，一场补不齐。可以登记“免做”并写明原因。") % {"count": slot.short}
        )
    used = CadenceNote.objects.filter(rule=slot.rule, community=slot.community, grid=slot.grid, activity=activity)
    if other := used.exclude(slot_start=slot.span.start).first():
        raise ValidationError(_("这场活动已经登记为补做 %(start)s 的时段，请另选一场。") % {"start": other.slot_start})
    return _note(slot, CadenceNote.Kind.MADE_UP, by, activity=activity)


def _note(
    slot: Slot, kind: CadenceNote.Kind, by: User, *, reason: str = "", activity: Activity | None = None
) -> CadenceNote:
    note, _new = CadenceNote.objects.update_or_create(
        rule=slot.rule,
        community=slot.community,
        grid=slot.grid,
        slot_start=slot.span.start,
        defaults={"kind": kind, "reason": reason, "activity": activity, "by": by},
    )
    slot_start = slot.span.start.isoformat()
    record(f"cadence_note.{kind.value}", by=by, target=note, area_code=slot.community.code, slot=slot_start)
    return note


@transaction.atomic
def remove_note(rule: CadenceRule, *, community: Community, grid: Grid | None, start: date, by: User) -> bool:
    """Take back what was said about a slot; tell whether there was anything."""
    note = (
        CadenceNote.objects.select_for_update()
        .filter(rule=rule, community=community, grid=grid, slot_start=start)
        .first()
    )
    if note is None:
        return False
    record("cadence_note.remove", by=by, target=note, area_code=community.code, slot=start.isoformat(), kind=note.kind)
    note.delete()
    return True
