"""Invents party organisations: branches with groups, members, a year of meetings and who missed them, pledges."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from activities.models import Activity, ActivityKind, Participation
from communities.models import Community
from communities.spans import find_months
from grids.groupings import years_before
from grids.models import Building, Household, Resident
from party.models import (
    AttendanceNote,
    Exemption,
    Meeting,
    MeetingKind,
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
from party.slots import State, read_slots

MOST_MEMBERS = 48  # of a branch; one has at most fifty
MONTHS_OF_MEETINGS = 13
BRANCHES = ("第一党支部", "第二党支部")
FIRST_ITEMS = ("学习最新会议精神", "学习党章有关内容", "通报社区重点工作", "讨论小区环境整治")
PROMISES = (
    "每月陪一位独居老人买一次菜",
    "周末参加楼道清扫",
    "带头做好垃圾分类",
    "给邻居的孩子辅导一次作业",
    "每季度巡查一次楼道消防通道",
    "帮楼里的老人用手机挂号",
)
BRANCH_PROMISES = ("每季度和党员谈心一次", "每年组织一次学习参观")
POSTS = (
    ("楼道巡查岗", "每周看一次楼道有没有堆物和坏灯", 4),
    ("政策宣传岗", "把新政策讲给楼里的老人听", 3),
    ("文明劝导岗", "节假日在小区门口劝导文明停车", 4),
    ("邻里调解岗", "邻里有小矛盾时先听、先劝", 2),
)
UNITS = ("市第二医院党委", "市供电公司党支部", "实验小学党支部", "区税务局机关党委")


class Secretary:
    """Invents what the branches of one community did."""

    def __init__(self, community: Community, today: date, by: User, chance: Random) -> None:
        self.community, self.today, self.by, self.chance = community, today, by, chance
        self.founded = date(today.year - 6, 1, 1)
        self.kinds = {kind.name: kind for kind in ActivityKind.objects.filter(category="party_life")}

    def keep_books(self, secretary: User) -> None:
        """Found the organisations, enrol members and let them meet; `secretary` leads the first branch."""
        top = self.found("general_branch", f"{self.community.name}党总支")
        OrganisationLink.objects.create(organisation=top, community=self.community, since=self.founded)
        grids = list(self.community.grids.order_by("code"))
        residents = self.find_members()
        half = len(grids) // len(BRANCHES)
        for number, name in enumerate(BRANCHES):
            branch = self.found("branch", f"{self.community.name}{name}", top, has_committee=True)
            own = grids[number * half : (number + 1) * half]
            for grid in own[: None if number else -1]:  # one grid has no organisation yet
                OrganisationLink.objects.create(organisation=branch, grid=grid, since=self.founded)
            people = [one for one in residents if one.grid in own][:MOST_MEMBERS]
            members = self.enrol(branch, people)
            if number == 0:
                Office.objects.create(organisation=branch, post="secretary", user=secretary, since=self.founded)
                self.hold_meetings(branch)
                self.pledge(branch, members)
                self.offer_posts(branch, members, residents[-8:])

    def found(self, kind: str, name: str, parent: Organisation | None = None, **fields: bool) -> Organisation:
        """Found an organisation with a term that ends next year."""
        organisation = Organisation.objects.create(
            kind=kind, name=name, parent=parent, community=self.community, founded_on=self.founded, **fields
        )
        if kind in ("general_branch", "branch"):
            ends = date(self.today.year + (1 if kind == "branch" else -1), 6, 30)
            Term.objects.create(organisation=organisation, starts_on=date(ends.year - 5, 6, 30), ends_on=ends)
        return organisation

    def find_members(self) -> list[Resident]:
        """Return the residents who are party members and live here, by key."""
        here = Resident.objects.filter(
            community=self.community,
            spells__until=None,
            memberships__group__code="party_member",
            memberships__until=None,
        )
        adults = here.filter(household__isnull=False, birth_date__lte=years_before(self.today, 30))
        return list(adults.select_related("grid", "household__building").order_by("pk"))

    def enrol(self, branch: Organisation, people: list[Resident]) -> list[Member]:
        """Make people members of a branch in two groups, with grids, homes, exemptions and posts."""
        groups = [self.found("group", f"{branch.name}{name}", branch) for name in ("第一小组", "第二小组")]
        members = Member.objects.bulk_create(
            Member(
                resident=person,
                standing="probationary" if number % 19 == 5 else "full",
                joined_on=date(person.birth_date.year + 19 + number % 9, 7, 1),
            )
            for number, person in enumerate(people)
        )
        Membership.objects.bulk_create(
            Membership(
                member=member,
                organisation=branch,
                group=groups[number % 2],
                since=self.founded if number % 9 < 8 else self.today - timedelta(days=120),
                begin="listed" if number % 9 < 8 else "transferred_in",
                other_unit="" if number % 9 < 8 else "外地原支部",
            )
            for number, member in enumerate(members)
        )
        Exemption.objects.bulk_create(
            Exemption(member=member, reason=("aged", "away")[number % 2], since=self.founded, by=self.by)
            for number, member in enumerate(members)
            if member.resident.age >= 82 or number % 16 == 7
        )
        ServiceLink.objects.bulk_create(
            ServiceLink(member=member, grid=member.resident.grid, since=self.founded)
            for number, member in enumerate(members)
            if number % 8
        )
        self.link_homes(members)
        posts = ["deputy", "organisation", "publicity"]
        Office.objects.bulk_create(
            Office(organisation=branch, post=post, member=member, since=self.founded)
            for post, member in zip(posts[: 3 if branch.name.endswith(BRANCHES[0]) else 1], members, strict=False)
        )
        for group, member in zip(groups, members[4:], strict=False):
            Office.objects.create(organisation=group, post="group_leader", member=member, since=self.founded)
        return members

    def link_homes(self, members: list[Member]) -> None:
        """Let most members be there for a home of their building."""
        buildings = Building.objects.filter(pk__in={member.resident.household.building_id for member in members})
        homes = {building.pk: list(building.households.order_by("pk")) for building in buildings}
        taken = set(ServiceLink.objects.filter(household__isnull=False).values_list("household", flat=True))
        links = []
        for number, member in enumerate(members):
            here = [home for home in homes[member.resident.household.building_id] if self.is_free(home, member, taken)]
            if here and number % 5:
                taken.add(here[0].pk)
                links.append(ServiceLink(member=member, household=here[0], since=self.founded))
        ServiceLink.objects.bulk_create(links)

    @staticmethod
    def is_free(home: Household, member: Member, taken: set[int]) -> bool:
        """Tell whether nobody is there for a home yet, and it is another's."""
        return home.pk not in taken and home.pk != member.resident.household_id

    def hold_meetings(self, branch: Organisation) -> None:
        """Hold most of what was due in the last year, late or not at all now and then; and plan the next."""
        organisations = [branch, *branch.children.all()]
        first = find_months(self.today, 1).start - timedelta(days=30 * MONTHS_OF_MEETINGS)
        for number, slot in enumerate(read_slots(organisations, first, self.today, self.today)):
            is_skipped = number % 11 == 4 and slot.kind in (MeetingKind.GROUP, MeetingKind.PARTY_DAY)
            if slot.state not in (State.MISSED, State.DUE) or is_skipped:
                continue
            late = number % 7 == 3
            day = (slot.span.end + timedelta(days=6)) if late else slot.span.start + timedelta(days=9 + number % 9)
            if day < self.today:
                self.hold(slot.organisation, slot.kind, slot.span.start, day, number)

    def hold(self, organisation: Organisation, kind: MeetingKind, start: date, day: date, number: int) -> None:
        """Hold one meeting: who was there, who asked for leave, who made up."""
        begin = timezone.make_aware(datetime.combine(day, time(15)))
        activity = Activity.objects.create(
            community=self.community,
            kind=self.kinds[str(kind.label)],
            title=f"{organisation.name.removeprefix(self.community.name)}{start.month}月{kind.label}",
            starts_at=begin,
            ends_at=begin + timedelta(minutes=90),
            place="社区党群服务中心",
            status=Activity.Status.HELD,
            has_closed_roster=True,
            recorded_by=self.by,
            recorded_at=begin,
            reported_at=begin + timedelta(hours=2),
            reported_by=self.by,
        )
        has_minutes = number % 6 != 2
        meeting = Meeting.objects.create(
            activity=activity,
            organisation=organisation,
            kind=kind,
            slot_start=start,
            first_item=FIRST_ITEMS[number % len(FIRST_ITEMS)],
            is_first_topic=number % len(FIRST_ITEMS) < 2,
            minutes="一、学习；二、讨论小区里的事；三、分工。" if has_minutes else "",
            minutes_by=self.by if has_minutes else None,
            minutes_at=begin + timedelta(days=1) if has_minutes else None,
        )
        self.take_attendance(meeting, day)

    def take_attendance(self, meeting: Meeting, day: date) -> None:
        """Let most of those who were expected come."""
        organisation = meeting.organisation
        if meeting.kind == MeetingKind.COMMITTEE:
            offices = Office.objects.on(day).filter(organisation=organisation, member__isnull=False)
            people = Member.objects.filter(pk__in=offices.values("member")).due_on(day)
        else:
            people = Member.objects.in_on(organisation, day).due_on(day)
        for member in people.select_related("resident").order_by("pk"):
            if self.chance.random() < (0.5 if member.pk % 13 == 6 else 0.88):
                Participation.objects.create(
                    activity=meeting.activity, resident=member.resident, grid_id=member.resident.grid_id
                )
                continue
            made_up = self.chance.random() < 0.4
            leave = "work" if self.chance.random() < 0.6 else ""
            if made_up or leave:
                AttendanceNote.objects.create(
                    meeting=meeting,
                    member=member,
                    leave=leave,
                    made_up_on=min(day + timedelta(days=8), self.today) if made_up else None,
                    made_up_how="read" if made_up else "",
                    by=self.by,
                )

    def pledge(self, branch: Organisation, members: list[Member]) -> None:
        """Let most members pledge for the year, and the branch to them."""
        signed = date(self.today.year, 1, 15)
        if signed >= self.today:
            return
        for number, member in enumerate(members):
            if number % 6 == 5:
                continue
            for side, texts in (("member", PROMISES[number % 5 : number % 5 + 2]), ("branch", BRANCH_PROMISES)):
                pledge = Pledge.objects.create(
                    organisation=branch,
                    member=member,
                    side=side,
                    year=self.today.year,
                    signed_on=signed,
                    shows_name=side == "member" and number % 3 == 0,
                    published_at=timezone.now() if number % 4 else None,
                    by=self.by,
                )
                PledgeItem.objects.bulk_create(
                    PledgeItem(pledge=pledge, position=position, text=text, is_public=number % 4 > 0)
                    for position, text in enumerate(texts, start=1)
                )

    def offer_posts(self, branch: Organisation, members: list[Member], neighbours: list[Resident]) -> None:
        """Offer posts, claimed by some; and register members of units elsewhere."""
        for number, (name, duty, places) in enumerate(POSTS):
            post = ServicePost.objects.create(
                organisation=branch, name=name, duty=duty, places=places, opened_on=self.founded
            )
            PostClaim.objects.bulk_create(
                PostClaim(post=post, member=member, since=date(self.today.year, 1, 1), by=self.by)
                for member in members[number * 5 : number * 5 + places - number % 2]
            )
        enrolled = {member.resident_id for member in Member.objects.filter(resident__in=neighbours)}
        free = [resident for resident in neighbours if resident.pk not in enrolled]
        Registration.objects.bulk_create(
            Registration(
                resident=resident,
                organisation=branch,
                unit=UNITS[number % len(UNITS)],
                since=date(self.today.year, 1, 1),
            )
            for number, resident in enumerate(free)
        )


def organise_party(communities: Iterable[Community], today: date, users: Mapping[str, User]) -> None:
    """Found the party organisations of each community that has somebody with an account to lead one."""
    chance = Random(8)  # noqa: S311 - demo data
    leaders = [user for user in users.values() if user.role in (Role.BRANCH_SECRETARY, Role.WORKER)]
    for community in communities:
        own = [user for user in leaders if user.community_id == community.pk]
        own.sort(key=lambda user: user.role != Role.BRANCH_SECRETARY)
        if own:
            Secretary(community, today, own[0], chance).keep_books(own[0])
