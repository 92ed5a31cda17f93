"""One line of a roster: which branch it is for, and what it says that the rosters do not. Writes nothing."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.models import Resident
from party.joining import adult_on, find_untrue
from party.models import Exemption, Member, Membership, Organisation
from party.roster.matching import Known, squeeze
from party.roster.reading import Finding, Line
from party.roster.reasons import REFUSE, REMARK

Standing = Member.Standing


class Refused(Exception):
    """A line cannot be taken over; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass(frozen=True)
class Change:
    """What a line changes: the heading, what stands on the roster, what will."""

    heading: str
    before: str
    after: str


@dataclass
class Facts:
    """What a line comes to for one member. `since` is the first day of a new spell, None for who is in the branch.

    `group` is the party group to be in from now on, None to leave it as it is; `exemption` a reason to note, or "".
    """

    member: Member
    spell: Membership | None
    since: date | None = None
    begin: str = ""
    group: Organisation | None = None
    exemption: str = ""
    member_fields: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def __repr__(self) -> str:
        """Return all that is written: the rehearsal's fingerprint is made of it."""
        member = self.member
        kept = (member.pk, member.standing, member.joined_on, member.full_on, self.spell and self.spell.pk)
        return repr((kept, self.since, self.begin, self.group and self.group.pk, self.exemption, self.changes))


def read_branch(line: Line, chosen: Organisation | None, known: Known) -> Organisation:
    """Return the branch of a line: named in its column, or chosen for the whole file; Refused when unclear."""
    name = line.values.get("branch", "")
    if not name:
        if chosen is None:
            raise Refused(line.note(REFUSE, "branch_missing", "branch"))
        return chosen
    found = known.branches.get(name, [])
    if chosen is not None:
        if chosen not in found:
            raise Refused(line.note(REFUSE, "branch_other" if found else "branch_unknown", "branch", name))
        return chosen
    if place := line.values.get("community"):
        found = [one for one in found if place in (squeeze(one.community.name), one.community.code)]
    if len(found) != 1:
        raise Refused(line.note(REFUSE, "branch_ambiguous" if found else "branch_unknown", "branch", name))
    return found[0]


def read_group(line: Line, branch: Organisation, known: Known) -> Organisation | None:
    """Return the party group that a line names, None when it names none; Refused for one that the branch has not."""
    name = line.values.get("party_group", "")
    if not name:
        return None
    if group := known.find_group(branch, name):
        return group
    offered = _("、").join(one.name for one in known.list_groups(branch))
    raise Refused(line.note(REFUSE, "group_unknown" if offered else "group_none", "party_group", name, offered))


def refuse_faults(line: Line, resident: Resident, branch: Organisation, known: Known) -> None:
    """Refuse what is wrong with a line whoever is a member of what: told to who may not read the roster, too."""
    read_group(line, branch, known)
    joined_on, full_on = line.read_day("joined_on"), line.read_day("full_on")
    for name, code in find_untrue(resident.birth_date, joined_on, full_on, timezone.localdate()):
        raise Refused(line.note(REFUSE, code, name))
    refuse_order(line, line.values.get("standing", ""), joined_on, full_on)


def refuse_order(line: Line, standing: str, joined_on: date | None, full_on: date | None) -> None:
    """Refuse days that do not go with the standing, or with each other."""
    if standing == Standing.PROBATIONARY and full_on:
        raise Refused(line.note(REFUSE, "probationary_full", "full_on"))
    if joined_on and full_on and full_on < joined_on:
        raise Refused(line.note(REFUSE, "joined_after_full", "full_on"))


