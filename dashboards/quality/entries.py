"""Entries that are to be mended: activities and visits. What the street has verified stands."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from activities.models import Activity, ActivityQuerySet
from activities.models.activities import TWIN_MINUTES
from dashboards.todo import IDENTIFIED, INCOMPLETE_DAYS
from visits.models import Visit

LOOK_BACK_DAYS = 365
LONGEST = timedelta(hours=24)
# Tukey's outer fence (J. W. Tukey, Exploratory Data Analysis, 1977, ch. 2): above the upper quartile by more than three
# times the distance of the quartiles. Where nearly all came with as many, a distance of FEWEST_APART is taken.
FENCE = 3
FEWEST_APART = 5  # heads
ENOUGH = 8  # activities of a kind in a street: of fewer, quartiles say nothing
HEADS = """
    with head as (
        select a.id, a.community_id, c.street_id, a.kind_id, a.verified_at,
               a.unnamed_count + (select count(*) from activities_participation p where p.activity_id = a.id)
                               + (select count(*) from activities_outsider o where o.activity_id = a.id) as heads
        from activities_activity a
        join communities_community c on c.id = a.community_id
        join activities_activitykind k on k.id = a.kind_id and k.category <> 'visit'
        where a.status = 'held' and a.reported_at is not null and a.held_on > %(since)s
          and c.street_id in (select street_id from communities_community where id = any(%(communities)s))
    ),
    kind as (
        select street_id, kind_id, percentile_cont(0.75) within group (order by heads) as upper,
               percentile_cont(0.25) within group (order by heads) as lower
        from head group by street_id, kind_id having count(*) >= %(enough)s
    )
    select h.id from head h join kind k using (street_id, kind_id)
    where h.community_id = any(%(communities)s) and h.verified_at is null
      and h.heads > k.upper + %(fence)s * greatest(k.upper - k.lower, %(apart)s)
"""


def entered(communities: Sequence[int], today: date) -> ActivityQuerySet:
    """Return the activities of a year that were reported and wait for nobody but the street."""
    recent = Activity.objects.gatherings().unverified().filter(held_on__gt=today - timedelta(days=LOOK_BACK_DAYS))
    return recent.filter(community__in=communities)


def find_unreported(communities: Sequence[int], today: date) -> QuerySet:
    """Return activities that are over, and nobody has said who came."""
    return Activity.objects.gatherings().unreported().filter(community__in=communities)


def find_returned(communities: Sequence[int], today: date) -> QuerySet:
    """Return activities that the street sent back."""
    return Activity.objects.gatherings().returned().filter(community__in=communities)


def find_without_theme(communities: Sequence[int], today: date) -> QuerySet:
    """Return activities whose theme nobody has chosen."""
    return entered(communities, today).filter(theme=None)


def find_unnamed(communities: Sequence[int], today: date) -> QuerySet:
    """Return activities of which too few gave a name, while somebody still remembers who was in the room."""
    recent = entered(communities, today).filter(held_on__gt=today - timedelta(days=INCOMPLETE_DAYS))
    few = recent.filter(unnamed_count__gt=0, kind__is_confidential=False).with_people()
    named = F("people") + F("guests")
    rate = Case(When(unnamed_count=0, then=Value(1.0)), default=named * Value(1.0) / (named + F("unnamed_count")))
    return few.annotate(rate=rate).filter(rate__lt=IDENTIFIED)


def find_crowds(communities: Sequence[int], today: date) -> QuerySet:
    """Return activities to which so many came that a digit too much is likely: beyond Tukey's outer fence.

    They are held against those of their kind in the street over a year.
    """
    terms: dict[str, Any] = {"since": today - timedelta(days=LOOK_BACK_DAYS), "communities": list(communities)}
    with connection.cursor() as cursor:
        cursor.execute(HEADS, {**terms, "enough": ENOUGH, "fence": FENCE, "apart": FEWEST_APART})
        keys = [key for (key,) in cursor.fetchall()]
    return Activity.objects.filter(pk__in=keys)


def find_endless(communities: Sequence[int], today: date) -> QuerySet:
    """Return activities that lasted longer than a day: mostly the end bears a wrong date."""
    return entered(communities, today).filter(ends_at__gt=F("starts_at") + LONGEST)


def find_twins(communities: Sequence[int], today: date) -> QuerySet:
    """Return activities that look like an earlier entry: one kind, nearly one time, one place."""
    near = timedelta(minutes=TWIN_MINUTES)
    others = Activity.objects.filter(
        Q(venue=OuterRef("venue")) | Q(venue=None, place=OuterRef("place")),
        community=OuterRef("community"),
        kind=OuterRef("kind"),
        starts_at__gte=OuterRef("starts_at") - near,
        starts_at__lte=OuterRef("starts_at") + near,
        pk__lt=OuterRef("pk"),
    )
    return entered(communities, today).filter(Exists(others.exclude(status=Activity.Status.CANCELLED)))


def find_visits_twice(communities: Sequence[int], today: date) -> QuerySet:
    """Return visits that look like an earlier entry: one door, kind and outcome, nearly one time."""
    near = timedelta(minutes=TWIN_MINUTES)
    others = Visit.objects.standing().filter(
        household=OuterRef("household"),
        kind=OuterRef("kind"),
        outcome=OuterRef("outcome"),
        visited_at__gte=OuterRef("visited_at") - near,
        visited_at__lte=OuterRef("visited_at") + near,
        pk__lt=OuterRef("pk"),
    )
    recent = Visit.objects.standing().filter(community__in=communities)
    return recent.filter(Exists(others), visited_at__date__gt=today - timedelta(days=LOOK_BACK_DAYS))
