"""Tasks that end badly: counted before they run, parked after two bad ends, tried again when somebody says so."""

import pytest
from celery import current_app
from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone

from config.celery import app
from operations import parking
from operations.checks import check_time_limits
from operations.models import TaskRun
from operations.parking import CountedTask, begin, describe
from operations.task_names import TASK_NAMES

NAME = "imports.tasks.undo_import"


class Poison:
    """What a task does: fails with the error given, as often as it is asked."""

    def __init__(self) -> None:
        self.calls, self.error = 0, ValueError("张三 210102195001011234")

    def __call__(self, *_args):
        self.calls += 1
        if self.error:
            raise self.error


@pytest.fixture
def poison(db, monkeypatch):
    monkeypatch.setattr(parking, "RECOVERY_PAUSES", (0,))
    return Poison()


@pytest.fixture
def task(poison):
    """A task of our class, run as a worker runs it."""
    counted = type("undo", (CountedTask,), {"name": NAME, "run": staticmethod(poison), "abstract": False})()
    counted.bind(app)

    def run(*args):
        counted.push_request(called_directly=False)
        try:
            counted(*args)
        except Exception as error:  # noqa: BLE001 - as a worker does
            return error
        finally:
            counted.pop_request()
        return None

    return run


def test_every_task_of_the_portal_is_counted_and_has_words():
    app.loader.import_default_modules()
    ours = {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}
    assert set(ours) == set(TASK_NAMES)
    assert all(isinstance(task, CountedTask) for task in ours.values())


def test_only_counted_tasks_go_back_on_the_queue_when_their_process_dies():
    app.loader.import_default_modules()
    requeued = {name for name in TASK_NAMES if current_app.tasks[name].reject_on_worker_lost}
    assert requeued == {name for name in TASK_NAMES if name.rpartition("_")[2] in ("import", "export")}


def test_task_that_ends_well_leaves_no_row(task, poison):
    poison.error = None
    task(7)
    assert (poison.calls, TaskRun.objects.count()) == (1, 0)


def test_task_that_fails_twice_is_parked_and_runs_no_third_time(task, poison):
    for _ring in range(4):
        task(7)
    run = TaskRun.objects.get()
    assert (poison.calls, run.attempts, run.arguments) == (2, 2, [7])
    assert run.parked_at


def test_task_that_killed_two_workers_is_parked_without_a_reason(task, poison):
    for _worker in range(2):
        begin(NAME, [7])  # and never came back
    task(7)
    assert poison.calls == 0
    assert TaskRun.objects.parked().get().error == ""


def test_other_arguments_are_another_task(task, poison):
    for _ring in range(3):
        task(7)
    poison.error = None
    task(8)
    assert poison.calls == 3


def test_success_forgets_the_failure_before(task, poison):
    task(7)
    poison.error = None
    task(7)
    assert not TaskRun.objects.exists()


def test_database_that_restarts_is_not_counted_against_the_task(task, poison):
    poison.error = OperationalError("server closed the connection unexpectedly")
    for _ring in range(4):
        task(7)
    assert poison.calls == 4
    assert not TaskRun.objects.exists()


def test_reason_has_kind_and_place_but_no_data(task):
    task(7)
    error = TaskRun.objects.get().error
    assert error.startswith("ValueError tests/operations/test_parking.py:")
    assert "张三" not in error


def test_error_of_somebody_elses_code_names_our_line(db):
    with pytest.raises(DatabaseError) as raised, connection.cursor() as cursor:
        cursor.execute("select 1 / 0")
    assert "tests/operations/test_parking.py:" in describe(raised.value)


def test_task_of_the_clock_writes_no_row_while_it_works(task, poison, django_assert_num_queries):
    poison.error = None
    with django_assert_num_queries(1):
        task()
    assert not TaskRun.objects.exists()


def test_task_of_the_clock_is_never_parked_but_its_failure_shows(task, poison):
    for _ring in range(4):
        task()
    run = TaskRun.objects.troubled().get()
    assert (poison.calls, run.attempts, run.parked_at) == (4, 4, None)


def test_failure_of_a_task_of_the_clock_is_gone_after_it_worked(task, poison):
    task()
    poison.error = None
    task()
    assert not TaskRun.objects.exists()


def test_direct_call_is_not_counted(db, poison):
    counted = type("undo", (CountedTask,), {"name": NAME, "run": staticmethod(poison), "abstract": False})()
    counted.bind(app)
    with pytest.raises(ValueError, match="张三"):
        counted(7)
    assert not TaskRun.objects.exists()


def test_time_limits_of_the_portal_fit_each_other():
    assert check_time_limits() == []


def test_visibility_below_the_longest_task_is_refused(settings):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": settings.CELERY_TASK_TIME_LIMIT}
    assert [error.id for error in check_time_limits()] == ["operations.E001"]


def test_soft_limit_that_never_comes_is_refused(settings):
    settings.CELERY_TASK_SOFT_TIME_LIMIT = settings.CELERY_TASK_TIME_LIMIT
    assert [error.id for error in check_time_limits()] == ["operations.E002"]


def test_row_in_its_first_half_hour_is_at_work_and_not_troubled(db):
    TaskRun.objects.create(name=NAME, arguments=[7], attempts=1, begun_at=timezone.now())
    assert not TaskRun.objects.troubled().exists()
