"""Writing a rehearsed roster: all of it or nothing, with a fixed number of queries whatever its length."""

from collections import Counter, defaultdict
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from grids.models import GroupMembership, PopulationGroup
from party.members import POPULATION_GROUP
from party.models import Exemption, Member, Membership, Organisation
from party.roster.planning import WRITTEN, Entry, Outcome, Plan, Terms, make_plan
from party.roster.reading import RosterFile

Begin, End = Membership.Begin, Membership.End


class ChangedMeanwhileError(ValidationError):
    """The roster would do something else by now than what was shown."""


def take_roster(file: RosterFile, terms: Terms, *, seen: str, by: User) -> Plan:
    """Write what a file says and return the plan that was carried out.

    `seen` is the fingerprint that the user was shown; nothing is written once it is another.
    """
    try:
        with transaction.atomic():
            today = timezone.localdate()
            lock(make_plan(file, terms, today=today, by=by))
            plan = make_plan(file, terms, today=today, by=by)
            if plan.fingerprint != seen:
                raise ChangedMeanwhileError(_("刚才有人改过名册，还没有写入。请按现在的情况再看一遍。"))
            write(plan, today, by)
    except IntegrityError:
        raise ChangedMeanwhileError(_("写入时有人改了同一位党员，什么都没有写入。请再看一遍，再确认。")) from None
    return plan


def lock(plan: Plan) -> None:
    """Let nobody transfer or regroup whom a plan names, nor close a branch, until the transaction ends.

    Members go first, as in party.members.regroup_member: in the other order the two could wait for each other.
    """
    list(Member.objects.select_for_update(of=("self",)).filter(resident__in=plan.named).order_by("pk"))
    keys = [branch.pk for branch in plan.branches]
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def write(plan: Plan, today: date, by: User) -> None:
    """Carry out a plan, and note whom it brought or changed."""
    entries = plan.changing
    write_members(entries)
    write_spells(entries, today)
    write_exemptions(entries, today, by)
    join_population_group([entry for entry in entries if entry.outcome == Outcome.NEW])
    audit(plan, by)


def audit(plan: Plan, by: User) -> None:
    """Note for each branch whom the list brought or changed, by key.

    Veiled lines leave a trace though nothing came of them: what was left out, one by one, would tell who is a member.
    """
    told: dict[int, list[Entry]] = defaultdict(list)
    for entry in plan.entries:
        if entry.branch and (entry.is_veiled or entry.outcome in WRITTEN):
            told[entry.branch.pk].append(entry)
    for branch in plan.branches:
        if entries := told[branch.pk]:
            counts = Counter(entry.outcome for entry in entries)
            detail = {
                "new": counts[Outcome.NEW],
                "changed": counts[Outcome.CHANGED],
                "members": sorted(one.facts.member.pk for one in entries if one.facts and one.outcome in WRITTEN),
            }
            if any(entry.is_veiled for entry in entries):
                detail["not_taken"] = counts[Outcome.REFUSED]
            record("party_roster.import", by=by, target=branch, area_code=branch.community.code, **detail)


def write_members(entries: list[Entry]) -> None:
    """Save standing and dates of members, new ones among them."""
    found = [entry.facts for entry in entries if entry.facts]
    known = [facts.member for facts in found if facts.member_fields and facts.member.pk]
    Member.objects.bulk_update(known, ["standing", "joined_on", "full_on"])
    Member.objects.bulk_create([facts.member for facts in found if facts.member.pk is None])


def write_spells(entries: list[Entry], today: date) -> None:
    """Begin the spells of newcomers; whoever changes the group ends one spell today and begins another.

    On the first day of a spell its group is corrected in place, as by party.members.regroup_member.
    """
    begun, ended, corrected = [], [], []
    for entry in entries:
        facts = entry.facts
        if facts is None or entry.branch is None:
            continue
        if facts.since:
            begun.append(start(facts.member, entry.branch, facts.group, facts.since, facts.begin))
        elif facts.group and facts.spell and facts.spell.since >= today:
            facts.spell.group = facts.group
            corrected.append(facts.spell)
        elif facts.group and facts.spell:
            facts.spell.until, facts.spell.end = today, End.REGROUPED
            ended.append(facts.spell)
            begun.append(start(facts.member, entry.branch, facts.group, today, Begin.REGROUPED))
    Membership.objects.bulk_update(ended, ["until", "end"])
    Membership.objects.bulk_update(corrected, ["group"])
    Membership.objects.bulk_create(begun)


def start(member: Member, branch: Organisation, group: Organisation | None, since: date, begin: str) -> Membership:
    """Return an unsaved spell."""
    return Membership(member=member, organisation=branch, group=group, since=since, begin=begin)


def write_exemptions(entries: list[Entry], today: date, by: User) -> None:
    """Exempt those of whom the list says so, from today on."""
    Exemption.objects.bulk_create(
        Exemption(member=entry.facts.member, reason=entry.facts.exemption, since=today, by=by)
        for entry in entries
        if entry.facts and entry.facts.exemption
    )


def join_population_group(entries: list[Entry]) -> None:
    """Count newcomers who live here to the register's group of party members, unless that is so already."""
    group = PopulationGroup.objects.filter(code=POPULATION_GROUP).first()
    days = {
        entry.resident.pk: entry.facts.since
        for entry in entries
        if entry.resident and entry.facts and entry.resident.lives_here  # type: ignore[attr-defined]
    }
    if group is None or not days:
        return
    spells = GroupMembership.objects.filter(resident__in=days, group=group).exclude(since=F("until"))
    open_now = set(spells.filter(until=None).values_list("resident", flat=True))
    latest = dict(spells.values_list("resident").annotate(latest=Max("until")))
    GroupMembership.objects.bulk_create(
        GroupMembership(resident_id=key, group=group, since=max(day, latest.get(key) or day))
        for key, day in days.items()
        if key not in open_now and day
    )
