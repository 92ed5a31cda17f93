"""Party organisations for each place of the access matrix: a branch, a group, members, a meeting, posts, pledges."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from activities.models import Activity
from communities.models import Community
from grids.models import Household, Resident
from party.models import (
    AttendanceNote,
    Exemption,
    Meeting,
    MeetingRule,
    Member,
    Membership,
    Office,
    Organisation,
    OrganisationLink,
    Pledge,
    PledgeItem,
    PostClaim,
    Registration,
    ServiceLink,
    ServicePost,
    Term,
)

LONG_AGO = date(2020, 1, 1)
NAMED = "组"  # what follows the mark of the place in names of organisations


def make_party(community: Community, mark: str, by: User, people: list[Resident], activity: Activity) -> None:
    """Let the community have a branch with a group, four members, one registered from a unit, and a meeting held.

    `by` is its secretary until the actor takes over: let_lead().
    """
    branch = Organisation.objects.create(kind="branch", name=f"{mark}{NAMED}", community=community, founded_on=LONG_AGO)
    group = Organisation.objects.create(
        kind="group", name=f"{mark}{NAMED}一", parent=branch, community=community, founded_on=LONG_AGO
    )
    Term.objects.create(organisation=branch, starts_on=LONG_AGO, ends_on=date(2030, 1, 1))
    Office.objects.create(organisation=branch, post="secretary", user=by, since=LONG_AGO)
    members = [Member.objects.create(resident=resident) for resident in people[:4]]
    for member in members:
        Membership.objects.create(member=member, organisation=branch, group=group, since=LONG_AGO)
    Office.objects.create(organisation=branch, post="deputy", member=members[1], since=LONG_AGO)
    Exemption.objects.create(member=members[3], reason="aged", since=LONG_AGO, by=by)
    home = Household.objects.get(pk=Resident.objects.get(pk=people[0].pk).household_id)
    OrganisationLink.objects.create(organisation=branch, building=home.building, since=LONG_AGO)
    ServiceLink.objects.create(member=members[0], household=home, since=LONG_AGO)
    registration = Registration.objects.create(
        resident=people[4], organisation=branch, unit="市某局机关党委", since=LONG_AGO
    )
    meeting = Meeting.objects.create(
        activity=activity, organisation=branch, kind="party_day", slot_start=activity.held_day.replace(day=1)
    )
    next_month = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)
    MeetingRule.objects.create(organisation=branch, kind="lecture", every="half_year", starts_on=next_month)
    AttendanceNote.objects.create(meeting=meeting, member=members[2], leave="work", by=by)
    post = ServicePost.objects.create(
        organisation=branch, name="楼道巡查岗", duty="每周看一次楼道", places=3, opened_on=LONG_AGO
    )
    PostClaim.objects.create(post=post, member=members[0], since=LONG_AGO, by=by)
    PostClaim.objects.create(post=post, registration=registration, since=LONG_AGO, by=by)
    pledge = Pledge.objects.create(
        organisation=branch,
        member=members[0],
        year=timezone.localdate().year,
        signed_on=timezone.localdate() - timedelta(days=1),
        by=by,
    )
    PledgeItem.objects.create(pledge=pledge, text="帮邻居代买药", is_public=True)


def let_lead(user: User) -> None:
    """Make an account the secretary of its community's branch, in place of who was."""
    branch = Organisation.objects.get(community=user.community, kind="branch")
    Office.objects.filter(organisation=branch, post="secretary").delete()
    Office.objects.create(organisation=branch, post="secretary", user=user, since=LONG_AGO)
