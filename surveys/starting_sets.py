"""Ready-made questionnaires with which a survey may begin, put together from the question bank."""

from collections.abc import Callable
from dataclasses import replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.bank import BANK
from surveys.questionnaire import Condition, Question, Questionnaire, Section


class Start(models.TextChoices):
    """With what a new survey begins."""

    SATISFACTION = "satisfaction", _("居民满意度（对应报告指标）")
    FEEDBACK = "feedback", _("活动反馈")
    BLANK = "blank", _("空白")


def take(*codes: str) -> tuple[Question, ...]:
    """Return questions of the bank."""
    return tuple(BANK[code].question for code in codes)


def begin_satisfaction() -> Questionnaire:
    """Return what the yearly report asks of residents, and of the workers among those who answer."""
    importance = BANK["worker_importance"].question
    of_workers = replace(importance, conditions=(Condition("post", ("worker",)),))
    return Questionnaire(
        (
            Section(
                "about", "关于您", take("post", "sex", "age", "group"), note="只用来比较各类居民的需要，可以不答。"
            ),
            Section("living", "住在这里", take("overall", "living_environment", "governance", "facilities")),
            Section(
                "activities",
                "活动和服务",
                (*take("taken_part", "regular_groups", "formats", "method_problems", "effectiveness"),),
            ),
            Section("staff", "人员", (*take("dedicated_staff"), of_workers)),
            Section("wishes", "您的想法", take("wished_activities", "good_times", "suggestions")),
        )
    )


def begin_feedback() -> Questionnaire:
    """Return what is asked after an activity."""
    return Questionnaire(
        (
            Section("event", "这次活动", take("event_overall", "event_parts", "event_useful", "event_again")),
            Section("words", "还想说的", take("channels", "good_times", "event_words")),
        )
    )


def begin_blank() -> Questionnaire:
    """Return a questionnaire with one empty section."""
    return Questionnaire((Section("part1", "第一部分"),))


STARTS: dict[str, Callable[[], Questionnaire]] = {
    Start.SATISFACTION: begin_satisfaction,
    Start.FEEDBACK: begin_feedback,
    Start.BLANK: begin_blank,
}
