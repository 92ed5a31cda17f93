"""What the rows of a file hold: each rule with a wave for which it must bite, and one for which it must not."""

from collections import Counter

import pytest

from surveys.files.rows import list_rows, plan_rows
from surveys.questionnaire import Condition, Kind, Question, Questionnaire, Section
from tests.surveys.conftest import make_options
from tests.surveys.files_help import fill, finish, publish, read_columns, read_plan

pytestmark = pytest.mark.django_db


def test_rows_hold_what_was_tapped_and_no_words_dates_places_or_ids(make_wave, community, neighbour_community):
    wave = make_wave(mode="confidential", needs_code=True, communities=[community, neighbour_community])
    for place in (community, neighbour_community):
        fill(wave, 30, community=place, stratum="老年人", sex="1", joined=["2"], overall="4", wish="张三 13800000000")
        fill(wave, 30, community=place, stratum="其他", sex="2", joined=["1"], overall="3", wish="李四", years=7)

    columns = read_columns(wave)

    assert columns.keys() == {"sex", "joined_1", "joined_2", "joined_3", "joined_none", "overall"}
    assert Counter(columns["joined_1"]) == {0: 60, 1: 60}


def test_rows_are_shuffled_anew_for_every_file(wave):
    for number in range(60):
        fill(wave, 1, overall=str(number % 5 + 1), sex=str(number % 2 + 1))
    plan = read_plan(wave)

    orders = [list(list_rows(plan, wave)) for _file in range(2)]

    assert orders[0] != orders[1]
    assert Counter(map(tuple, orders[0])) == Counter(map(tuple, orders[1]))


def test_rare_background_is_blanked_and_the_answers_stay(survey, make_wave):
    sex, age = (
        Question(code, Kind.SINGLE, code, options=make_options("一", "二"), background=code) for code in ("sex", "age")
    )
    opinion = Question("view", Kind.RATING, "看法", options=make_options(*"甲乙丙丁戊"))
    wave = make_wave(version=publish(survey, Questionnaire((Section("a", "一", (sex, age, opinion)),))))
    for view in "45":
        for one, other, rows in (("1", "1", 20), ("1", "2", 20), ("2", "1", 20), ("2", "2", 2)):
            fill(wave, rows, sex=one, age=other, view=view)

    columns = read_columns(wave)

    pairs = Counter(zip(columns["sex"], columns["age"], strict=True))
    assert (2, 2) not in pairs
    assert min(pairs.values()) >= wave.k
    assert Counter(columns["view"]) == {4: 62, 5: 62}


def test_options_that_few_gave_stand_together_as_they_are_published(wave):
    for overall, rows in (("1", 3), ("2", 20), ("4", 40), ("5", 4)):
        fill(wave, rows, overall=overall)

    column = next(one for one in read_plan(wave).columns if one.name == "overall")

    assert column.values == {1: "很不满意、不满意", 3: "一般", 4: "满意、很满意"}
    assert column.codes == {1: "1+2", 3: "3", 4: "4+5"}
    assert Counter(read_columns(wave)["overall"]) == {1: 23, 4: 44}


def test_hidden_options_have_no_column_and_are_named(wave):
    fill(wave, 30, joined=["1"])
    fill(wave, 30, joined=["2"])
    fill(wave, 3, joined=["1", "3"])

    plan = read_plan(wave)

    assert [column.name for column in plan.columns] == ["joined_1", "joined_2", "joined_none"]
    assert plan.hidden == ("您参加过哪些活动：体育健身",)


def test_a_question_is_left_out_where_few_gave_hidden_options_alone(wave):
    fill(wave, 30, joined=["1"], overall="1")
    fill(wave, 30, joined=["2"], overall="2")
    fill(wave, 3, joined=["3"], overall="1")

    plan = read_plan(wave)

    assert [column.name for column in plan.columns] == ["overall"]
    assert "您参加过哪些活动" in plan.left_out


def test_a_withheld_question_has_no_column_and_is_named(wave):
    fill(wave, 30, overall="4")
    fill(wave, 30, overall="3")
    fill(wave, 4, sex="1")

    plan = read_plan(wave)

    assert "sex" not in plan.by_source
    assert "您的性别" in plan.left_out


def test_of_a_ranking_the_first_place_is_told(survey, make_wave):
    rank = Question("rank", Kind.RANKING, "排序", options=make_options("甲", "乙", "丙"))
    wave = make_wave(version=publish(survey, Questionnaire((Section("a", "一", (rank,)),))))
    fill(wave, 20, rank=["2", "1", "3"])
    fill(wave, 20, rank=["3", "1", "2"])

    assert {name: Counter(cells) for name, cells in read_columns(wave).items()} == {"rank": {2: 20, 3: 20}}


def test_common_background_stays(wave):
    for sex in "12":
        fill(wave, 15, sex=sex, overall="4")
        fill(wave, 15, sex=sex, overall="3")

    assert Counter(read_columns(wave)["sex"]) == {1: 30, 2: 30}
    assert read_plan(wave).blanked == 0


def test_answers_in_which_a_small_group_agrees_are_blanked(wave):
    fill(wave, 20, sex="1", overall="1")
    fill(wave, 20, sex="2", overall="1")
    fill(wave, 20, sex="2", overall="2")

    columns = read_columns(wave)

    assert [pair for pair in zip(columns["sex"], columns["overall"], strict=True) if pair[0] == 1] == [(1, None)] * 20
    assert columns["overall"].count(2) == 20


def test_questions_that_hang_on_a_blank_are_blank_too(survey, make_wave):
    sex = Question("sex", Kind.SINGLE, "性别", options=make_options("男", "女"), background="sex")
    after = Question(
        "care", Kind.RATING, "照料", options=make_options(*"甲乙丙丁戊"), conditions=(Condition("sex", ("2",)),)
    )
    wave = make_wave(version=publish(survey, Questionnaire((Section("a", "一", (sex, after)),))))
    fill(wave, 40, sex="1")
    for care in "12":
        fill(wave, 10, sex="2", care=care)
    columns = read_columns(wave)
    assert {sex for sex, care in zip(columns["sex"], columns["care"], strict=True) if care} == {2}


def test_numbers_stand_in_the_bins_of_the_results(wave):
    for years in range(60):
        fill(wave, 1, years=years, overall=str(years % 5 + 1))

    columns = {column.name: column for column in read_plan(wave).columns}

    assert columns["years"].values == {1: "< 12", 2: "12 – < 24", 3: "24 – < 36", 4: "36 – < 48", 5: "≥ 48"}
    assert Counter(read_columns(wave)["years"]) == dict.fromkeys(range(1, 6), 12)


@pytest.mark.parametrize("rows", [30, 300])
def test_planning_takes_as_many_queries_for_many_answers_as_for_few(wave, rows, django_assert_num_queries):
    for one in "12":
        fill(wave, rows, sex=one, overall="4", years=3, joined=[one])
    fill(wave, 3, joined=["1", "3"])
    finish(wave)

    with django_assert_num_queries(4):
        plan_rows(wave)
