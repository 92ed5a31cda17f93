"""Many answers to a wave at once, written by the database itself: for measuring, not for showing.

The same wave, number and seed give the same answers. They look as if they had been mixed: no pool, no codes.
"""

from typing import Any

from django.db import connection
from django.utils import timezone

from surveys.models import Wave
from surveys.questionnaire import Kind, Option, Question, Questionnaire, Section, Variable

MISSING = 0.04  # of those who are asked pass over a question
PAIRS = 40  # arguments of a PostgreSQL function are at most a hundred
SEXES = (("male", "男"), ("female", "女"))
AGES = (("age_18_35", "18–35 岁"), ("age_36_59", "36–59 岁"), ("age_60_69", "60–69 岁"), ("age_70", "70 岁及以上"))

# A number from 0 to 1 that hangs on the row and the salt only, and leans to the first communities and the even rows.
LUCK = "((hashint8extended(n, %s) & 2147483647) / 2147483648.0::float8)"
INSERT = """
    insert into surveys_response (id, wave_id, community_id, day, stratum, answers)
    select md5(%s || ':' || n)::uuid, %s, (%s::int[])[1 + n %% %s], %s, '', jsonb_strip_nulls({answers})
    from generate_series(1, %s) as n order by hashint8extended(n, %s)
"""


def make_questionnaire() -> Questionnaire:
    """Return twenty questions as a street asks them: background, ratings, choices, ticks, a matrix and a number."""
    scale = make_options("很不满意", "不太满意", "一般", "比较满意", "很满意")
    choice = make_options("经常", "有时", "很少", "从不")
    ticks = make_options("讲座", "文娱", "体育", "节庆", "志愿服务", "都没有")
    places = Question(
        "places", Kind.MATRIX, "场地", options=scale, rows=make_options("活动室", "广场"), is_ordered=True
    )
    about = (
        Question("sex", Kind.SINGLE, "性别", options=tuple(Option(*pair) for pair in SEXES), background="sex"),
        Question("age", Kind.SINGLE, "年龄", options=tuple(Option(*pair) for pair in AGES), background="age"),
        Question("years", Kind.NUMBER, "住了几年", is_opinion=False),
    )
    ratings = tuple(
        Question(f"rating{n}", Kind.RATING, f"满意程度 {n}", options=scale, is_ordered=True) for n in range(1, 10)
    )
    choices = tuple(Question(f"choice{n}", Kind.SINGLE, f"多久一次 {n}", options=choice) for n in range(1, 5))
    several = tuple(Question(f"ticks{n}", Kind.MULTIPLE, f"参加过 {n}", options=ticks) for n in range(1, 4))
    return Questionnaire((Section("all", "全部", (*about, *ratings, places, *choices, *several)),))


def make_options(*labels: str) -> tuple[Option, ...]:
    """Return options with the codes 1, 2, 3 …"""
    return tuple(Option(str(number), label) for number, label in enumerate(labels, 1))


def load_answers(wave: Wave, rows: int, *, seed: int = 2026) -> None:
    """Write so many answers to the wave's questionnaire, spread over its communities."""
    communities = list(wave.links.order_by("community__code").values_list("community", flat=True))
    expression, values = write_answers(wave.version.questionnaire, seed)
    beside = [f"{seed}:{wave.pk}", wave.pk, communities, len(communities), timezone.localdate()]
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(answers=expression), [*beside, *values, rows, seed])
        cursor.execute("analyze surveys_response")


def write_answers(questionnaire: Questionnaire, seed: int) -> tuple[str, list[Any]]:
    """Return the SQL that makes the answers of row n, and its values."""
    pairs = [
        write_value(variable, seed + 100 * place)
        for place, variable in enumerate(questionnaire.variables, 1)
        if variable.question.kind in WRITERS
    ]
    blocks = [pairs[start : start + PAIRS] for start in range(0, len(pairs), PAIRS)]
    expression = " || ".join(
        f"jsonb_build_object({', '.join(f'%s::text, {sql}' for sql, _values in block)})" for block in blocks
    )
    return expression, [value for _sql, values in pairs for value in values]


def write_value(variable: Variable, salt: int) -> tuple[str, list[Any]]:
    """Return the SQL of a variable's name and value, and what it needs."""
    sql, values = WRITERS[variable.question.kind](variable.question, salt)
    return f"case when {LUCK} >= {MISSING} then {sql} end", [variable.code, salt, *values]


def write_one(question: Question, salt: int) -> tuple[str, list[Any]]:
    """Return the SQL of one option; those behind are chosen more often."""
    size = len(question.option_codes)
    sql = f"to_jsonb((%s::text[])[1 + floor(power({LUCK}, 0.7) * {size})::int])"
    return sql, [list(question.option_codes), salt + 1]


def write_several(question: Question, salt: int) -> tuple[str, list[Any]]:
    """Return the SQL of some of the options, each with its own frequency; exclusive ones are left out."""
    codes = [option.code for option in question.options if not option.is_exclusive]
    sql = """(select jsonb_agg(code order by place) from unnest(%s::text[]) with ordinality as o (code, place)
               where ((hashint8extended(n * 64 + place, %s) & 2147483647) / 2147483648.0::float8) < 0.6 / place)"""
    return sql, [codes, salt + 1]


def write_number(question: Question, salt: int) -> tuple[str, list[Any]]:
    """Return the SQL of a number up to sixty, smaller ones more often."""
    return f"to_jsonb(floor(power({LUCK}, 2) * 60)::int)", [salt + 1]


WRITERS = {
    Kind.SINGLE: write_one,
    Kind.RATING: write_one,
    Kind.MATRIX: write_one,
    Kind.MULTIPLE: write_several,
    Kind.NUMBER: write_number,
}
