"""The pages of plans and needs."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.visits.browser import describe_plan
from visits.models import Need, NeedKind, VisitPlan

TODAY = timezone.localdate()


def test_plan_is_made_changed_and_ended(page, grids):
    page.post("/visits/plans/new/", describe_plan(grids=[grids[0].pk], token=str(uuid.uuid4())))
    plan = VisitPlan.objects.get()
    assert (plan.interval_days, list(plan.grids.all())) == (30, [grids[0]])
    page.post(reverse("visits:plan-edit", args=[plan.pk]), describe_plan(interval="", name="访老人"))
    plan.refresh_from_db()
    assert (plan.name, plan.interval_days, plan.grids.count()) == ("访老人", None, 0)
    page.post(reverse("visits:plan-close", args=[plan.pk]))
    plan.refresh_from_db()
    assert plan.closed_at


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "这个字段是必填项"),
        ({"name": "重点人员"}, "不登记对人的监控"),
        ({"kind": "1"}, "选择一个有效的选项"),
        ({"interval": "-3"}, "选择一个有效的选项"),
        ({"ends_on": TODAY - timedelta(1)}, "结束日期不能早于开始日期"),
        ({"groups": ["999999"]}, "选择一个有效的选项"),
    ],
)
def test_plan_with_bad_input_says_where(page, changes, words):
    data = describe_plan(token=str(uuid.uuid4())) | changes
    response = page.post("/visits/plans/new/", data)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not VisitPlan.objects.exists()


def test_form_of_a_listed_plan_keeps_its_doors(page, home, make_plan):
    plan = make_plan(doors=[home], interval_days=45)
    url = reverse("visits:plan-edit", args=[plan.pk])
    assert "名单上的 1 户" in page.get(url).content.decode()
    page.post(url, describe_plan(interval="45"))
    plan.refresh_from_db()
    assert (plan.interval_days, list(plan.households.all())) == (45, [home])


def test_preview_counts_doors_and_people(page, home, grids, register):
    register.resident(grids[0])
    text = page.get("/visits/plans/preview/", {"grids": [grids[0].pk]}).content.decode()
    assert "<strong>1</strong> 户、<strong>1</strong> 人" in text
    assert "另有 1 人没有登记门牌" in text
    assert "<strong>0</strong> 户" in page.get("/visits/plans/preview/", {"grids": [grids[1].pk]}).content.decode()


def test_list_of_plans_takes_a_constant_number_of_queries(page, home, make_plan, django_assert_max_num_queries):
    for number in range(8):
        make_plan(f"计划{number}", starts_on=TODAY + timedelta(number % 2))
    with django_assert_max_num_queries(12):
        page.get("/visits/plans/")


# --- Needs


def test_need_is_shown_and_closed(page, home, call):
    need = Need(kind=NeedKind.objects.first(), wish="想修楼道灯", due_on=TODAY - timedelta(1))
    call(home, need=need)
    text = page.get("/visits/needs/").content.decode()
    assert "想修楼道灯" in text
    assert "超期 1 项" in text
    page.post(reverse("visits:need-close", args=[need.pk]), {"result": "done"})
    assert Need.objects.get().result == "done"
    assert not page.get("/visits/needs/").context["needs"]


def test_need_without_a_result_stays_open(page, home, call):
    need = Need(kind=NeedKind.objects.first(), due_on=TODAY)
    call(home, need=need)
    page.post(reverse("visits:need-close", args=[need.pk]), {"result": "x"})
    assert Need.objects.open().get() == need


def test_wish_is_for_the_community_alone(client, outsider, home, call):
    need = Need(kind=NeedKind.objects.first(), wish="想修楼道灯", due_on=TODAY)
    call(home, need=need)
    client.force_login(outsider)
    assert "想修楼道灯" not in client.get("/visits/needs/").content.decode()
    assert client.post(reverse("visits:need-close", args=[need.pk]), {"result": "done"}).status_code == 404
