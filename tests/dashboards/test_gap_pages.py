"""The pages of the gap finder and their buttons: who sees what, and where a tap leads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Activity
from dashboards.gaps.gap import read_gap
from dashboards.gaps.naming import Gap
from dashboards.models import GapWork
from tests.dashboards.asking import ask, quarter, refresh
from tests.dashboards.gap_help import gap_of, settle
from tests.register import make_grids
from visits.models import VisitPlan


@pytest.fixture
def gap(register, worker, community, grids):
    """Eighteen retired people behind nine doors, six of whom came, and three of hardship."""
    people = [register.resident(grids[0], groups=["retired"]) for _n in range(18)]
    few = [register.resident(grids[0], groups=["hardship"]) for _n in range(3)]
    settle([*people, *few], grids[0], doors=9)
    register.activity(community, worker, *people[:6])
    refresh()
    return gap_of(grids[0])


def text_of(client, user, url):
    client.force_login(user)
    return client.get(url).content.decode()


def press(client, user, gap, name="gap-visits", **headers):
    client.force_login(user)
    url = reverse(f"dashboards:{name}", args=[gap.grid.code, gap.grouping, gap.period.code])
    return client.post(url, headers=headers)


def test_list_leads_to_the_gap(client, gap, worker, community):
    text = text_of(client, worker, reverse("dashboards:page", args=[community.code, "gaps"]))
    assert gap.url.replace("&", "&amp;") in text


def test_gap_says_how_many_and_that_it_is_no_cause(client, gap, worker, register, neighbour_community):
    far = make_grids(neighbour_community, "第一网格")[0]
    people = [register.resident(far, groups=["retired"]) for _n in range(9)]
    register.activity(neighbour_community, worker, *people[:5])
    refresh()
    text = text_of(client, worker, gap.url)
    assert "在册 18 人" in text
    assert "住在 9 户" in text
    assert "这是相关，不是因果" in text
    assert "人数相近的网格不到 5 个" in text


def test_gap_says_its_rate_with_one_decimal(client, gap, worker):
    assert '33.3<span class="figure-tile__unit">%' in text_of(client, worker, gap.url)


@pytest.mark.parametrize("grouping", ["", "x", "all", "any_group", "male"])
def test_grouping_that_is_none_is_not_found(client, gap, worker, grouping):
    client.force_login(worker)
    url = reverse("dashboards:page", args=[gap.grid.code, "gap"])
    assert client.get(url, {"grouping": grouping}).status_code == 404


def test_small_gap_says_nothing_above_the_community(client, gap, street_officer, worker, grids):
    small = gap_of(grids[0], "hardship")
    page = read_gap(ask(street_officer, grids[0], grouping="hardship"))
    assert (page.shown.hidden, page.doors, page.trend, page.elsewhere) == (True, None, (), None)
    assert "人数太少，不显示" in text_of(client, street_officer, small.url)
    assert "在册 3 人" in text_of(client, worker, small.url)


def test_group_without_anybody_has_no_rate(client, gap, worker, grids):
    assert "这个网格里没有这类人" in text_of(client, worker, gap_of(grids[0], "relocated").url)


def test_worker_goes_on_to_the_doors(client, gap, worker):
    response = press(client, worker, gap)
    plan = VisitPlan.objects.get()
    assert response.url == f"{reverse('visits:list')}?plan={plan.pk}&grid={gap.grid.id}"
    assert plan.name in client.get(response.url).content.decode()


def test_officer_stays_with_the_gap_and_reads_how_many_doors(client, gap, street_officer):
    response = press(client, street_officer, gap, **{"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == gap.url
    text = client.get(gap.url).content.decode()
    assert "已建走访计划：9 户" in text
    assert "走访，到 " in text


def test_officer_reads_no_small_number_of_doors(client, register, street_officer, grids):
    settle([register.resident(grids[0], groups=["retired"]) for _n in range(12)], grids[0], doors=4)
    for _n in range(3):
        register.resident(grids[0], groups=["retired"])
    refresh()
    press(client, street_officer, gap_of(grids[0]))
    text = client.get(gap_of(grids[0]).url).content.decode()
    assert "已建走访计划。社区的待办里已经看得到。" in text
    assert "户" not in text.partition("已建走访计划")[2].partition("</div>")[0]


def test_refusal_is_said_on_the_page_of_the_gap(client, gap, worker):
    press(client, worker, gap)
    response = press(client, worker, gap)
    assert response.url == gap.url
    assert "已经有走访计划，还没有结束" in client.get(response.url).content.decode()
    assert GapWork.objects.count() == 1


def test_closed_plan_frees_the_button_at_once(client, gap, worker):
    press(client, worker, gap)
    assert "建走访计划</button>" not in client.get(gap.url).content.decode()
    client.post(reverse("visits:plan-close", args=[VisitPlan.objects.get().pk]))
    assert "建走访计划</button>" in client.get(gap.url).content.decode()


def test_worker_goes_on_to_the_form_of_the_activity(client, gap, worker):
    response = press(client, worker, gap, "gap-activity")
    activity = Activity.objects.get(status="planned")
    assert response.url == reverse("activities:plan-edit", args=[activity.pk])
    assert client.get(response.url).status_code == 200


def test_officer_has_no_button_for_activities(client, gap, street_officer, worker):
    assert "排一次活动" not in text_of(client, street_officer, gap.url)
    assert "排一次活动" in text_of(client, worker, gap.url)
    assert press(client, street_officer, gap, "gap-activity").status_code == 403


@pytest.mark.parametrize("role", ["district_officer", "admin"])
def test_others_see_no_button(client, gap, request, role):
    user = request.getfixturevalue(role)
    text = text_of(client, user, gap.url)
    assert "还没触达" in text
    assert "建走访计划" not in text
    assert press(client, user, gap).status_code == 403


def test_foreign_gap_is_not_found(client, gap, outsider):
    client.force_login(outsider)
    assert client.get(gap.url).status_code == 404
    assert press(client, outsider, gap).status_code == 404
    assert not GapWork.objects.exists()


@pytest.mark.parametrize(("grouping", "period"), [("x", None), ("retired", "2026-Q9"), ("retired", "x")])
def test_nonsense_in_the_address_of_a_button_is_not_found(client, gap, worker, grouping, period):
    client.force_login(worker)
    url = reverse("dashboards:gap-visits", args=[gap.grid.code, grouping, period or quarter().code])
    assert client.post(url).status_code == 404


def test_community_is_no_gap(client, gap, worker, community):
    client.force_login(worker)
    assert client.post(f"/dashboards/{community.code}/gap/retired/{quarter().code}/visits/").status_code == 404


def test_gap_of_a_period_that_is_over_has_no_button(client, gap, worker):
    earlier = Gap(gap.grid, gap.grouping, gap.name, quarter().previous())
    text = text_of(client, worker, earlier.url)
    assert "这个时期已经结束，请看本期" in text
    assert "建走访计划" not in text


@pytest.mark.parametrize("page", ["gaps", "followup", "gap"])
def test_street_never_sees_persons(client, gap, street_officer, register, grids, page):
    register.resident(grids[0], name="欧阳远", groups=["retired"])
    refresh()
    press(client, street_officer, gap)
    url = gap.url if page == "gap" else reverse("dashboards:page", args=["990101001", page])
    text = text_of(client, street_officer, url)
    assert "欧*远" not in text
    assert "张*国" not in text


def test_followup_says_how_many_closed(client, gap, worker, community):
    press(client, worker, gap)
    text = text_of(client, worker, reverse("dashboards:page", args=[community.code, "followup"]))
    assert f"{quarter().label}转成工作的 1 个缺口，已补上 0 个" in text


def test_gap_reads_a_constant_number_of_queries(
    gap, register, worker, street_officer, neighbour_community, grids, django_assert_max_num_queries
):
    first = make_grids(neighbour_community, "零")[0]
    for _n in range(9):
        register.resident(first, groups=["retired"])
    refresh()
    with CaptureQueriesContext(connection) as before:
        read_gap(ask(street_officer, grids[0], grouping="retired"))
    for grid in make_grids(neighbour_community, *"一二三四五六"):
        people = [register.resident(grid, groups=["retired"]) for _n in range(9)]
        register.activity(neighbour_community, worker, *people)
    refresh()
    with django_assert_max_num_queries(len(before)):
        assert read_gap(ask(street_officer, grids[0], grouping="retired")).elsewhere.is_alike
