"""The auditor's pages: found by what is asked for, read without codes, and only of the own street and what is above."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import chain
from accounts.audit import label_of, record, record_failed_sign_in, record_of_system
from accounts.models import AuditEvent
from grids.models import Building, Household, Resident
from tests.tampering import tamper

TODAY = timezone.localdate


@pytest.fixture
def browser(client, auditor):
    client.force_login(auditor)
    return client


@pytest.fixture
def event(worker, community):
    return record("activity.log", by=worker, target=worker, area_code=community.code, people=3)


@pytest.fixture
def rung(monkeypatch):
    """Note which tasks are rung."""
    tasks = []
    monkeypatch.setattr("accounts.views.audit.ring", tasks.append)
    return tasks


def list_found(browser, **query):
    """Return the events on the page of this search."""
    return [entry.event for entry in browser.get("/audit/", query).context["entries"]]


def test_event_is_seen_in_the_own_street_in_words(browser, event):
    page = browser.get("/audit/")
    entry = page.context["entries"][0]
    assert (entry.event, entry.words, entry.area) == (event, "记下活动", "多福社区")
    assert "activity.log" not in page.content.decode()


def test_event_is_not_seen_from_another_street(browser, outsider, foreign_community):
    event = record("activity.log", by=outsider, target=outsider, area_code=foreign_community.code)
    assert list_found(browser) == list_found(browser, scope="above") == []
    assert browser.get(f"/audit/{event.pk}/").status_code == 404


@pytest.mark.parametrize("code", ["", "990101"])
def test_event_of_the_levels_above_is_seen_apart(browser, event, worker, code):
    above = record("account.create", by=worker, target=worker, area_code=code)
    assert list_found(browser) == [event]
    assert list_found(browser, scope="above") == [above]
    assert browser.get(f"/audit/{above.pk}/").status_code == 200


def test_log_is_newest_first_and_paged_by_key(browser, worker, community, django_assert_num_queries):
    events = [record("activity.log", by=worker, target=worker, area_code=community.code) for _number in range(51)]
    browser.get("/audit/")
    with django_assert_num_queries(8):  # session, user; events, three names of areas, alert, last check
        page = browser.get("/audit/")
    assert [entry.event for entry in page.context["entries"]] == events[:0:-1]
    assert [entry.event for entry in browser.get("/audit/" + page.context["next_url"]).context["entries"]] == events[:1]


def test_pages_keep_what_was_searched(browser, worker, community):
    for _number in range(51):
        record("activity.log", by=worker, target=worker, area_code=community.code)
    assert "kind=write" in browser.get("/audit/", {"kind": "write"}).context["next_url"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "write"}, ["activity.log"]),
        ({"kind": "export"}, ["figures.export"]),
        ({"kind": "sign_in"}, ["sign_in.fail"]),
        ({"account": "auditor"}, ["figures.export"]),
        ({"account": " worker (worker) "}, ["sign_in.fail", "activity.log"]),
        ({"account": "nobody"}, []),
        ({"resident": "77"}, ["activity.log"]),
        ({"object_type": "resident", "object_id": "77"}, ["activity.log"]),
        ({"resident": "7"}, []),
    ],
)
def test_search_narrows(browser, worker, auditor, community, query, found):
    resident = worker._meta.model(pk=77)
    record("activity.log", by=worker, target=resident, area_code=community.code)
    tamper("update accounts_auditevent set object_type = 'resident'")
    record("figures.export", by=auditor, target=auditor, area_code=community.code)
    record_failed_sign_in("worker")
    assert [event.action for event in list_found(browser, **query)] == found


@pytest.mark.parametrize(
    ("since", "until", "count"), [(0, 0, 1), (-2, -1, 1), (-3, -2, 0), (-1, None, 2), (None, -1, 1), (1, None, 0)]
)
def test_search_by_days_includes_both(browser, worker, community, since, until, count):
    for _number in range(2):
        record("activity.log", by=worker, target=worker, area_code=community.code)
    tamper(
        "update accounts_auditevent set at = at - interval '1 day' where id = (select min(id) from accounts_auditevent)"
    )
    days = {"since": since, "until": until}
    query = {name: TODAY() + timedelta(days=back) for name, back in days.items() if back is not None}
    assert len(list_found(browser, **query)) == count


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-02-30"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"kind": "x"},
        {"scope": "x"},
        {"resident": "-1"},
        {"resident": "9" * 30},
    ],
)
def test_search_that_makes_no_sense_is_said(browser, event, query):
    page = browser.get("/audit/", query)
    assert page.status_code == 200
    assert page.context["entries"] == []
    assert "invalid-feedback" in page.content.decode()


@pytest.mark.parametrize("after", ["x", "-1", "²", "9" * 30])
def test_nonsense_as_a_page_is_no_crash(browser, event, after):
    assert browser.get("/audit/", {"after": after}).status_code == 200


@pytest.mark.parametrize(
    ("action", "kind"), [("grid.change", "write"), ("needkind.add", "write"), ("grid.export", "export")]
)
def test_deeds_of_the_administration_site_are_found_by_kind(browser, worker, community, action, kind):
    event = record(action, by=worker, target=community, area_code=community.code)
    assert list_found(browser, kind=kind) == [event]


def test_event_says_that_it_is_as_it_was_linked(browser, event):
    assert "还没有编入链条" in browser.get(f"/audit/{event.pk}/").content.decode()
    chain.link_waiting()
    assert "链条的第 1 条，内容和编入时一样" in browser.get(f"/audit/{event.pk}/").content.decode()


def test_event_that_was_touched_says_so(browser, event):
    chain.link_waiting()
    tamper("update accounts_auditevent set actor = 'x'")
    assert "内容和编入时不一样" in browser.get(f"/audit/{event.pk}/").content.decode()


def test_chain_page_shows_the_head_to_note_down(browser, event):
    chain.link_waiting()
    assert str(chain.verify_chain().head) in browser.get("/audit/chain/").content.decode()


def test_check_is_started_from_the_page(browser, event, rung):
    answer = browser.post("/audit/chain/")
    assert answer.headers["Location"] == "/audit/chain/"
    assert rung == ["accounts.tasks.verify_audit_log"]


def test_broken_chain_is_said_on_the_first_page(browser, event, settings, tmp_path):
    settings.AUDIT_HEADS = tmp_path / "heads.txt"
    chain.link_waiting()
    chain.check_and_note()
    assert "处不对" not in browser.get("/audit/").content.decode()
    tamper("update accounts_auditevent set actor = 'x' where id = %s", event.pk)
    chain.check_and_note()
    assert "审计记录有 1 处不对" in browser.get("/audit/").content.decode()


@pytest.mark.parametrize(("accounts", "said"), [(0, False), (2, True)])
def test_unusual_access_of_yesterday_is_said_on_the_first_page(browser, street, accounts, said):
    yesterday = (TODAY() - timedelta(days=1)).isoformat()
    record_of_system("audit.unusual", object_type="street", area_code=street.code, day=yesterday, accounts=accounts)
    assert ("个账号的查看不寻常" in browser.get("/audit/").content.decode()) is said


def test_unusual_page_leads_to_the_events(browser, worker, community, settings, django_assert_num_queries):
    settings.UNUSUAL_EXPORTS = 0
    event = record("figures.export", by=worker, target=worker, area_code=community.code)
    browser.get("/audit/unusual/")
    with django_assert_num_queries(3):  # session, user, and one count of four weeks
        page = browser.get("/audit/unusual/", {"day": TODAY().isoformat()})
    assert list(page.context["found"]) == [label_of(worker)]
    assert list_found(browser, since=TODAY(), until=TODAY(), account=label_of(worker), kind="export") == [event]


@pytest.mark.parametrize("day", ["x", "2026-02-30", "0001-01-01", "9999-01-01"])
def test_unusual_page_refuses_a_day_that_is_none(browser, event, day):
    page = browser.get("/audit/unusual/", {"day": day})
    assert page.status_code == 200
    assert page.context["found"] == {}
    assert "invalid-feedback" in page.content.decode()


def test_who_looked_is_told_with_purpose(client, worker, admin, resident):
    AuditEvent.objects.create(
        action="resident.unmask",
        actor=label_of(admin),
        object_type="resident",
        object_id=str(resident.pk),
        area_code=resident.community.code,
        detail={"field": "phone", "purpose": "call"},
    )
    client.force_login(worker)
    look = client.get(f"/residents/{resident.pk}/looks/").context["looks"][0]
    assert (look.actor, look.what, look.purpose) == ("admin (admin)", "查看居民完整信息 · 手机号", "电话联系")


def test_looks_at_others_and_long_ago_are_not_told(client, worker, resident):
    detail = {"page": "grids:resident"}
    for key in (resident.pk, resident.pk + 1):
        AuditEvent.objects.create(
            action="resident.read", actor="x", object_type="resident", object_id=str(key), area_code="", detail=detail
        )
    client.force_login(worker)
    assert len(client.get(f"/residents/{resident.pk}/looks/").context["looks"]) == 1
    tamper("update accounts_auditevent set at = at - interval '13 months'")
    assert client.get(f"/residents/{resident.pk}/looks/").context["looks"] == []


@pytest.mark.reads
def test_look_through_the_household_is_told(client, worker, resident):
    home = Household.objects.create(building=Building.objects.create(grid=resident.grid, name="1号楼"), room="101")
    Resident.objects.filter(pk=resident.pk).update(household=home)
    client.force_login(worker)
    client.get(f"/residents/households/{home.pk}/")
    looks = client.get(f"/residents/{resident.pk}/looks/").context["looks"]
    assert [(look.actor, look.what) for look in looks] == [("worker (worker)", "住户")]
