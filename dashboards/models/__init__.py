"""What dashboards remember of themselves: work made of gaps, links to wall screens, raised alerts. No figures."""

from dashboards.models.alerts import Alert, AlertMail
from dashboards.models.gaps import GapWork
from dashboards.models.walls import WallScreen

__all__ = ["Alert", "AlertMail", "GapWork", "WallScreen"]
