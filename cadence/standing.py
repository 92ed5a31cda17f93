"""How communities stand with the rules that hold for them: slots put together from activities and notes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Q

from accounts.models import User
from cadence.matching import Place, find_matches
from cadence.models import CadenceNote, CadenceRule
from cadence.slots import Match, Slot, Span, count_days_left, find_span, judge, list_spans
from communities.models import Community
from grids.models import Grid


def read_slots(
    spans: Mapping[CadenceRule, list[Span]], communities: Iterable[Community], today: date, *, abolished: bool = False
) -> list[Slot]:
    """Return the slots of rules in communities, with a constant number of queries.

    Rules and spans keep their order; within a span come the communities, and their grids where each grid has to: with
    `abolished`, also those that are no more, for the spans of their time.
    """
    asked = {rule: of for rule, of in spans.items() if of}
    if not asked:
        return []
    places = list(communities)
    matches = find_matches(asked, places, today)
    notes = find_notes(asked, places)
    grids = list_grids(asked, places, abolished=abolished)
    slots = []
    for rule, of in asked.items():
        for community in places:
            if rule.holds_in(community):
                for grid in grids[community.pk] if rule.per == CadenceRule.Per.GRID else [None]:
                    place = (rule.pk, community.pk, grid.pk if grid else None)
                    mine = matches.get(place, [])
                    slots += [
                        slot
                        for slot in stand(rule, community, grid, of, mine, notes.get(place, {}), today)
                        if existed(grid or community, slot.span)
                    ]
    return slots


def stand(
    rule: CadenceRule,
    community: Community,
    grid: Grid | None,
    spans: list[Span],
    matches: list[Match],
    notes: Mapping[date, CadenceNote],
    today: date,
) -> list[Slot]:
    """Return the slots of one place. What made up for another slot does not count for its own day's as well."""
    by_key = {match.activity: match for match in matches}
    made_up = {start: note.activity_id for start, note in notes.items() if makes_up(rule, note, by_key)}
    free = [match for match in matches if match.activity not in made_up.values()]
    slots = []
    for span in spans:
        within = [match for match in free if match.day in span]
        held = tuple(match for match in within if match.is_held)
        planned = tuple(match for match in within if not match.is_held)
        note = notes.get(span.start)
        state = judge(
            rule,
            span,
            today,
            held=len(held),
            planned=len(planned),
            note=note.kind if note else "",
            made_up=span.start in made_up,
        )
        left = count_days_left(rule, span, today)
        slots.append(Slot(rule, community, grid, span, state, held, planned, note, left))
    return slots


def makes_up(rule: CadenceRule, note: CadenceNote, matches: Mapping[int, Match]) -> bool:
    """Tell whether the activity of a note was held after its slot and within the grace."""
    match = matches.get(note.activity_id or 0)
    return bool(match and match.is_held and match.day in find_grace(rule, find_span(rule.every, note.slot_start)))


def find_grace(rule: CadenceRule, span: Span) -> Span:
    """Return the days in which a slot can be made up for."""
    return Span(span.end + timedelta(days=1), span.end + timedelta(days=rule.grace_days))


def find_candidates(slot: Slot, today: date) -> list[int]:
    """Return the keys of the activities that can make up for a slot: held within its grace, and fitting its rule."""
    grace = find_grace(slot.rule, slot.span)
    if today <= slot.span.end or grace.end < grace.start:
        return []
    place = (slot.rule.pk, slot.community.pk, slot.grid.pk if slot.grid else None)
    matches = find_matches({slot.rule: [grace]}, [slot.community], today).get(place, [])
    return [match.activity for match in matches if match.is_held and match.day in grace]


def existed(area: Community | Grid, span: Span) -> bool:
    """Tell whether an area was there from the beginning of a span to its end: half a period does not count."""
    begun = area.valid_from is None or area.valid_from <= span.start
    return begun and (area.valid_to is None or area.valid_to > span.end)


def find_notes(
    spans: Mapping[CadenceRule, list[Span]], communities: Iterable[Community]
) -> dict[Place, dict[date, CadenceNote]]:
    """Return the notes on slots by place and first day; older ones too, when what they name was held since then."""
    first = min(of[0].start for of in spans.values())
    found: dict[Place, dict[date, CadenceNote]] = defaultdict(dict)
    since = Q(slot_start__gte=first) | Q(activity__held_on__gte=first)
    for note in CadenceNote.objects.filter(since, rule__in=spans.keys(), community__in=communities):
        found[note.rule_id, note.community_id, note.grid_id][note.slot_start] = note
    return found


def list_grids(
    spans: Mapping[CadenceRule, list[Span]], communities: Iterable[Community], *, abolished: bool = False
) -> dict[int, list[Grid]]:
    """Return the grids of each community, when a rule asks each grid; with `abolished`, also those that are no more."""
    found: dict[int, list[Grid]] = defaultdict(list)
    if any(rule.per == CadenceRule.Per.GRID for rule in spans):
        grids = Grid.objects.all() if abolished else Grid.objects.current()
        for grid in grids.filter(community__in=communities):
            found[grid.community_id].append(grid)
    return found


def read_pressing(user: User, today: date) -> list[Slot]:
    """Return what is to be done now in the user's communities, the most urgent first.

    Of rules that ask each grid, somebody who holds a post in grids sees these grids only.
    """
    communities = list(user.communities().current())  # type: ignore[attr-defined]
    rules = CadenceRule.objects.visible_to(user).for_slots()
    spans = {rule: list_spans(rule, today - timedelta(days=rule.grace_days + 1), today) for rule in rules}
    slots = [slot for slot in read_slots(spans, communities, today) if slot.is_pressing]
    if any(slot.grid for slot in slots):
        own = set(Grid.objects.appointed_to(user).values_list("pk", flat=True))
        slots = [slot for slot in slots if not (own and slot.grid) or slot.grid.pk in own]
    return sorted(slots, key=lambda slot: (slot.days_left, slot.rule.name, slot.span.start))
