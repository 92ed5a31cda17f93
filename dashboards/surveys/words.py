"""What results pages say about numbers: shares, intervals, few answers, and why something is not shown."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.tables import to_percent
from indicators.statistics import FEW, newcombe, wilson
from surveys.models import Wave
from surveys.results.shapes import Distribution, Rate

Part = tuple[int, int]  # how many, of how many


def say_answers(n: int) -> str:
    """Return from how many answers something is drawn, in words."""
    return ngettext("%(n)s 份回答", "%(n)s 份回答", n) % {"n": f"{n:,}"}


def say_interval(count: int | None, n: int | None) -> str:
    """Return the 95 % interval of a share in words; "" where there is none."""
    if count is None or not n:
        return ""
    low, high = wilson(count, n)
    return f"{low * 100:.1f}%–{high * 100:.1f}%"


def find_interval(count: int | None, n: int | None) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a share as percentages."""
    if count is None or not n:
        return None, None
    low, high = wilson(count, n)
    return to_percent(low), to_percent(high)


def find_percent(count: int | None, n: int | None) -> float | None:
    """Return a share as a percentage; None where it is hidden or there is nobody."""
    return to_percent(count / n) if count is not None and n else None


def say_difference(first: Part, second: Part, other: str) -> str:
    """Return how a share stands to that of another sample, in a sentence, and whether that may be chance alone."""
    if not (first[1] and second[1]):
        return ""
    low, high = newcombe(first, second)
    points = (first[0] / first[1] - second[0] / second[1]) * 100
    values = {"other": other, "points": f"{abs(points):.1f}", "low": f"{low * 100:+.1f}", "high": f"{high * 100:+.1f}"}
    if low <= 0 <= high:
        return _("和%(other)s差 %(points)s 个百分点，差别可能只是偶然（%(low)s 到 %(high)s）") % values
    if points > 0:
        return _("比%(other)s高 %(points)s 个百分点（%(low)s 到 %(high)s）") % values
    return _("比%(other)s低 %(points)s 个百分点（%(low)s 到 %(high)s）") % values


def say_hiding(distribution: Distribution, k: int) -> str:
    """Return what was put together or is left out because too few chose it; "" where nothing was."""
    if any(share.count is None for share in distribution.shares):
        return _("选的人少于 %(k)s 份的选项不显示，显示为“—”。") % {"k": k}
    if any(len(share.codes) > 1 for share in distribution.shares):
        return _("选的人少于 %(k)s 份的选项，已和别的选项合并。") % {"k": k}
    return ""


def say_few(n: int | None) -> str:
    """Return the warning of a small sample; "" of one that is large enough."""
    return _("样本少，仅供参考。") if n is not None and n < FEW else ""


def say_waiting(wave: Wave) -> tuple[str, str]:
    """Return why no results are shown yet, and when they will be."""
    last_day = date_format(wave.closes_on, "Y-m-d")
    if wave.get_phase() == Wave.Phase.COMING:
        first_day = date_format(wave.opens_on, "Y-m-d")
        return _("调查还没有开始"), _("%(first)s 开始，%(last)s 结束。") % {"first": first_day, "last": last_day}
    if wave.is_closed:
        return _("正在整理结果"), _("调查已经结束。所有答卷打乱次序以后就能看到结果，一般只要几分钟。")
    if wave.release == Wave.Release.STEPS:
        text = _("每满 %(k)s 份更新一次，现在还没有满一批。") % {"k": wave.k}
        return _("答卷还不够"), text
    text = _("%(last)s 结束，之后几分钟就能看到。调查期间不显示结果，免得影响还没有回答的人。") % {"last": last_day}
    return _("结束以后才有结果"), text


def say_rate(rate: Rate | None) -> tuple[str, str]:
    """Return the response rate, "" where there is none, and how it came about in a sentence."""
    share = rate.rr2 if rate else None
    if rate is None or share is None:
        return "", _("没有发放答题卡，不知道问了多少人，所以不算回收率。")
    values = {
        "received": f"{rate.completes + rate.partials:,}",
        "eligible": f"{rate.issued - rate.ineligible:,}",
        "issued": f"{rate.issued:,}",
        "ineligible": f"{rate.ineligible:,}",
    }
    text = _(
        "收回 %(received)s 份 ÷ 应答 %(eligible)s 人（发卡 %(issued)s 张，减去不是调查对象的 %(ineligible)s 张）。"
    )
    return f"{share * 100:.1f}%", text % values
