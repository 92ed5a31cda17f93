"""Which activities fit which rules, found by the database: one query for all rules, one for the grids."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from activities.models import Activity, Outsider, Participation
from cadence.models import CadenceRule
from cadence.slots import Match, Span
from communities.models import Community

Place = tuple[int, int, int | None]  # keys of rule, community and grid; no grid where the community itself is meant


def find_matches(
    spans: Mapping[CadenceRule, list[Span]], communities: Iterable[Community], today: date
) -> dict[Place, list[Match]]:
    """Return what was held or is planned between each rule's first span and today (or its last), by place.

    An activity is listed under every rule that it fits, and for rules per grid under every grid it was for.
    """
    places = list(communities)
    searches = [
        describe(rule, [place.pk for place in places if rule.holds_in(place)], of[0].start, max(of[-1].end, today))
        for rule, of in spans.items()
        if of
    ]
    if not searches:
        return {}
    rows = list(searches[0].union(*searches[1:], all=True) if len(searches) > 1 else searches[0])
    per_grid = {rule.pk for rule in spans if rule.per == CadenceRule.Per.GRID}
    grids = find_grids({row[1] for row in rows if row[0] in per_grid})
    found: dict[Place, list[Match]] = defaultdict(list)
    for rule, activity, community, day, status, title in rows:
        match = Match(activity, title, day, status == Activity.Status.HELD)
        for grid in grids.get(activity, ()) if rule in per_grid else (None,):
            found[rule, community, grid].append(match)
    return {place: sorted(matches, key=lambda match: (match.day, match.activity)) for place, matches in found.items()}


def describe(rule: CadenceRule, communities: list[int], first: date, last: date) -> QuerySet:
    """Return the rows (rule, activity, community, day, status, title) that fit the rule's description.

    How many people come to what is only planned, nobody knows yet.
    """
    fitting = Activity.objects.exclude(status=Activity.Status.CANCELLED).between(first, last)
    fitting = fitting.filter(community__in=communities)
    if rule.category:
        fitting = fitting.filter(kind__category=rule.category)
    if rule.kind_keys:
        fitting = fitting.filter(kind__in=rule.kind_keys)
    if rule.theme_keys:
        fitting = fitting.filter(theme__in=rule.theme_keys)
    if rule.programme_id:
        fitting = fitting.filter(programmes=rule.programme_id)
    if rule.min_people:
        fitting = fitting.alias(came=F("unnamed_count") + count_of(Participation) + count_of(Outsider))
        fitting = fitting.filter(Q(came__gte=rule.min_people) | ~Q(status=Activity.Status.HELD))
    fitting = fitting.annotate(rule=Value(rule.pk, output_field=IntegerField()))
    return fitting.values_list("rule", "pk", "community_id", "held_on", "status", "title")


def count_of(presence: type[Participation] | type[Outsider]) -> Coalesce:
    """Return the number of an activity's residents or outsiders."""
    rows = presence.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def find_grids(activities: Iterable[int]) -> dict[int, set[int]]:
    """Return the grids of each activity: those it was meant for; where it says none, those its participants live in."""
    keys = list(activities)
    if not keys:
        return {}
    meant = Activity.target_grids.through.objects.filter(activity__in=keys)
    came = Participation.objects.filter(activity__in=keys)
    rows = meant.values_list("activity_id", "grid_id", Value(1)).union(
        came.values_list("activity_id", "grid_id", Value(0)).distinct(), all=True
    )
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for activity, grid, is_meant in rows:
        found[activity][is_meant].add(grid)
    return {activity: sides.get(1) or sides[0] for activity, sides in found.items()}
