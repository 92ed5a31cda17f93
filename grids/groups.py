"""Population groups with the number of people who belong to them today."""

from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from grids.models import GroupMembership, PopulationGroup, Residence
from grids.search import people_of


def list_groups(user: User) -> list[PopulationGroup]:
    """Return all groups, each with `people`: who belongs to it and lives in the user's communities today."""
    today = timezone.localdate()
    living = Residence.objects.on(today).values("resident")
    here = people_of(user).filter(pk__in=living).values("pk")
    memberships = GroupMembership.objects.on(today).filter(resident__in=here)
    counts = dict(memberships.order_by().values_list("group").annotate(Count("resident", distinct=True)))
    groups = list(PopulationGroup.objects.all())
    for group in groups:
        group.people = counts.get(group.pk, 0)  # type: ignore[attr-defined]
    return groups
