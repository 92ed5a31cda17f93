"""What the demo street wants of its figures this year and wanted last year, and the months that it has closed."""

from datetime import date
from decimal import Decimal

from accounts.models import User
from communities.models import Street
from indicators.areas import AreaRef
from indicators.closings.closing import close_period
from indicators.periods import recent_periods
from indicators.targets import set_targets

TARGETS = {"S0-20": 60, "S0-21": 100, "S0-23": 40, "S0-25": 30, "S0-36": 15, "S0-39": 60, "R-04": 80}
LAST_YEAR = {"S0-20": 55, "S0-21": 100, "S0-23": 35, "S0-25": 35, "R-04": 75}
DEMANDING = {"S0-20": 65, "S0-23": 45}  # what the first community has to come to
OPEN_MONTHS = 2  # the running month, and the one before: its late entries still come in
CLOSED_MONTHS = 3


def set_demo_targets(street: Street, today: date, by: User) -> None:
    """Set the targets of the street for this year and the last one, and those of its first community."""
    for year, targets in ((today.year - 1, LAST_YEAR), (today.year, TARGETS)):
        values = {id: Decimal(value) for id, value in targets.items()}
        set_targets(area=AreaRef.to(street), year=year, values=values, by=by)
    first = AreaRef.to(street.communities.order_by("code")[0])
    set_targets(area=first, year=today.year, values={id: Decimal(value) for id, value in DEMANDING.items()}, by=by)


def close_books(street: Street, today: date, by: User) -> None:
    """Close some months of the street. Its figures have been computed."""
    months = recent_periods("month", today, OPEN_MONTHS + CLOSED_MONTHS)[OPEN_MONTHS:]
    for month in reversed(months):
        close_period(street=street, period=month, by=by)
