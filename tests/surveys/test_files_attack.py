"""An attacker who lays the file of rows beside the pages: no count under k comes out, whatever the wave is like."""

from collections import Counter

import pytest

from surveys.files import rows
from surveys.files.about import list_facts
from surveys.files.columns import list_values
from surveys.files.rows import list_rows, plan_rows
from surveys.questionnaire import Kind, Question
from surveys.results.reading import read_results
from tests.surveys.crowds import answer, ask, choose, finish, make_rng
from tests.surveys.files_help import publish_all
from tests.surveys.test_attack_results import generate

pytestmark = pytest.mark.django_db
SHAPES = ("plain", "skips", "several", "alike", "twice")


@pytest.fixture
def places(community, neighbour_community, street):
    return [community, neighbour_community, street.communities.create(code="990101001003", name="松花江社区")]


def take(wave):
    """Return the plan of a file and its cells by column."""
    plan = plan_rows(wave)
    lines = list(list_rows(plan, wave))
    return plan, {column.name: [line[place] for line in lines] for place, column in enumerate(plan.columns)}


def find_leaks(wave):
    """Return what fewer than k rows share: a value of a column, or that none of the options shown was given."""
    plan, cells = take(wave)
    counts = [(column.name, value, rows) for column in plan.columns for value, rows in count(cells[column.name])]
    for source, columns in plan.by_source.items():
        ticks = [cells[column.name] for column in columns if column.is_tick]
        counts.append((source, "none", sum(not any(line) and None not in line for line in zip(*ticks, strict=True))))
    return [one for one in counts if 0 < one[2] < wave.k]


def count(cells):
    """Return (value, rows) of a column, without blanks."""
    return Counter(cell for cell in cells if cell is not None).items()


def make_crowd(seed, make_wave, places):
    """Return a wave with rare backgrounds, numbers and a ranking, over and worked out."""
    rng = make_rng(seed)
    questions = (
        choose("sex", "1", "2", background="sex"),
        choose("age", "1", "2", "3", "4", is_ordered=True, background="age"),
        choose("view", "1", "2", "3", "4", "5", kind=Kind.RATING, is_ordered=True),
        choose("rank", "x", "y", "z", kind=Kind.RANKING),
        Question("years", Kind.NUMBER, "years", is_opinion=False),
    )
    wave = ask(make_wave, *questions, communities=places)
    crowd = [
        {
            "sex": rng.choices("12", (4, 1))[0],
            "age": rng.choices("1234", (1, 4, 4, 1))[0],
            "view": rng.choices("12345", (1, 1, 5, 9, 1))[0],
            "rank": rng.sample("xyz", 3),
            "years": int(rng.random() ** 3 * 60),
        }
        for _person in range(150)
    ]
    answer(wave, [(rng.choice(places), given) for given in crowd])
    finish(wave)
    return wave


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(4))
def test_no_value_is_shared_by_few_rows(make_wave, places, shape, seed):
    assert find_leaks(generate(make_rng(seed), make_wave, places, shape)) == []


def test_raw_options_would_be_shared_by_few_rows(make_wave, places, monkeypatch):
    monkeypatch.setattr(rows, "find_published", lambda _wave, questionnaire: publish_all(questionnaire))

    for shape in ("plain", "several"):
        assert [leak for seed in range(4) for leak in find_leaks(generate(make_rng(seed), make_wave, places, shape))]


def test_ticks_would_tell_of_hidden_options_if_no_question_were_left_out(make_wave, places, monkeypatch):
    wave = ask(make_wave, choose("a", "x", "y", "z", kind=Kind.MULTIPLE), communities=places)
    answer(wave, [(places[0], {"a": [one]}) for one in "x" * 30 + "y" * 30 + "z" * 3])
    finish(wave)
    assert find_leaks(wave) == []

    monkeypatch.setattr(rows, "find_telling", lambda _wave, _shown: set())

    assert find_leaks(wave) == [("a", "none", 3)]


@pytest.mark.parametrize("seed", range(4))
def test_file_differs_from_the_pages_by_what_was_blanked_alone(make_wave, places, seed):
    wave = make_crowd(seed, make_wave, places)
    plan, cells = take(wave)
    blanks = 0

    for column in plan.columns:
        one = read_results(wave).find(column.source)
        kept = dict(count(cells[column.name]))
        assert kept.keys() <= column.values.keys()
        gone = [share.count - kept.get(value, 0) for share, value in zip(one.shares, column.values, strict=True)]
        assert min(gone) >= 0
        assert sum(gone) == cells[column.name].count(None) - (len(cells[column.name]) - one.n)
        blanks += sum(gone)

    assert blanks == plan.blanked > 0


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_known_of_somebody_k_rows_share(make_wave, places, seed):
    wave = make_crowd(seed, make_wave, places)
    plan, cells = take(wave)

    known = Counter(zip(*(cells[name] for name in plan.places), strict=True))

    assert plan.places == ("sex", "age", "years")
    assert min(known.values()) >= wave.k


def test_nothing_in_the_file_names_a_community(make_wave, places, street_officer):
    wave = make_crowd(1, make_wave, places)
    plan = plan_rows(wave)

    words = [cell for line in list_values(plan.columns) for cell in line]
    words += [text for fact in list_facts(plan, wave, purpose="", by=street_officer) for text in fact]

    assert plan.by_source.keys() <= wave.version.questionnaire.variable_by_code.keys()
    assert not [text for text in words for place in places if place.name in text or place.code in text]
