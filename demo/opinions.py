"""Invents what a resident answers to a questionnaire of the question bank."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from surveys.questionnaire import Kind, Question, Questionnaire

PASSED_OVER = 0.03  # of the questions
SCALE = (2, 5, 18, 42, 33)  # from worst to best
# How often each option is given, by question: weights of one, or per cent of each of several.
LEANINGS: Mapping[str, Sequence[float]] = {
    "post": (97, 3),
    "sex": (46, 54),
    "age": (2, 18, 34, 26, 20),
    "group": (32, 14, 4, 5, 6, 8, 2, 3, 2, 38),
    "taken_part": (37, 41, 22),
    "regular_groups": (61, 38, 46, 35, 12, 10, 9, 8, 5, 2, 9),
    "formats": (66, 38, 51, 44, 29, 2, 6),
    "method_problems": (27, 14, 31, 24, 18, 2, 16, 8),
    "facilities": (74, 58, 63, 31, 69, 2, 6),
    "wished_activities": (48, 46, 44, 25, 31, 29, 14, 22, 18, 2),
    "good_times": (31, 27, 24, 38, 16, 5),
}
SUGGESTIONS = (
    "希望晚上也有活动，白天要上班。",
    "电梯厅的灯经常坏，能不能快点修。",
    "健康讲座很有用，可以多请几位医生。",
    "停车太难了，想办法再划一些车位。",
    "活动通知早一点发，提前三天就好。",
    "老人用手机报名不方便，能不能打电话报。",
    "广场舞声音小一点。",
    "给孩子多办一些暑期活动。",
)
TALKATIVE = 0.16  # of those who answer write something


class Resident:
    """Somebody who answers; `mood` moves scales up or down, most between -1 and 1."""

    def __init__(self, luck: random.Random, mood: float) -> None:
        self.luck = luck
        self.mood = mood + luck.gauss(0, 0.35)

    def answer(self, questionnaire: Questionnaire) -> dict[str, Any]:
        """Return the answers."""
        answers: dict[str, Any] = {}
        for question in questionnaire.questions:
            if question.is_asked(answers) and self.luck.random() >= PASSED_OVER:
                answers |= self.answer_one(question)
        return answers

    def answer_one(self, question: Question) -> dict[str, Any]:
        """Return the variables of a question; {} where nothing is said."""
        codes = list(question.option_codes)
        if question.kind == Kind.MATRIX:
            return {variable.code: self.choose(question) for variable in question.variables}
        if question.kind in (Kind.SINGLE, Kind.RATING):
            return {question.code: self.choose(question)}
        if question.kind == Kind.RANKING:
            return {question.code: self.luck.sample(codes, len(codes))}
        if question.kind == Kind.MULTIPLE:
            several = self.choose_several(question)
            return {question.code: several} if several else {}
        if question.kind == Kind.LONG and self.luck.random() < TALKATIVE:
            return {question.code: self.luck.choice(SUGGESTIONS)}
        return {}

    def choose(self, question: Question) -> str:
        """Return one option; on a scale of opinions the mood leans up or down."""
        codes = question.option_codes
        weights = LEANINGS.get(question.code, SCALE if len(codes) == len(SCALE) else [1] * len(codes))
        if question.is_ordered and question.is_opinion:
            middle = (len(codes) - 1) / 2
            weights = [weight * 2.0 ** (self.mood * (place - middle)) for place, weight in enumerate(weights)]
        return self.luck.choices(codes, weights)[0]

    def choose_several(self, question: Question) -> list[str]:
        """Return some options; an exclusive one alone, and none that asks for words."""
        percents = dict(zip(question.option_codes, LEANINGS.get(question.code, [25] * 60), strict=False))
        for option in question.options:
            if option.is_exclusive and self.luck.random() * 100 < percents[option.code]:
                return [option.code]
        plain = [option.code for option in question.options if not option.is_exclusive and not option.is_other]
        return [code for code in plain if self.luck.random() * 100 < percents[code]]
