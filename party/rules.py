"""What an organisation has to hold how often: the usual (三会一课 and 主题党日), and what it does otherwise.

Only whole periods count: an organisation founded in mid-month owes nothing for that month.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from communities.spans import ONE_DAY, Span, find_months
from party.models import MeetingKind, MeetingRule, Organisation

Every = MeetingRule.Every
Kind = Organisation.Kind
MONTHS_OF = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6}


@dataclass(frozen=True)
class Usual:
    """How often organisations of some kinds hold a meeting unless they say otherwise."""

    every: MeetingRule.Every
    kinds: tuple[str, ...]
    grace_days: int


# Members' meeting and lecture every quarter, committee, group and party day every month (domain.md, three meetings).
USUAL: dict[MeetingKind, Usual] = {
    MeetingKind.MEMBERS: Usual(Every.QUARTER, (Kind.BRANCH,), 30),
    MeetingKind.COMMITTEE: Usual(Every.MONTH, (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH), 15),
    MeetingKind.GROUP: Usual(Every.MONTH, (Kind.GROUP,), 15),
    MeetingKind.LECTURE: Usual(Every.QUARTER, (Kind.BRANCH,), 30),
    MeetingKind.PARTY_DAY: Usual(Every.MONTH, (Kind.BRANCH,), 15),
}


@dataclass(frozen=True)
class Stretch:
    """A rule of one organisation from its first day to its last (None: still in force)."""

    organisation: Organisation
    kind: MeetingKind
    every: MeetingRule.Every
    grace_days: int
    first: date
    last: date | None

    def list_spans(self, first: date, last: date) -> list[Span]:
        """Return the whole periods of the rule that overlap the days from first to last, earliest first."""
        if self.every == Every.NEVER:
            return []
        months, spans = MONTHS_OF[self.every], []
        span = find_months(max(first, self.first), months)
        while span.start <= last and (self.last is None or span.end <= self.last):
            if span.start >= self.first:
                spans.append(span)
            span = find_months(span.end + ONE_DAY, months)
        return spans


def holds(organisation: Organisation, kind: MeetingKind) -> bool:
    """Tell whether such a meeting is an organisation's to hold: a branch without a committee holds none of it."""
    if kind == MeetingKind.COMMITTEE and organisation.is_branch:
        return organisation.has_committee
    return organisation.kind in USUAL[kind].kinds


def list_stretches(organisations: Iterable[Organisation]) -> list[Stretch]:
    """Return the rules of organisations by organisation, kind and time, with one query."""
    organisations = list(organisations)
    changes: dict[tuple[int, str], list[MeetingRule]] = defaultdict(list)
    for rule in MeetingRule.objects.filter(organisation__in=organisations).order_by("starts_on"):
        changes[rule.organisation_id, rule.kind].append(rule)
    return [
        stretch
        for organisation in organisations
        for kind in MeetingKind
        if holds(organisation, kind) or changes[organisation.pk, kind]  # it may have held them before
        for stretch in cut(organisation, kind, changes[organisation.pk, kind])
    ]


def find_stretch(organisation: Organisation, kind: MeetingKind, day: date) -> Stretch | None:
    """Return the rule of an organisation that holds on a day, None before it was founded and after it was closed."""
    found = (one for one in list_stretches([organisation]) if one.kind == kind)
    return next((one for one in found if one.first <= day and (one.last is None or day <= one.last)), None)


def cut(organisation: Organisation, kind: MeetingKind, changes: list[MeetingRule]) -> list[Stretch]:
    """Return the usual rule up to the first change, then each change up to the next; none after the organisation."""
    usual = USUAL[kind]
    rules = [(organisation.founded_on, usual.every, usual.grace_days)]
    rules += [(max(rule.starts_on, organisation.founded_on), Every(rule.every), rule.grace_days) for rule in changes]
    closing = organisation.closed_on - ONE_DAY if organisation.closed_on else None
    ends: list[date | None] = [start - ONE_DAY for start, _every, _grace in rules[1:]]
    ends.append(None)
    # A change may have been entered for a day that the organisation did not live to see.
    ends = [min(end, closing) if end and closing else end or closing for end in ends]
    return [
        Stretch(organisation, kind, every, grace, start, end)
        for (start, every, grace), end in zip(rules, ends, strict=True)
        if end is None or end >= start
    ]
