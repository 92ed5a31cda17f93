"""The form of a visit: what is ticked at first, what is saved, what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Activity, Participation
from tests.visits.browser import address, filled
from visits.models import Need, NeedKind, Visit, VisitItem

TODAY = timezone.localdate()


def test_form_ticks_the_only_person_and_the_due_plans(page, home, resident, make_plan):
    due, later = make_plan("甲"), make_plan("乙", interval_days=30)
    page.post(address(home), filled(resident, plans=[later.pk]))
    form = page.get(address(home)).context["form"]
    assert form["residents"].value() == [resident.pk]
    assert form["plans"].value() == [due.pk]
    assert set(form.fields["plans"].queryset) == {due, later}


def test_form_ticks_nobody_of_several(page, register, grids, make_door):
    door = make_door("101", register.resident(grids[0]), register.resident(grids[0]))
    assert page.get(address(door)).context["form"]["residents"].value() == []


def test_form_marks_whom_the_plan_means_and_not_why(page, register, grids, make_door, make_plan):
    retired = register.resident(grids[0], name="欧阳秀英", groups=["retired"])
    door = make_door("101", retired, register.resident(grids[0], name="张三丰"))
    make_plan(groups=["retired"])
    text = page.get(address(door)).content.decode()
    assert text.count("要走访</label>") == 1
    assert "欧**英" in text
    assert "欧阳" not in text
    assert "离退休" not in text


def test_saved_visit_has_activity_people_items_and_need(page, home, resident, make_plan):
    plan = make_plan()
    brought, told = (VisitItem.objects.filter(category=category).first() for category in ("brought", "told"))
    kind = NeedKind.objects.first()
    data = filled(resident, plans=[plan.pk], brought=[brought.pk], told=[told.pk], need_kind=kind.pk, wish="修灯")
    response = page.post(address(home), data)
    visit = Visit.objects.get()
    assert response.url == address(home, "household")
    assert (visit.kind, visit.activity.title) == (plan.kind, "定期探访")
    assert set(visit.items.all()) == {brought, told}
    assert (visit.needs.get().wish, visit.needs.get().due_on) == ("修灯", TODAY + timedelta(7))
    assert Participation.objects.get().resident == resident


def test_follow_up_is_promised_for_the_chosen_day(page, home, resident):
    page.post(address(home), filled(resident, outcome="follow_up", follow_up_in="3"))
    assert Visit.objects.get().follow_up_on == TODAY + timedelta(3)


def test_visit_in_vain_needs_nothing_but_the_outcome(page, home, resident):
    page.post(address(home), filled(resident, outcome="not_home"))
    assert Visit.objects.get().outcome == "not_home"
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": ""}, "这个字段是必填项"),
        ({"residents": []}, "请勾选见到了谁"),
        ({"residents": ["999999"]}, "选择一个有效的选项"),
        ({"wish": "思想动态"}, "思想动态"),
        ({"need_kind": ""}, "请选一下是哪一类需求"),
        ({"outcome": "declined"}, "没有见到人，不能登记需求"),
        ({"visited_at": "2999-01-01T10:00"}, "走访时间在将来"),
        ({"visited_at": "昨天"}, "输入一个有效的日期/时间"),
        ({"follow_up_in": "400"}, "选择一个有效的选项"),
        ({"plans": ["999999"]}, "有一项计划刚刚结束"),
        ({"token": "x"}, "UUID"),
    ],
)
def test_bad_input_says_where_and_keeps_what_was_typed(page, home, resident, changes, words):
    data = filled(resident, need_kind=NeedKind.objects.first().pk, wish="我写的愿望") | changes
    response = page.post(address(home), data)
    text = response.content.decode()
    assert response.status_code == 200
    assert words in text
    assert f'value="{data["wish"]}"' in text
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("wish", "words"), [("邻居是上访户，请来看看", "上访"), ("他家有精神病人", "精神病"), ("掌握思想動態", "思想动态")]
)
def test_forbidden_words_in_a_wish_are_refused_by_name(page, home, resident, wish, words):
    text = page.post(address(home), filled(resident, need_kind=NeedKind.objects.first().pk, wish=wish)).content.decode()
    assert f"这里不能出现：{words}。" in text
    assert wish in text
    assert not Visit.objects.exists()


@pytest.mark.parametrize("wish", ["楼道灯坏了，想请人来修", "想学用手机挂号", "看病想有人陪", ""])
def test_ordinary_wish_is_taken(page, home, resident, wish):
    page.post(address(home), filled(resident, need_kind=NeedKind.objects.first().pk, wish=wish))
    assert Need.objects.get().wish == wish


def test_person_from_behind_another_door_cannot_be_ticked(page, home, register, grids, make_door):
    other = register.resident(grids[0])
    make_door("401", other)
    page.post(address(home), filled(other))
    assert not Visit.objects.exists()


def test_same_form_sent_twice_is_saved_once(page, home, resident):
    data = filled(resident)
    first, second = (page.post(address(home), data) for _number in range(2))
    assert first.url == second.url
    assert Visit.objects.count() == Activity.objects.count() == 1
