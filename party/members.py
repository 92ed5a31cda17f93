"""Writes on members: admitting, correcting, regrouping, withdrawing a wrong entry. Leaving: party/departures.py.

Whoever calls these has found organisation or member through led_by(); persons are audited by key.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from grids.actions import check_day, join_group
from grids.models import GroupMembership, PopulationGroup, Residence, Resident
from party.departures import end_duties
from party.joining import adult_on, find_untrue
from party.models import Member, Membership, Organisation
from party.spells import audit, lock_member

POPULATION_GROUP = "party_member"  # code of the register's group of party members
Begin, End = Membership.Begin, Membership.End
UNTRUE = {
    "day_ahead": gettext_lazy("日期在将来，请核对。"),
    "day_before_founding": gettext_lazy("日期早于 1921 年 7 月 23 日，请核对。"),
    "day_before_adult": gettext_lazy("那天还不满 18 岁，请核对日期和底册上的出生日期。"),
}


@transaction.atomic
def admit_member(
    *,
    resident: Resident,
    organisation: Organisation,
    begin: Membership.Begin,
    since: date,
    standing: Member.Standing,
    by: User,
    group: Organisation | None = None,
    joined_on: date | None = None,
    full_on: date | None = None,
    other_unit: str = "",
) -> Membership:
    """Take a resident into a branch from a day on; who was a member before is taken again."""
    # Everybody takes the member before the organisation.
    member, _is_new = Member.objects.get_or_create(resident=resident)
    member = Member.objects.select_for_update(of=("self",)).select_related("resident").get(pk=member.pk)
    check_branch(organisation, group, since)
    check_alive(resident)
    check_adult(resident, since)
    refuse_other_branch(member, since, by)
    member.standing = standing
    member.joined_on, member.full_on = joined_on or member.joined_on, full_on or member.full_on
    save_facts(member)
    spell = Membership(
        member=member, organisation=organisation, group=group, since=since, begin=begin, other_unit=other_unit
    )
    spell.full_clean()
    spell.save()
    count_to_group(resident, since, by)
    audit(member, organisation, "party_member.admit", by, begin=begin, day=since, group=group and group.pk)
    return spell


@transaction.atomic
def edit_member(
    member: Member, *, standing: Member.Standing, joined_on: date | None, full_on: date | None, by: User
) -> Member:
    """Correct what is known of a member."""
    member, spell = lock_member(member)
    check_adult(member.resident, spell.since)
    before = {"standing": member.standing, "joined_on": member.joined_on, "full_on": member.full_on}
    member.standing, member.joined_on, member.full_on = standing, joined_on, full_on
    save_facts(member)
    changed = [name for name, value in before.items() if getattr(member, name) != value]
    audit(member, spell.organisation, "party_member.edit", by, changed=changed)
    return member


@transaction.atomic
def regroup_member(member: Member, *, group: Organisation | None, day: date, by: User) -> Membership:
    """Put a member into another group of the branch, or none, from a day on; on the spell's own first day in place."""
    member, spell = lock_member(member)
    check_day(day, "day", since=spell.since)
    check_branch(spell.organisation, group, day)
    if group == spell.group:
        raise ValidationError({"group": _("这位党员已经在这个党小组。")})
    before = spell.group_id
    if day > spell.since:
        spell.until, spell.end = day, End.REGROUPED
        spell.save(update_fields=["until", "end"])
        spell = Membership(member=member, organisation=spell.organisation, since=day, begin=Begin.REGROUPED)
    spell.group = group
    spell.full_clean()
    spell.save()
    audit(member, spell.organisation, "party_member.regroup", by, day=day, before=before, after=group and group.pk)
    return spell


@transaction.atomic
def withdraw_entry(member: Member, *, by: User) -> Membership:
    """Withdraw the open spell as entered in error: it covers no day.

    When it began by regrouping, the spell before it goes on; else the member's duties end as if never begun.
    """
    member, spell = lock_member(member)
    spell.until, spell.end = spell.since, End.ERROR
    spell.save(update_fields=["until", "end"])
    regrouped = Membership.objects.filter(member=member, until=spell.since, end=End.REGROUPED)
    before = regrouped.exclude(since=F("until")).first() if spell.begin == Begin.REGROUPED else None
    ended: dict[str, int] = {}
    if before:
        check_reopens(before)
        before.until, before.end = None, ""
        before.save(update_fields=["until", "end"])
    else:
        ended = end_duties(member, spell.since)
    audit(member, spell.organisation, "party_member.withdraw", by, day=spell.since, **ended)
    return spell


