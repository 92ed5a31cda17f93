"""Writes on the tree of organisations: founding, correcting, closing, links to areas, terms. Posts: offices.py."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Community, Street
from grids.actions import check_day
from grids.models import Building, Grid
from party.models import Membership, Office, Organisation, OrganisationLink, Registration, Term
from party.rule_changes import begin_or_end_committee
from party.structure import WITH_TERMS

Kind = Organisation.Kind
AUDITED = ("parent", "founded_on", "has_committee")  # what a correction is said to have made them; names are not
WITHIN_A_COMMUNITY = (Kind.GROUP, Kind.HOUSEHOLD)  # led_by reaches them from the branch's own community only


@transaction.atomic
def add_organisation(
    *,
    kind: str,
    name: str,
    parent: Organisation | None,
    community: Community,
    founded_on: date,
    has_committee: bool = False,
    by: User,
) -> Organisation:
    """Found an organisation below another, or at the top."""
    check_day(founded_on, "founded_on")
    organisation = Organisation(
        kind=kind,
        name=name,
        parent=parent,
        community=community,
        founded_on=founded_on,
        has_committee=has_committee and kind == Kind.BRANCH,
    )
    check_place(organisation, by)
    organisation.full_clean()
    organisation.save()
    audit(organisation, "party.organisation.add", by, kind=kind, parent=parent.pk if parent else None)
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation,
    *,
    name: str,
    parent: Organisation | None,
    founded_on: date,
    has_committee: bool = False,
    by: User,
) -> Organisation:
    """Correct an organisation, or put it below another. Its kind and seat stay: members and figures hang on them."""
    lock_tree(organisation)
    organisation = lock(organisation)
    check_open(organisation)
    check_day(founded_on, "founded_on")
    check_begun(organisation, founded_on)
    before = facts_of(organisation)
    had_committee = organisation.has_committee
    organisation.name, organisation.parent, organisation.founded_on = name, parent, founded_on
    organisation.has_committee = has_committee and organisation.is_branch
    check_place(organisation, by)
    organisation.full_clean()
    organisation.save()
    if organisation.has_committee != had_committee:
        begin_or_end_committee(organisation)
    after = facts_of(organisation)
    audit(organisation, "party.organisation.change", by, before=before, **{key: after[key] for key in AUDITED})
    return organisation


def facts_of(organisation: Organisation) -> dict[str, object]:
    """Return what a correction may change, as the audit log keeps it."""
    return {
        "name": organisation.name,
        "parent": organisation.parent_id,
        "founded_on": organisation.founded_on.isoformat(),
        "has_committee": organisation.has_committee,
    }


def check_place(organisation: Organisation, by: User) -> None:
    """Refuse a place in the tree that the kind, the street or the tree itself does not allow."""
    if not by.communities().filter(pk=organisation.community_id).exists():
        raise ValidationError({"community": _("请选择您所在街道的社区。")})
    parent, allowed = organisation.parent, Organisation.PARENTS[organisation.kind]
    if parent is None:
        if None not in allowed:
            raise ValidationError({"parent": _("%(kind)s要有上级党组织。") % name_kind(organisation)})
        return
    parent = organisation.parent = lock(parent)
    if parent.kind not in allowed:
        words = name_kind(organisation) | {"parent": parent.get_kind_display()}
        raise ValidationError({"parent": _("%(kind)s不能设在%(parent)s下面，请另选上级。") % words})
    if parent.closed_on:
        raise ValidationError({"parent": _("这个上级党组织已经撤销，请另选上级。")})
    if parent.community.street_id != organisation.community.street_id:
        raise ValidationError({"parent": _("上级党组织要在同一个街道。")})
    if organisation.kind in WITHIN_A_COMMUNITY and parent.community_id != organisation.community_id:
        raise ValidationError({"parent": _("%(kind)s要和上级在同一个社区。") % name_kind(organisation)})
    refuse_ring(organisation)


def lock_tree(organisation: Organisation) -> None:
    """Let who else rearranges the street's tree wait: two put below each other at once would close a ring."""
    Street.objects.select_for_update(no_key=True).get(pk=organisation.community.street_id)


def refuse_ring(organisation: Organisation) -> None:
    """Refuse a parent that lies below the organisation. Of all kinds only committees stand below their own kind."""
    if organisation.pk is None or organisation.kind != Kind.COMMITTEE:
        return
    street = organisation.community.street_id
    committees = Organisation.objects.filter(kind=Kind.COMMITTEE, community__street=street)
    above, seen, key = dict(committees.values_list("pk", "parent_id")), set(), organisation.parent_id
    while key is not None and key not in seen:
        if key == organisation.pk:
            raise ValidationError({"parent": _("上级不能是它自己，也不能是它的下级。")})
        seen.add(key)
        key = above.get(key)


def name_kind(organisation: Organisation) -> dict[str, str]:
    """Return the kind for a message."""
    return {"kind": organisation.get_kind_display()}


def check_begun(organisation: Organisation, founded_on: date) -> None:
    """Refuse a founding day after something that the organisation has had already."""
    meetings = organisation.meetings.standing().order_by("activity__starts_at")
    held = meetings.values_list("activity__starts_at", flat=True).first()
    begun = [
        organisation.memberships.order_by("since").values_list("since", flat=True).first(),
        organisation.offices.order_by("since").values_list("since", flat=True).first(),
        organisation.links.order_by("since").values_list("since", flat=True).first(),
        organisation.terms.order_by("starts_on").values_list("starts_on", flat=True).first(),
        Membership.objects.filter(group=organisation).order_by("since").values_list("since", flat=True).first(),
        organisation.service_posts.order_by("opened_on").values_list("opened_on", flat=True).first(),
        Registration.objects.filter(organisation=organisation)
        .order_by("since")
        .values_list("since", flat=True)
        .first(),
        timezone.localdate(held) if held else None,
    ]
    first = min((day for day in begun if day), default=None)
    if first and founded_on > first:
        words = _("%(day)s 已经有任期、任职、联系区域、党员、报到、会议或岗位的登记，成立日期不能更晚。")
        raise ValidationError({"founded_on": words % {"day": first}})


