"""What the street and the residents made of the invented activities: verification, trail, guests and ratings."""

import json
import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import User
from activities.feedback import QUESTIONS
from activities.models import Activity, Feedback, Outsider
from demo.people import GIVEN, SURNAMES

SETTLED_DAYS = 60  # older reports are all verified
WAITING_DAYS = 4  # reports younger than this still wait
GUEST_DAYS = 90
RATED_DAYS = 30
REASONS = ("请补登参加的居民姓名", "请补传现场照片", "请核对人数。与签到表不符")
LEANINGS = {"useful": (7, 2, 1), "well_run": (8, 2, 1), "wish": (4, 5, 4, 2, 1, 4)}


class Verifier:
    """The street officer: most reports are right, some go back, the newest wait."""

    def __init__(self, today: date, officer: User, seed: int = 2028) -> None:
        self.today, self.officer = today, officer
        self.random = random.Random(seed)  # noqa: S311 - invented judgements, not secrets

    def judge(self, activity: Activity) -> None:
        """Verify or return the unsaved report, or let it wait."""
        now = timezone.now()
        activity.recorded_at = activity.reported_at = min(activity.recorded_at, now)
        age = (self.today - activity.held_day).days
        luck = self.random.random()
        day = timezone.localtime(activity.recorded_at) + timedelta(days=self.random.randint(1, 4))
        judged_at = min(day.replace(hour=self.random.randint(9, 17), minute=self.random.randint(0, 59)), now)
        if age > SETTLED_DAYS or (age > WAITING_DAYS and luck < 0.7):
            activity.verified_at, activity.verified_by = judged_at, self.officer
        elif age > WAITING_DAYS and luck < 0.8:
            activity.returned_at, activity.return_reason = judged_at, self.random.choice(REASONS)


def write_trail(activities: Iterable[Activity]) -> None:
    """Append what happened to the audit log as of its own time, which the log itself would set to now."""
    lines = [line for activity in activities for line in list_deeds(activity)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into accounts_auditevent (at, action, actor, object_type, object_id, area_code, detail)"
            " values (%s, %s, %s, 'activity', %s, %s, %s)",
            sorted(lines),
        )


def list_deeds(activity: Activity) -> Iterable[tuple[datetime, str, str, str, str, str]]:
    """Yield the events of one activity."""
    deeds = [(activity.recorded_at, "activity.log", activity.recorded_by, {})]
    if activity.verified_at and activity.verified_by:
        deeds.append((activity.verified_at, "activity.verify", activity.verified_by, {}))
    for at, action, by, detail in deeds:
        yield at, action, f"{by.name} ({by.username})", str(activity.pk), activity.community.code, json.dumps(detail)


def add_guests(activities: Iterable[Activity], today: date, seed: int = 2029) -> None:
    """Let a few people from elsewhere come to recent activities."""
    dice = random.Random(seed)  # noqa: S311 - invented people, not secrets
    recent = [activity for activity in activities if (today - activity.held_day).days < GUEST_DAYS]
    guests = [
        Outsider(
            activity=activity,
            name=dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=2)),
            tail=f"{dice.randint(0, 9999):04}",
            recorded_at=activity.recorded_at,
            recorded_by=activity.recorded_by,
        )
        for activity in recent
        if dice.random() < 0.35
        for _number in range(dice.randint(1, 3))
    ]
    Outsider.objects.bulk_create(guests)


def add_ratings(activities: Iterable[Activity], today: date, seed: int = 2030) -> None:
    """Let residents rate some of the latest activities."""
    dice = random.Random(seed)  # noqa: S311 - invented ratings, not secrets
    recent = [activity for activity in activities if (today - activity.held_day).days < RATED_DAYS]
    Feedback.objects.bulk_create(rate(activity, dice) for activity in recent if dice.random() < 0.7)


def rate(activity: Activity, dice: random.Random) -> Feedback:
    """Return the tally of one activity; a few have too few answers to be shown."""
    raters = dice.choice((3, 5, 10, 15, 20, 25))
    tally = count_answers(raters, dice)
    shown = raters if raters >= 5 else 0
    return Feedback(activity=activity, raters=raters, tally=tally, shown=tally if shown else {}, shown_raters=shown)


def count_answers(raters: int, dice: random.Random) -> dict[str, dict[str, int]]:
    """Return {question: {answer: taps}} of so many people."""
    tally = {}
    for question in QUESTIONS:
        answers = dice.choices(question.answers.values, LEANINGS[question.code], k=raters)
        tally[question.code] = {answer: answers.count(answer) for answer in sorted(set(answers))}
    return tally
