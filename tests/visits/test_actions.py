"""Writing visits and needs: the activity behind a visit, once and only once, corrections, answers."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Activity, Participation
from grids.models import Residence
from indicators.models import DirtyMark
from visits.actions import close_need, settle_follow_up, withdraw_visit
from visits.models import Need, NeedKind, Visit, VisitItem

REASON = Visit.WithdrawReason.TWICE


@pytest.fixture
def need(home, call):
    """An open need."""
    wish = Need(kind=NeedKind.objects.first(), wish="修楼道灯", due_on=timezone.localdate())
    return call(home, need=wish).needs.get()


@pytest.mark.parametrize("outcome", ["done", "follow_up"])
def test_visit_in_which_somebody_was_met_is_a_held_activity(home, resident, grids, worker, call, outcome):
    visit = call(home, outcome, resident)
    activity = Activity.objects.get()
    assert (activity.status, activity.kind, activity.title, activity.reported_by) == (
        "held",
        visit.kind,
        "入户走访",
        worker,
    )
    assert activity.ends_at - activity.starts_at == timedelta(minutes=visit.kind.usual_minutes)
    assert list(activity.target_grids.all()) == [grids[0]]
    assert list(Participation.objects.values_list("activity", "resident", "grid", "method")) == [
        (activity.pk, resident.pk, grids[0].pk, "visited")
    ]


@pytest.mark.parametrize("outcome", ["not_home", "declined"])
def test_visit_in_which_nobody_was_met_is_no_activity(home, resident, call, outcome):
    visit = call(home, outcome, resident)
    assert visit.activity is None
    assert Activity.objects.count() == Participation.objects.count() == 0


def test_database_keeps_outcome_and_activity_together(home, call):
    visit = call(home, "not_home")
    with pytest.raises(IntegrityError, match="visits_visit_counts_when_met"), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(outcome="done")


def test_visit_marks_the_grid_for_new_figures(home, resident, grids, call):
    DirtyMark.objects.all().delete()
    call(home, "done", resident)
    assert DirtyMark.objects.filter(grid=grids[0]).exists()


def test_same_token_is_saved_once(home, resident, call):
    token = uuid.uuid4()
    first, second = (call(home, "done", resident, token=token) for _number in range(2))
    assert first == second
    assert Visit.objects.count() == Activity.objects.count() == 1


def test_token_of_somebody_else_gives_nothing_away(home, resident, call, make_user, community):
    token = call(home, "done", resident).client_token
    with pytest.raises(ValidationError, match="已经用过"):
        call(home, "done", resident, token=token, by=make_user("other", "worker", community))
    assert Visit.objects.count() == Activity.objects.count() == 1


def test_visit_of_nobody_is_refused(home, call):
    with pytest.raises(ValidationError, match="见到了谁"):
        call(home, "done", others=0)


def test_somebody_unregistered_counts_as_a_head_without_name(home, call):
    assert call(home, "done", others=1).activity.unnamed_count == 1


@pytest.mark.parametrize(("days", "words"), [(-1, "将来"), (70, "两个月以前")])
def test_time_that_cannot_be_is_refused(home, call, days, words):
    with pytest.raises(ValidationError, match=words):
        call(home, days=days)
    assert not Visit.objects.exists()


def test_who_had_moved_out_by_then_is_named_and_nothing_saved(home, resident, call):
    Residence.objects.update(until=timezone.localdate() - timedelta(5))
    with pytest.raises(ValidationError, match=r"欧\*\*英 那天已经不住在这里"):
        call(home, "done", resident)
    assert Visit.objects.count() == Activity.objects.count() == 0


def test_visit_keeps_plans_items_and_need(home, make_plan, call):
    plans = [make_plan("甲"), make_plan("乙")]
    items = list(VisitItem.objects.all()[:2])
    need = Need(kind=NeedKind.objects.first(), wish="修灯", due_on=timezone.localdate())
    visit = call(home, plans=plans, items=items, need=need)
    assert set(visit.plans.all()) == set(plans)
    assert set(visit.items.all()) == set(items)
    assert visit.needs.get().wish == "修灯"


def test_visit_is_audited_without_names(home, resident, call):
    visit = call(home, "done", resident)
    event = AuditEvent.objects.get(action="visit.log", object_id=str(visit.pk))
    assert event.detail == {"outcome": "done", "people": 1, "needs": 0}


# --- Corrections


def test_withdrawn_visit_stays_and_its_activity_no_longer_counts(home, resident, worker, call):
    visit = withdraw_visit(call(home, "done", resident), reason=REASON, by=worker)
    activity = Activity.objects.get()
    assert (activity.status, activity.cancel_reason) == ("cancelled", "重复登记")
    assert (visit.withdrawn_by, visit.is_standing) == (worker, False)
    assert not Visit.objects.standing().exists()
    assert AuditEvent.objects.filter(action="visit.withdraw", object_id=str(visit.pk)).exists()


def test_visit_in_vain_can_be_withdrawn_too_but_only_once(home, worker, call):
    visit = call(home, "not_home")
    withdraw_visit(visit, reason=REASON, by=worker)
    with pytest.raises(ValidationError, match="已经撤销"):
        withdraw_visit(visit, reason=REASON, by=worker)


def test_need_of_a_withdrawn_visit_is_not_open(need, worker):
    assert list(Need.objects.open()) == [need]
    withdraw_visit(need.visit, reason=REASON, by=worker)
    assert not Need.objects.open().exists()


def test_follow_up_can_be_settled_without_a_visit_once(home, worker, call):
    visit = call(home, "follow_up", follow_up_on=timezone.localdate())
    settle_follow_up(visit, by=worker)
    assert not Visit.objects.to_follow_up().exists()
    with pytest.raises(ValidationError, match="处理过"):
        settle_follow_up(visit, by=worker)


# --- Needs


def test_need_is_closed_with_a_result_once(need, worker):
    close_need(need, result=Need.Result.REFERRED, by=worker)
    need.refresh_from_db()
    assert (need.result, need.closed_by) == ("referred", worker)
    assert AuditEvent.objects.get(action="need.close").detail == {"result": "referred"}
    with pytest.raises(ValidationError, match="已转有关单位"):
        close_need(need, result=Need.Result.DONE, by=worker)