@transaction.atomic
def close_organisation(organisation: Organisation, *, on: date, by: User) -> Organisation:
    """Dissolve an organisation that nobody belongs to any more; its posts and links end with it."""
    organisation = lock(organisation)
    check_open(organisation)
    check_day(on, "on", since=organisation.founded_on)
    refuse_inhabited(organisation, on)
    for spells in (Office.objects.filter(organisation=organisation), organisation.links.all()):
        spells.filter(until=None, since__lte=on).update(until=on)
        if spells.filter(Q(until=None) | Q(until__gt=on)).exists():
            raise ValidationError({"on": _("这一天以后还有任职或联系区域的登记，请填更晚的日期。")})
    organisation.closed_on = on
    organisation.save(update_fields=["closed_on"])
    audit(organisation, "party.organisation.close", by, day=on.isoformat())
    return organisation


def refuse_inhabited(organisation: Organisation, on: date) -> None:
    """Refuse to dissolve what still has organisations, members or registered members: say what to do first."""
    if Organisation.objects.filter(parent=organisation).filter(Q(closed_on=None) | Q(closed_on__gt=on)).exists():
        raise ValidationError(_("下面还有党组织：请先撤销它们，或者改到别的上级下面。"))
    of_it = Q(organisation=organisation) | Q(group=organisation)
    later = Q(until=None) | Q(until__gt=on)
    if Membership.objects.filter(of_it, later).exists():
        raise ValidationError(_("还有党员在这个党组织：请支部书记先办理转出或调整党小组。"))
    if Registration.objects.filter(later, organisation=organisation).exists():
        raise ValidationError(_("还有在职党员在这里报到：请支部书记先登记结束。"))


@transaction.atomic
def add_link(
    *,
    organisation: Organisation,
    since: date,
    by: User,
    community: Community | None = None,
    grid: Grid | None = None,
    building: Building | None = None,
) -> OrganisationLink:
    """Let an organisation be there for a community, a grid or a building (exactly one) from a day on."""
    organisation = lock(organisation)
    check_open(organisation)
    check_day(since, "since")
    check_founded(organisation, since, "since")
    home = community or (grid.community if grid else building.grid.community if building else None)
    if home is None or home.street_id != organisation.community.street_id:
        raise ValidationError({"place": _("请选择本街道的社区、网格或楼栋。")})
    link = OrganisationLink(organisation=organisation, community=community, grid=grid, building=building, since=since)
    link.full_clean()
    link.save()
    audit(organisation, "party.link.add", by, link=link.pk, place=describe_place(link), day=since.isoformat())
    return link


@transaction.atomic
def end_link(link: OrganisationLink, *, until: date, by: User) -> OrganisationLink:
    """End a link; `until` is the first day on which it no longer holds."""
    link = OrganisationLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.until is not None:
        raise ValidationError(_("这项联系已经结束。"))
    check_day(until, "until", since=link.since)
    link.until = until
    link.save(update_fields=["until"])
    audit(link.organisation, "party.link.end", by, link=link.pk, place=describe_place(link), day=until.isoformat())
    return link


def describe_place(link: OrganisationLink) -> str:
    """Return kind and key of the area linked."""
    return f"{link.place._meta.model_name}:{link.place.pk}"


@transaction.atomic
def add_term(*, organisation: Organisation, starts_on: date, by: User, ends_on: date | None = None) -> Term:
    """Register an election: a term from it on, of the usual length unless an end is given."""
    organisation = lock(organisation)
    check_open(organisation)
    if organisation.kind not in WITH_TERMS:
        raise ValidationError(_("%(kind)s没有任期。") % name_kind(organisation))
    check_day(starts_on, "starts_on")
    check_founded(organisation, starts_on, "starts_on")
    if organisation.terms.filter(starts_on=starts_on).exists():
        raise ValidationError({"starts_on": _("这一天的换届已经登记。")})
    term = Term(organisation=organisation, starts_on=starts_on, ends_on=ends_on or end_of_term(starts_on))
    term.full_clean()
    term.save()
    audit(organisation, "party.term.add", by, starts_on=starts_on.isoformat(), ends_on=term.ends_on.isoformat())
    return term


def end_of_term(starts_on: date) -> date:
    """Return the day on which the term that begins on a day ends, unless somebody says otherwise."""
    return starts_on.replace(year=starts_on.year + settings.PARTY_TERM_YEARS, day=min(starts_on.day, 28))


# --- What the writes on organisations share


def lock(organisation: Organisation) -> Organisation:
    """Return the organisation as it is now; who else writes on it waits."""
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("community")
    return rows.get(pk=organisation.pk)


def check_open(organisation: Organisation) -> None:
    """Refuse to write on an organisation that was dissolved."""
    if organisation.closed_on:
        raise ValidationError(_("这个党组织已经撤销，不能再改。"))


def check_founded(organisation: Organisation, day: date, field: str) -> None:
    """Refuse a day before the organisation was founded."""
    if day < organisation.founded_on:
        raise ValidationError({field: _("不能早于成立日期 %(day)s。") % {"day": organisation.founded_on}})


def audit(organisation: Organisation, action: str, by: User, **detail: object) -> None:
    """Append a deed on an organisation to the audit log."""
    record(action, by=by, target=organisation, area_code=organisation.community.code, **detail)
