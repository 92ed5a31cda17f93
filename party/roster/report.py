"""The rehearsal's report as a page shows it: what is said, by reason; what changes; who is missing."""

from collections import defaultdict
from dataclasses import dataclass, field

from party.models import Membership, Organisation
from party.roster.lines import Change
from party.roster.planning import Outcome, Plan
from party.roster.reasons import REFUSE

PLACES_SHOWN = 20
CHANGES_SHOWN = 200


@dataclass
class FindingGroup:
    """The same words about the same column: the first places, and how many more there are."""

    severity: str
    heading: str
    text: str
    places: list[str] = field(default_factory=list)
    rest: int = 0


@dataclass(frozen=True)
class ChangedLine:
    """A line that changes what is on the roster; the person is named by the place in the file."""

    place: str
    changes: list[Change]


@dataclass(frozen=True)
class Missing:
    """Members of a branch whom the file does not name."""

    branch: Organisation
    spells: list[Membership]


def group_findings(plan: Plan) -> list[FindingGroup]:
    """Return what is said about the rows, by severity, column and words, in the order of the file."""
    groups: dict[tuple[str, str, str], FindingGroup] = {}
    for entry in plan.entries:
        for one in entry.findings:
            is_refused = entry.outcome == Outcome.REFUSED and not entry.is_veiled
            if is_refused and one.severity != REFUSE:
                continue  # what was made of a cell is no matter where the row is refused
            key = (one.severity, one.heading, one.text)
            group = groups.setdefault(key, FindingGroup(*key))
            if len(group.places) < PLACES_SHOWN:
                group.places.append(one.place)
            else:
                group.rest += 1
    return list(groups.values())


def list_changes(plan: Plan) -> list[ChangedLine]:
    """Return the first lines that change somebody on the roster, as far as the user may read what stands there."""
    changed = [entry for entry in plan.entries if entry.outcome == Outcome.CHANGED and not entry.is_veiled]
    return [ChangedLine(one.line.place, one.facts.changes) for one in changed[:CHANGES_SHOWN] if one.facts]


def group_missing(plan: Plan) -> list[Missing]:
    """Return who is missing, by branch."""
    spells: dict[Organisation, list[Membership]] = defaultdict(list)
    for spell in plan.missing:
        spells[spell.organisation].append(spell)
    return [Missing(one, found) for one, found in spells.items()]
