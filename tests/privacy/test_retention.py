"""What has had its time is deleted, what is counted stays, and figures are the same before and after."""

import io
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Outsider, Participation, SignUp
from activities.signups import describe
from communities.batches import in_batches
from communities.personal import Rule
from grids.forgetting import due_residents
from grids.masking import FORGOTTEN
from grids.models import Residence, Resident
from indicators.engine.cells import refresh_community
from indicators.models import ActivityCell, ReachCell
from privacy import retention
from privacy.retention import APPLIED, RULES_BY_CODE, apply_rules, count_due
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def years_back(years):
    return timezone.localdate() - timedelta(days=366 * years)


@pytest.fixture
def left(register, grids):
    """Somebody who moved out more than three years ago."""
    person = register.resident(grids[0], name="王秀英", until=years_back(3), born=date(1950, 6, 17))
    Residence.objects.filter(resident=person).update(end_reason="moved_out")
    return person


def test_who_left_long_ago_is_forgotten(left):
    apply_rules()
    left.refresh_from_db()
    assert (left.name, left.initials, left.id_kept, left.phone_kept) == (FORGOTTEN, "", "", "")
    assert (left.id_number, left.id_hash, left.id_tail, left.phone, left.phone_hash) == (None,) * 5
    assert left.birth_date == date(1950, 6, 1)
    assert not due_residents().exists()


@pytest.mark.parametrize("until", [None, "recent"])
def test_who_lives_here_or_left_lately_stays(until, register, grids):
    end = None if until is None else timezone.localdate() - timedelta(days=300)
    person = register.resident(grids[0], name="张建国", until=end)
    apply_rules()
    person.refresh_from_db()
    assert person.name == "张建国"


def read_cells():
    """Return all figures of reach and activities."""
    return [list(model.objects.order_by("pk").values_list(*names)) for model, names in CELLS]


CELLS = [
    (ReachCell, ("level", "area_id", "period", "grouping", "population", "reached", "contacts")),
    (ActivityCell, ("level", "area_id", "period", "held", "named", "outsiders", "unnamed")),
]


def test_figures_are_the_same_before_and_after(left, resident, register, community, worker, grids):
    activity = register.activity(community, worker, resident)
    old = register.activity(community, worker, left, day=years_back(4))
    Outsider.objects.create(activity=old, name="李外来", tail="1234")
    Outsider.objects.create(activity=old, name="李外来", tail="5678")
    SignUp.objects.create(activity=old, name="李外来")
    refresh_community(community.pk)
    before = read_cells()
    apply_rules()
    refresh_community(community.pk)
    assert read_cells() == before
    assert before[0]
    assert Participation.objects.filter(activity__in=(activity, old)).count() == 2
    assert sorted(Outsider.objects.values_list("name", "tail")) == [(FORGOTTEN, "0000"), (FORGOTTEN, "0001")]


def test_phones_of_sign_ups_go_a_quarter_after_the_activity(register, community, worker):
    old = register.activity(community, worker, day=timezone.localdate() - timedelta(days=100))
    new = register.activity(community, worker, day=timezone.localdate() - timedelta(days=20))
    for activity in (old, new):
        describe(activity, "王秀英", "19912345678").save()
    apply_rules()
    kept = {wish.activity_id: (wish.name, wish.phone_kept, wish.phone is None) for wish in SignUp.objects.all()}
    assert kept == {old.pk: (FORGOTTEN, "", True), new.pk: ("王秀英", "1995678", False)}


def test_applications_without_answer_go_and_registered_volunteers_stay(community):
    long_ago = timezone.now() - timedelta(days=200)
    for days in (None, date(2020, 1, 1)):
        Volunteer.objects.create(
            community=community, name="李志愿", birth_date=date(1990, 1, 1), applied_at=long_ago, registered_on=days
        )
    apply_rules()
    assert Volunteer.objects.get().registered_on == date(2020, 1, 1)


def test_dry_run_says_what_is_due_and_deletes_nothing(left):
    said = io.StringIO()
    call_command("apply_retention", dry_run=True, stdout=said)
    assert f"{RULES_BY_CODE['register'].what}：1 条到期" in said.getvalue()
    assert Resident.objects.get(pk=left.pk).name == "王秀英"
    assert not AuditEvent.objects.filter(action=APPLIED).exists()


def test_run_leaves_one_record_of_counts(left):
    call_command("apply_retention", stdout=io.StringIO())
    event = AuditEvent.objects.get(action=APPLIED)
    assert event.detail["register"] == 1
    assert "王秀英" not in str(event.detail)


def test_failing_rule_keeps_no_other_from_its_work(left, monkeypatch, caplog):
    def fail():
        raise DatabaseError

    monkeypatch.setattr(retention, "RULES", [Rule("bad", "", "", "", fail, fail), RULES_BY_CODE["register"]])
    assert apply_rules() == {"bad": -1, "register": 1}


@pytest.mark.django_db(transaction=True)
def test_rule_that_loses_its_session_keeps_no_other_from_its_work(left, monkeypatch):
    def lose():
        with connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(retention, "RULES", [Rule("bad", "", "", "", None, lose), RULES_BY_CODE["register"]])
    assert apply_rules() == {"bad": -1, "register": 1}
    assert AuditEvent.objects.filter(action=APPLIED).exists()


def test_counts_agree_with_what_is_done(left):
    due = count_due()
    assert {code: count for code, count in apply_rules().items() if count} == {c: n for c, n in due.items() if n}


def test_batches_are_bounded(register, grids, monkeypatch):
    monkeypatch.setattr("communities.batches.BATCH", 2)
    for _number in range(5):
        register.resident(grids[0])
    sizes = []
    assert in_batches(Resident.objects.all(), lambda batch: sizes.append(len(batch))) == 5
    assert sizes == [2, 2, 1]
