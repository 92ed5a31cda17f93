"""What the pages of slots show: one community's rules with their latest slots, or communities side by side."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from cadence.models import CadenceRule
from cadence.slots import Share, Slot, Span, find_span, list_spans, recent_spans, share_on_time
from cadence.standing import read_slots
from communities.models import Community, Street
from grids.models import Grid

WINDOWS: dict[str, str | Promise] = {"quarter": _("本季度"), "last": _("上季度"), "year": _("今年")}

GRID_SLOTS = 5  # of a grid: as many as stand side by side on a phone


@dataclass(frozen=True)
class Strip:
    """The latest slots of a rule in one place, newest first."""

    grid: Grid | None
    slots: list[Slot]


@dataclass(frozen=True)
class Opening:
    """A slot that still waits, with the grids that all have the same left to do."""

    slot: Slot
    grids: list[Grid]


@dataclass(frozen=True)
class RuleStanding:
    """A rule with how one community, or each of its grids, follows it, and what is left to do."""

    rule: CadenceRule
    strips: list[Strip]
    share: Share
    openings: list[Opening]


@dataclass(frozen=True)
class CommunityRow:
    """A community's on-time share of every rule of a table, and of all its rules; how many slots wait."""

    community: Community
    shares: list[tuple[CadenceRule, Share]]
    total: Share
    waiting: int


@dataclass(frozen=True)
class StreetTable:
    """Communities x rules of one street."""

    street: Street
    rules: list[CadenceRule]
    rows: list[CommunityRow]


def describe_community(community: Community, user: User, today: date) -> dict[str, Any]:
    """Return the context of a community's page."""
    rules = CadenceRule.objects.visible_to(user).for_slots().for_page()
    spans = {
        rule: recent_spans(rule, today) for rule in rules if rule.holds_in(community) and not rule.has_ended(today)
    }
    by_rule: dict[int, dict[Grid | None, list[Slot]]] = defaultdict(lambda: defaultdict(list))
    for slot in read_slots(spans, [community], today):
        by_rule[slot.rule.pk][slot.grid].insert(0, slot)
    standings = [stand_with(rule, by_rule[rule.pk]) for rule in spans]
    return {
        "community": community,
        "standings": sorted(standings, key=lambda standing: not standing.openings),
        "may_log": user.may(Permission.LOG_ACTIVITIES),
        "may_plan": user.may(Permission.PLAN_ACTIVITIES),
        "may_note": user.may(Permission.MANAGE_CADENCE),
        "is_above": user.area != community,
    }


def stand_with(rule: CadenceRule, places: dict[Grid | None, list[Slot]]) -> RuleStanding:
    """Return how a community stands with a rule."""
    slots = [slot for strip in places.values() for slot in strip]
    strips = [Strip(grid, strip[:GRID_SLOTS] if grid else strip) for grid, strip in places.items()]
    return RuleStanding(rule, strips, share_on_time(slots), list_openings(slots))


def list_openings(slots: list[Slot]) -> list[Opening]:
    """Return what waits, the running span first; grids with the same left to do share a line."""
    alike: dict[tuple, list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.is_open:
            alike[slot.span, slot.state, slot.short].append(slot)
    together = sorted(alike.items(), key=lambda item: item[0][0], reverse=True)
    return [Opening(same[0], [slot.grid for slot in same if slot.grid]) for _key, same in together]


def describe_street(communities: QuerySet[Community], user: User, window: str, today: date) -> dict[str, Any]:
    """Return the context of the page that compares communities."""
    window = window if window in WINDOWS else "quarter"
    days = find_window(window, today)
    rules = list(CadenceRule.objects.visible_to(user).for_slots())
    # a span belongs to the window in which it ends, so that no week counts in two quarters
    begun = {rule: list_spans(rule, days.start, min(days.end, today)) for rule in rules}
    spans = {rule: [span for span in of if span.end in days] for rule, of in begun.items()}
    places = list(communities.select_related("street"))
    by_place: dict[tuple[int, int], list[Slot]] = defaultdict(list)
    for slot in read_slots(spans, places, today):
        by_place[slot.community.pk, slot.rule.pk].append(slot)
    return {
        "tables": [draw_table(street, places, rules, by_place) for street in dict.fromkeys(c.street for c in places)],
        "windows": WINDOWS,
        "window": window,
        "days": days,
        "may_manage": user.may(Permission.MANAGE_CADENCE),
    }


def draw_table(
    street: Street, places: list[Community], rules: list[CadenceRule], slots: dict[tuple[int, int], list[Slot]]
) -> StreetTable:
    """Return the table of one street: a column for each of its rules, and one for what communities set themselves."""
    shared = [rule for rule in rules if rule.street_id == street.pk]
    rows = []
    for community in places:
        if community.street_id == street.pk:
            own = [slot for rule in rules for slot in slots[community.pk, rule.pk]]
            shares = [(rule, share_on_time(slots[community.pk, rule.pk])) for rule in shared]
            rows.append(CommunityRow(community, shares, share_on_time(own), sum(slot.is_open for slot in own)))
    return StreetTable(street, shared, rows)


def find_window(window: str, today: date) -> Span:
    """Return the days of a choice of WINDOWS."""
    span = find_span("year" if window == "year" else "quarter", today)
    return find_span("quarter", span.start - timedelta(days=1)) if window == "last" else span
