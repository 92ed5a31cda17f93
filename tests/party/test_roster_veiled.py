"""Rosters brought by who does not lead the branch: nothing tells who is a member before it is written."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from party.models import Member, Membership
from tests.party.roster_help import list_codes, make_line, make_roster, read_seal, rehearse, send, take

SITUATIONS = {
    "of this branch": {},
    "of this branch and as the list says": {"standing": "probationary", "since": date(2020, 1, 1)},
    "of another branch": {"is_elsewhere": True},
    "once of another branch": {"is_elsewhere": True, "until": date(2025, 5, 5), "end": "transferred_out"},
    "full since a day": {"full_on": date(2021, 7, 1)},
}
# Each cell is answered in another way for one of the situations.
CELLS = {"党员身份": "预备党员", "入党日期": "2022-07-01", "转入日期": "2001-01-01", "免修": "长期外出"}


@pytest.fixture(autouse=True)
def people(register, grids):
    """Two residents; the second never is a member of anything."""
    return [register.resident(grids[0], name="张建国") for _number in range(2)]


@pytest.fixture
def clerk(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture(params=SITUATIONS.values(), ids=SITUATIONS.keys())
def member(request, people, make_member, branch, other_branch):
    """The first of the two residents, a member in each of the situations."""
    fields = dict(request.param)
    place = other_branch if fields.pop("is_elsewhere", False) else branch
    return make_member(resident=people[0], organisation=place, **fields)


def make_file(branch, sequence, **cells):
    return make_roster(make_line(sequence, name="张建国", 党支部=branch.name, **cells))


def read_report(client, content):
    """Return the page of the rehearsal without what is new in each request, and its seal."""
    sealed = read_seal(send(client, content))
    page = client.get(reverse("party:roster-check"), {"sealed": sealed}).content.decode()
    return re.sub(r'[A-Za-z0-9]{64}|(value="|sealed=)[\w:%.-]{64,}', "", page), sealed


@pytest.mark.parametrize("cells", [{}, CELLS], ids=["numbers only", "all cells"])
def test_rehearsal_of_members_and_of_nobody_is_the_same_page(clerk, branch, member, cells):
    known, unknown = (read_report(clerk, make_file(branch, number, **cells))[0] for number in (1, 2))
    assert "按表登记" in known
    assert known == unknown


def test_secretary_reads_two_pages(client, secretary, branch, make_member, people):
    make_member(resident=people[0])
    client.force_login(secretary)
    known, unknown = (read_report(client, make_file(branch, number))[0] for number in (1, 2))
    assert known != unknown


def test_date_that_cannot_be_true_is_refused_of_members_and_of_nobody(clerk, admin, branch, member):
    for number in (1, 2):
        plan = rehearse(make_file(branch, number, 入党日期="1990-01-01"), admin)
        assert (list_codes(plan), plan.counts["refused"]) == (["day_before_adult"], 1)


def test_nobody_is_told_who_is_missing_from_the_list(clerk, admin, branch, make_member, people):
    make_member("司马相如")
    page, _sealed = read_report(clerk, make_file(branch, 1))
    assert rehearse(make_file(branch, 1), admin).missing == []
    assert "表里没有的党员" not in page


def test_no_refused_row_is_sent_for_a_membership(clerk, branch, other_branch, make_member, people):
    make_member(resident=people[0], organisation=other_branch)
    rows = [make_line(1, name="张建国", 党支部=branch.name), make_line(7, name="王芳", 党支部=branch.name)]
    _page, sealed = read_report(clerk, make_roster(*rows))
    answer = clerk.get(reverse("party:roster-refused"), {"sealed": sealed})
    plan = rehearse(answer.content, clerk.get(reverse("party:roster")).wsgi_request.user)
    assert [(entry.line.values["name"], list_codes(plan)) for entry in plan.entries] == [("王芳", ["not_registered"])]


def test_what_was_not_taken_over_is_told_as_a_number_after_writing(clerk, branch, other_branch, make_member, people):
    make_member(resident=people[0], organisation=other_branch)
    rows = [make_line(number, name="张建国", 党支部=branch.name) for number in (1, 2)]
    _page, sealed = read_report(clerk, make_roster(*rows))
    answer = clerk.post(reverse("party:roster-check"), {"sealed": sealed}, follow=True)
    assert "按表登记 1 人，没有写入 1 人" in answer.content.decode()
    assert Membership.objects.get(organisation=branch).member.resident == people[1]


def test_list_of_which_nothing_is_written_leaves_a_trace(admin, branch, other_branch, make_member, people):
    make_member(resident=people[0], organisation=other_branch)
    take(make_file(branch, 1), admin)
    detail = AuditEvent.objects.get(action="party_roster.import").detail
    assert detail == {"new": 0, "changed": 0, "members": [], "not_taken": 1}


def test_writing_says_what_the_rehearsal_said(admin, branch, member):
    content = make_roster(*(make_line(number, name="张建国", 党支部=branch.name, **CELLS) for number in (1, 2, 7)))
    before, after = rehearse(content, admin), take(content, admin)
    assert (after.findings, after.counts, after.offered) == (before.findings, before.counts, before.offered)
    assert after.offered == 2


def test_branch_that_the_data_administrator_leads_is_read_in_full(admin, let_lead, branch, other_branch, people):
    let_lead(admin, branch)
    rows = [
        make_line(1, name="张建国", 党支部=branch.name),
        make_line(2, name="张建国", 党支部=other_branch.name),
    ]
    plan = rehearse(make_roster(*rows), admin)
    assert (plan.counts["new"], len(plan.veiled), plan.offered) == (1, 1, 2)


def test_fingerprint_is_made_with_a_key(admin, branch, people, settings):
    before = rehearse(make_file(branch, 1), admin, since=timezone.localdate()).fingerprint
    settings.SECRET_KEY = "another"
    assert rehearse(make_file(branch, 1), admin, since=timezone.localdate()).fingerprint != before
    assert not Member.objects.exists()
