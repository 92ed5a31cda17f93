"""The page of party organisations: its numbers said once more in plain Python, nobody named, small numbers hidden."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.asking import Ask
from dashboards.party.page import list_tables, read
from indicators.areas import AreaRef
from indicators.periods import Period
from party.models import Meeting, Member, Membership, Office, Organisation, SlotExemption, Term

FOUNDED = date(2020, 1, 1)


@pytest.fixture
def branch(community):
    return Organisation.objects.create(kind="branch", name="第一支部", community=community, founded_on=FOUNDED)


@pytest.fixture
def other_branch(neighbour_community):
    return Organisation.objects.create(
        kind="branch", name="新村支部", community=neighbour_community, founded_on=FOUNDED
    )


@pytest.fixture
def group(branch):
    return Organisation.objects.create(
        kind="group", name="第一小组", parent=branch, community=branch.community, founded_on=FOUNDED
    )


@pytest.fixture
def quarter():
    """The last whole quarter, whose make-up days may be running."""
    return Period.containing(timezone.localdate(), "quarter").previous()


@pytest.fixture
def hold(register, worker):
    """Let an organisation hold a meeting on a day for the slot that begins on another."""

    def make(organisation, kind, start, day):
        activity = register.activity(organisation.community, worker, day=day)
        return Meeting.objects.create(activity=activity, organisation=organisation, kind=kind, slot_start=start)

    return make


@pytest.fixture
def join(register, grids):
    """Let so many people be members of a branch."""

    def make(branch, count):
        for _number in range(count):
            member = Member.objects.create(resident=register.resident(grids[0], name="欧阳秀英"))
            Membership.objects.create(member=member, organisation=branch, since=FOUNDED)

    return make


def ask(reader, area, period):
    return Ask(AreaRef.to(area), period, reader)


def months_of(quarter):
    """Return the first days of the quarter's months."""
    return [date(quarter.start.year, quarter.start.month + number, 1) for number in range(3)]


def table_of(content, code):
    return next(table for table in list_tables(content) if table.code == code)


def test_branch_that_held_nothing_owes_all(branch, quarter, worker, community):
    content = read(ask(worker, community, quarter))
    assert (content.total.due, content.total.done, content.total.missed) == (5, 0, 5)
    rows = [*table_of(content, "missed").rows, *table_of(content, "lapsed").rows]
    assert sorted(row[1] for row in rows) == sorted(["支部党员大会", "党课", *["主题党日"] * 3])


def test_what_can_still_be_made_up_for_stands_apart(branch, worker, community, monkeypatch):
    monkeypatch.setattr(Ask, "today", date(2026, 10, 10))
    content = read(ask(worker, community, Period("quarter", date(2026, 7, 1))))
    assert [tuple(row) for row in table_of(content, "missed").rows] == [
        ("第一支部", "主题党日", "2026年9月", "2026-10-15"),
        ("第一支部", "党课", "2026年第三季度", "2026-10-30"),
        ("第一支部", "支部党员大会", "2026年第三季度", "2026-10-30"),
    ]
    assert [row[2] for row in table_of(content, "lapsed").rows] == ["2026年7月", "2026年8月"]


def test_numbers_equal_a_count_in_plain_python(branch, group, other_branch, hold, quarter, street_officer, worker):
    months = months_of(quarter)
    for number, start in enumerate(months[:2]):
        hold(branch, "party_day", start, start + timedelta(9))
        hold(group, "group", start, start + timedelta(10 + number))
    hold(branch, "party_day", months[2], quarter.end + timedelta(4))  # made up
    hold(other_branch, "lecture", quarter.start, quarter.start + timedelta(40))
    SlotExemption.objects.create(
        organisation=other_branch, kind="members", slot_start=quarter.start, reason="换届", by=worker
    )
    # branch: 3 party days, 1 meeting, 1 lecture, and 3 of its group; the other: 3 party days, 1 lecture, 1 exempt
    due = 3 + 1 + 1 + 3 + 3 + 1
    done, made_up = 2 + 2 + 1, int(quarter.end + timedelta(4) <= timezone.localdate())
    total = read(ask(street_officer, branch.community.street, quarter)).total
    assert (total.due, total.done, total.made_up) == (due, done, made_up)


