"""Closed periods: what is frozen stays, live figures move on, and pages name the difference."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Activity, Outsider, Participation
from grids.models import GroupMembership, PopulationGroup
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.closings.closing import close_period
from indicators.closings.fingerprint import take_fingerprint
from indicators.closings.frozen import find_restatement, list_standings, read_frozen
from indicators.closings.gaps import Gaps, count_gaps
from indicators.engine import repairs
from indicators.engine.cells import find_dirty_communities, refresh_community
from indicators.engine.tallying import tally_community
from indicators.figures import read_held, read_reach
from indicators.indicator import Figure
from indicators.models import Freshness, FrozenCell, PeriodClosing, RefreshAttempt
from indicators.periods import Period
from tests.indicators.closing_help import find_restatements
from tests.register import make_grids


@pytest.fixture
def month() -> Period:
    """The month before this one."""
    return Period.containing(timezone.localdate(), "month").previous()


def settle() -> None:
    """Compute whatever waits."""
    for community_id in find_dirty_communities(timezone.localdate()):
        refresh_community(community_id)
    for community_id in Freshness.objects.values_list("community_id", flat=True):
        tally_community(community_id)


@pytest.fixture
def people(register, worker, grids, community, month):
    """Twenty residents of the first grid, six of whom took part last month; two outsiders came, too."""
    people = [register.resident(grids[0], groups=["retired"]) for _ in range(20)]
    activity = register.activity(community, worker, *people[:6], day=month.start, unnamed_count=3, mode="online")
    Outsider.objects.bulk_create(Outsider(activity=activity, name=name) for name in ("李四", "王五"))
    settle()
    return people


@pytest.fixture
def close(people, street, month, street_officer):
    """Close the month."""
    return lambda: close_period(street=street, period=month, by=street_officer)


@pytest.fixture
def add_late(register, worker, community, people, month):
    """Log, weeks later, what the seventh resident took part in last month."""
    return lambda: register.activity(community, worker, people[6], day=month.start + timedelta(days=3))


def name_restated(area, month) -> dict:
    return {row.indicator.id: (row.frozen, row.live) for row in find_restatements(AreaRef.to(area), month)}


def test_late_entry_moves_the_live_figure_and_not_the_frozen_one(close, add_late, street, community, grids, month):
    close()
    add_late()
    settle()
    for area in (street, community, grids[0]):
        assert name_restated(area, month)["S0-20"] == (Figure(6, 20), Figure(7, 20))


def test_nothing_is_restated_while_nothing_changes(close, street, month):
    close()
    assert name_restated(street, month) == {}


def test_open_period_has_no_restatements(people, add_late, street, month):
    add_late()
    settle()
    assert name_restated(street, month) == {}


def test_entry_in_another_month_is_no_restatement(close, register, worker, community, people, street, month):
    close()
    register.activity(community, worker, people[0], day=timezone.localdate())
    settle()
    assert name_restated(street, month) == {}


@pytest.mark.parametrize("level", ["street", "community"])
def test_frozen_numbers_are_those_that_were_live(close, request, level, month):
    area = AreaRef.to(request.getfixturevalue(level))
    frozen = read_frozen(close(), area)
    assert frozen.reach == read_reach([area], month)[area.id]
    assert frozen.held == read_held(area, month)
    assert (frozen.held.held, frozen.held.online, frozen.held.contacts) == (1, 1, 11)


def test_home_visits_are_left_out_of_what_was_held(close, register, worker, community, street, month):
    register.activity(community, worker, day=month.start, kind="入户走访")
    settle()
    assert read_frozen(close(), AreaRef.to(street)).held.held == 1


def test_definition_that_changed_is_no_restatement(close, add_late, street, month):
    FrozenCell.objects.filter(closing=close(), key="S0-20/1").update(key="S0-20/7")
    add_late()
    settle()
    assert "S0-20" not in name_restated(street, month)


def test_definition_page_learns_of_closing_and_restatement(close, add_late, street, month):
    indicator, area = CATALOGUE["S0-20"], AreaRef.to(street)
    assert find_restatement(indicator, area, month) == (None, None)
    row = close()
    add_late()
    settle()
    closing, restatement = find_restatement(indicator, area, month)
    assert (closing, restatement.frozen, restatement.live) == (row, Figure(6, 20), Figure(7, 20))


def test_closing_is_audited_and_says_what_computed_it(close, street, month):
    row = close()
    event = AuditEvent.objects.get(action="period.close")
    assert (event.area_code, event.detail) == (street.code, {"period": month.code})
    assert row.code_version.startswith("1-")
    assert row.as_of <= row.closed_at


# --- Refusals


def refuse(act) -> str:
    with pytest.raises(ValidationError) as refusal:
        act()
    return refusal.value.messages[0]


def test_running_period_is_refused(people, street, street_officer):
    running = Period.containing(timezone.localdate(), "quarter")
    assert "还没有结束" in refuse(lambda: close_period(street=street, period=running, by=street_officer))


def test_period_without_figures_any_more_is_refused(people, street, street_officer):
    old = Period.parse("2019-03")
    assert "不能关账" in refuse(lambda: close_period(street=street, period=old, by=street_officer))


def test_closed_period_is_refused(close):
    close()
    assert "已经关账" in refuse(close)


def test_waiting_marks_are_refused(close, add_late):
    add_late()
    assert "正在计算" in refuse(close)
    assert not PeriodClosing.objects.exists()


def test_tallies_that_are_behind_are_refused(close, add_late, community):
    add_late()
    refresh_community(community.pk)
    assert "正在计算" in refuse(close)


def test_figures_older_than_the_periods_end_are_refused(close, month):
    Freshness.objects.update(as_of=month.end - timedelta(days=1))
    assert "正在计算" in refuse(close)


def test_community_that_was_never_computed_is_refused(close, neighbour_community):
    make_grids(neighbour_community, "第一网格")
    assert "正在计算" in refuse(close)


def test_parked_community_is_refused(close, community, settings):
    now = timezone.now()
    RefreshAttempt.objects.create(community=community, attempts=settings.REFRESH_ATTEMPTS, started_at=now)
    assert "底册管理员" in refuse(close)


def test_marks_of_another_street_do_not_matter(close, register, foreign_grid):
    register.resident(foreign_grid)
    assert close().pk


def test_busy_street_is_brought_up_to_date_before_it_is_closed(close, add_late, street, month):
    add_late()
    Freshness.objects.update(tallied_at=None)
    repairs.settle(street.code)
    assert read_frozen(close(), AreaRef.to(street)).reach["all"].reached == 7


# --- The fingerprint


@pytest.fixture
def fingerprint(people, street, month):
    """Return the fingerprint as it is now."""
    return lambda: take_fingerprint(street, month)


def change_heads(people, month):
    Activity.objects.update(unnamed_count=4)


def drop_participation(people, month):
    Participation.objects.filter(resident=people[0]).delete()


def drop_outsider(people, month):
    Outsider.objects.filter(name="李四").delete()


def cancel(people, month):
    Activity.objects.update(status="cancelled", cancel_reason="登记错了")


def move_out(people, month):
    people[0].spells.update(until=month.end - timedelta(days=1))


def leave_group(people, month):
    GroupMembership.objects.filter(resident=people[0]).update(until=month.start)


def mend_birth_date(people, month):
    people[0].birth_date = people[0].birth_date - timedelta(days=1)
    people[0].save()


CHANGES = [change_heads, drop_participation, drop_outsider, cancel, move_out, leave_group, mend_birth_date]


@pytest.mark.parametrize("change", CHANGES)
def test_fingerprint_changes_with_a_fact(fingerprint, people, month, change):
    before = fingerprint()
    change(people, month)
    assert fingerprint() != before


def test_fingerprint_stays_while_no_fact_of_the_period_changes(fingerprint, register, worker, community, people, month):
    before = fingerprint()
    register.activity(community, worker, people[0], day=month.end)
    people[1].spells.update(until=month.end)
    group = PopulationGroup.objects.get(code="hardship")
    GroupMembership.objects.create(resident=people[2], group=group, since=month.end)
    people[3].name = "改名"
    people[3].save()
    assert fingerprint() == before


def test_fingerprint_knows_no_other_street(fingerprint, register, outsider, foreign_grid, foreign_community, month):
    before = fingerprint()
    register.activity(foreign_community, outsider, register.resident(foreign_grid), day=month.start)
    assert fingerprint() == before


# --- Pages


@pytest.fixture
def as_officer(client, street_officer):
    client.force_login(street_officer)
    return client


def test_officer_closes_a_month_from_the_list(as_officer, people, street, month):
    listed = as_officer.get(reverse("indicators:closings", args=[street.code])).content.decode()
    address = reverse("indicators:close", args=[street.code, month.code])
    assert address in listed
    assert "没有核验的活动" in as_officer.get(address).content.decode()
    answer = as_officer.post(address, follow=True).content.decode()
    assert "关账后，所有指标都没有变动" in answer
    assert PeriodClosing.objects.get().period == month.code


def test_page_names_the_restatement(as_officer, close, add_late, street, month):
    close()
    add_late()
    settle()
    page = as_officer.get(reverse("indicators:closing", args=[street.code, month.code])).content.decode()
    assert "重述" in page
    assert "6 / 20" in page
    assert "7 / 20" in page


def test_dashboard_names_closing_and_restatement(as_officer, close, add_late, street, month):
    row = close()
    add_late()
    settle()
    page = as_officer.get(reverse("dashboards:area", args=[street.code]), {"period": month.code})
    tiles = {tile.indicator.id: tile for tile in page.context["content"].tiles}
    assert page.context["content"].closing == row
    assert (tiles["S0-20"].frozen, tiles["S0-21"].frozen) == (Figure(6, 20), None)
    assert "关账时 30.0%" in page.content.decode()


def test_page_says_whether_the_facts_are_the_same(as_officer, close, add_late, street, month):
    close()
    address = reverse("indicators:closing-facts", args=[street.code, month.code])
    assert "没有变动" in as_officer.get(address).content.decode()
    add_late()
    assert "有过补录或更正" in as_officer.get(address).content.decode()


def test_page_counts_what_is_missing(register, worker, community, people, street, month):
    register.activity(community, worker, day=month.start, reported_at=None, reported_by=None)
    register.activity(community, worker, day=month.start, returned_at=timezone.now(), return_reason="人数不对")
    register.activity(community, worker, day=month.end)
    assert count_gaps(street, month) == Gaps(unreported=1, returned=1, unverified=1, silent=0)


def test_communities_that_have_not_reported_are_counted(people, neighbour_community, street, settings):
    quarter = Period.containing(timezone.localdate(), "quarter").previous()
    settings.REPORTS_SINCE = quarter.start
    assert count_gaps(street, quarter).silent == 2


def test_district_chooses_a_street(client, district_officer, district, street, foreign_street):
    client.force_login(district_officer)
    page = client.get(reverse("indicators:closings-own"), follow=True).content.decode()
    assert reverse("indicators:closings", args=[street.code]) in page
    assert reverse("indicators:closings", args=[foreign_street.code]) in page


def test_refusal_is_shown_with_the_page(as_officer, people, street):
    running = Period.containing(timezone.localdate(), "month")
    page = as_officer.post(reverse("indicators:close", args=[street.code, running.code])).content.decode()
    assert "还没有结束" in page


def test_small_counts_are_hidden_from_the_street_and_shown_to_the_community(
    client, close, register, grids, community, street_officer, worker, month
):
    for n in range(3):
        register.resident(grids[1], born=timezone.localdate() - timedelta(days=9000 + n))
    settle()
    close()
    address = reverse("indicators:closing", args=[community.code, month.code])
    rows = {}
    for user in (street_officer, worker):
        client.force_login(user)
        page = client.get(address)
        rows[user.role] = {row.indicator.id: row for row in page.context["unchanged"]}["S0-23"].hidden
    assert rows == {"street_officer": True, "worker": False}


def test_worker_reads_the_own_community_and_cannot_close(client, close, worker, community, neighbour_community, month):
    close()
    client.force_login(worker)
    assert client.get(reverse("indicators:closing", args=[community.code, month.code])).status_code == 200
    assert client.get(reverse("indicators:closing", args=[neighbour_community.code, month.code])).status_code == 404
    assert client.post(reverse("indicators:close", args=[community.code, month.code])).status_code == 403


def test_open_period_leads_to_the_list(as_officer, people, street, month):
    answer = as_officer.get(reverse("indicators:closing", args=[street.code, month.code]))
    assert answer["Location"].startswith(reverse("indicators:closings", args=[street.code]))


def test_standings_name_old_closings_too(street, street_officer, month):
    old = {"as_of": timezone.now(), "closed_by": street_officer, "code_version": "1-x", "fingerprint": "x"}
    row = PeriodClosing.objects.create(street=street, period="2019-03", **old)
    standings = list_standings(street, "month")
    assert (standings[-1], standings[1]) == ((Period.parse("2019-03"), row), (month, None))


def test_queries_of_the_page_do_not_grow(
    as_officer, close, register, worker, street, community, month, django_assert_max_num_queries
):
    close()
    address = reverse("indicators:closing", args=[street.code, month.code])
    as_officer.get(address)
    with django_assert_max_num_queries(1000) as few:
        as_officer.get(address)
    for name in ("三", "四", "五"):
        make_grids(community, f"第{name}网格")
    register.activity(community, worker, day=month.start)
    settle()
    with django_assert_max_num_queries(len(few)):
        as_officer.get(address)


def test_queries_of_the_list(as_officer, close, street, django_assert_num_queries):
    close()
    with django_assert_num_queries(5):
        as_officer.get(reverse("indicators:closings", args=[street.code]))


def test_areas_abolished_since_keep_their_frozen_figures(close, grids, community, month):
    row = close()
    grids[0].valid_to = timezone.localdate()
    grids[0].save()
    settle()
    assert read_frozen(row, AreaRef.to(grids[0])).reach["all"].population == 20
