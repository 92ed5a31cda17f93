"""Sentences made of figures: what they say and no more, neither praise nor blame. The figures: brief.py."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.tiles import Tile
from indicators.figures import Held
from indicators.indicator import RATES, Indicator
from indicators.periods import Period
from indicators.suppression import Shown


def say_reach(whole: Shown, tile: Tile | None) -> str:
    """Say how many live there, how many of them were reached, and what that is against the period before."""
    if whole.rate is None:
        return _("触达人数太少，或者没有在册居民，这里不写触达率。")
    numbers = {"population": whole.reach.population, "reached": whole.reach.reached, "missed": whole.reach.missed}
    words = {name: f"{number:,}" for name, number in numbers.items()} | {"percent": f"{whole.rate * 100:.1f}"}
    said = _("在册 %(population)s 人，触达 %(reached)s 人（%(percent)s%%），还有 %(missed)s 人没有触达。") % words
    return said + (_("%(comparison)s。") % {"comparison": tile.comparison} if tile and tile.comparison else "")


def say_trend(months: Sequence[tuple[Period, float | None]]) -> str:
    """Say which month was the highest and which the lowest."""
    known = [(percent, month) for month, percent in months if percent is not None]
    if len(known) < 2:
        return _("可以比较的月份还不到两个。")
    (low, lowest), (high, highest) = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    words = {"high": f"{high:.1f}", "low": f"{low:.1f}", "highest": highest.label, "lowest": lowest.label}
    return _("近十二个月里，%(highest)s最高，为 %(high)s%%；%(lowest)s最低，为 %(low)s%%。") % words


def say_gaps(gaps: Sequence[tuple[str, str, int]]) -> str:
    """Say where the most people were missed. Groups overlap, so nothing is summed."""
    if not gaps:
        return _("没有可以列出的缺口。")
    area, group, missed = gaps[0]
    words = {"area": area, "group": group, "missed": f"{missed:,}"}
    return _("还没触达的人最多的，是%(area)s的%(group)s：%(missed)s 人。") % words


def say_held(held: Held, kinds: Sequence[tuple[str, int]]) -> str:
    """Say how much was held, how many came, and of what there was most."""
    if not kinds:
        return _("这个时期还没有记录活动。")
    kind, number = kinds[0]
    words = {"held": f"{held.held:,}", "contacts": f"{held.contacts:,}", "kind": kind, "number": f"{number:,}"}
    return _("办了 %(held)s 场活动，共 %(contacts)s 人次；%(kind)s最多，%(number)s 场。") % words


def say_definition(indicator: Indicator) -> str:
    """Say what is divided by what, where it comes from, and which version of the definition this is."""
    words = {"numerator": indicator.numerator, "denominator": indicator.denominator, "source": indicator.source}
    words |= {"id": indicator.id, "version": f"{indicator.version}"}
    if indicator.unit in RATES:
        return _("%(numerator)s ÷ %(denominator)s（%(source)s；%(id)s 第 %(version)s 版）") % words
    return _("%(numerator)s（%(source)s；%(id)s 第 %(version)s 版）") % words
