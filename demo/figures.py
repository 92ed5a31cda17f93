"""Invents what the communities of the demo street reported: on time, late, with gaps, and not at all."""

import random
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from communities.models import Community
from indicators.models import FigureReport, ReportedFigure
from indicators.periods import Period
from indicators.reports.fields import fields_of
from indicators.reports.reported import Values
from indicators.reports.slots import FORMS, asked_periods, due_of

PERIODS_BACK = {"quarter": 6, "year": 2}
USUAL = {
    "S2-002": 9, "S2-011": 72, "S2-031": 2, "S2-019": 3, "S3-19": 2400, "S3-15": 5200, "S2-104": 38, "S2-102": 30,
    "S2-102-a": 18, "S2-102-b": 12, "S3-04": 6, "S2-079": 7, "S1-51-d": 860_000, "S1-51": 790_000,
    "S1-51-a": 240_000, "S2-086": 96_000, "S1-51-c": 454_000, "S4-12-d": 260_000, "S4-12": 248_000,
    "S2-121-d": 150_000, "S2-121": 118_000, "S0-60": 4, "S0-60-a": 1, "S0-60-b": 3, "S0-65": 5, "S1-41-a": 1,
    "S1-41-b": 1, "S1-41-c": 1, "S1-41-d": 3, "S2-081": 1150, "S2-081-d": 1000, "S0-69-d": 64, "S0-69": 41,
}  # fmt: skip
STEADY = {"S2-002", "S2-031", "S3-04", "S0-60-a", "S1-41-a", "S1-41-b", "S1-41-c", "S1-41-d", "S2-081", "S2-081-d"}
TOTALS = {field.code: field.parts for form in FORMS for field in fields_of(form) if field.parts}


class Clerk:
    """Reports for the communities, each in its own manner: the first is punctual, the last rarely reports."""

    def __init__(self, today: date, seed: int = 2041) -> None:
        self.today = today
        self.random = random.Random(seed)  # noqa: S311 - invented numbers, not secrets

    def report(self, communities: Iterable[Community], officer: User, users: Iterable[User]) -> None:
        """Save the reports of the latest periods."""
        workers = {user.community_id: user for user in users if user.community_id}
        for position, community in enumerate(communities):
            for form in FORMS:
                for age, period in enumerate(asked_periods(form, self.today, PERIODS_BACK[form])):
                    if (day := self.choose_day(position, age, period)) is not None:
                        self.save(community, period, day, workers.get(community.pk, officer))

    def choose_day(self, position: int, age: int, period: Period) -> date | None:
        """Return when it was reported, None for not at all: the latest period of the first community still waits."""
        if (position == 0 and age == 0 and period.kind == "quarter") or (position == 3 and age in (0, 2)):
            return None
        delay = 4 if position == 2 and age == 1 else -self.random.randint(1, 7)
        return min(due_of(period) + timedelta(days=delay), self.today)

    def save(self, community: Community, period: Period, day: date, by: User) -> None:
        """Save one report."""
        at = timezone.make_aware(datetime.combine(day, time(9 + day.day % 8, 20)))
        report = FigureReport.objects.create(
            community=community, period=period.code, first_submitted_at=at, submitted_at=at, submitted_by=by
        )
        ReportedFigure.objects.bulk_create(
            ReportedFigure(report=report, indicator=code, value=value) for code, value in self.invent(period).items()
        )

    def invent(self, period: Period) -> Values:
        """Return numbers that agree with each other; now and then one is left out."""
        values: Values = {}
        for field in fields_of(period.kind):
            usual = USUAL[field.code]
            scale = 1.0 if field.code in STEADY else self.random.uniform(0.85, 1.15)
            values[field.code] = Decimal(round(usual * scale))
        for total, parts in TOTALS.items():
            if total in values:
                values[total] = sum((values[part] for part in parts), Decimal(0))
        for field in fields_of(period.kind):
            if field.at_most in values:
                values[field.code] = min(values[field.code], values[field.at_most])
        if self.random.random() < 0.25:
            values.pop(self.random.choice(sorted(values.keys() - TOTALS.keys())))
        return values
