"""Judging figures by targets: the traffic light, and what a running period comes to at this pace. No database here."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.indicator import Figure, Indicator, Pace, Unit
from indicators.periods import MONTHS_OF, Period

AMBER_WITHIN = 0.1  # of the target: as much as a unit can usually still catch up before the period ends
EARLY = 0.1  # of a period: before, one rainy week would decide the forecast
DIGITS = 2  # figures are judged as exactly as targets are set


class Light(models.TextChoices):
    """How a figure stands to its target. NONE: no target, nothing to count, or too early to say."""

    GREEN = "green", _("达标")
    AMBER = "amber", _("接近目标")
    RED = "red", _("离目标较远")
    NONE = "none", _("暂不评")


@dataclass(frozen=True)
class Judgement:
    """A figure beside its target, both in the indicator's unit. `target` is the part of the year's that the period has.

    While the period runs, the light is that of the forecast.
    """

    light: Light
    yearly: float
    target: float
    forecast: float | None

    @property
    def is_part(self) -> bool:
        """Whether the period's target is another number than the year's."""
        return round(self.target, DIGITS) != round(self.yearly, DIGITS)


def judge(value: float | None, target: float | None, more_is_better: bool | None) -> Light:
    """Return the light of a value: green at the target or better, amber within AMBER_WITHIN of it, else red."""
    if value is None or target is None or more_is_better is None:
        return Light.NONE
    value, slack = round(value, DIGITS), target * AMBER_WITHIN
    behind = target - value if more_is_better else value - target
    if behind <= 0:
        return Light.GREEN
    return Light.AMBER if round(behind, DIGITS) <= round(slack, DIGITS) else Light.RED


def elapsed(period: Period, today: date) -> float:
    """Return how much of the period's days are over, today among them: 0 before it, 1 from its last day on."""
    days = (period.end - period.start).days
    return min(max((today - period.start).days + 1, 0), days) / days


def forecast(indicator: Indicator, figure: Figure, period: Period, today: date) -> float | None:
    """Return the value at the end of the period at this pace; None in its first days and where nothing is counted.

    A share stays. What grows, grows evenly with the days. Where people are reached, those not reached yet are taken to
    be reached at the same rate every day: a share m missed after the part f of the days becomes m ** (1 / f).
    """
    value, passed = indicator.value(figure), elapsed(period, today)
    if value is None or passed < EARLY:
        return None
    if passed == 1 or indicator.pace == Pace.SHARE:
        return value
    full = scale_of(indicator)
    if indicator.pace == Pace.REACHING and full:
        return grow(value, full, 1 / passed)
    return min(value / passed, full) if full else value / passed


def scale_target(indicator: Indicator, target: float, period: Period) -> float:
    """Return the part of a year's target that a period has to come to, so that twelve such months make the year's.

    The same paces as in forecast(): a share is the same in every month, a sum is a twelfth, and of people to be
    reached, a month has to leave over the twelfth root of what the year may.
    """
    part = MONTHS_OF[period.kind] / MONTHS_OF["year"]
    if indicator.pace == Pace.SHARE or part == 1:
        return target
    full = scale_of(indicator)
    return grow(target, full, part) if indicator.pace == Pace.REACHING and full else target * part


def scale_of(indicator: Indicator) -> float | None:
    """Return the highest value there can be; None where there is none."""
    return {Unit.PERCENT: 100.0, Unit.INDEX: 1.0}.get(Unit(indicator.unit))


def grow(value: float, full: float, power: float) -> float:
    """Return what a share reached of `full` becomes when the share missed is raised to a power."""
    return full * (1 - max(1 - value / full, 0.0) ** power)


def assess(indicator: Indicator, figure: Figure, yearly: float | None, period: Period, today: date) -> Judgement | None:
    """Return how a figure stands to the target of its year; None without a target."""
    if yearly is None or indicator.more_is_better is None:
        return None
    target = scale_target(indicator, yearly, period)
    if elapsed(period, today) == 1:
        return Judgement(judge(indicator.value(figure), target, indicator.more_is_better), yearly, target, None)
    expected = forecast(indicator, figure, period, today)
    return Judgement(judge(expected, target, indicator.more_is_better), yearly, target, expected)
