"""Names of a list: how a text is read, who stands behind a name, and what the worker sees of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.matching import Entry, match_entries, read_names
from grids.models import Resident
from tests.activities.test_log import filled
from tests.register import make_id_number

URL = "/activities/match/"


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


def match_one(worker, **entry):
    """Return what an entry came to today."""
    return match_entries(worker, [Entry(**entry)], timezone.localdate()).matches[0]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张三、李四 王五", ["张三", "李四", "王五"]),
        ("张三\n李四\r\n王五", ["张三", "李四", "王五"]),
        ("1. 张三\n2、李四\n3）王五", ["张三", "李四", "王五"]),
        ("1 张三 2 李四", ["张三", "李四"]),
        ("张三，李四；王五/赵六|钱七", ["张三", "李四", "王五", "赵六", "钱七"]),
        ("张　三\n欧 阳 锋", ["张三", "欧阳锋"]),
        ("张 三 李 四", ["张三", "李四"]),
        ("阿依古丽·买买提、Anna Maria", ["阿依古丽·买买提", "Anna Maria"]),
        ("• 张三\n• 李四", ["张三", "李四"]),
        ("张三、张三", ["张三"]),
        ("", []),
    ],
)
def test_names_of_a_text(text, names):
    entries, odd = read_names(text)
    assert [entry.name for entry in entries] == names
    assert not odd


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("张三 1234", {"tail": "1234"}),
        ("张三1234", {"tail": "1234"}),
        ("张三（尾号1234）", {"tail": "1234"}),
        ("张三，手机：13800001234", {"phone": "13800001234"}),
        ("张三 138-0000-1234", {"phone": "13800001234"}),
        ("张三 123x", {"tail": "123X"}),
        ("张三 99010119800501001X", {"id_number": "99010119800501001X"}),
        ("张三 １２３４", {"tail": "1234"}),
    ],
)
def test_number_belongs_to_the_name_before_it(text, number):
    assert read_names(text + "、李四")[0] == [Entry("张三", **number), Entry("李四")]


def test_what_is_no_name_is_said(page):
    text = page.post(URL, {"names": "张三、合计、？？"}).content.decode()
    assert "“合计”看不出是姓名" in text


def test_name_of_one_resident_is_ticked_and_masked(page, resident):
    text = page.post(URL, {"names": "欧阳秀英"}).content.decode()
    assert f'value="{resident.pk}" checked data-picker-preset' in text
    assert "欧**英" in text
    assert "欧阳秀英" not in text


def test_name_of_several_is_for_the_worker_to_choose(worker, register, grids):
    people = [register.resident(grid) for grid in grids]
    match = match_one(worker, name="张建国")
    assert (match.is_sure, match.people) == (False, people)


@pytest.mark.parametrize("field", ["tail", "phone"])
def test_number_settles_who_of_several(worker, register, grids, field):
    register.resident(grids[0], phone="19912340000")
    wanted = register.resident(grids[0], phone="19912345678")
    match = match_one(worker, name="张建国", **{field: "5678" if field == "tail" else "19912345678"})
    assert (match.is_sure, match.people) == (True, [wanted])


def test_grid_settles_who_of_several(worker, register, grids):
    people = [register.resident(grid) for grid in grids]
    match = match_one(worker, name="张建国", grid="第二网格")
    assert (match.is_sure, match.people) == (True, [people[1]])


def test_id_number_finds_somebody_and_a_wrong_name_is_asked_about(worker, register, grids):
    number = make_id_number(sequence=1)
    person = register.resident(grids[0])
    sure = match_one(worker, name="张建国", id_number=number)
    unsure = match_one(worker, name="李四", id_number=number)
    assert (sure.is_sure, sure.people) == (True, [person])
    assert (unsure.is_sure, unsure.people) == (False, [person])


def test_number_that_speaks_against_the_only_one_leaves_the_choice(worker, resident):
    match = match_one(worker, name=resident.name, tail="0000")
    assert (match.is_sure, match.people) == (False, [resident])


def test_number_cannot_speak_against_who_has_none(worker, resident):
    Resident.objects.update(phone_kept="", id_tail=None)
    assert match_one(worker, name=resident.name, tail="0000").is_sure


def test_who_had_left_is_named_and_not_ticked(page, register, grids):
    register.resident(grids[0], name="司马南风", until=timezone.localdate() - timedelta(days=9))
    text = page.post(URL, {"names": "司马南风"}).content.decode()
    assert "没有勾上" in text
    assert "司**风" in text
    assert "picker__row" not in text


def test_day_of_the_form_decides_who_had_left(page, register, grids):
    register.resident(grids[0], name="司马南风", until=timezone.localdate() - timedelta(days=9))
    day = timezone.localdate() - timedelta(days=20)
    text = page.post(URL, {"names": "司马南风", "starts_at": f"{day}T10:00"}).content.decode()
    assert "data-picker-preset" in text


def test_stranger_is_offered_as_outsider(page, register, foreign_grid):
    register.resident(foreign_grid, name="司马南风")
    text = page.post(URL, {"names": "司马南风 13800001234"}).content.decode()
    assert 'data-outsider-add="司马南风|1234"' in text
    assert "司**风" not in text


def test_list_longer_than_a_hall_is_refused(page, monkeypatch):
    monkeypatch.setattr("activities.views.people.LIST_LIMIT", 2)
    assert "名单超过 2 人" in page.post(URL, {"names": "张三、李四、王五"}).content.decode()


def test_nothing_pasted_is_said(page):
    assert "请先粘贴名单" in page.post(URL, {"names": " \n "}).content.decode()


def test_query_count_does_not_grow_with_the_list(page, register, grids, django_assert_num_queries):
    surnames, names = "赵钱孙李周吴郑王冯陈", []
    for number in (1, 10):
        names = [f"{surname}小梅" for surname in surnames[:number]]
        people = [register.resident(grids[0], name=name) for name in names]
        with django_assert_num_queries(6):
            page.post(URL, {"names": "、".join([*names, *(f"{name}花" for name in names)])})
    assert len(people) == 10


def test_list_sent_with_the_form_is_reviewed_and_nothing_saved(page, resident):
    response = page.post("/activities/new/", filled(names="欧阳秀英、王外来", title="我写的名称"))
    text = response.content.decode()
    assert "名单还没有登记" in text
    assert "data-picker-preset" in text
    assert "我写的名称" in text
    again = page.post("/activities/new/", filled(residents=[resident.pk], names=response.context["names"]))
    assert again.status_code == 302
