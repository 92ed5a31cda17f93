"""Anonymous ratings in three taps: questions, counting, and what may be read of the counts (from five answers on)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Feedback


class Useful(models.TextChoices):
    """Was it of use?"""

    YES = "yes", _("有用")
    SOMEWHAT = "somewhat", _("一般")
    NO = "no", _("没用")


class WellRun(models.TextChoices):
    """Was it well run?"""

    YES = "yes", _("好")
    SOMEWHAT = "somewhat", _("一般")
    NO = "no", _("不好")


class Wish(models.TextChoices):
    """What next? A closed list: free text would be a hand that one can recognise."""

    SAME = "same", _("还办这个")
    HEALTH = "health", _("健康养生")
    CULTURE = "culture", _("唱歌跳舞")
    CRAFT = "craft", _("手工")
    LAW = "law", _("法律知识")
    OUTING = "outing", _("一起出游")


@dataclass(frozen=True)
class Question:
    """One of the three questions; `code` is its name in Feedback.tally."""

    code: str
    text: str | Promise
    answers: type[models.TextChoices]


QUESTIONS = (
    Question("useful", _("这次活动对您有用吗？"), Useful),
    Question("well_run", _("办得怎么样？"), WellRun),
    Question("wish", _("下次想参加什么？"), Wish),
)


@dataclass(frozen=True)
class Answer:
    """One line of the result."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True)
class Result:
    """What may be read: how many rated, and for each question its answers."""

    raters: int
    questions: list[tuple[str | Promise, list[Answer]]]


def is_open(activity: Activity, now: datetime | None = None) -> bool:
    """Tell whether the activity can be rated: from its start, for FEEDBACK_DAYS after its end."""
    now = now or timezone.now()
    return activity.starts_at <= now < activity.ends_at + timedelta(days=settings.FEEDBACK_DAYS)


@transaction.atomic
def rate_activity(activity: Activity, answers: Mapping[str, str]) -> None:
    """Count one rating: {question: answer}. Nothing else of it is kept, neither who, nor when, nor in what order."""
    Feedback.objects.bulk_create([Feedback(activity=activity)], ignore_conflicts=True)
    feedback = lock_feedback(activity)
    for question in QUESTIONS:
        counts = feedback.tally.setdefault(question.code, {})
        answer = str(answers[question.code])
        counts[answer] = counts.get(answer, 0) + 1
    feedback.raters += 1
    if feedback.raters % settings.FEEDBACK_STEP == 0:
        feedback.shown, feedback.shown_raters = feedback.tally, feedback.raters
    feedback.save()


def lock_feedback(activity: Activity) -> Feedback:
    """Return the counters of the activity, for this transaction alone."""
    return Feedback.objects.select_for_update().get(activity=activity)


def read_result(activity: Activity) -> Result | None:
    """Return what may be read of the ratings; None while fewer than FEEDBACK_STEP have rated."""
    feedback = Feedback.objects.filter(activity=activity, shown_raters__gte=settings.FEEDBACK_STEP).first()
    if feedback is None:
        return None
    questions = [(question.text, list_answers(question, feedback)) for question in QUESTIONS]
    return Result(feedback.shown_raters, questions)


def list_answers(question: Question, feedback: Feedback) -> list[Answer]:
    """Return the shown answers to one question, in the order they are asked."""
    counts = feedback.shown.get(question.code, {})
    total = feedback.shown_raters
    return [
        Answer(str(label), counts.get(value, 0), round(100 * counts.get(value, 0) / total))
        for value, label in question.answers.choices
    ]
