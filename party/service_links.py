"""Writes on service links: a member to a grid or to households, a cadre to buildings; and which places are offered."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.models import User
from accounts.roles import Role
from communities.models import Community
from grids.actions import check_day
from grids.doors import by_number, doors_of
from grids.models import Building, Grid, Household, Residence
from party.models import Member, Organisation, ServiceLink
from party.spells import audit, lock_member

CADRES = (Role.WORKER, Role.BRANCH_SECRETARY, Role.STREET_OFFICER)  # whose accounts may look after a building


def cadres_for(user: User) -> QuerySet[User]:
    """Return the accounts of the user's communities and their streets that may look after a building."""
    here = user.communities()
    near = Q(community__in=here) | Q(street__in=here.values("street"))
    return User.objects.filter(near, role__in=CADRES, is_active=True).order_by("street", "name", "username")


def list_doors(building: Building, user: User) -> list[Household]:
    """Return the doors of a building as one walks, with `living` people and `is_linked`, in one query."""
    today = timezone.localdate()
    living = Residence.objects.on(today).filter(resident=OuterRef("residents"))
    doors = doors_of(user).filter(building=building)
    doors = doors.annotate(
        living=Count("residents", filter=Q(Exists(living))),
        is_linked=Exists(ServiceLink.objects.on(today).filter(household=OuterRef("pk"))),
    )
    return sorted(doors, key=lambda door: (by_number(door.unit), by_number(door.room)))


@transaction.atomic
def link_grid(member: Member, *, grid: Grid, since: date, by: User) -> ServiceLink:
    """党员入格: let a member be there for a grid from a day on; one grid at a time."""
    member, spell = lock_member(member)
    check_day(since, "since")
    if not Grid.objects.visible_to(by).current().filter(pk=grid.pk).exists():
        raise ValidationError({"grid": _("这个网格不在您负责的社区，或已经撤销。")})
    link = ServiceLink(member=member, grid=grid, since=since)
    link.full_clean()
    link.save()
    audit(member, spell.organisation, "party_link.begin", by, grid=grid.code, day=since)
    return link


@transaction.atomic
def link_households(member: Member, *, households: Collection[Household], since: date, by: User) -> list[ServiceLink]:
    """党员联户: let a member be there for households from a day on. A household is linked by one member at a time."""
    member, spell = lock_member(member)
    check_day(since, "since")
    keys = [door.pk for door in households]
    # Two members at one door: the second waits here and is then told, instead of meeting the constraint.
    doors = list(doors_of(by).filter(pk__in=keys).select_for_update(of=("self",), no_key=True).order_by("pk"))
    if len(doors) < len(set(keys)):
        raise ValidationError({"households": _("有一户不在您负责的社区，请刷新后再选。")})
    beyond = ServiceLink.objects.filter(Q(until=None) | Q(until__gt=since), household__in=doors)
    if taken := beyond.select_related("household__building").first():
        words = _("%(door)s已有党员联系，请去掉这一户再保存。")
        raise ValidationError({"households": words % {"door": taken.household}})
    links = [ServiceLink.objects.create(member=member, household=door, since=since) for door in doors]
    audit(member, spell.organisation, "party_link.begin", by, households=[door.pk for door in doors], day=since)
    return links


@transaction.atomic
def link_building(*, user: User, building: Building, since: date, by: User) -> ServiceLink:
    """干部包楼: let somebody with an account look after a building from a day on."""
    check_day(since, "since")
    own = Building.objects.filter(grid__community__in=by.communities())
    place = own.select_for_update(of=("self",), no_key=True).filter(pk=building.pk).first()
    if place:
        check_leads(place, by)
    if place is None or not cadres_for(by).filter(pk=user.pk).exists():
        raise ValidationError(_("请选择本社区的楼栋，和本社区或街道的账号。"))
    link = ServiceLink(user=user, building=place, since=since)
    link.full_clean()
    link.save()
    note(link, "party_link.begin", by, building=place.pk, user=user.pk, day=since.isoformat())
    return link


@transaction.atomic
def end_link(link: ServiceLink, *, day: date, by: User) -> ServiceLink:
    """End a link; `day` is the first day no longer. On its first day it is as if it had never been."""
    link = ServiceLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.until is not None:
        raise ValidationError(_("这项联系已经结束，请刷新后再看。"))
    check_day(day, "day", since=link.since)
    if link.building:
        check_leads(link.building, by)
    link.until = day
    link.save(update_fields=["until"])
    note(link, "party_link.end", by, member=link.member_id, user=link.user_id, day=day.isoformat())
    return link


def check_leads(building: Building, by: User) -> None:
    """Refuse who leads no organisation in the community of a building: links of cadres are the organisation's."""
    if not led_communities(by).filter(pk=building.grid.community_id).exists():
        raise ValidationError(_("本社区党组织的书记才能登记或结束干部联楼。书记由街道任命。"))


def led_communities(user: User) -> QuerySet[Community]:
    """Return the communities in which the user leads an organisation today."""
    led = Organisation.objects.led_by(user, timezone.localdate())
    return Community.objects.filter(pk__in=led.values("community"))


def note(link: ServiceLink, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log, under the area of the place linked."""
    grid = link.grid or (link.building or link.household.building).grid  # type: ignore[union-attr]
    record(action, by=by, target=link, area_code=grid.code, **detail)


def describe_households(number: int) -> str:
    """Return the sentence that says how many homes were linked."""
    return ngettext("已联系 %(number)s 户。", "已联系 %(number)s 户。", number) % {"number": number}
