"""A year of party life made by chance, written down twice: in the database, and in plain lists that tests count."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from accounts.models import User
from activities.models import Participation
from communities.models import Community
from grids.models import Building, Grid, Household
from party.models import (
    AttendanceNote,
    Exemption,
    Meeting,
    MeetingRule,
    Member,
    Membership,
    Office,
    Organisation,
    Pledge,
    PledgeItem,
    PostClaim,
    ServiceLink,
    ServicePost,
    SlotExemption,
)
from tests.register import Register

TODAY = date(2026, 11, 18)
FOUNDED = date(2025, 2, 10)
USUAL = {  # kind of meeting -> months of a period, days of grace, kinds of organisations
    "members": (3, 30, ("branch",)),
    "committee": (1, 15, ("branch",)),
    "group": (1, 15, ("group",)),
    "lecture": (3, 30, ("branch",)),
    "party_day": (1, 15, ("branch",)),
}
Days = tuple[date, date | None]  # from, up to (not included)


@dataclass
class Life:
    """What happened, in plain words: keys of organisations and members, days, names of kinds."""

    seats: dict[int, int] = field(default_factory=dict)  # organisation -> community
    kinds: dict[int, str] = field(default_factory=dict)
    closed: dict[int, date] = field(default_factory=dict)
    rules: dict[tuple[int, str], list[tuple[date, int, int]]] = field(default_factory=dict)  # from, months, grace
    exempt_slots: set[tuple[int, str, date]] = field(default_factory=set)
    meetings: list[tuple[int, str, date, date, bool, bool, set[int]]] = field(default_factory=list)
    made_up: list[tuple[int, str, date]] = field(default_factory=list)  # member, kind, day (of held meetings)
    spells: list[tuple[int, int, int | None, Days]] = field(default_factory=list)  # member, branch, group, days
    exemptions: list[tuple[int, Days]] = field(default_factory=list)
    committee: list[tuple[int, int, Days]] = field(default_factory=list)
    homes: list[tuple[int, Days]] = field(default_factory=list)
    grids: list[tuple[int, Days]] = field(default_factory=list)
    claims: list[tuple[int, Days]] = field(default_factory=list)
    pledges: list[tuple[int, int, str, int, date | None, date | None, list[tuple[bool, bool]]]] = field(
        default_factory=list
    )  # member, branch, side, year, signed, published, items (public, result published)


def live(register: Register, communities: list[Community], grids: list[Grid], by: User, seed: int) -> Life:
    """Return a year in two branches of two communities with a group each, and 18 members."""
    maker = Maker(register, by, grids, Random(seed))
    maker.found(communities)
    for _number in range(18):
        maker.join()
    maker.meet()
    return maker.life


@dataclass
class Maker:
    """Writes everything down twice."""

    register: Register
    by: User
    grids: list[Grid]
    chance: Random
    life: Life = field(default_factory=Life)
    branches: list[Organisation] = field(default_factory=list)
    groups: dict[int, Organisation] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    posts: dict[int, ServicePost] = field(default_factory=dict)

    def day(self, first: date, last: date) -> date:
        """Return some day, both ends included."""
        return first + timedelta(days=self.chance.randint(0, (last - first).days))

    def found(self, communities: list[Community]) -> None:
        """Found a branch with a committee and a group in each community, a closed branch, and change a rule."""
        for number, community in enumerate([*communities, communities[0]]):
            closed = date(2026, 8, 20) if number == 2 else None
            about: dict[str, Any] = {"community": community, "founded_on": FOUNDED, "closed_on": closed}
            branch = Organisation.objects.create(kind="branch", name=f"支部{number}", has_committee=True, **about)
            group = Organisation.objects.create(kind="group", name=f"小组{number}", parent=branch, **about)
            self.branches.append(branch)
            self.groups[branch.pk] = group
            self.posts[branch.pk] = ServicePost.objects.create(
                organisation=branch, name="巡查岗", duty="每周看一次", places=99, opened_on=FOUNDED
            )
            for one in (branch, group):
                self.life.seats[one.pk], self.life.kinds[one.pk] = community.pk, one.kind
                if closed:
                    self.life.closed[one.pk] = closed
                for kind, (months, grace, kinds) in USUAL.items():
                    if one.kind in kinds:
                        self.life.rules[one.pk, kind] = [(FOUNDED, months, grace)]
        first = self.branches[0]
        day = date(2026, 7, 1)
        MeetingRule.objects.create(organisation=first, kind="committee", every="quarter", grace_days=5, starts_on=day)
        self.life.rules[first.pk, "committee"].append((day, 3, 5))

    def join(self) -> None:
        """Let somebody join a branch, perhaps go over to another in mid-period; and what he or she takes on."""
        chance, life = self.chance, self.life
        resident = self.register.resident(chance.choice(self.grids))
        member = Member.objects.create(resident=resident)
        self.members.append(member)
        since, moved = self.day(FOUNDED, date(2026, 6, 30)), self.day(date(2026, 7, 2), TODAY)
        branches = chance.sample(self.branches, 2)
        ends = chance.choice([(None,), (moved,), (moved, None)])
        for branch, start, until in zip(branches, (since, moved), ends, strict=False):
            group = self.groups[branch.pk] if chance.random() < 0.7 else None
            Membership.objects.create(
                member=member,
                organisation=branch,
                group=group,
                since=start,
                until=until,
                end="transferred_out" if until else "",
            )
            life.spells.append((member.pk, branch.pk, group.pk if group else None, (start, until)))
        self.take_on(member, branches[0], since)
        for year in (2025, 2026):
            self.pledge(member, branches[0], year)

    def spell(self, since: date) -> Days:
        """Return days that begin after a day, and perhaps end."""
        start = self.day(since, TODAY)
        return start, self.day(
            start + timedelta(days=1), TODAY + timedelta(days=9)
        ) if self.chance.random() < 0.5 else None

    def take_on(self, member: Member, branch: Organisation, since: date) -> None:
        """Perhaps exempt a member; perhaps give a post, a home, a grid, a seat on the committee."""
        chance, life = self.chance, self.life
        days = self.spell(since)
        span = dict(zip(("since", "until"), days, strict=True))
        if chance.random() < 0.3:
            Exemption.objects.create(member=member, reason="away", by=self.by, **span)
            life.exemptions.append((member.pk, days))
        if chance.random() < 0.4:
            Office.objects.create(organisation=branch, post="publicity", member=member, **span)
            life.committee.append((member.pk, branch.pk, days))
        if chance.random() < 0.5:
            home = Building.objects.create(grid=self.grids[0], name=f"{member.pk}号楼")
            door = Household.objects.create(building=home, room="101")
            ServiceLink.objects.create(member=member, household=door, **span)
            life.homes.append((member.pk, days))
        if chance.random() < 0.5:
            ServiceLink.objects.create(member=member, grid=self.grids[0], **span)
            life.grids.append((member.pk, days))
        if chance.random() < 0.5:
            end = {"end": "left"} if days[1] else {}
            PostClaim.objects.create(post=self.posts[branch.pk], member=member, by=self.by, **span, **end)
            life.claims.append((member.pk, days))

    def pledge(self, member: Member, branch: Organisation, year: int) -> None:
        """Perhaps let the member, and the branch, pledge something for a year: signed, published, reviewed or not."""
        for side in ("member", "branch"):
            if self.chance.random() < 0.3:
                continue
            signed = self.day(date(year, 1, 1), date(year, 11, 30)) if self.chance.random() < 0.8 else None
            published = self.day(signed, date(year + 1, 1, 20)) if signed and self.chance.random() < 0.7 else None
            row = Pledge.objects.create(
                organisation=branch,
                member=member,
                side=side,
                year=year,
                signed_on=signed,
                published_at=f"{published}T00:30+08:00" if published else None,
                by=self.by,
            )
            items = [(self.chance.random() < 0.7, self.chance.random() < 0.5) for _number in range(2)]
            for is_public, is_reviewed in items:
                when = f"{year + 1}-01-15T09:00+08:00" if is_reviewed else None
                PledgeItem.objects.create(
                    pledge=row,
                    text="帮邻居代买药",
                    is_public=is_public,
                    outcome="kept" if is_reviewed else "",
                    reviewed_at=when,
                    result_published_at=when if is_public else None,
                )
            self.life.pledges.append((member.pk, branch.pk, side, year, signed, published, items))

    def meet(self) -> None:
        """Hold most of what is due: in time, late, or too late; some is called off or exempt."""
        for (organisation, kind), rules in self.life.rules.items():
            for start, months, _grace in rules:
                day = date(start.year, 1, 1)
                while day <= TODAY:
                    if day >= start.replace(day=1):
                        self.hold(organisation, kind, day, months)
                    number = day.month - 1 + months
                    day = date(day.year + number // 12, number % 12 + 1, 1)

    def hold(self, organisation: int, kind: str, first: date, months: int) -> None:
        """Perhaps hold one meeting for the period that begins on a day; write down who came and who made up."""
        chance, draw = self.chance, self.chance.random()
        if draw < 0.15:
            key = (organisation, kind, first)
            SlotExemption.objects.get_or_create(
                organisation_id=organisation, kind=kind, slot_start=first, defaults={"reason": "换届", "by": self.by}
            )
            self.life.exempt_slots.add(key)
        if draw < 0.3:
            return
        on = self.day(first, first + timedelta(days=30 * months - 3 + (25 if chance.random() < 0.3 else 0)))
        if on > TODAY:
            return
        is_held, is_first = chance.random() < 0.9, chance.random() < 0.5
        status = {} if is_held else {"status": "cancelled", "cancel_reason": "改期"}
        activity = self.register.activity(self.branches[0].community, self.by, day=on, **status)
        meeting = Meeting.objects.create(
            activity=activity, organisation_id=organisation, kind=kind, slot_start=first, is_first_topic=is_first
        )
        came = chance.sample(self.members, chance.randint(0, 7))
        Participation.objects.bulk_create(
            Participation(activity=activity, resident=member.resident, grid_id=member.resident.grid_id)
            for member in came
        )
        for member in chance.sample([one for one in self.members if one not in came], 3):
            done = self.day(on, on + timedelta(days=60)) if chance.random() < 0.6 else None
            how = {"made_up_on": done, "made_up_how": "read"} if done else {}
            AttendanceNote.objects.create(meeting=meeting, member=member, leave="work", by=self.by, **how)
            if done and is_held:
                self.life.made_up.append((member.pk, kind, done))
        keys = {member.pk for member in came}
        self.life.meetings.append((organisation, kind, first, on, is_held, is_first, keys))
