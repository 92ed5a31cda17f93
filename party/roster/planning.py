"""What a roster would do: each line with its outcome, and who is missing. The same plan is shown and written."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.crypto import salted_hmac

from accounts.models import User
from grids.models import Resident
from party.models import Membership, Organisation
from party.roster.lines import Facts, Refused, read_branch, read_facts, refuse_faults
from party.roster.matching import Known, learn, list_branches
from party.roster.reading import Finding, Line, RosterFile
from party.roster.reasons import REFUSE


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


WRITTEN = (Outcome.NEW, Outcome.CHANGED)


@dataclass(frozen=True)
class Terms:
    """What the user said with the file: the branch it is of (None: a column says so), and since when by default."""

    branch: Organisation | None
    since: date


@dataclass
class Entry:
    """A line, what becomes of it, and for whom; `facts` is None of a refused one.

    `is_veiled` is a line without fault for a branch that the user does not lead: of what becomes of it nothing may be
    told before it is written, as that tells who is a member; its findings are the file's only.
    """

    line: Line
    outcome: Outcome
    findings: list[Finding]
    resident: Resident | None = None
    branch: Organisation | None = None
    facts: Facts | None = None
    is_veiled: bool = False


@dataclass
class Plan:
    """The report of a roster. `missing` are members of the branches it is about whom it does not name.

    `led` are the branches of which the user may read that, `named` the residents whom any line means.
    """

    entries: list[Entry]
    branches: list[Organisation]
    led: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    missing: list[Membership] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines come to each outcome, veiled ones left out."""
        counted = Counter(entry.outcome for entry in self.entries if not entry.is_veiled)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    @property
    def veiled(self) -> list[Entry]:
        """The lines of which no more is told than that they were read."""
        return [entry for entry in self.entries if entry.is_veiled]

    @property
    def veils(self) -> bool:
        """Whether there are branches that the user does not lead."""
        return any(branch.pk not in self.led for branch in self.branches)

    @property
    def offered(self) -> int:
        """How many people the user is asked to write: a veiled one counts, whatever becomes of it."""
        return sum(entry.is_veiled or entry.outcome in WRITTEN for entry in self.entries)

    @property
    def changing(self) -> list[Entry]:
        """The lines for which something is written."""
        return [entry for entry in self.entries if entry.outcome in WRITTEN]

    @property
    def findings(self) -> list[Finding]:
        """All that is said about rows, in the order of the file."""
        return [finding for entry in self.entries for finding in entry.findings]

    @property
    def fingerprint(self) -> str:
        """A text that differs once the plan would do anything else.

        Keyed, as the user can read it: nobody is to find out by trial which memberships it was made of.
        """
        said = [
            (entry.line.place, entry.outcome.value, entry.resident and entry.resident.pk, repr(entry.facts))
            for entry in self.entries
        ]
        missing = [spell.pk for spell in self.missing]
        return salted_hmac("party.roster.plan", repr((said, missing)), algorithm="sha256").hexdigest()


def make_plan(file: RosterFile, terms: Terms, *, today: date, by: User) -> Plan:
    """Return what a file would do, with a fixed number of queries. Nothing is written."""
    branches = list_branches(by, today)
    known = learn(file.lines, branches, by, today)
    seen: dict[int, Line] = {}
    plan = Plan([plan_line(line, terms, known, seen) for line in file.lines], branches, known.led)
    about = {entry.branch.pk for entry in plan.entries if entry.branch and entry.outcome != Outcome.REFUSED}
    plan.named = {one.pk for line in file.lines for one in known.find_residents(line)}  # by refused lines, too
    # How many are missing tells of who is named whether she is a member: not of a branch that the user does not lead.
    present = Membership.objects.on(today).filter(organisation__in=about & known.led)
    present = present.exclude(member__resident__in=plan.named)
    plan.missing = list(
        present.select_related("member__resident", "organisation__community").order_by(
            "organisation__name", "member__resident__initials", "pk"
        )
    )
    return plan


def plan_line(line: Line, terms: Terms, known: Known, seen: dict[int, Line]) -> Entry:
    """Return what becomes of a line; `seen` is whom earlier lines named."""
    if line.is_refused:
        return Entry(line, Outcome.REFUSED, line.findings)
    resident = branch = None
    try:
        resident = find_resident(line, known, seen)
        branch = read_branch(line, terms.branch, known)
        refuse_faults(line, resident, branch, known)
    except Refused as refusal:
        return Entry(line, Outcome.REFUSED, [*line.findings, refusal.finding], resident, branch)
    return compare_line(line, resident, branch, known, terms)


def compare_line(line: Line, resident: Resident, branch: Organisation, known: Known, terms: Terms) -> Entry:
    """Return what becomes of a line without fault, by what is on the rosters; veiled where the user may not read it."""
    facts = None
    try:
        facts, said = read_facts(line, resident, branch, known, terms.since)
    except Refused as refusal:
        outcome, said = Outcome.REFUSED, [refusal.finding]
    else:
        outcome = Outcome.NEW if facts.since else Outcome.CHANGED if facts.changes else Outcome.UNCHANGED
    is_veiled = branch.pk not in known.led
    findings = line.findings if is_veiled else [*line.findings, *said]
    return Entry(line, outcome, findings, resident, branch, facts, is_veiled)


def find_resident(line: Line, known: Known, seen: dict[int, Line]) -> Resident:
    """Return the one resident whom a line means and no line before; Refused otherwise."""
    if not {"id_number", "phone"} & line.values.keys():
        raise Refused(line.note(REFUSE, "number_missing", "id_number"))
    people = known.find_residents(line)
    if len(people) != 1:
        raise Refused(line.note(REFUSE, "several_registered" if people else "not_registered"))
    resident = people[0]
    first = seen.setdefault(resident.pk, line)
    if first is not line:
        raise Refused(line.note(REFUSE, "repeated", detail=first.place))
    if resident.has_died:  # type: ignore[attr-defined]
        raise Refused(line.note(REFUSE, "died"))
    if not set(line.values["name"]) & set(resident.name):
        raise Refused(line.note(REFUSE, "other_name", "name"))
    return resident
