"""What an indicator is: a declared statement with its words, its measure, and the figures it answers with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.db import models
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.areas import AreaRef
from indicators.periods import MONTHS_OF, WAVE, Period


class Unit(models.TextChoices):
    """How the value of a figure is to be read."""

    PERCENT = "percent", _("%")
    COUNT = "count", _("个")
    PERSONS = "persons", _("人")
    CONTACTS = "contacts", _("人次")
    ACTIVITIES = "activities", _("场")
    VISITS = "visits", _("户次")
    NEEDS = "needs", _("件")
    INDEX = "index", _("指数（0–1）")
    PER_PERSON = "per_person", _("次/人")
    PER_POST = "per_post", _("人/岗")
    YUAN_EACH = "yuan_each", _("元/人")
    HOURS_EACH = "hours_each", _("学时/人")
    SCORE = "score", _("分")
    HOURS = "hours", _("小时")


# The value is numerator / denominator; figures in other units are the numerator alone.
RATES = (Unit.PERCENT, Unit.INDEX, Unit.PER_PERSON, Unit.PER_POST, Unit.YUAN_EACH, Unit.HOURS_EACH, Unit.SCORE)
MINUTES_AN_HOUR = 60  # figures in HOURS count minutes: sums of areas lose nothing by rounding
# Decimals shown; other units: none.
PLACES = {Unit.PERCENT: 1, Unit.INDEX: 2, Unit.PER_PERSON: 2, Unit.PER_POST: 1, Unit.SCORE: 2, Unit.HOURS: 1}


class Thing(models.TextChoices):
    """What the list behind a figure consists of."""

    PERSON = "person", _("居民")
    CONTACT = "contact", _("人次")
    ACTIVITY = "activity", _("活动")
    COMMUNITY = "community", _("社区")
    GRID = "grid", _("网格")
    BUILDING = "building", _("楼栋")
    HOUSEHOLD = "household", _("户")
    VISIT = "visit", _("走访")
    NEED = "need", _("需求")
    POST = "post", _("岗位")
    SLOT = "slot", _("应做时段")
    GROUP = "group", _("人群")
    REPORT = "report", _("报送")
    MEMBER = "member", _("党员")
    PLEDGE_ITEM = "pledge_item", _("承诺事项")
    VOLUNTEER = "volunteer", _("志愿者")


# Persons whose lists open to nobody here: who was absent is for the branch's own secretary (party/), and volunteers
# from outside are no residents.
CLOSED = frozenset({Thing.MEMBER, Thing.PLEDGE_ITEM, Thing.VOLUNTEER})


class Pace(models.TextChoices):
    """How a figure grows while its period runs, for the forecast (judging.py)."""

    SHARE = "share", _("保持现在的比例")
    GROWING = "growing", _("随时间按比例增加")
    REACHING = "reaching", _("每天触达还没触达者中同样的比例")


@dataclass(frozen=True)
class Figure:
    """A numerator and its denominator. No denominator, no rate: neither 0 % nor 100 %.

    `is_withheld`: there are numbers, but nobody may see them, whoever asks (answers to surveys, rules R15 and R16).
    """

    numerator: int
    denominator: int = 0
    is_withheld: bool = False

    @property
    def rate(self) -> float | None:
        """Numerator by denominator; None when there is nobody or nothing to count."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class Behind:
    """The lists behind a figure, each with exactly as many rows as its number says.

    What they consist of: Measure.things. Where both sides are of one kind, the numerator's are among the denominator's.
    """

    numerator: QuerySet
    denominator: QuerySet


Key = tuple[int, str]  # area id, period code
Things = tuple[Thing, Thing]  # what the numerator counts, what the denominator counts
Choice = tuple[str, str | Promise]  # code, name


class Measure(Protocol):
    """How an indicator is answered, and what lies behind the answer.

    A grouping is asked for by its code; "" asks for the first of `list_groupings`. Without groupings it is ignored.
    """

    @property
    def has_groupings(self) -> bool:
        """Whether the figure differs by grouping."""

    @property
    def lowest(self) -> str:
        """The lowest AreaLevel that has figures of its own."""

    @property
    def things(self) -> Things | None:
        """What the lists behind consist of; None where the figure is no count of things."""

    def list_groupings(self) -> Sequence[Choice]:
        """Return the groupings one may ask for; empty without `has_groupings`."""

    def answer(self, areas: Sequence[AreaRef], periods: Sequence[Period], grouping: str) -> dict[Key, Figure]:
        """Return a figure for each area (of one level) and period, with a constant number of queries."""

    def behind(self, area: AreaRef, period: Period, grouping: str) -> Behind | None:
        """Return the lists behind one figure; None where the figure is no count of things."""


class Ungrouped:
    """What measures share that have one figure only: no grouping may be asked for."""

    has_groupings = False

    def list_groupings(self) -> Sequence[Choice]:
        """There is nothing to choose."""
        return ()


@dataclass(frozen=True)
class Indicator:
    """A measurable statement, with the id of the seed reports (R-… for those the counting rules ask for)."""

    id: str
    name: str | Promise
    name_en: str
    numerator: str | Promise
    denominator: str | Promise
    source: str | Promise
    measure: Measure
    unit: Unit = Unit.PERCENT
    reference: str | Promise = ""
    topic: str | Promise = ""
    version: int = 1
    periods: tuple[str, ...] = tuple(MONTHS_OF)
    pace: Pace = Pace.SHARE
    more_is_better: bool | None = True  # None: neither; judged by nobody
    warns_when_low: bool = False
    reported_because: str | Promise = ""  # why people report it: nothing can compute it
    notes: tuple[str | Promise, ...] = field(default=())

    @property
    def is_by_wave(self) -> bool:
        """Whether waves of surveys are its periods: then it has no month, no target and nothing to be closed."""
        return self.periods == (WAVE,)

    def answer(self, area: AreaRef, period: Period, grouping: str = "") -> Figure:
        """Return the figure of one area and period."""
        return self.measure.answer([area], [period], grouping)[area.id, period.code]

    def value(self, figure: Figure) -> float | None:
        """Return the figure in the indicator's unit (per cent as 0 to 100); None where there is nothing to count."""
        if self.unit not in RATES:
            is_silent = bool(self.reported_because) and not figure.denominator  # nobody has reported: that is no zero
            if is_silent:
                return None
            return figure.numerator / MINUTES_AN_HOUR if self.unit == Unit.HOURS else float(figure.numerator)
        if figure.rate is None:
            return None
        return figure.rate * 100 if self.unit == Unit.PERCENT else figure.rate


CATALOGUE: dict[str, Indicator] = {}


def declare(*indicators: Indicator) -> None:
    """Put indicators into the catalogue; an id can be declared once."""
    for indicator in indicators:
        if indicator.id in CATALOGUE:
            raise ValueError(f"{indicator.id} is declared twice")
        CATALOGUE[indicator.id] = indicator
