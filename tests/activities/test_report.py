"""Reporting what was planned, and changing a report: what it starts with, what it does to the street's verdict."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities.models import Activity, ActivityKind, Outsider, Participation, SignUp
from tests.activities.test_log import filled

YESTERDAY = timezone.now() - timedelta(days=1)


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def plan(register, community, worker):
    """A published activity that took place yesterday, and that nobody has reported."""
    return register.activity(community, worker, title="端午包粽子", status="published", starts_at=YESTERDAY)


def edit(page, activity, **changes):
    """Send the form of an activity as it was opened, with changes."""
    starts_at = timezone.localtime(activity.starts_at).strftime("%Y-%m-%dT%H:%M")
    data = filled(kind=activity.kind_id, starts_at=starts_at, version=activity.version) | changes
    response = page.post(reverse("activities:edit", args=[activity.pk]), data)
    activity.refresh_from_db()
    return response


def test_reporting_makes_it_held_and_says_who_reported(page, plan, worker, resident):
    edit(page, plan, residents=[resident.pk], heads="5")
    assert (plan.status, plan.reported_by, plan.unnamed_count, plan.version) == ("held", worker, 4, 2)
    assert plan.phase == Activity.Phase.REPORTED
    assert AuditEvent.objects.filter(action="activity.report", object_id=str(plan.pk)).exists()


def test_report_keeps_how_long_it_lasted(page, plan):
    lasted = plan.ends_at - plan.starts_at
    edit(page, plan, starts_at=timezone.localtime(YESTERDAY - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"))
    assert plan.ends_at - plan.starts_at == lasted


def test_plan_of_tomorrow_cannot_be_reported(page, plan):
    tomorrow = timezone.localtime() + timedelta(days=1)
    response = edit(page, plan, starts_at=tomorrow.strftime("%Y-%m-%dT%H:%M"))
    assert "活动时间在将来" in response.content.decode()
    assert plan.status == "published"


def test_form_opens_with_who_signed_up_and_who_checked_in(page, plan, register, grids, resident):
    came = register.resident(grids[1], name="诸葛孔明")
    plan.participations.create(resident=came, grid=grids[1])
    SignUp.objects.create(activity=plan, resident=resident, name=resident.name)
    SignUp.objects.create(activity=plan, name="外地朋友", phone_kept="1991234")
    response = page.get(reverse("activities:edit", args=[plan.pk]))
    text = response.content.decode()
    assert list(response.context["residents"]) == [resident]
    assert f'value="{came.pk}" data-label="诸**明"' in text
    assert "外**友 1234" in text
    assert "外地朋友" not in text


def test_somebody_who_signed_up_comes_as_outsider_by_key(page, plan):
    sign_up = SignUp.objects.create(activity=plan, name="外地朋友", phone_kept="1991234")
    edit(page, plan, outsiders=[f"s{sign_up.pk}"], heads="")
    assert plan.outsiders.values_list("name", "tail").get() == ("外地朋友", "1234")


def test_people_of_one_form_are_unknown_to_the_next(page, plan):
    sign_up = SignUp.objects.create(activity=plan, name="外地朋友", phone_kept="1991234")
    assert "外**友" in page.get(reverse("activities:edit", args=[plan.pk])).content.decode()
    assert "外**友" not in page.get("/activities/new/").content.decode()
    assert page.post("/activities/new/", filled(outsiders=[f"s{sign_up.pk}"])).context["form"].errors["outsiders"]


def test_sign_up_of_another_activity_is_nobody(page, plan, register, community, worker):
    other = register.activity(community, worker, status="published", starts_at=YESTERDAY - timedelta(days=9))
    sign_up = SignUp.objects.create(activity=other, name="外地朋友")
    response = edit(page, plan, outsiders=[f"s{sign_up.pk}"])
    assert response.context["form"].errors["outsiders"]
    assert not plan.outsiders.exists()


def test_change_makes_those_who_came_exactly_these(page, worker, resident, register, grids, community):
    activity = register.activity(community, worker, resident, starts_at=YESTERDAY)
    kept, _dropped = (Outsider.objects.create(activity=activity, name=name) for name in ("王外来", "李外来"))
    other = register.resident(grids[1])
    edit(page, activity, residents=[other.pk], outsiders=[f"o{kept.pk}"])
    assert list(activity.participations.values_list("resident", flat=True)) == [other.pk]
    assert list(activity.outsiders.all()) == [kept]


def test_change_of_the_day_looks_up_the_grids_again(page, worker, register, grids, community):
    person = register.resident(grids[0], until=timezone.localdate() - timedelta(days=10))
    person.spells.create(grid=grids[1], since=timezone.localdate() - timedelta(days=10))
    activity = register.activity(community, worker, person, starts_at=YESTERDAY)
    earlier = timezone.localtime() - timedelta(days=20)
    edit(page, activity, residents=[person.pk], starts_at=earlier.strftime("%Y-%m-%dT%H:%M"))
    assert activity.participations.get().grid == grids[0]


def test_who_moved_away_since_stays_and_counts(page, worker, resident, register, community, foreign_grid):
    moved = register.resident(foreign_grid)
    activity = register.activity(community, worker, resident, moved, starts_at=YESTERDAY)
    refused = edit(page, activity, residents=[resident.pk], heads="1")
    assert "已有 2 人" in refused.content.decode()
    edit(page, activity, residents=[resident.pk], heads="2")
    assert activity.participations.count() == 2


def test_change_of_a_verified_one_says_so_and_clears_it(page, worker, street_officer, register, community):
    verdict = {"verified_at": timezone.now(), "verified_by": street_officer}
    activity = register.activity(
        community, worker, starts_at=YESTERDAY, **verdict, reported_at=YESTERDAY, reported_by=worker
    )
    opened = page.get(reverse("activities:edit", args=[activity.pk])).content.decode()
    assert "核验会取消" in opened
    edit(page, activity)
    assert (activity.verified_at, activity.verified_by) == (None, None)


def test_one_sent_back_waits_again_once_changed(page, worker, register, community):
    back = {"returned_at": timezone.now(), "return_reason": "人数不对"}
    activity = register.activity(
        community, worker, starts_at=YESTERDAY, **back, reported_at=YESTERDAY, reported_by=worker
    )
    assert "人数不对" in page.get(reverse("activities:edit", args=[activity.pk])).content.decode()
    edit(page, activity)
    assert activity.phase == Activity.Phase.REPORTED


def test_who_checked_in_while_the_form_was_open_stays_and_counts(page, worker, resident, register, grids, community):
    activity = register.activity(community, worker, resident, starts_at=YESTERDAY)
    opened = page.get(reverse("activities:edit", args=[activity.pk])).context["form"]["opened_at"].value()
    late = register.resident(grids[0])
    Participation.objects.create(activity=activity, resident=late, grid=grids[0], recorded_at=timezone.now())
    Outsider.objects.create(activity=activity, name="赵云")
    edit(page, activity, residents=[], heads="5", opened_at=str(opened))
    assert list(activity.participations.values_list("resident", flat=True)) == [late.pk]
    assert (activity.outsiders.count(), activity.unnamed_count) == (1, 3)


def test_second_of_two_editors_sees_both_and_then_wins(page, worker, register, community):
    activity = register.activity(community, worker, starts_at=YESTERDAY, title="旧名")
    Activity.objects.filter(pk=activity.pk).update(title="别人的", version=2)
    response = edit(page, activity, title="我的", version=1)
    assert {("别人的", "我的")} <= {(it.theirs, it.mine) for it in response.context["form"].conflict}
    assert activity.title == "别人的"
    edit(page, activity, title="我的", version=response.context["form"]["version"].value())
    assert activity.title == "我的"


@pytest.mark.parametrize("fields", [{"status": "cancelled", "cancel_reason": "x"}, {"kind": "入户走访"}])
def test_what_is_cancelled_or_a_visit_has_no_report_here(page, worker, register, community, fields):
    activity = register.activity(community, worker, **fields)
    assert page.get(reverse("activities:edit", args=[activity.pk])).status_code == 404


def test_changed_to_confidential_no_name_is_kept(page, worker, resident, register, community):
    activity = register.activity(community, worker, resident, starts_at=YESTERDAY)
    edit(page, activity, kind=ActivityKind.objects.get(name="心理疏导").pk)
    assert not activity.participations.exists()
