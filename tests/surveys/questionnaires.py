"""Questionnaires of every kind for property tests: each drawn value is one that check() lets be published."""

import re
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from surveys.questionnaire import (
    CHOSEN,
    CODE,
    RATING_CODES,
    RESERVED,
    Background,
    Condition,
    Kind,
    Option,
    Question,
    Questionnaire,
    Section,
)

HARD = (
    "=1+1",
    "@x",
    "a & b < c > 'd' \"e\"",
    "_x0041_",
    "שלום",
    "👪",
    "1",
    "0.10",
    "TRUE",
    "第一行\n第二行",
    "且 and 或 or",
)
QUOTED = re.compile(r"\$\{|_x[0-9A-Fa-f]{4}_")  # what XLSForm takes for a reference, and .xlsx for a sign
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"])

codes = st.from_regex(r"[abcxyz][a-z0-9_]{0,6}", fullmatch=True).filter(
    lambda code: CODE.fullmatch(code) is not None and code not in RESERVED
)
option_codes = st.from_regex(r"[a-z0-9][a-z0-9_]{0,4}", fullmatch=True)
texts = (
    st.one_of(
        st.text(st.sampled_from("您对社区活动满意吗一二三？（）"), min_size=1, max_size=12),
        st.text(SIGNS, min_size=1, max_size=20),
        st.sampled_from(HARD),
    )
    .map(str.strip)
    .filter(lambda text: text and not QUOTED.search(text))
)


@st.composite
def option_lists(draw: Any, kind: str) -> tuple[Option, ...]:
    """Draw the options of a question of this kind."""
    if kind == Kind.RATING:
        labels = draw(st.lists(texts, min_size=5, max_size=5, unique=True))
        return tuple(map(Option, RATING_CODES, labels))
    names = draw(st.lists(option_codes, min_size=2, max_size=6, unique=True))
    labels = draw(st.lists(texts, min_size=len(names), max_size=len(names), unique=True))
    exclusive = draw(st.sets(st.sampled_from(names), max_size=2)) if kind == Kind.MULTIPLE else set()
    other = draw(st.none() | st.sampled_from(names)) if kind in (Kind.SINGLE, Kind.MULTIPLE) else None
    return tuple(
        Option(name, label, is_exclusive=name in exclusive, is_other=name == other)
        for name, label in zip(names, labels, strict=True)
    )


@st.composite
def row_lists(draw: Any) -> tuple[Option, ...]:
    """Draw the rows of a matrix."""
    names = draw(st.lists(option_codes, min_size=1, max_size=4, unique=True))
    labels = draw(st.lists(texts, min_size=len(names), max_size=len(names), unique=True))
    return tuple(map(Option, names, labels))


@st.composite
def condition_lists(draw: Any, earlier: Sequence[Question]) -> tuple[Condition, ...]:
    """Draw up to two conditions on questions before."""
    fit = [question for question in earlier if question.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.RATING)]
    found = []
    for _number in range(draw(st.integers(0, 2)) if fit else 0):
        question = draw(st.sampled_from(fit))
        options = draw(st.lists(st.sampled_from(question.option_codes), min_size=1, max_size=3, unique=True))
        found.append(Condition(question.code, tuple(options), draw(st.booleans())))
    return tuple(found)


@st.composite
def questions(draw: Any, code: str, earlier: Sequence[Question], backgrounds: Sequence[str]) -> Question:
    """Draw a question with this code after the earlier ones; its background is none or one of those left."""
    kind = draw(st.sampled_from(Kind.values))
    low, high = sorted((draw(st.integers(-100, 100)), draw(st.integers(-100, 100))))
    has_bounds = kind == Kind.NUMBER
    return Question(
        code,
        kind,
        draw(texts),
        hint=draw(st.just("") | texts),
        options=draw(option_lists(kind)) if kind in CHOSEN else (),
        rows=draw(row_lists()) if kind == Kind.MATRIX else (),
        is_required=draw(st.booleans()),
        is_shuffled=kind in CHOSEN and draw(st.booleans()),
        is_ordered=kind in (Kind.SINGLE, Kind.RATING, Kind.MATRIX) and draw(st.booleans()),
        is_opinion=draw(st.booleans()),
        conditions=draw(condition_lists(earlier)),
        lowest=draw(st.sampled_from([None, low, low + 0.25])) if has_bounds else None,
        highest=draw(st.sampled_from([None, high + 0.5, high + 1])) if has_bounds else None,
        background=draw(st.sampled_from(["", *backgrounds])) if kind == Kind.SINGLE else "",
        bank=draw(st.just("") | codes),
    )


@st.composite
def questionnaires(draw: Any, most: int = 8) -> Questionnaire:
    """Draw a questionnaire of up to so many questions that could be published as it is."""
    names = draw(st.lists(codes, min_size=1, max_size=most, unique=True))
    backgrounds = [value for value in Background.values if value]
    found: list[Question] = []
    for name in names:
        question = draw(questions(name, found, backgrounds))
        backgrounds = [value for value in backgrounds if value != question.background]
        found.append(question)
    cuts = sorted(draw(st.sets(st.integers(1, len(found) - 1), max_size=2))) if len(found) > 1 else []
    parts = [found[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
    titles = draw(st.lists(codes, min_size=len(parts), max_size=len(parts), unique=True))
    return Questionnaire(
        tuple(
            Section(code, draw(texts), tuple(part), note=draw(st.just("") | texts))
            for code, part in zip(titles, parts, strict=True)
        )
    )
