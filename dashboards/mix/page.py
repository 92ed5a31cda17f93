"""Reads the page: what was held in the period and the one before, and the year that ends with the period."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Activity
from dashboards.asking import Ask
from dashboards.charts import Chart
from dashboards.mix import days, shares
from dashboards.mix.days import HEADS, HELD, Days
from dashboards.mix.shares import Share
from dashboards.page import Page
from dashboards.tables import Table
from indicators.areas import AreaRef
from indicators.periods import Period


@dataclass(frozen=True)
class Mix:
    """What the page shows. `by` says what the calendar is coloured by, `link` where a day's activities are listed."""

    area: AreaRef
    period: Period
    before: Period | None
    kinds: list[Share]
    themes: list[Share]
    origins: list[Share]
    modes: list[Share]
    days: Days
    by: str
    link: str

    @property
    def held(self) -> int:
        """Activities of the period."""
        return sum(kind.held for kind in self.kinds)

    @property
    def heads(self) -> int:
        """人次 of the period."""
        return sum(kind.heads for kind in self.kinds)

    @property
    def total(self) -> str:
        """Activities and heads of the period in words."""
        words = {"held": say_held(self.held), "heads": f"{self.heads:,}"}
        return ngettext("%(held)s，%(heads)s 人次；不含走访", "%(held)s，%(heads)s 人次；不含走访", self.heads) % words

    @property
    def kinds_chart(self) -> Chart:
        """Activities by kind."""
        return shares.draw_kinds(self.kinds, say_held(self.held))

    @property
    def days_chart(self) -> Chart:
        """The calendar."""
        total = self.days.total
        n = say_heads(total.heads) if self.by == HEADS else say_held(total.activities)
        return days.draw_days(self.days, self.by, self.link, n)


def say_held(held: int) -> str:
    """Return from how many activities a chart is drawn, in words."""
    return ngettext("共 %(n)s 场", "共 %(n)s 场", held) % {"n": f"{held:,}"}


def say_heads(heads: int) -> str:
    """Return from how many heads a chart is drawn, in words."""
    return ngettext("共 %(n)s 人次", "共 %(n)s 人次", heads) % {"n": f"{heads:,}"}


def read(ask: Ask) -> Mix:
    """Return what was held, with a constant number of queries. Activities are no persons: nothing is hidden."""
    period, before = ask.period, shares.find_before(ask.period)
    counts = shares.read_counts(ask.area, [period, before] if before else [period])
    return Mix(
        area=ask.area,
        period=period,
        before=before,
        kinds=shares.list_shares(shares.name_kinds(), counts["kind_id"], period, before),
        themes=shares.list_shares(shares.name_themes(), counts["theme_id"], period, before),
        origins=shares.list_shares(Activity.Origin.choices, counts["origin"], period, before),
        modes=shares.list_shares(Activity.Mode.choices, counts["mode"], period, before),
        days=days.read_days(ask.area, period.reference(ask.today)),
        by=ask.choose("by", [HELD, HEADS]),
        link=days.link_days(ask),
    )


def list_tables(content: Mix) -> list[Table]:
    """Return the page's tables."""
    return [
        shares.tabulate("kinds", _("各类活动"), _("类型"), content.kinds),
        shares.tabulate("themes", _("各个主题"), _("主题"), content.themes),
        shares.tabulate("origins", _("谁提出的"), _("来源"), content.origins),
        shares.tabulate("modes", _("线上还是线下"), _("方式"), content.modes),
        days.tabulate_days(content.days, content.link),
        days.tabulate_times(content.days),
    ]


PAGE = Page("mix", gettext_lazy("活动结构"), "calendar3", read, list_tables, filters=("by",))