def test_meetings_of_groups_stand_in_the_line_of_their_branch(branch, group, hold, quarter, worker, community):
    for start in months_of(quarter)[:2]:
        hold(group, "group", start, start + timedelta(3))
    table = table_of(read(ask(worker, community, quarter)), "organisations")
    headings = [str(column.heading) for column in table.columns]
    assert [row[0] for row in table.rows] == ["第一支部"]
    assert str(table.rows[0][headings.index("党小组会")]) == "2/3"


def test_quarterly_meeting_counts_in_the_month_in_which_its_quarter_ends(branch, quarter, worker, community):
    due = {start.month: set() for start in months_of(quarter)}
    for start in months_of(quarter):
        content = read(ask(worker, community, Period.containing(start, "month")))
        due[start.month] = {slot.kind.value for slot in content.slots}
    months = list(due.values())
    assert months[0] == months[1] == {"party_day"}
    assert months[2] == {"party_day", "members", "lecture"}


def test_table_says_why_a_kind_has_no_column(branch, quarter, worker, community):
    [first, *_rest, last] = months_of(quarter)
    early = read(ask(worker, community, Period.containing(first, "month")))
    late = read(ask(worker, community, Period.containing(last, "month")))

    assert "没有支部党员大会、支委会、党小组会、党课一栏" in table_of(early, "organisations").note
    assert "没有支委会、党小组会一栏" in table_of(late, "organisations").note


def test_organisation_founded_later_owes_nothing_before(branch, quarter, worker, community):
    Organisation.objects.filter(pk=branch.pk).update(founded_on=quarter.end)
    assert read(ask(worker, community, quarter)).lines == []


def test_vacancies_and_terms_are_counted(branch, quarter, worker, community, branch_secretary):
    content = read(ask(worker, community, quarter))
    assert (content.vacant, content.overdue) == (1, 0)
    Office.objects.create(organisation=branch, post="secretary", user=branch_secretary, since=FOUNDED)
    Term.objects.create(organisation=branch, starts_on=FOUNDED, ends_on=FOUNDED + timedelta(365))
    content = read(ask(worker, community, quarter))
    assert (content.vacant, content.overdue) == (0, 1)
    assert table_of(content, "organisations").rows[0][-1] == "2020-12-31（超期未换届）"


@pytest.mark.parametrize(("count", "street_reads"), [(3, None), (5, 5)])
def test_small_numbers_of_members_are_hidden_above(
    count, street_reads, branch, other_branch, join, quarter, street_officer, worker, street, community
):
    join(branch, count)
    join(other_branch, 7)
    rows = table_of(read(ask(street_officer, street, quarter)), "organisations").rows
    assert {row[0]: row[-3] for row in rows} == {"第一支部": street_reads, "新村支部": 7}
    assert read(ask(street_officer, street, quarter)).members == (12 if street_reads else None)
    assert read(ask(worker, community, quarter)).members == count


def test_community_reads_its_own_only(branch, other_branch, quarter, worker, community):
    assert [line.organisation for line in read(ask(worker, community, quarter)).lines] == [branch]


def test_page_names_no_member_and_opens_organisations(client, branch, join, street_officer, worker, community, quarter):
    join(branch, 6)
    for user in (street_officer, worker):
        client.force_login(user)
        address = reverse("dashboards:page", args=[community.code, "party"])
        text = client.get(address, {"period": quarter.code}).content.decode()
        assert reverse("party:organisation", args=[branch.pk]) in text
        assert "欧阳" not in text


@pytest.mark.parametrize(("who", "status"), [("district_officer", 403), ("admin", 403), ("branch_secretary", 200)])
def test_page_is_for_who_reads_party_figures(who, status, request, client, community):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("dashboards:page", args=[community.code, "party"])).status_code == status


def test_area_without_organisations_says_what_to_do(client, worker, community):
    client.force_login(worker)
    text = client.get(reverse("dashboards:page", args=[community.code, "party"])).content.decode()
    assert "这里还没有党组织" in text


def test_page_takes_as_many_queries_however_many_organisations(
    branch, hold, join, quarter, worker, community, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("dashboards.party.page.IDS", ())  # tiles have their own
    with django_assert_num_queries(11):
        read(ask(worker, community, quarter))
    for number in range(4):
        about = {"kind": "branch", "community": community, "founded_on": FOUNDED}
        made = Organisation.objects.create(name=f"支部{number}", **about)
        hold(made, "lecture", quarter.start, quarter.start)
        join(made, 2)
    with django_assert_num_queries(11):
        read(ask(worker, community, quarter))
