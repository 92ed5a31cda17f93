"""What people wrote: from many only, of several communities, with names and numbers masked."""

import pytest

from surveys.questionnaire import Kind
from surveys.results.texts import MASK, mask, read_texts
from tests.surveys.crowds import answer, ask, choose, finish


@pytest.fixture
def written(make_wave, community, neighbour_community):
    wave = ask(make_wave, choose("wish", kind=Kind.LONG), communities=[community, neighbour_community])
    answer(wave, [(community, {"wish": f"多些长椅{number:02}"}) for number in range(30)])
    return wave


@pytest.mark.parametrize(
    "text",
    [
        "请打 13912345678",
        "我的电话139 1234 5678",
        "身份证 99010119800501001X",
        "加微信号 abc_12345",
        "写信到 someone@example.com",
        "电话一三九一二三四五六七八",
        "１３９１２３４５６７８",
        "王建国先生态度好",
        "谢谢李书记",
        "张主任没有回话",
        "欧阳大夫很好",
        "老刘常来",
        "3号楼2单元501",
    ],
)
def test_traces_of_persons_are_masked(text):
    masked = mask(text)
    assert MASK in masked
    assert not any(
        trace in masked
        for trace in ("139", "1980", "abc_", "someone", "一三九", "王建国", "李书", "张主", "欧阳", "老刘", "501")
    )


@pytest.mark.parametrize("text", ["多些长椅", "希望周末也开放活动室", "2026 年夏天太热", "办事方便，时间合适"])
def test_plain_wishes_stay_as_they_are(text):
    assert mask(text) == text


def test_texts_are_shown_in_an_order_that_says_nothing(written):
    finish(written)
    texts = read_texts(written, "wish").texts
    assert sorted(texts) == [f"多些长椅{number:02}" for number in range(30)]
    assert list(texts) != sorted(texts)
    assert read_texts(written, "wish").texts == texts


def test_texts_of_few_are_withheld(written, neighbour_community):
    written.responses.first().delete()
    finish(written)
    assert read_texts(written, "wish").texts == ()
    assert read_texts(written, "wish").withheld


def test_texts_of_one_community_are_withheld(make_wave, community):
    wave = ask(make_wave, choose("wish", kind=Kind.LONG))
    answer(wave, [(community, {"wish": str(number)}) for number in range(99)])
    finish(wave)
    assert read_texts(wave, "wish").withheld


def test_texts_wait_for_the_end(written):
    assert read_texts(written, "wish").texts == ()


@pytest.mark.parametrize("variable", ["nothing", "wish.other"])
def test_unknown_text_question_is_a_key_error(written, variable):
    with pytest.raises(KeyError):
        read_texts(written, variable)


def test_names_of_the_register_and_of_staff_are_masked(written, register, grids, worker, community):
    register.resident(grids[0], name="隗长庚")
    worker.name = "仉小满"
    worker.save()
    first = written.responses.first()
    first.answers = {"wish": "楼上隗长庚和仉小满帮过我"}
    first.save()
    finish(written)
    (text,) = [text for text in read_texts(written, "wish").texts if "帮过我" in text]
    assert text == f"楼上{MASK}和{MASK}帮过我"
