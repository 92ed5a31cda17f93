"""Open alerts in words, for pages and letters: which figure, what it comes to, and where to go from here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.links import link, link_figure
from dashboards.models import Alert
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.indicator import Indicator
from indicators.measures import ReachMeasure
from indicators.periods import Period
from indicators.templatetags.units import in_unit


@dataclass(frozen=True)
class OpenAlert:
    """An open alert. `steps` are (words, address) of what helps."""

    area_code: str
    indicator: Indicator
    period: Period
    expected: str
    target: str

    @property
    def url(self) -> str:
        """The address of the figure with its definition."""
        return link_figure(self.indicator.id, self.area_code, self.period)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Where to go from here: for people not reached to the groups and gaps, else to the figure itself."""
        if isinstance(self.indicator.measure, ReachMeasure):
            return [
                (_("看还差谁"), link(self.area_code, "coverage", self.period)),
                (_("去补缺"), link(self.area_code, "gaps", self.period)),
            ]
        return [(_("看数字从哪来"), self.url)]


@dataclass(frozen=True)
class OpenAlerts:
    """The open alerts of an area, soonest end first, and how many there are in each area inside it, by code."""

    own: list[OpenAlert]
    inside: Counter[str]


def read_open_alerts(area: AreaRef) -> OpenAlerts:
    """Return the open alerts of an area and of those inside it, with one query."""
    alerts = list(Alert.objects.open().filter(area_code__startswith=area.code))
    own = [alert for alert in alerts if alert.area_code == area.code]
    return OpenAlerts(say_alerts(own), Counter(alert.area_code for alert in alerts if alert.area_code != area.code))


def say_alerts(alerts: Iterable[Alert]) -> list[OpenAlert]:
    """Return alerts in words, by area and end of period; those of indicators that are no more are left out."""
    known = [(alert, CATALOGUE[alert.indicator]) for alert in alerts if alert.indicator in CATALOGUE]
    said = [
        OpenAlert(
            alert.area_code,
            indicator,
            Period.parse(alert.period),
            in_unit(alert.expected, indicator),
            say_target(alert.target, indicator),
        )
        for alert, indicator in known
    ]
    return sorted(said, key=lambda one: (one.area_code, one.period.end, one.indicator.id))


def say_target(target: float, indicator: Indicator) -> str:
    """Return a target with its unit; where less is better, as the most that there may be."""
    words = in_unit(target, indicator)
    return words if indicator.more_is_better else f"≤\N{NO-BREAK SPACE}{words}"
