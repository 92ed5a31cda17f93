"""Reports of communities in one line each."""

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from indicators.models import FigureReport, ReportedFigure

TODAY = date(2026, 11, 18)
QUARTER = "2026-Q3"  # due on 10 October
BEFORE = "2026-Q2"


def make_report(community, by, period=QUARTER, *, on=date(2026, 10, 9), **numbers):
    """Return a report first submitted on a day; numbers by code with _ for -."""
    at = timezone.make_aware(datetime.combine(on, time(12)))
    report = FigureReport.objects.create(
        community=community, period=period, submitted_by=by, first_submitted_at=at, submitted_at=at
    )
    ReportedFigure.objects.bulk_create(
        ReportedFigure(report=report, indicator=code.replace("_", "-"), value=Decimal(str(value)))
        for code, value in numbers.items()
    )
    return report


def noon(day=TODAY):
    """Noon of a day."""
    return timezone.make_aware(datetime.combine(day, time(12)))
