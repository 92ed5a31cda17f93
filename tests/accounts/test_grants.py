"""Lending roles: who may lend what to whom, and every way in which somebody could get more than was lent."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.grants import give_grant, withdraw_grant
from accounts.models import AuditEvent, Grant, User
from accounts.roles import HAND_OF_ROLE, Role
from communities.models import Community, Street

TODAY = timezone.localdate
AREAS = {Street: "street", Community: "community"}


@pytest.fixture
def colleague(make_user, neighbour_community):
    """A worker of another community of the same street."""
    return make_user("colleague", Role.WORKER, neighbour_community)


@pytest.fixture
def lent(worker, colleague):
    """The worker's own work, lent to the colleague today."""
    return give_grant(make(colleague, Role.WORKER, worker.community), by=worker)


def make(user, role, area, days=3, since=None):
    """Return an unsaved grant."""
    begin = since or TODAY()
    field = AREAS.get(type(area), "district")
    until = begin + timedelta(days=days - 1)
    return Grant(user=user, role=role, since=begin, until=until, reason=Grant.Reason.LEAVE, **{field: area})


def fields(user, **more):
    """Return the fields of the form that lends."""
    today = f"{TODAY():%F}"
    return {"username": user.username, "since": today, "until": today, "reason": "leave"} | more


def test_worker_lends_the_own_work(client, worker, colleague):
    client.force_login(worker)
    assert client.post("/grants/lend/", fields(colleague)).headers["Location"] == "/grants/"
    grant = Grant.objects.get()
    assert (grant.user, grant.role, grant.community, grant.by) == (colleague, Role.WORKER, worker.community, worker)
    assert AuditEvent.objects.filter(action="grant.give", area_code=worker.community.code).count() == 1


def test_what_is_lent_is_the_own_role_whatever_the_form_says(client, worker, colleague, street):
    client.force_login(worker)
    client.post("/grants/lend/", fields(colleague, role="data_admin", street=street.pk, area=street.pk))
    assert Grant.objects.get().role == Role.WORKER


def test_account_of_another_street_answers_like_nobody(client, worker, outsider):
    client.force_login(worker)
    pages = [client.post("/grants/lend/", fields(User(username=name))).content.decode() for name in ("outsider", "x")]
    assert all("没有这个启用中的账号" in page for page in pages)
    assert not Grant.objects.exists()


@pytest.mark.parametrize("name", ["auditor", "security_admin"])
def test_work_is_not_lent_to_who_watches(name, worker, request):
    with pytest.raises(ValidationError, match="分别由不同的人"):
        give_grant(make(request.getfixturevalue(name), Role.WORKER, worker.community), by=worker)


HOLDERS = {"worker": "", "auditor": "audit", "security_admin": "accounts", "platform_admin": "platform"}
MIXED = [
    (holder, role)
    for holder, own in [
        ("worker", ""),
        ("auditor", "audit"),
        ("security_admin", "accounts"),
        ("platform_admin", "platform"),
    ]
    for role, hand in HAND_OF_ROLE.items()
    if hand != own and role != Role.PLATFORM_ADMIN  # this one has no area, and cannot be lent at all
]


@pytest.mark.parametrize(("holder", "role"), MIXED)
def test_watching_roles_never_mix(holder, role, request, district_admin, platform_admin, street, district):
    user = request.getfixturevalue(holder)
    by, area = (platform_admin, district) if role == Role.DISTRICT_ADMIN else (district_admin, street)
    with pytest.raises(ValidationError):
        give_grant(make(user, role, area), by=by)


def test_auditor_of_another_street_stands_in(make_user, auditor, district_admin, foreign_street):
    substitute = make_user("substitute", Role.AUDITOR, foreign_street)
    assert give_grant(make(substitute, Role.AUDITOR, auditor.street), by=district_admin).is_valid(TODAY())


def test_nobody_lends_to_oneself(worker):
    with pytest.raises(ValidationError):
        give_grant(make(worker, Role.VOLUNTEER_COORDINATOR, worker.community), by=worker)


def test_worker_cannot_give_a_role_that_is_not_the_own(worker, colleague):
    with pytest.raises(ValidationError, match="不能授出"):
        give_grant(make(colleague, Role.VOLUNTEER_COORDINATOR, worker.community), by=worker)


def test_worker_cannot_lend_another_community(worker, colleague, foreign_community):
    with pytest.raises(ValidationError, match="不能授出"):
        give_grant(make(colleague, Role.WORKER, foreign_community), by=worker)


