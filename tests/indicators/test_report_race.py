"""Two first reports of one community at the same moment: one is saved, the other is told."""

from decimal import Decimal
from uuid import uuid4

import pytest

from activities.versions import StaleError
from indicators.models import FigureReport, ReportedFigure
from indicators.periods import Period
from indicators.reports.reporting import Answers, submit_report
from tests.indicators.report_help import QUARTER, noon
from tests.indicators.test_race import in_other_connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def submit(community, worker, time_machine):
    """Report a number of workers."""
    time_machine.move_to(noon(), tick=False)

    def run(number, token):
        answers = Answers({"S2-002": Decimal(number)}, {})
        return submit_report(community, Period.parse(QUARTER), answers, seen=0, token=token, by=worker)

    return run


@pytest.fixture
def overtaken(submit, monkeypatch):
    """Let another report be saved right before ours is, after we have seen that there is none."""

    def prepare(number, token):
        create = FigureReport.objects.create

        def late(**fields):
            monkeypatch.setattr(FigureReport.objects, "create", create)
            in_other_connection(lambda: submit(number, token))
            return create(**fields)

        monkeypatch.setattr(FigureReport.objects, "create", late)

    return prepare


def test_report_of_somebody_else_at_the_same_moment_is_not_written_over(submit, overtaken):
    overtaken(9, uuid4())
    with pytest.raises(StaleError):
        submit(12, uuid4())
    assert ReportedFigure.objects.get().value == 9


def test_form_sent_twice_at_the_same_moment_is_saved_once(submit, overtaken):
    token = uuid4()
    overtaken(12, token)
    report, changed = submit(12, token)
    assert (report.client_token, changed) == (token, False)
    assert ReportedFigure.objects.get().value == 12
