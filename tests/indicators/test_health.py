"""The page on how the figures are doing: what is fresh, late, parked or wrong, and for whose eyes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from indicators.engine.repairs import settle
from indicators.models import CellCheck, DirtyMark, Freshness, RefreshAttempt

HEALTH = reverse("indicators:health")


@pytest.fixture
def page(client, admin):
    """The page as the data administrator sees it, as text."""
    client.force_login(admin)
    return lambda: client.get(HEALTH).content.decode()


@pytest.fixture
def parked(community, resident):
    """A community that was tried twice in vain."""
    return RefreshAttempt.objects.create(
        community=community, attempts=2, started_at=timezone.now(), reason="DataError: integer out of range\nROW (3, 4)"
    )


def check(cell: str, stored, recounted) -> CellCheck:
    """Keep a check that found one cell wrong."""
    now = timezone.now()
    drift = [[cell, stored, recounted]]
    return CellCheck.objects.create(finished_at=now, cells=40, drifted=1, drift=drift, code_version="1-x")


def test_settled_communities_are_said_to_be_settled(page, resident):
    settle()
    assert "已算完" in page()
    assert "后台在正常计算" in page()


def test_mark_that_waits_for_minutes_says_that_nobody_works(page, resident):
    settle()
    DirtyMark.objects.create(community=resident.community, marked_at=timezone.now() - timedelta(minutes=2))
    assert "后台进程可能没有在工作" in page()


def test_fresh_mark_is_no_reason_to_worry(page, resident):
    settle()
    DirtyMark.objects.create(community=resident.community, marked_at=timezone.now())
    assert "正在算" in page()
    assert "后台进程可能没有在工作" not in page()


def test_yesterdays_figures_say_that_nobody_works(page, resident):
    settle()
    Freshness.objects.update(as_of=timezone.localdate() - timedelta(days=1))
    assert "后台进程可能没有在工作" in page()


def test_parked_community_is_shown_with_the_first_line_of_its_reason(page, parked):
    text = page()
    assert "再算一次" in text
    assert "integer out of range" in text
    assert "ROW (3, 4)" not in text


def test_retry_is_audited_and_takes_the_community_from_the_list(client, admin, page, parked, community):
    page()
    answer = client.post(reverse("indicators:retry", args=[community.pk]), follow=True)
    assert "正在重新计算" in answer.content.decode()
    assert not RefreshAttempt.objects.exists()
    event = AuditEvent.objects.get(action="figures.retry")
    assert (event.object_id, event.area_code) == (str(community.pk), community.code)


def test_retry_of_a_community_that_is_not_parked_says_so(client, admin, community, resident):
    client.force_login(admin)
    answer = client.post(reverse("indicators:retry", args=[community.pk]), follow=True)
    assert "没有停算" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="figures.retry").exists()


def test_drift_is_listed_in_words_with_old_and_new_number(page, grids):
    check(f"reach grid {grids[0].code} 2026-11 retired", [9, 5, 5, 1, 0, 0, 0, 9, 2], [9, 6, 5, 1, 0, 0, 0, 9, 2])
    text = page()
    assert "离退休人员" in text
    assert "触达人数 5 → 6" in text
    assert "人次 5" not in text


def test_cell_that_should_not_be_there_is_listed(page, community):
    check(f"reach community {community.code} 2026 all", [9, 5, 5, 1, 0, 0, 0, 9, 2], None)
    assert "触达人数 5 → –" in page()


def test_account_administrator_sees_which_numbers_differ_but_not_how_large_they_are(client, security_admin, grids):
    check(f"reach grid {grids[0].code} 2026-11 all", [9, 5, 5, 1, 0, 0, 0, 9, 2], [9, 6, 5, 1, 0, 0, 0, 9, 2])
    client.force_login(security_admin)
    text = client.get(HEALTH).content.decode()
    assert "触达人数" in text
    assert "5 → 6" not in text


def test_drift_of_another_street_is_counted_but_not_described(page, foreign_grid):
    check(f"reach grid {foreign_grid.code} 2026-11 all", [9, 5, 5, 1, 0, 0, 0, 9, 2], None)
    text = page()
    assert "另有 1 个没有列出" in text
    assert foreign_grid.code not in text


@pytest.mark.parametrize(("hours", "warned"), [(47, False), (49, True)])
def test_two_nights_without_a_check_are_told(page, resident, hours, warned):
    row = check("reach grid 990101009001001 2026-11 all", [1] * 9, None)
    CellCheck.objects.filter(pk=row.pk).update(finished_at=timezone.now() - timedelta(hours=hours))
    assert ("两天以来没有完成过核对" in page()) is warned


def test_queries_do_not_grow_with_communities_and_checks(
    client, admin, resident, parked, grids, neighbour_community, register, django_assert_max_num_queries
):
    from tests.register import make_grids

    register.resident(make_grids(neighbour_community, "第一网格")[0])
    for grid in grids:
        check(f"reach grid {grid.code} 2026-11 all", [1] * 9, None)
    client.force_login(admin)
    with django_assert_max_num_queries(16):
        client.get(HEALTH)
