"""Figures that ask the same thing twice: of people, and of the register. Which belong together, and how they differ."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.catalogue import CATALOGUE
from indicators.catalogue.surveys import FORMATS, REGULARS
from indicators.indicator import Indicator
from indicators.survey_shares import SurveyShare

REMEMBERED = _(
    "问卷问的是自己记得有没有参加过，只算答了卷的人；台账数的是系统里有没有记录，走访也算，只算住满 12 个月的居民。"
    "没登记姓名的参加、系统启用以前的参加，台账里都没有。"
)
ADDRESSED = _(
    "问卷问的是大家觉得活动经常面向谁，是印象；台账数的是这类居民里本期真正被触达的占多少。"
    "两个数的分母不同，看走势和次序，不要相减。"
)
USUAL = _(
    "问卷问的是大家觉得常用哪些形式，可以多选，按人算；台账数的是办过的活动里这一类占多少，一场只算一类。"
    "常被提到不等于办得多：参加的人多、印象深，也会多被提到。"
)


@dataclass(frozen=True)
class Twin:
    """A figure of surveys and one of the register. `grouping` is that of the register's, "" for its first.

    `difference` says in words why the two need not agree.
    """

    survey: str
    register: str
    grouping: str
    difference: str | Promise


# S0-03 to S0-07 have none: the register knows no facilities by their kind.
TWINS = (
    Twin("S0-24", "S0-25", "", REMEMBERED),
    *(Twin(row[0], "S0-20", row[1], ADDRESSED) for row in REGULARS),
    *(Twin(row[0], "S0-35", row[1], USUAL) for row in FORMATS),
)


def find_twin(bank: str, options: Collection[str]) -> Twin | None:
    """Return the twin of options of a question of the bank; None where the register knows nothing of the kind."""
    return next((twin for twin in TWINS if asks(CATALOGUE[twin.survey], bank, options)), None)


def asks(indicator: Indicator, bank: str, options: Collection[str]) -> bool:
    """Tell whether an indicator is the share of exactly these options."""
    measure = indicator.measure
    return isinstance(measure, SurveyShare) and measure.bank == bank and set(measure.options) == set(options)


def find_twins_of(indicator: Indicator, grouping: str = "") -> list[Twin]:
    """Return the twins in which an indicator stands, on either side; of the register's, those of the grouping."""
    first = next((code for code, _name in indicator.measure.list_groupings()), "")
    return [
        twin
        for twin in TWINS
        if twin.survey == indicator.id or (twin.register == indicator.id and (twin.grouping or first) == grouping)
    ]