def read_facts(
    line: Line, resident: Resident, branch: Organisation, known: Known, default: date
) -> tuple[Facts, list[Finding]]:
    """Return what a line comes to for a resident in a branch, with remarks; `default` begins a spell without a day."""
    member = known.members.get(resident.pk)
    spells = known.spells.get(member.pk, []) if member and member.pk else []
    current = next((spell for spell in spells if spell.until is None), None)
    facts = Facts(member or Member(resident=resident), current)
    facts.member.resident = resident  # known already: not to be fetched line by line
    group = read_group(line, branch, known)
    if current is None:
        remarks = begin_spell(line, facts, spells, branch, default)
        facts.group = group
    elif current.organisation_id != branch.pk:
        raise Refused(line.note(REFUSE, "in_other_branch"))
    else:
        remarks = compare_since(line, spells, branch)
        if group and group.pk != current.group_id:
            before = next((one.name for one in known.groups.values() if one.pk == current.group_id), "")
            facts.group = group
            facts.changes.append(Change(_("党小组"), before, group.name))
    read_member(line, facts)
    remarks += read_exemption(line, facts, known)
    return facts, remarks


def begin_spell(
    line: Line, facts: Facts, spells: list[Membership], branch: Organisation, default: date
) -> list[Finding]:
    """Let a spell in the branch begin; Refused where the person was in a branch on days after its first one."""
    day, remarks = line.read_day("member_since") or default, []
    if day < branch.founded_on:
        day = branch.founded_on
        remarks.append(line.note(REMARK, "before_founding", "member_since", day.isoformat()))
    if day < adult_on(facts.member.resident.birth_date):
        raise Refused(line.note(REFUSE, "no_adult", "member_since"))
    beyond = [spell for spell in spells if spell.until and spell.until > day]
    if any(spell.organisation_id != branch.pk for spell in beyond):  # until when is no business of this branch (R9)
        raise Refused(line.note(REFUSE, "spell_elsewhere", "member_since"))
    if beyond:
        last = max(spell.until for spell in beyond if spell.until)
        raise Refused(line.note(REFUSE, "spell_before", "member_since", last.isoformat()))
    facts.since = day
    facts.begin = Membership.Begin.TRANSFERRED_IN if spells else Membership.Begin.LISTED
    return remarks


def compare_since(line: Line, spells: list[Membership], branch: Organisation) -> list[Finding]:
    """Return a remark where a line says another first day in the branch: it would move who was due at past meetings."""
    day = line.read_day("member_since")
    first = min((spell.since for spell in spells if spell.organisation_id == branch.pk), default=None)
    if day is None or day == first or max(day, branch.founded_on) == first:
        return []
    return [line.note(REMARK, "since_kept", "member_since")]


def read_member(line: Line, facts: Facts) -> None:
    """Put what a line says of standing and dates into the member; Refused for what cannot be true."""
    member, is_known = facts.member, facts.member.pk is not None
    said = line.values.get("standing", "")
    full_on = line.read_day("full_on") or member.full_on
    joined_on = line.read_day("joined_on") or member.joined_on
    if said == Standing.PROBATIONARY and is_known and member.standing == Standing.FULL:
        raise Refused(line.note(REFUSE, "was_full", "standing"))
    standing = said or (Standing.FULL if full_on or not is_known else member.standing)
    refuse_order(line, standing, joined_on, full_on)
    for name, heading, value in (
        ("standing", _("党员身份"), standing),
        ("joined_on", _("入党日期"), joined_on),
        ("full_on", _("转正日期"), full_on),
    ):
        before = getattr(member, name)
        if value != before:
            facts.member_fields.append(name)
            if is_known:
                facts.changes.append(Change(heading, show(before), show(value)))
            setattr(member, name, value)


def read_exemption(line: Line, facts: Facts, known: Known) -> list[Finding]:
    """Note an exemption that a line tells of; one that is on the roster stays as it is."""
    reason = line.values.get("exemption", "")
    if not reason:
        return []
    kept = known.exemptions.get(facts.member.pk) if facts.member.pk else None
    if kept is None:
        facts.exemption = reason
        facts.changes.append(Change(_("免修"), "", str(Exemption.Reason(reason).label)))
        return []
    return [line.note(REMARK, "exemption_kept", "exemption")] if kept.reason != reason else []


def show(value: Any) -> str:
    """Return a value as the report shows it."""
    return str(Standing(value).label) if value in Standing.values else str(value or "")
