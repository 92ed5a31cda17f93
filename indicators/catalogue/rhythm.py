"""Indicators of rhythm: whether what the rules of streets and communities ask for was held."""

from django.utils.translation import gettext_lazy as _

from cadence.slots import State
from indicators.catalogue.words import ACTIVITIES
from indicators.counting.slots import KEPT, SlotTally, is_any_other
from indicators.indicator import Indicator, declare
from indicators.tallies import tally

BY_SLOT = _("按时段的最后一天归入本期")
DUE_SLOTS = _("本期应做的时段数：街道和社区的频次规则所定，免做的和还没到期的不计")

declare(
    Indicator(
        "S2-041",
        name=_("活动频次达标率"),
        name_en="Activity cadence kept",
        numerator=_("本期按时做了或按规定补做了的时段数"),
        denominator=DUE_SLOTS,
        source=_("调研报告 002：“每周小活动、每月大活动”"),
        measure=tally("S2-041", SlotTally(is_any_other, KEPT), None),
        reference=BY_SLOT,
        topic=ACTIVITIES,
        notes=(_("网格周三入户日另计（S2-037）。"),),
    ),
    Indicator(
        "R-15",
        name=_("按时举办率"),
        name_en="Cadence kept on time",
        numerator=_("本期在时段内就做了的时段数，补做的不算"),
        denominator=DUE_SLOTS,
        source=_("计数规则第 10 条；与活动频次达标率（S2-041）同看"),
        measure=tally("R-15", SlotTally(is_any_other, (State.DONE,)), None),
        reference=BY_SLOT,
        topic=ACTIVITIES,
    ),
)
