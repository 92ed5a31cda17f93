"""verify_cells finds what is wrong, and nothing else; waiting changes are late, not wrong."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from indicators.engine.repairs import settle
from indicators.engine.verify import compare, snapshot
from indicators.models import ActivityCell, CellCheck, DirtyMark, Freshness, ReachCell, RefreshAttempt, TallyCell
from indicators.tasks import verify_figures
from tests.indicators.test_race import in_other_connection


@pytest.fixture(autouse=True)
def very_few_periods(settings):
    settings.CELL_MONTHS = 2


@pytest.fixture
def settled(register, worker, grids, community):
    """Two people, one of them reached, and all of it computed."""
    register.resident(grids[0], groups=["retired"])
    register.activity(community, worker, register.resident(grids[1]))
    settle()


def verify(*arguments: str) -> str:
    """Return what the command says."""
    said = StringIO()
    call_command("verify_cells", *arguments, stdout=said)
    return said.getvalue()


def test_computed_cells_are_right_at_every_level(settled):
    verdict = compare()
    assert verdict.cells == ReachCell.objects.count() + ActivityCell.objects.count() + TallyCell.objects.count()
    assert (verdict.drift, verdict.waiting) == ([], set())


def test_tallies_are_compared(settled):
    assert TallyCell.objects.exists()
    assert any(cell.startswith("tally") for cell in wrong_after(lambda: TallyCell.objects.update(numerator=77)))


def wrong_after(harm) -> list[str]:
    """Return the cells that are found wrong after some harm."""
    harm()
    return [found.cell for found in compare().drift]


@pytest.mark.parametrize("level", ["grid", "community", "street", "district"])
def test_one_number_that_is_wrong_is_found_at_every_level(settled, level):
    cell = ReachCell.objects.filter(level=level, grouping="all").order_by("pk").first()
    found = wrong_after(lambda: ReachCell.objects.filter(pk=cell.pk).update(contacts=50))
    assert len(found) == 1
    assert found[0].startswith(f"reach {level} ")


@pytest.mark.parametrize("table", [ReachCell, ActivityCell, TallyCell])
def test_missing_cell_is_found(settled, table):
    first = table.objects.order_by("pk").first()
    assert len(wrong_after(lambda: table.objects.filter(pk=first.pk).delete())) == 1


@pytest.mark.parametrize(
    "key", [{"period": "1999-01"}, {"grouping": "nobody"}, {"area_id": 999_999}], ids=lambda key: next(iter(key))
)
def test_cell_that_should_not_be_there_is_found(settled, key):
    cell = ReachCell.objects.filter(level="grid").order_by("pk").first()
    for name, value in key.items():
        setattr(cell, name, value)
    assert len(wrong_after(lambda: cell.save(force_insert=True))) == 1


def test_change_that_waits_is_late_and_not_wrong(settled, register, grids, community):
    register.resident(grids[0])
    verdict = compare()
    assert (verdict.drift, verdict.waiting) == ([], {community.code})
    assert verdict.cells == 0


def test_figures_of_yesterday_are_late_and_not_wrong(settled, community):
    Freshness.objects.update(as_of=timezone.localdate() - timedelta(days=1))
    assert compare().waiting == {community.code}


def test_tallies_that_follow_later_are_not_compared_meanwhile(settled):
    Freshness.objects.update(tallied_for=None)
    assert wrong_after(lambda: TallyCell.objects.update(numerator=77)) == []


def test_command_settles_first_and_tells_how_much_it_compared(settled, register, grids):
    register.resident(grids[0])
    assert "0 个不一致" in verify("--all")
    assert not DirtyMark.objects.exists()
    assert CellCheck.objects.get().cells > 100


def test_command_told_not_to_settle_names_what_waits(settled, register, grids, community):
    register.resident(grids[0])
    assert community.code in verify("--all", "--no-refresh")
    assert DirtyMark.objects.exists()


def test_command_fails_on_drift_and_keeps_the_first_differences(settled):
    ReachCell.objects.filter(grouping="all").update(often=1)
    with pytest.raises(CommandError, match="不一致"):
        verify("--all")
    check = CellCheck.objects.get()
    assert check.drifted == len(check.drift) == ReachCell.objects.filter(grouping="all").count()
    assert [numbers[6] for numbers in check.drift[0][1:]] == [1, 0]


def test_no_more_than_fifty_differences_are_kept(settled):
    ReachCell.objects.update(often=1)
    with pytest.raises(CommandError):
        verify("--all")
    check = CellCheck.objects.get()
    assert len(check.drift) == 50 < check.drifted


def test_area_limits_what_is_compared(settled, foreign_grid, register, street):
    register.resident(foreign_grid)
    settle()
    ReachCell.objects.filter(level="grid", area_id=foreign_grid.pk).update(often=1)
    assert "0 个不一致" in verify("--all", "--area", street.code)
    with pytest.raises(CommandError):
        verify("--all", "--area", foreign_grid.community.code)


def test_sample_is_about_as_large_as_asked_for_and_takes_every_level(settled):
    ReachCell.objects.update(often=1)
    verdict = compare(sample=150)
    assert 150 <= verdict.cells < 250
    assert {found.cell.split(" ")[1] for found in verdict.drift} == {"grid", "community", "street", "district"}


@pytest.mark.parametrize("arguments", [["--area", "99"], ["--sample", "0"]])
def test_command_refuses_nonsense(db, arguments):
    with pytest.raises(CommandError, match=r"没有|至少"):
        verify(*arguments)


def test_nightly_task_keeps_a_check_of_every_street(settled, foreign_grid, register):
    register.resident(foreign_grid)
    verify_figures()
    check = CellCheck.objects.get()
    assert check.finished_at
    assert check.drifted == 0 < check.cells


def test_parked_community_is_late_and_not_wrong(settled, register, grids, community):
    RefreshAttempt.objects.create(community=community, attempts=2, started_at=timezone.now())
    register.resident(grids[0])
    assert community.code in verify("--all")


@pytest.mark.django_db(transaction=True)
def test_comparing_sees_one_moment_and_negative_control_without_the_snapshot_it_does_not(settled, register, grids):
    def arrives() -> None:
        register.resident(grids[0])
        settle()

    with snapshot():
        before = ReachCell.objects.filter(level="grid").values_list("pk", "population")
        seen = list(before)
        in_other_connection(arrives)
        assert list(before.all()) == seen
    with transaction.atomic():
        in_other_connection(arrives)
        assert list(before.all()) != seen


@pytest.mark.django_db(transaction=True)
def test_comparing_writes_nothing(settled):
    with snapshot(), connection.cursor() as cursor:
        cursor.execute("show transaction_read_only")
        assert cursor.fetchone() == ("on",)


def test_somebody_entered_before_his_birth_is_counted_alike(register, grids):
    today = timezone.localdate()
    register.resident(grids[0], born=today, since=today - timedelta(days=60))
    settle()
    assert compare().drift == []
