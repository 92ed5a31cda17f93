"""Whether a questionnaire can be published: what is wrong with its parts, in words for whoever writes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.validators import refuse_forbidden
from surveys.questionnaire import (
    CHOSEN,
    CODE,
    CONDITIONABLE,
    MAX_OPTIONS,
    MAX_QUESTIONS,
    MAX_ROWS,
    OPTION_CODE,
    RATING_CODES,
    RESERVED,
    Condition,
    Kind,
    Question,
    Questionnaire,
)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a questionnaire, and where: the code of a question or section, "" for the whole."""

    where: str
    message: str


def check(questionnaire: Questionnaire) -> list[Problem]:
    """Return why the questionnaire cannot be published; [] when it can."""
    if not questionnaire.questions:
        return [Problem("", _("还没有问题。"))]
    problems = []
    if len(questionnaire.questions) > MAX_QUESTIONS:
        problems.append(Problem("", _("最多 %(most)s 个问题。") % {"most": MAX_QUESTIONS}))
    seen: dict[str, Question] = {}
    for section in questionnaire.sections:
        if not section.questions:
            problems.append(Problem(section.code, _("“%(title)s”里还没有问题。") % {"title": section.title}))
        for question in section.questions:
            problems += [Problem(question.code, message) for message in check_question(question, seen)]
            seen[question.code] = question
    problems += find_forbidden(questionnaire)
    asked = [question.background for question in questionnaire.questions if question.background]
    if len(asked) != len(set(asked)):
        problems.append(Problem("", _("同一种背景（如性别）只能问一次。")))
    return problems


def find_forbidden(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield what asks for something the portal keeps of nobody (grids/vocabulary.py): titles, questions, options."""
    for section in questionnaire.sections:
        texts = [(section.code, section.title)]
        for question in section.questions:
            labels = [part.label for part in (*question.options, *question.rows)]
            texts += [(question.code, text) for text in (question.text, *labels)]
        for where, text in texts:
            try:
                refuse_forbidden(text)
            except ValidationError as error:
                yield Problem(where, error.messages[0])


def check_question(question: Question, earlier: Mapping[str, Question]) -> Iterator[str]:
    """Yield what is wrong with one question; its conditions may name earlier questions only."""
    if not CODE.fullmatch(question.code) or question.code in RESERVED:
        yield _("代号“%(code)s”不行：要以小写字母开头，只用小写字母、数字和下划线，最多 24 个字符。") % {
            "code": question.code
        }
    if question.code in earlier:
        yield _("代号“%(code)s”用了两次。") % {"code": question.code}
    if not question.text.strip():
        yield _("没有写问题。")
    if question.kind not in Kind.values:
        yield _("没有这种题型：“%(kind)s”。") % {"kind": question.kind}
    yield from check_options(question)
    for condition in question.conditions:
        yield from check_condition(condition, earlier)
    if question.lowest is not None and question.highest is not None and question.lowest > question.highest:
        yield _("最小值比最大值还大。")


def check_options(question: Question) -> Iterator[str]:
    """Yield what is wrong with the options and rows of a question."""
    if question.kind in CHOSEN and len(question.options) < 2:
        yield _("至少要有两个选项。")
    if question.kind not in CHOSEN and question.options:
        yield _("这种题型没有选项。")
    if question.kind == Kind.RATING and question.option_codes != RATING_CODES:
        yield _("打分题的选项代号是 1 到 5。")
    if (question.kind == Kind.MATRIX) != bool(question.rows):
        yield _("矩阵题至少要有一行；别的题型没有行。")
    if len(question.options) > MAX_OPTIONS or len(question.rows) > MAX_ROWS:
        yield _("选项最多 %(options)s 个，行最多 %(rows)s 个。") % {"options": MAX_OPTIONS, "rows": MAX_ROWS}
    for parts in (question.options, question.rows):
        codes, labels = [part.code for part in parts], [part.label.strip() for part in parts]
        if not all(OPTION_CODE.fullmatch(code) for code in codes) or len(set(codes)) != len(codes):
            yield _("选项的代号要各不相同，只用小写字母、数字和下划线。")
        if not all(labels) or len(set(labels)) != len(labels):
            yield _("选项的文字要各不相同，也不能为空。")
    if any(option.is_exclusive for option in question.options) and question.kind != Kind.MULTIPLE:
        yield _("只有多选题才有“不能与其他同选”的选项。")
    others = [option for option in question.options if option.is_other]
    if len(others) > 1 or (others and question.kind not in (Kind.SINGLE, Kind.MULTIPLE)):
        yield _("“其他（请写明）”最多一个，只用于单选题和多选题。")


def check_condition(condition: Condition, earlier: Mapping[str, Question]) -> Iterator[str]:
    """Yield what is wrong with a condition."""
    question = earlier.get(condition.question)
    if question is None or question.kind not in CONDITIONABLE:
        yield _("显示条件要指向前面的一道单选、多选或打分题，没有找到“%(code)s”。") % {"code": condition.question}
    elif not condition.options or not set(condition.options) <= set(question.option_codes):
        yield _("显示条件里的选项在“%(text)s”中没有。") % {"text": question.text}
