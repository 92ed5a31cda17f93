"""Invents what is to come: venues, templates and series, activities of the next two weeks with sign-ups."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.encryption import decrypt
from accounts.models import User
from activities.models import (
    Activity,
    ActivityKind,
    ActivityTemplate,
    CheckIn,
    Method,
    Participation,
    PersonalCode,
    Programme,
    SeatQuota,
    Theme,
)
from activities.series import plan_series
from activities.signups import add_sign_up, sign_up
from communities.models import Community, Venue, VenueHours
from demo.people import GIVEN, SURNAMES
from grids.models import PopulationGroup, Residence, Resident

# name, capacity, days of the week, opens, closes
VENUES = (
    ("社区活动室", 60, range(1, 8), time(8, 30), time(21, 0)),
    ("会议室", 30, range(1, 8), time(9, 0), time(17, 30)),
    ("邻里广场", 300, (), None, None),
)
# name, title, kind, theme, venue, time, minutes, what says when it comes again
SERIES = (
    (
        "周三健身操",
        "周三健身操",
        "体育健身",
        "健康",
        "邻里广场",
        time(9, 0),
        60,
        {"recurrence": "weekly", "weekdays": [3]},
    ),
    (
        *("逢六志愿服务", "逢六志愿服务日", "志愿服务", "环境卫生", "邻里广场", time(14, 0), 120),
        {"recurrence": "month_days", "month_days": [6, 16, 26]},
    ),
    (
        *("元旦联欢", "迎新年居民联欢会", "文艺演出", "我们的节日", "社区活动室", time(14, 0), 120),
        {"recurrence": "festival", "festival": "new_year", "days_before": 2},
    ),
    ("健康讲座", "健康讲座", "健康讲座", "健康", "社区活动室", time(9, 30), 90, {"recurrence": "none"}),
)


@dataclass(frozen=True)
class Coming:
    """An activity so many days from today (negative: ago); `fields` are further fields of the activity."""

    days: int
    at: time
    title: str
    kind: str
    theme: str
    venue: str
    fields: dict[str, Any] = field(default_factory=dict)
    sign_up_days: int | None = None


PUBLIC = {"status": Activity.Status.PUBLISHED, "is_public": True}
COMING = (
    Coming(-1, time(14, 0), "清理楼道杂物", "志愿服务", "环境卫生", "邻里广场", {"status": Activity.Status.PUBLISHED}),
    Coming(0, time(19, 30), "邻里电影夜", "红色观影", "邻里互助", "邻里广场", PUBLIC),
    Coming(2, time(9, 30), "防诈骗讲座", "法律讲堂", "法治", "社区活动室", PUBLIC),
    Coming(
        3,
        time(19, 0),
        "广场舞展演",
        "文艺演出",
        "邻里互助",
        "邻里广场",
        {"status": "cancelled", "cancel_reason": "预报有大风，改期再办"},
    ),
    Coming(5, time(14, 0), "老年人智能手机班", "科普讲座", "科普", "会议室", PUBLIC | {"capacity": 12}, sign_up_days=8),
    Coming(9, time(9, 0), "社区义诊", "义诊", "健康", "社区活动室", PUBLIC | {"capacity": 40}, sign_up_days=14),
    Coming(12, time(15, 0), "居民议事会", "居民议事", "邻里互助", "会议室", {"status": Activity.Status.PLANNED}),
)
DESCRIPTIONS = {
    "老年人智能手机班": "手把手教：看病挂号、视频通话、扫码乘车。请带上自己的手机。",
    "社区义诊": "量血压、测血糖，医生解答用药问题。不收费。",
    "邻里电影夜": "请自带小板凳，天凉请加件衣服。",
}


class Planner:
    """Plans for one community."""

    def __init__(self, community: Community, today: date, by: User, seed: int = 2032) -> None:
        self.community, self.today, self.by = community, today, by
        self.random = random.Random(f"{seed}{community.code}")  # noqa: S311 - invented plans, not secrets
        self.kinds = {kind.name: kind for kind in ActivityKind.objects.all()}
        self.themes = {theme.name: theme for theme in Theme.objects.all()}
        self.venues = {venue.name: venue for venue in community.venues.all()}

    def plan(self) -> None:
        """Save the coming activities, the series, and who signed up or checked in."""
        made = {coming.title: self.announce(coming) for coming in COMING}
        for entry in SERIES:
            template = self.make_template(*entry)
            if template.recurrence != ActivityTemplate.Recurrence.NONE:
                plan_series(template, by=self.by)
        self.fill_class(made["老年人智能手机班"])
        self.fill_clinic(made["社区义诊"])
        self.check_in(made["清理楼道杂物"])

    def announce(self, coming: Coming) -> Activity:
        """Save one coming activity."""
        starts_at = timezone.make_aware(datetime.combine(self.today + timedelta(days=coming.days), coming.at))
        kind = self.kinds[coming.kind]
        window = {}
        if coming.sign_up_days is not None:
            window = {
                "sign_up_opens_at": starts_at - timedelta(days=coming.sign_up_days),
                "sign_up_closes_at": starts_at - timedelta(hours=2),
            }
        activity = Activity.objects.create(
            community=self.community,
            kind=kind,
            theme=self.themes[coming.theme],
            title=coming.title,
            description=DESCRIPTIONS.get(coming.title, ""),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=kind.usual_minutes),
            venue=self.venues[coming.venue],
            responsible=self.by if self.by.community_id == self.community.pk else None,
            recorded_by=self.by,
            **window,
            **coming.fields,
        )
        activity.programmes.add(Programme.objects.get(name="每周小活动"))
        return activity

    def make_template(
        self, name: str, title: str, kind: str, theme: str, venue: str, at: time, minutes: int, when: dict[str, Any]
    ) -> ActivityTemplate:
        """Save one template."""
        return ActivityTemplate.objects.create(
            community=self.community,
            name=name,
            title=title,
            kind=self.kinds[kind],
            theme=self.themes[theme],
            venue=self.venues[venue],
            starts_at=at,
            minutes=minutes,
            is_public=True,
            created_by=self.by,
            **when,
        )

    def find_people(self, count: int, *groups: str) -> list[Resident]:
        """Return some of the people who live here and belong to one of the groups."""
        living = Residence.objects.on(self.today).filter(grid__community=self.community)
        found = Resident.objects.filter(pk__in=living.values("resident"), memberships__group__code__in=groups)
        people = list(found.exclude(phone=None).order_by("id_hash").distinct()[: count * 4])
        return self.random.sample(people, min(count, len(people)))

    def fill_class(self, activity: Activity) -> None:
        """Let more people sign up than there are seats, some kept for those in hardship."""
        activity.target_groups.add(PopulationGroup.objects.get(code="retired"))
        SeatQuota.objects.create(activity=activity, group=PopulationGroup.objects.get(code="hardship"), seats=2)
        for number, resident in enumerate(self.find_people(13, "retired")):
            phone = decrypt(resident.phone, purpose="phone") if resident.phone else ""
            if number % 4 == 3:
                add_sign_up(activity, resident=resident, name="", phone="", source="phone", by=self.by)
            else:
                sign_up(activity, name=resident.name, phone=phone)
        for _number in range(3):
            self.sign_up_stranger(activity)

    def fill_clinic(self, activity: Activity) -> None:
        """Let a few people sign up, none of whom has to wait."""
        for resident in self.find_people(6, "hardship", "retired"):
            add_sign_up(activity, resident=resident, name="", phone="", source="walk_in", by=self.by)
        self.sign_up_stranger(activity)

    def sign_up_stranger(self, activity: Activity) -> None:
        """Let somebody sign up whom the register does not know."""
        name = self.random.choice(SURNAMES) + "".join(self.random.choices(GIVEN, k=2))
        sign_up(activity, name=name, phone=f"199{self.random.randint(0, 99_999_999):08}")

    def check_in(self, activity: Activity) -> None:
        """Let people check in to the activity that nobody has reported yet; one code was not known."""
        people = self.find_people(14, "retired", "party_member")
        PersonalCode.objects.bulk_create(PersonalCode(resident=person, issued_by=self.by) for person in people)
        times = {person: activity.starts_at + timedelta(minutes=self.random.randint(-15, 20)) for person in people}
        presence = {"method": Method.SCANNED, "recorded_by": self.by}
        Participation.objects.bulk_create(
            Participation(
                activity=activity, resident=person, grid_id=person.grid_id, checked_in_at=at, recorded_at=at, **presence
            )
            for person, at in times.items()
        )
        CheckIn.objects.bulk_create(
            CheckIn(
                client_id=self.make_id(), activity=activity, resident=person, claimed_at=at, recorded_at=at, **presence
            )
            for person, at in times.items()
        )
        unknown = {
            "refusal": CheckIn.Refusal.UNKNOWN_CODE,
            "claimed_at": activity.starts_at,
            "recorded_at": activity.starts_at,
        }
        CheckIn.objects.create(client_id=self.make_id(), activity=activity, **unknown, **presence)
        Activity.objects.filter(pk=activity.pk).update(status=Activity.Status.HELD)

    def make_id(self) -> uuid.UUID:
        """Return an id as a device would make it."""
        return uuid.UUID(int=self.random.getrandbits(128), version=4)


def open_venues(community: Community) -> None:
    """Give the community its rooms and its square."""
    for name, capacity, days, opens, closes in VENUES:
        venue = Venue.objects.create(community=community, name=name, capacity=capacity, address=f"{community}居委会旁")
        VenueHours.objects.bulk_create(VenueHours(venue=venue, weekday=day, opens=opens, closes=closes) for day in days)