def save_facts(member: Member) -> None:
    """Save standing and dates, if they can be true."""
    today, born = timezone.localdate(), member.resident.birth_date
    untrue = {name: UNTRUE[code] for name, code in find_untrue(born, member.joined_on, member.full_on, today)}
    if untrue:
        raise ValidationError(untrue)
    if member.standing == Member.Standing.PROBATIONARY and member.full_on:
        raise ValidationError({"full_on": _("预备党员还没有转正日期；已经转正的，请选“正式党员”。")})
    member.full_clean()
    member.save()


def check_branch(organisation: Organisation, group: Organisation | None, day: date) -> None:
    """Refuse what is no branch, or did not exist on the day, and a group that is none of the branch's."""
    check_day(day, "since")
    # Locked, so that a branch or a group that is being closed is not joined meanwhile.
    standing = Organisation.objects.existing_on(day)
    keys = [organisation.pk, group.pk] if group else [organisation.pk]
    found = {row.pk: row for row in standing.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")}
    branch = found.get(organisation.pk)
    if branch is None or not branch.is_branch:
        raise ValidationError(_("这个党支部那一天还没有成立，或已经撤销，请核对日期。"))
    inside = found.get(group.pk) if group else None
    if group and not (inside and inside.kind == Organisation.Kind.GROUP and inside.parent_id == organisation.pk):
        raise ValidationError({"group": _("这个党小组不属于本支部，或那一天还没有成立。")})


def check_reopens(spell: Membership) -> None:
    """Refuse to let a spell go on in a branch or a group that was dissolved meanwhile."""
    keys = [key for key in (spell.organisation_id, spell.group_id) if key]
    rows = Organisation.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    if any(row.closed_on for row in rows):
        raise ValidationError(_("调整前的党小组已经撤销，不能回到那里。请用“调整党小组”另选一个。"))


def check_alive(resident: Resident) -> None:
    """Refuse somebody of whom the register says that he or she has died."""
    if Residence.objects.filter(resident=resident, end_reason=Residence.EndReason.DIED).exists():
        raise ValidationError({"resident": _("底册登记此人已去世，请核对。")})


def check_adult(resident: Resident, since: date) -> None:
    """Refuse somebody who was no adult on the first day."""
    if since < adult_on(resident.birth_date):
        field = "since" if adult_on(resident.birth_date) <= timezone.localdate() else "resident"
        raise ValidationError({field: _("此人进入支部那天还不满 18 岁，不能登记为党员，请核对。")})


def refuse_other_branch(member: Member, since: date, by: User) -> None:
    """Refuse a second branch on days from `since` on. Where the first one is, is told to its secretary only (R9)."""
    beyond = member.memberships.exclude(since=F("until")).filter(Q(until=None) | Q(until__gt=since))
    spell = beyond.select_related("organisation").order_by("since").last()
    if spell is None:
        return
    if not Organisation.objects.led_by(by, timezone.localdate()).filter(pk=spell.organisation_id).exists():
        raise ValidationError({"resident": _("此人已在其他单位登记组织关系，请先由对方办理转出。")})
    if spell.until is None:
        words = _("此人现在就在“%(organisation)s”，请先办理转出。")
        raise ValidationError({"resident": words % {"organisation": spell.organisation}})
    raise ValidationError(
        {"since": _("此人上一段组织关系到 %(day)s 才结束，请填这一天或以后。") % {"day": spell.until}}
    )


def count_to_group(resident: Resident, since: date, by: User) -> None:
    """Count somebody who lives here to the register's group of party members, unless that is so already."""
    group = PopulationGroup.objects.filter(code=POPULATION_GROUP).first()
    lives_here = Residence.objects.on(timezone.localdate()).filter(
        resident=resident, grid__community__in=by.communities()
    )
    spells = GroupMembership.objects.filter(resident=resident, group=group)
    if group is None or not lives_here.exists() or spells.filter(until=None).exists():
        return
    latest = spells.aggregate(latest=Max("until"))["latest"]
    join_group(resident, group=group, since=max(since, latest or since), by=by)