@pytest.mark.parametrize("by", ["grid_member", "auditor", "security_admin", "district_officer"])
def test_role_without_the_right_lends_nothing(by, request, colleague):
    giver = request.getfixturevalue(by)
    with pytest.raises(ValidationError, match=r"不能授出|分别由不同的人"):
        give_grant(make(colleague, giver.role, giver.area), by=giver)


def test_street_administrator_gives_a_role_in_hand(security_admin, colleague, community):
    assert give_grant(make(colleague, Role.WORKER, community), by=security_admin).is_valid(TODAY())


@pytest.mark.parametrize("role", [Role.DATA_ADMIN, Role.STREET_OFFICER])
def test_street_administrator_gives_no_role_of_the_street(role, security_admin, colleague, street):
    with pytest.raises(ValidationError, match="不能授出"):
        give_grant(make(colleague, role, street), by=security_admin)


def test_street_administrator_gives_nothing_in_another_street(security_admin, colleague, foreign_community):
    with pytest.raises(ValidationError, match="不能授出"):
        give_grant(make(colleague, Role.WORKER, foreign_community), by=security_admin)


@pytest.mark.parametrize(("days", "since"), [(32, 0), (1, -1), (1, 40)])
def test_days_are_few_and_soon(days, since, worker, colleague):
    with pytest.raises(ValidationError):
        give_grant(make(colleague, Role.WORKER, worker.community, days, TODAY() + timedelta(days=since)), by=worker)


def test_longest_grant_is_accepted(worker, colleague):
    assert give_grant(make(colleague, Role.WORKER, worker.community, 31), by=worker).pk


def test_same_grant_twice_is_refused(lent, worker, colleague):
    with pytest.raises(ValidationError, match="已有同样的授权"):
        give_grant(make(colleague, Role.WORKER, worker.community), by=worker)


def test_grant_ends_with_the_giver_s_account(lent, worker):
    assert fresh(lent).is_valid(TODAY())
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert not fresh(lent).is_valid(TODAY())


def test_grant_ends_when_the_giver_moves(lent, worker, neighbour_community):
    User.objects.filter(pk=worker.pk).update(community=neighbour_community)
    assert not fresh(lent).is_valid(TODAY())


def test_grant_ends_when_the_giver_gets_another_role(lent, worker):
    User.objects.filter(pk=worker.pk).update(role=Role.GRID_MEMBER)
    assert not fresh(lent).is_valid(TODAY())


def test_grant_ends_when_the_receiver_becomes_an_auditor(lent, colleague, street):
    User.objects.filter(pk=colleague.pk).update(role=Role.AUDITOR, community=None, street=street)
    assert not fresh(lent).is_valid(TODAY())


@pytest.mark.parametrize("shift", [-10, 10])
def test_grant_is_of_no_use_on_other_days(shift, lent):
    assert not fresh(lent).is_valid(TODAY() + timedelta(days=shift))


@pytest.mark.parametrize(("by", "code"), [("worker", 302), ("colleague", 302), ("security_admin", 302), ("admin", 404)])
def test_grant_is_ended_by_both_sides_and_by_who_keeps_accounts(by, code, client, lent, request):
    client.force_login(request.getfixturevalue(by))
    assert client.post(f"/grants/{lent.pk}/withdraw/").status_code == code
    assert (fresh(lent).withdrawn_on is not None) == (code == 302)


def test_withdrawing_twice_leaves_one_event(lent, worker):
    withdraw_grant(lent, by=worker)
    withdraw_grant(lent, by=worker)
    assert AuditEvent.objects.filter(action="grant.withdraw").count() == 1


def test_list_needs_as_many_queries_for_many_grants(client, worker, colleague, django_assert_max_num_queries):
    days = [TODAY() - timedelta(days=number) for number in range(20)]
    Grant.objects.bulk_create(make_row(colleague, worker, day) for day in days)
    client.force_login(colleague)
    with django_assert_max_num_queries(8):
        page = client.get("/grants/").content.decode()
    assert page.count("已结束") == 1


def make_row(user, by, day):
    """Return a grant of one day, as it stands in the database."""
    place = {"role": by.role, "community": by.community}
    return Grant(user=user, by=by, since=day, until=day, reason="leave", **place)


def fresh(grant):
    """Return the grant as the next request reads it."""
    return Grant.objects.with_people().get(pk=grant.pk)
