"""The page on parked tasks: who sees what, trying again, giving up."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from operations import retention
from operations.models import TaskRun
from operations.parking import begin

PAGE = reverse("operations:tasks")
NAME = "imports.tasks.undo_import"


@pytest.fixture
def parked(db):
    """A task that was parked."""
    now = timezone.now()
    return TaskRun.objects.create(
        name=NAME, arguments=[7], attempts=2, begun_at=now, parked_at=now, error="ValueError imports/undo.py:12"
    )


@pytest.fixture
def rung(monkeypatch):
    """The tasks that were rung for."""
    rings = []
    monkeypatch.setattr("operations.views.ring", lambda *words: rings.append(words))
    return rings


def test_nothing_parked_says_so(client, admin):
    client.force_login(admin)
    assert "没有停下来的任务" in client.get(PAGE).content.decode()


def test_parked_task_is_named_in_words_with_its_reason(client, admin, parked):
    client.force_login(admin)
    text = client.get(PAGE).content.decode()
    assert "撤销导入 7" in text
    assert "imports/undo.py:12" in text
    assert "开始过 2 次" in text


def test_task_whose_process_vanished_says_that_there_is_no_reason(client, admin, parked):
    TaskRun.objects.update(error="")
    client.force_login(admin)
    assert "没有留下原因" in client.get(PAGE).content.decode()


def test_retry_rings_and_is_audited(client, admin, parked, rung):
    client.force_login(admin)
    answer = client.post(reverse("operations:task-retry", args=[parked.pk]), follow=True)
    assert "已重新安排" in answer.content.decode()
    assert rung == [(NAME, 7)]
    assert not TaskRun.objects.exists()
    assert AuditEvent.objects.get(action="task.retry").detail == {"task": NAME, "arguments": [7]}


def test_dropped_task_is_not_run_though_it_is_rung(client, admin, parked):
    client.force_login(admin)
    client.post(reverse("operations:task-drop", args=[parked.pk]))
    assert begin(NAME, [7]) is False
    assert "不再执行的任务" in client.get(PAGE).content.decode()
    assert AuditEvent.objects.filter(action="task.drop").exists()


def test_dropped_task_can_be_tried_after_all(client, admin, parked, rung):
    client.force_login(admin)
    client.post(reverse("operations:task-drop", args=[parked.pk]))
    client.post(reverse("operations:task-retry", args=[parked.pk]))
    assert rung == [(NAME, 7)]
    assert begin(NAME, [7]) is True


def test_task_that_is_at_work_is_not_rung_twice(client, admin, parked, rung):
    TaskRun.objects.update(parked_at=None)
    client.force_login(admin)
    answer = client.post(reverse("operations:task-retry", args=[parked.pk]), follow=True)
    assert "没有停放" in answer.content.decode()
    assert rung == []


def test_task_that_is_gone_is_not_found(client, admin, db):
    client.force_login(admin)
    assert client.post(reverse("operations:task-retry", args=[1])).status_code == 404


def test_interrupted_task_is_shown_after_its_time_limit(client, admin, parked, settings):
    late = timezone.now() - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 1)
    TaskRun.objects.update(parked_at=None, error="", begun_at=late)
    client.force_login(admin)
    assert "待重试" in client.get(PAGE).content.decode()


def test_queries_do_not_grow_with_tasks(client, admin, parked, django_assert_max_num_queries):
    begun = {"begun_at": timezone.now(), "error": "ValueError"}
    TaskRun.objects.bulk_create(TaskRun(name=NAME, arguments=[n], attempts=1, **begun) for n in range(20, 60))
    client.force_login(admin)
    with django_assert_max_num_queries(12):
        client.get(PAGE)


def test_dropped_task_is_not_forgotten_with_the_parked_ones(parked):
    long_ago = timezone.now() - timedelta(days=retention.DAYS + 1)
    TaskRun.objects.update(parked_at=long_ago)
    dropped = TaskRun.objects.create(
        name=NAME, arguments=[8], begun_at=long_ago, parked_at=long_ago, dropped_at=long_ago
    )
    assert retention.RULES[0].apply() == 1
    assert TaskRun.objects.get() == dropped
