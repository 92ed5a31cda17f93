"""Working as a grant: what it opens, what it does not, and that it ends at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.acting import carry
from accounts.grants import give_grant, withdraw_grant
from accounts.models import AuditEvent, Grant, RoleRule, User
from accounts.roles import Permission, Role
from accounts.signing_in import owes_factor
from tests.register import make_grids


@pytest.fixture
def colleague(make_user, neighbour_community):
    """A worker of another community of the same street."""
    return make_user("colleague", Role.WORKER, neighbour_community)


@pytest.fixture
def lent(worker, colleague):
    """The worker's own work, lent to the colleague until the day after tomorrow."""
    today = timezone.localdate()
    days = {"since": today, "until": today + timedelta(days=2), "reason": "leave"}
    return give_grant(Grant(user=colleague, role=Role.WORKER, community=worker.community, **days), by=worker)


@pytest.fixture
def browser(client, colleague, lent):
    """The colleague's browser, working as the grant."""
    client.force_login(colleague)
    assert client.post(f"/grants/{lent.pk}/use/").headers["Location"] == "/"
    return client


def test_grant_opens_the_lent_area_and_closes_the_own(browser, resident, neighbour_community, register):
    register.resident(make_grids(neighbour_community, "第一网格")[0], name="诸葛亮")
    page = browser.get("/residents/").content.decode()
    assert resident.masked_name in page
    assert "诸*亮" not in page


def test_without_choosing_the_grant_nothing_opens(client, colleague, lent, resident):
    client.force_login(colleague)
    assert client.get(f"/residents/{resident.pk}/").status_code == 404


def test_every_page_says_so_and_leads_back(browser, worker, resident):
    assert f"正在代理{worker.community}的社区工作者" in browser.get("/").content.decode()
    assert browser.post("/grants/leave/").status_code == 302
    assert "正在代理" not in browser.get("/").content.decode()
    assert browser.get(f"/residents/{resident.pk}/").status_code == 404


def test_withdrawn_grant_ends_with_the_next_request(browser, lent, worker, resident):
    withdraw_grant(lent, by=worker)
    assert browser.get(f"/residents/{resident.pk}/").status_code == 404
    assert "代理已经结束" not in browser.get("/").content.decode()  # the page above has said so already


def test_next_page_says_that_the_grant_ended(browser, lent, worker):
    withdraw_grant(lent, by=worker)
    assert "代理已经结束" in browser.get("/").content.decode()
    assert "代理已经结束" not in browser.get("/").content.decode()


def test_closed_giver_ends_the_grant(browser, worker, resident):
    assert browser.get(f"/residents/{resident.pk}/").status_code == 200
    User.objects.filter(pk=worker.pk).update(is_active=False)
    assert browser.get(f"/residents/{resident.pk}/").status_code == 404


def test_grant_past_its_last_day_is_of_no_use(browser, lent, resident):
    day = timezone.localdate() - timedelta(days=1)
    Grant.objects.filter(pk=lent.pk).update(since=day, until=day)
    assert browser.get(f"/residents/{resident.pk}/").status_code == 404


def test_grant_of_somebody_else_cannot_be_used(client, lent, make_user, neighbour_community):
    client.force_login(make_user("third", Role.WORKER, neighbour_community))
    assert client.post(f"/grants/{lent.pk}/use/").status_code == 404


def test_session_that_names_another_s_grant_works_as_oneself(client, lent, make_user, neighbour_community, resident):
    client.force_login(make_user("third", Role.WORKER, neighbour_community))
    session = client.session
    session["acting_grant"] = lent.pk
    session.save()
    assert client.get(f"/residents/{resident.pk}/").status_code == 404


def test_grant_that_has_not_begun_cannot_be_used(client, lent, colleague):
    Grant.objects.filter(pk=lent.pk).update(since=lent.until)
    client.force_login(colleague)
    assert client.post(f"/grants/{lent.pk}/use/").headers["Location"] == "/grants/"
    assert "acting_grant" not in client.session


def test_other_session_of_the_account_works_as_oneself(browser, colleague, resident):
    other = Client()
    other.force_login(colleague)
    assert other.get(f"/residents/{resident.pk}/").status_code == 404


def test_lent_role_is_not_lent_on(browser, colleague):
    assert browser.get("/grants/lend/").status_code == 403
    assert colleague.may(Permission.DELEGATE)


def test_lent_right_to_keep_accounts_gives_no_grants(make_user, security_admin, district_admin, foreign_street, worker):
    substitute = make_user("substitute", Role.SECURITY_ADMIN, foreign_street)
    today = timezone.localdate()
    days = {"since": today, "until": today, "reason": "leave"}
    grant = Grant(user=substitute, role=Role.SECURITY_ADMIN, street=security_admin.street, **days)
    lent = give_grant(grant, by=district_admin)
    browser = Client()
    browser.force_login(substitute)
    browser.post(f"/grants/{lent.pk}/use/")
    form = {"username": "worker", "role": "coordinator", "area": worker.community_id} | days
    assert browser.post("/grants/give/", form).status_code == 200
    assert Grant.objects.count() == 1


def test_account_that_acts_is_not_saved_with_the_lent_role(colleague, lent):
    carry(colleague, lent)
    with pytest.raises(RuntimeError):
        colleague.save()
    with pytest.raises(RuntimeError):
        colleague.save(update_fields=["role"])
    assert User.objects.get(pk=colleague.pk).community != lent.community


def test_own_settings_are_kept_while_acting(browser, colleague, neighbour_community):
    User.objects.filter(pk=colleague.pk).update(email="a@example.com")
    assert browser.post("/mail/", {}).status_code == 302
    colleague.refresh_from_db()
    assert (colleague.wants_mail, colleague.community) == (False, neighbour_community)


def test_deeds_name_the_grant(browser, lent, resident, colleague):
    browser.post(f"/residents/{resident.pk}/unmask/", {"field": "name", "purpose": "call"})
    event = AuditEvent.objects.filter(action="resident.unmask").get()
    assert event.detail["grant"] == lent.pk
    assert colleague.username in event.actor


def test_looks_at_full_values_share_one_budget(browser, resident, settings, register, neighbour_community):
    settings.RESIDENT_UNMASK_BUDGET = 1
    neighbour = register.resident(make_grids(neighbour_community, "第一网格")[0], name="诸葛亮")
    look = {"field": "name", "purpose": "call"}
    assert resident.name in browser.post(f"/residents/{resident.pk}/unmask/", look).content.decode()
    browser.post("/grants/leave/")
    assert "达到每日上限" in browser.post(f"/residents/{neighbour.pk}/unmask/", look).content.decode()


def test_page_knows_how_long_the_own_session_lasts(client, street_officer, make_user, street, worker, settings):
    """A session lasts as its own account's role says: a page must not wait for that of the lent one."""
    colleague = make_user("on_foot", Role.WORKER, worker.community)
    grant = Grant(user=colleague, role=Role.STREET_OFFICER, street=street, reason="leave")
    grant.since = grant.until = timezone.localdate()
    give_grant(grant, by=street_officer)
    client.force_login(colleague)
    client.post(f"/grants/{grant.pk}/use/")
    assert client.get("/grants/").context["idle_seconds"] == settings.IDLE_SECONDS_ON_FOOT


def test_own_role_still_needs_its_factor_while_acting(colleague):
    RoleRule.objects.create(role=Role.WORKER, needs_second_factor=True)
    assert owes_factor(carry(colleague, Grant(user=User.objects.get(pk=colleague.pk), role=Role.AUDITOR)))
