"""The rows of the lists behind figures in words, by what they consist of: masked, and only what the reader may open.

Whoever is counted in a past period may live elsewhere by now: where to is no business of the old community.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Permission
from activities.models import Activity, Participation
from grids.models import Appointment, Building, Grid, Household, Resident
from grids.search import with_places
from indicators.areas import AreaRef
from indicators.indicator import CLOSED, Indicator, Thing
from indicators.periods import Period
from visits.models import Need, Visit

NEEDED: dict[str, Permission] = {
    Thing.PERSON: Permission.VIEW_RESIDENTS,
    Thing.CONTACT: Permission.VIEW_RESIDENTS,
    Thing.HOUSEHOLD: Permission.VIEW_RESIDENTS,
    Thing.POST: Permission.VIEW_RESIDENTS,
    Thing.VISIT: Permission.MANAGE_VISITS,
    Thing.NEED: Permission.MANAGE_VISITS,
    Thing.ACTIVITY: Permission.VIEW_ACTIVITIES,
    Thing.SLOT: Permission.VIEW_CADENCE,
}
SIDES = ("numerator", "denominator")
GRID_OF: dict[str, str] = {
    Thing.PERSON: "grid",
    Thing.CONTACT: "resident__grid",
    Thing.HOUSEHOLD: "building__grid",
    Thing.POST: "grid",
    Thing.VISIT: "household__building__grid",
    Thing.NEED: "visit__household__building__grid",
}
PERSONAL = frozenset(GRID_OF)


def may_list(user: User, thing: Thing) -> bool:
    """Tell whether the user may read lists of such things; those of CLOSED are for nobody."""
    return thing not in CLOSED and user.may(NEEDED.get(thing, Permission.VIEW_FIGURES))


def narrow(thing: Thing, things: QuerySet, user: User) -> QuerySet:
    """Keep what is about persons of the own grids, for a reader who is bound to them; else all."""
    if not user.is_bound_to_grids or thing not in PERSONAL:
        return things
    return things.filter(**{f"{GRID_OF[thing]}__in": Grid.objects.visible_to(user).values("pk")})


def link_lists(indicator: Indicator, area: AreaRef, period: Period, grouping: str, user: User) -> dict[str, str]:
    """Return side -> address of the list behind it, for the lists that the user may read."""
    links = {}
    for side, thing in zip(SIDES, indicator.measure.things or (), strict=False):
        if may_list(user, thing):
            name = "indicators:people" if thing in PERSONAL else "indicators:behind"
            address = reverse(name, args=[indicator.id, area.code, period.code, side])
            links[side] = f"{address}?{urlencode({'grouping': grouping})}" if grouping else address
    return links


@dataclass(frozen=True)
class Row:
    """A row: what it is, what tells it apart, and the page it opens, if any."""

    title: str
    sub: str = ""
    url: str = ""
    tag: str = ""


def join(*words: object) -> str:
    """Return the words that there are, side by side."""
    return " · ".join(str(word) for word in words if word)


def say_day(at: Any) -> str:
    """Return the day of a moment."""
    return f"{timezone.localtime(at):%Y-%m-%d}"


def say_resident(person: Resident, own: Collection[int]) -> Row:
    """A masked name, with grid and door while the person lives within reach of the reader."""
    if person.community_id not in own:
        return Row(person.masked_name, tag=_("已迁出"))
    return Row(
        person.masked_name,
        join(person.grid, person.household),
        reverse("grids:resident", args=[person.pk]),
        "" if person.open_spells else _("不在住"),  # type: ignore[attr-defined]
    )


def say_contact(contact: Participation, own: Collection[int]) -> Row:
    """Who took part in what."""
    activity, person = contact.activity, contact.resident
    url = reverse("grids:resident", args=[person.pk]) if person.community_id in own else ""
    if activity.has_closed_roster or activity.community_id not in own:
        # Said alike: the day of a party meeting would tell who was there, the word that the person is a member.
        return Row(person.masked_name, _("其他活动"), url)
    return Row(person.masked_name, join(say_day(activity.starts_at), activity.title), url)


def say_activity(activity: Activity, own: Collection[int]) -> Row:
    """An activity."""
    url = reverse("activities:detail", args=[activity.pk])
    return Row(activity.title, join(say_day(activity.starts_at), activity.kind, activity.community), url)


def say_grid(grid: Grid, own: Collection[int]) -> Row:
    """A grid."""
    return Row(grid.name, join(grid.community, grid.code))


def say_building(building: Building, own: Collection[int]) -> Row:
    """A building."""
    return Row(building.name, join(building.grid.community, building.grid))


def say_household(door: Household, own: Collection[int]) -> Row:
    """A door."""
    grid = door.building.grid
    url = reverse("grids:household", args=[door.pk]) if grid.community_id in own else ""
    return Row(str(door), join(grid.community, grid), url)


def say_visit(visit: Visit, own: Collection[int]) -> Row:
    """A visit at a door."""
    return Row(str(visit.household), join(say_day(visit.visited_at), visit.kind, visit.get_outcome_display()))


def say_need(need: Need, own: Collection[int]) -> Row:
    """The kind of a need and when it was raised; the wish itself stands on the page of needs."""
    visit = need.visit
    return Row(str(need.kind), join(say_day(visit.visited_at), visit.household, need.get_result_display()))


def say_post(post: Appointment, own: Collection[int]) -> Row:
    """A post and where it is held, without a name."""
    return Row(post.get_post_display(), join(post.grid, post.building))


def say_other(thing: Any, own: Collection[int]) -> Row:
    """Whatever calls itself by its name."""
    return Row(str(thing))


FETCH: dict[str, Callable[[Any], QuerySet]] = {
    Thing.PERSON: with_places,
    Thing.CONTACT: lambda rows: rows.select_related("resident", "activity"),
    Thing.ACTIVITY: lambda rows: rows.select_related("kind", "community"),
    Thing.GRID: lambda rows: rows.select_related("community"),
    Thing.BUILDING: lambda rows: rows.select_related("grid__community"),
    Thing.HOUSEHOLD: lambda rows: rows.select_related("building__grid__community"),
    Thing.VISIT: lambda rows: rows.select_related("kind", "household__building"),
    Thing.NEED: lambda rows: rows.select_related("kind", "visit__household__building"),
    Thing.POST: lambda rows: rows.select_related("grid", "building"),
}
SAY: dict[str, Callable[[Any, Collection[int]], Row]] = {
    Thing.PERSON: say_resident,
    Thing.CONTACT: say_contact,
    Thing.ACTIVITY: say_activity,
    Thing.GRID: say_grid,
    Thing.BUILDING: say_building,
    Thing.HOUSEHOLD: say_household,
    Thing.VISIT: say_visit,
    Thing.NEED: say_need,
    Thing.POST: say_post,
}


def fetch_rows(thing: Thing, things: QuerySet) -> QuerySet:
    """Return the things with what their rows show."""
    return FETCH.get(thing, lambda rows: rows)(things)


def say_rows(thing: Thing, things: Collection[Any], user: User) -> list[Row]:
    """Return the rows of things that fetch_rows() has fetched."""
    own = set(user.communities().values_list("pk", flat=True))
    return [SAY.get(thing, say_other)(one, own) for one in things]
