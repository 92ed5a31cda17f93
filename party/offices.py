"""Posts in organisations: who may be appointed by whom, appointing, ending. Vacancies: structure.py.

The street appoints accounts: a secretary's is what opens an organisation to somebody. She appoints her own members.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Permission
from grids.actions import check_day
from party.models import Member, Membership, Office, Organisation
from party.organisations import audit, check_founded, check_open, lock
from party.spells import lock_member

Kind, Post = Organisation.Kind, Office.Post
# Committees have no members of their own from whom their secretary could choose a deputy.
BY_ACCOUNT: dict[str, tuple[Office.Post, ...]] = {
    Kind.COMMITTEE: (Post.SECRETARY, Post.DEPUTY),
    Kind.GENERAL_BRANCH: (Post.SECRETARY, Post.DEPUTY),
    Kind.BRANCH: (Post.SECRETARY,),
}
BY_MEMBER: dict[str, tuple[Office.Post, ...]] = {
    Kind.COMMITTEE: (Post.DEPUTY, Post.ORGANISATION, Post.PUBLICITY, Post.DISCIPLINE),
    Kind.GENERAL_BRANCH: (Post.DEPUTY, Post.ORGANISATION, Post.PUBLICITY, Post.DISCIPLINE),
    Kind.BRANCH: (Post.DEPUTY, Post.ORGANISATION, Post.PUBLICITY, Post.DISCIPLINE),
    Kind.GROUP: (Post.GROUP_LEADER,),
    Kind.HOUSEHOLD: (Post.HOUSEHOLD_HEAD,),
}
ALONE = (Post.SECRETARY, Post.GROUP_LEADER, Post.HOUSEHOLD_HEAD)  # posts that one person holds at a time


def find_accounts(organisation: Organisation) -> QuerySet[User]:
    """Return the accounts that may be secretary: those of the community whose role leads organisations."""
    return User.objects.who_may(Permission.LEAD_PARTY).filter(community=organisation.community_id)


def find_candidates(organisation: Organisation, user: User, day: date) -> QuerySet[Member]:
    """Return the members whom the secretary may appoint: of her branches, and of this organisation or below it."""
    spells = Membership.objects.on(day).filter(member=OuterRef("pk"))
    parent = organisation.parent_id
    below = {
        Kind.GROUP: Q(group=organisation),
        Kind.HOUSEHOLD: Q(group=parent) | Q(organisation=parent),
        Kind.BRANCH: Q(organisation=organisation),
    }.get(Kind(organisation.kind), Q(organisation__parent=organisation) | Q(organisation__parent__parent=organisation))
    return Member.objects.led_by(user, day).filter(Exists(spells.filter(below))).for_list()


@transaction.atomic
def appoint_account(*, organisation: Organisation, post: str, user: User, since: date, by: User) -> Office:
    """Make an account secretary (or deputy of a committee) from a day on: this opens the organisation to it."""
    organisation = lock(organisation)
    if post not in BY_ACCOUNT.get(Kind(organisation.kind), ()):
        raise ValidationError({"post": _("这个职务由党组织书记从党员中安排。")})
    if not find_accounts(organisation).filter(pk=user.pk).exists():
        raise ValidationError({"user": _("请选择本社区能做书记的账号。")})
    return appoint(Office(organisation=organisation, post=post, user=user, since=since), by)


@transaction.atomic
def appoint_member(*, organisation: Organisation, post: str, member: Member, since: date, by: User) -> Office:
    """Let a member hold a post from a day on."""
    lock_member(member)  # the posts of who leaves end with the spell: none may begin meanwhile
    organisation = lock(organisation)
    check_led(organisation, by)
    if post not in BY_MEMBER[organisation.kind]:
        raise ValidationError({"post": _("请选择这类党组织设的职务。书记由街道任命。")})
    if not find_candidates(organisation, by, since).filter(pk=member.pk).exists():
        raise ValidationError({"member": _("这一天不是本组织的党员，请另选一位或核对日期。")})
    if not find_candidates(organisation, by, timezone.localdate()).filter(pk=member.pk).exists():
        raise ValidationError({"member": _("现在已经不是本组织的党员，请另选一位。")})
    return appoint(Office(organisation=organisation, post=post, member=member, since=since), by)


@transaction.atomic
def name_member(office: Office, *, member: Member, by: User) -> Office:
    """Let the secretary of a branch say which of its members she is: the roster of its committee then has her."""
    lock_member(member)
    rows = Office.objects.select_for_update(of=("self",)).select_related("organisation__community")
    office = rows.get(pk=office.pk)
    today = timezone.localdate()
    if office.user_id != by.pk or not find_own_offices(by, today).filter(pk=office.pk).exists():
        raise PermissionDenied
    if office.member_id is not None:
        raise ValidationError(_("已经登记过您是哪位党员，不用再选。"))
    if not Member.objects.in_on(office.organisation, today).filter(pk=member.pk).exists():
        raise ValidationError({"member": _("请选择本支部现在的党员。")})
    office.member = member
    office.save(update_fields=["member"])
    audit_office(office, "party.office.name_member", by, today)
    return office


def find_own_offices(user: User, day: date) -> QuerySet[Office]:
    """Return the user's posts as secretary of branches on a day: only branches have members whom she could be."""
    offices = Office.objects.on(day).filter(user=user, post=Post.SECRETARY, organisation__kind=Kind.BRANCH)
    return offices.filter(organisation__in=Organisation.objects.led_by(user, day))


def appoint(office: Office, by: User) -> Office:
    """Save an appointment that its appointer may make. The organisation is locked: nobody else appoints meanwhile."""
    organisation = office.organisation
    check_open(organisation)
    check_day(office.since, "since")
    check_founded(organisation, office.since, "since")
    later = Office.objects.filter(
        Q(until=None) | Q(until__gt=office.since), organisation=organisation, post=office.post
    )
    if later.filter(user=office.user, member=office.member).exists():
        raise ValidationError(_("此人已经担任这个职务。"))
    if office.post in ALONE and office.post != Post.SECRETARY and later.exists():
        raise ValidationError({"post": _("这个职务已经有人，请先登记前任的卸任日期。")})
    office.full_clean()
    office.save()
    audit_office(office, "party.office.add", by, office.since)
    return office


@transaction.atomic
def end_office(office: Office, *, until: date, by: User) -> Office:
    """End a post; `until` is the first day on which it is no longer held."""
    office = Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    if office.user_id is None:
        check_led(office.organisation, by)
    if office.until is not None:
        raise ValidationError(_("这项任职已经结束。"))
    check_day(until, "until", since=office.since)
    office.until = until
    office.save(update_fields=["until"])
    audit_office(office, "party.office.end", by, until)
    return office


def check_led(organisation: Organisation, by: User) -> None:
    """Refuse who does not lead the organisation today: whose post ends the day before may no longer appoint."""
    if not Organisation.objects.led_by(by, timezone.localdate()).filter(pk=organisation.pk).exists():
        raise PermissionDenied


def audit_office(office: Office, action: str, by: User, day: date) -> None:
    """Append an appointment or its end to the audit log; the holder is named by key."""
    holder = {"user": office.user_id, "member": office.member_id}
    audit(office.organisation, action, by, office=office.pk, post=office.post, day=day.isoformat(), **holder)
