"""What communities hold: kinds with their frequency, people and origin, and the days and hours that they choose."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from activities.festivals import find_days
from demo.scale.sizes import YEARS

ELDERS, ADULTS, CHILDREN, PARTY = "elders", "adults", "children", "party"


@dataclass(frozen=True)
class Sort:
    """A kind of activity as communities hold it: how often, for how many, for whom (its crowd), by whose wish."""

    kind: str
    theme: str | None
    often: float
    people: int
    crowd: str = ELDERS
    assigned: float = 0.2
    wished: float = 0.2
    programme: str | None = None


SORTS = (
    Sort("文艺演出", "我们的节日", 5, 160, programme="每月大活动"),
    Sort("节日活动", "我们的节日", 5, 150, programme="两邻节"),
    Sort("兴趣小组", "邻里互助", 16, 45, wished=0.6, assigned=0.0, programme="每周小活动"),
    Sort("红色观影", "党的理论宣讲", 3, 90, assigned=0.5),
    Sort("时政宣讲", "党的理论宣讲", 8, 110, assigned=0.8, wished=0.0, programme="万场宣讲"),
    Sort("法律讲堂", "法治", 5, 80, assigned=0.6, programme="五进社区"),
    Sort("健康讲座", "健康", 7, 120, programme="五进社区"),
    Sort("科普讲座", "科普", 5, 80, assigned=0.5, programme="学社讲堂"),
    Sort("社会实践", "家教家风", 4, 70, CHILDREN),
    Sort("文明劝导", "核心价值观", 4, 50, ADULTS, assigned=0.6),
    Sort("体育健身", "健康", 8, 70, ADULTS, wished=0.5, assigned=0.05),
    Sort("志愿服务", "环境卫生", 9, 70, ADULTS),
    Sort("义诊", "健康", 3, 130),
    Sort("主题党日", "核心价值观", 6, 80, PARTY, assigned=0.7, wished=0.0, programme="社区党日"),
    Sort("居民议事", "邻里互助", 3, 40, wished=0.4),
    Sort("社区大型活动", "我们的节日", 1, 320, programme="每月大活动"),
    Sort("网上学习", "党的理论宣讲", 3, 120, ADULTS, assigned=0.5),
    Sort("心理疏导", "心理健康", 2, 6, assigned=0.0),  # heads only: the kind is confidential
    Sort("入户走访", None, 9, 2, assigned=0.1),
)
OF_FESTIVALS = frozenset({"文艺演出", "节日活动", "社区大型活动"})
FESTIVALS = ("spring", "lantern", "duanwu", "mid_autumn", "chongyang", "national")
AROUND_FESTIVAL = timedelta(days=7)
# How much is held in a month: little around the Spring Festival and in the summer heat, much in spring and autumn.
MONTHS = (0.7, 0.5, 1.1, 1.2, 1.2, 1.05, 0.7, 0.6, 1.2, 1.3, 1.15, 0.95)
WEEKDAYS = (1.0, 1.1, 1.15, 1.1, 1.25, 0.8, 0.45)
HOURS = ((time(9), 5), (time(9, 30), 4), (time(10), 3), (time(14), 5), (time(14, 30), 3), (time(15), 3), (time(19), 1))
EVENING = ((time(18, 30), 3), (time(19), 4), (time(19, 30), 2), (time(10), 2), (time(15), 2))


class Calendar:
    """Draws days of the two years before today, and hours."""

    def __init__(self, today: date) -> None:
        first = today - timedelta(days=365 * YEARS)
        self.days = [first + timedelta(days=n) for n in range(365 * YEARS)]
        usual = [MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] for day in self.days]
        near = {
            festival - timedelta(days=before)
            for code in FESTIVALS
            for festival in find_days(code, first, today + AROUND_FESTIVAL)
            for before in range(AROUND_FESTIVAL.days)
        }
        self.usual = usual
        self.festive = [weight + 6 * (day in near) for day, weight in zip(self.days, usual, strict=True)]

    def draw(self, sort: Sort, dice: random.Random) -> datetime:
        """Return when an activity of this sort begins, in local time."""
        weights = self.festive if sort.kind in OF_FESTIVALS else self.usual
        return datetime.combine(dice.choices(self.days, weights)[0], self.draw_hour(sort, dice))

    @staticmethod
    def draw_hour(sort: Sort, dice: random.Random) -> time:
        """Return the hour: working people and children come in the evening or not at all."""
        hours = EVENING if sort.crowd in (ADULTS, CHILDREN) else HOURS
        return dice.choices([hour for hour, _often in hours], [often for _hour, often in hours])[0]
