"""Two who turn one gap into work at the same moment: one plan, and the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from dashboards.gaps.work import plan_visits
from dashboards.models import GapWork
from tests.dashboards.asking import refresh
from tests.dashboards.gap_help import gap_of, settle

pytestmark = pytest.mark.django_db(transaction=True)


def test_gap_becomes_work_once(register, worker, street_officer, grids):
    settle([register.resident(grids[0], groups=["retired"]) for _n in range(12)], grids[0], doors=6)
    refresh()
    gap, together = gap_of(grids[0]), Barrier(2)

    def plan(user):
        together.wait(timeout=10)
        try:
            return plan_visits(gap=gap, by=user).work
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(plan, [worker, street_officer]))
    assert GapWork.objects.count() == 1
    assert sum("还没有结束" in str(answer) for answer in answers) == 1
