"""Finding volunteers (rule R3): what narrows the list, how many stand where, and whom a picker may offer."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.encryption import blind_indexes
from accounts.models import User
from grids.models import Resident
from grids.search import match
from volunteers.models import TeamMember, Volunteer

FOUND = 50  # rule R3: a search answers at most fifty


def filter_volunteers(user: User, filters: Mapping[str, Any]) -> Any:
    """Return the volunteers whom the cleaned filters of VolunteerFilter keep, the search among them."""
    people = Volunteer.objects.visible_to(user)
    if state := filters.get("state"):
        people = people.in_state(state)
    else:
        people = people.filter(registered_on__isnull=False, left_on=None)
    for skill in (filters.get("skill"), filters.get("language")):
        people = people.filter(skills=skill) if skill else people
    if time := filters.get("free_time"):
        people = people.filter(free_times=time)
    if grid := filters.get("grid"):
        people = people.filter(resident__grid=grid)
    if team := filters.get("team"):
        inside = TeamMember.objects.on(timezone.localdate()).filter(team=team, volunteer=OuterRef("pk"))
        people = people.filter(Exists(inside))
    return people.filter(answers_to(user, filters["q"])) if filters.get("q") else people


def answers_to(user: User, text: str) -> Q:
    """Return the condition that a volunteer answers to the folded text, be it by the register or by the own row.

    Raises ValidationError, with advice, for a text that nobody can answer to.
    """
    residents = Resident.objects.visible_to(user).filter(match(text)).order_by()
    condition = Q(resident__in=residents.values("pk"))
    if text.isdecimal():
        own = Q(phone_kept__endswith=text) if len(text) == 4 else Q(phone_hash__in=blind_indexes(text, purpose="phone"))
    else:
        own = Q(name__contains=text)
    return condition | Q(resident=None) & own


def find_volunteers(user: User, text: str) -> tuple[list[Volunteer], bool]:
    """Return at most fifty registered volunteers who answer to the text, and whether there are more."""
    found = Volunteer.objects.visible_to(user).registered_on(timezone.localdate()).filter(answers_to(user, text))
    people = list(found.select_related("resident__grid")[: FOUND + 1])
    return people[:FOUND], len(people) > FOUND


def count_states(user: User) -> dict[str, int]:
    """Return how many of one's volunteers are registered, pausing, and waiting for an answer. One query."""
    registered, again, states = Q(registered_on__isnull=False), Q(reapplied_at__isnull=False), Volunteer.State
    return (
        Volunteer.objects.visible_to(user)
        .filter(Q(left_on=None) | again)
        .aggregate(
            **{
                states.REGISTERED.value: Count("pk", filter=registered & Q(left_on=None, paused_since=None)),
                states.PAUSED.value: Count("pk", filter=registered & Q(paused_since__isnull=False)),
                states.APPLIED.value: Count("pk", filter=~registered | again),
            }
        )
    )
