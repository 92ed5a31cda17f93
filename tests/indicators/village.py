"""A small invented community whose figures can be counted by hand, and the way to have them computed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from activities.models import Activity, Feedback, Theme
from communities.models import Community
from grids.models import Grid, PopulationGroup, Resident
from indicators.engine.cells import find_dirty_communities, refresh_community
from indicators.engine.tallying import tally_community
from indicators.periods import Period
from tests.register import Register


def compute() -> None:
    """Recompute whatever is dirty, and the tallies that follow."""
    for community_id in find_dirty_communities(timezone.localdate()):
        refresh_community(community_id)
        tally_community(community_id)


def this_quarter() -> Period:
    """Return the running quarter: what was held today lies in it on every day of the year."""
    return Period.containing(timezone.localdate(), "quarter")


@dataclass
class Village:
    """Fourteen people in two grids: ten of 60 and more, two of 20, a child of ten and somebody at work."""

    community: Community
    grids: list[Grid]
    by: User
    register: Register
    seniors: list[Resident]
    young: list[Resident]
    child: Resident
    middle: Resident

    def log(self, kind: str, *people: Resident, planned: bool = False, theme: str = "", **fields: Any) -> Activity:
        """Return an activity held today, entered the day before if it was planned, else afterwards."""
        entered = timezone.now() + timedelta(days=-1 if planned else 1)
        fields["theme"] = Theme.objects.get(name=theme) if theme else None
        return self.register.activity(self.community, self.by, *people, kind=kind, recorded_at=entered, **fields)


def make_village(register: Register, community: Community, grids: list[Grid], by: User) -> Village:
    """Fill the community; nothing has been held in it yet."""
    today = timezone.localdate()
    seniors = [register.resident(grids[0], born=date(1950, 3, 1), groups=["retired"]) for _ in range(10)]
    young = [register.resident(grids[1], born=today - timedelta(days=20 * 366)) for _ in range(2)]
    child = register.resident(grids[1], born=today - timedelta(days=10 * 366))
    middle = register.resident(grids[1], groups=["floating"])
    Resident.objects.filter(pk=middle.pk).update(occupation="24")
    return Village(community, grids, by, register, seniors, young, child, middle)


def hold_four_activities(village: Village) -> None:
    """Hold two health lectures on one theme, a festival and an online talk, and cancel a plan."""
    first, *others = village.seniors
    lecture = village.log("健康讲座", first, *others[:3], unnamed_count=6, theme="健康")
    lecture.target_groups.add(PopulationGroup.objects.get(code="retired"))
    Feedback.objects.create(activity=lecture, raters=5, shown_raters=5)
    festival = village.log("节日活动", first, *village.young, planned=True)
    festival.target_grids.add(village.grids[1])
    village.log("时政宣讲", mode="online", origin="assigned")
    village.log("健康讲座", first, theme="健康")
    village.log("健康讲座", planned=True, status="cancelled", cancel_reason="下雨")
