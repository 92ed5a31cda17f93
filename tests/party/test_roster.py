"""Rosters: whom a line means, what it changes, what is refused, and the laws of rehearsal and writing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from grids.models import GroupMembership, Residence, Resident
from party.models import Exemption, Member, Membership, Organisation
from party.roster.columns import EXEMPTIONS, FULL, PROBATIONARY, STANDINGS
from party.roster.planning import Terms, make_plan
from party.roster.reading import RosterFile, read_roster
from party.roster.writing import ChangedMeanwhileError, take_roster
from tests.access import WRITES
from tests.party.roster_help import list_codes, make_line, make_roster, rehearse, take

QUERIES = 6  # communities, branches, groups, residents by ID number, members, missing


@pytest.fixture
def person(resident):
    """The first resident that the register made."""
    return resident


def test_resident_found_by_id_number_becomes_a_member(secretary, branch, groups, person):
    row = make_line(党小组="第一党小组", 党员身份="预备党员", 入党日期="2025-07-01", 转入日期="2025-07-02")
    plan = take(make_roster(row), secretary, branch)
    spell = Membership.objects.get(member__resident=person)
    assert plan.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}
    assert (spell.organisation, spell.group, spell.since, spell.begin) == (
        branch,
        groups[0],
        date(2025, 7, 2),
        "listed",
    )
    assert (spell.member.standing, spell.member.joined_on) == ("probationary", date(2025, 7, 1))


def test_resident_without_id_number_in_the_list_is_found_by_name_and_phone(secretary, branch, person):
    take(make_roster({"姓名": "欧阳秀英", "手机号": "19912345678"}), secretary, branch)
    assert Member.objects.get().resident == person


def test_two_of_one_name_and_phone_are_refused(secretary, branch, person, register, grids):
    register.resident(grids[0], name="欧阳秀英")
    plan = rehearse(make_roster({"姓名": "欧阳秀英", "手机号": "19912345678"}), secretary, branch)
    assert list_codes(plan) == ["several_registered"]


def test_wrong_id_number_is_not_helped_out_by_the_phone(secretary, branch, person):
    plan = rehearse(make_roster(make_line(7, 手机号="19912345678")), secretary, branch)
    assert list_codes(plan) == ["not_registered"]


def test_phone_finds_whose_id_number_the_register_lacks(secretary, branch, person):
    Resident.objects.update(id_hash=None, id_number=None, id_tail=None)
    plan = rehearse(make_roster(make_line(7, 手机号="19912345678")), secretary, branch)
    assert plan.counts["new"] == 1


def test_resident_of_another_community_is_as_unknown_as_nobody(secretary, branch, register, foreign_grid):
    register.resident(foreign_grid, name="欧阳秀英")
    plan = rehearse(make_roster(make_line()), secretary, branch)
    assert list_codes(plan) == ["not_registered"]


def test_another_name_under_the_id_number_is_refused(secretary, branch, person):
    assert list_codes(rehearse(make_roster(make_line(name="张建国")), secretary, branch)) == ["other_name"]


def test_who_has_died_is_refused(secretary, branch, person):
    Residence.objects.update(until=timezone.localdate(), end_reason="died")
    assert list_codes(rehearse(make_roster(make_line()), secretary, branch)) == ["died"]


def test_second_line_of_a_person_is_refused_with_the_place_of_the_first(secretary, branch, person):
    plan = rehearse(make_roster(make_line(), make_line()), secretary, branch)
    assert plan.counts["new"] == 1
    assert [finding.text for finding in plan.findings] == ["与名册 第 2 行是同一个人，请只留一行"]


def test_member_of_another_branch_is_refused_without_naming_it(secretary, branch, other_branch, make_member, person):
    make_member(resident=person, organisation=other_branch)
    plan = rehearse(make_roster(make_line()), secretary, branch)
    assert list_codes(plan) == ["in_other_branch"]
    assert other_branch.name not in plan.findings[0].text


def test_days_in_another_branch_are_not_told(secretary, branch, other_branch, make_member, person):
    make_member(resident=person, organisation=other_branch, until=date(2025, 5, 5), end="transferred_out")
    plan = rehearse(make_roster(make_line(转入日期="2024-01-01")), secretary, branch)
    assert list_codes(plan) == ["spell_elsewhere"]
    assert "2025" not in plan.findings[0].text


def test_who_comes_back_is_transferred_in(secretary, branch, other_branch, make_member, person):
    make_member(resident=person, organisation=other_branch, until=date(2025, 5, 5), end="transferred_out")
    take(make_roster(make_line(转入日期="2025-05-05")), secretary, branch)
    assert Membership.objects.get(organisation=branch).begin == "transferred_in"


def test_branch_of_which_somebody_else_is_secretary_is_unknown(secretary, branch, other_branch, person):
    plan = rehearse(make_roster(make_line(党支部=other_branch.name)), secretary)
    assert list_codes(plan) == ["branch_unknown"]


def test_list_without_branches_needs_a_chosen_one(secretary, branch, person):
    assert list_codes(rehearse(make_roster(make_line()), secretary)) == ["branch_missing"]


def test_group_that_the_branch_has_not_is_refused(secretary, branch, groups, person):
    assert list_codes(rehearse(make_roster(make_line(党小组="第九党小组")), secretary, branch)) == ["group_unknown"]


def test_unknown_group_is_answered_with_those_that_there_are(secretary, branch, groups, person):
    (found,) = rehearse(make_roster(make_line(党小组="第九党小组")), secretary, branch).findings
    assert found.text == "没有叫“第九党小组”的党小组；这个党支部有：第一党小组、第二党小组。请改正名称"


def test_group_of_a_branch_without_groups_is_refused(secretary, branch, person):
    assert list_codes(rehearse(make_roster(make_line(党小组="第一党小组")), secretary, branch)) == ["group_none"]


@pytest.mark.parametrize("written", ["第一党小组", "第一支部第一党小组"])
@pytest.mark.parametrize("called", ["第一党小组", "第一支部第一党小组"])
def test_group_is_found_with_and_without_the_name_of_its_branch(secretary, branch, groups, person, called, written):
    Organisation.objects.filter(pk=groups[0].pk).update(name=called)
    plan = rehearse(make_roster(make_line(党小组=written)), secretary, branch)
    assert plan.entries[0].facts.group == groups[0]


def test_groups_name_goes_before_what_follows_the_branchs(secretary, branch, groups, person):
    Organisation.objects.filter(pk=groups[1].pk).update(name="第一支部第一党小组")
    for written, group in (("第一党小组", groups[0]), ("第一支部第一党小组", groups[1])):
        plan = rehearse(make_roster(make_line(党小组=written)), secretary, branch)
        assert plan.entries[0].facts.group == group


@pytest.mark.parametrize(
    ("heading", "day", "code"),
    [
        ("入党日期", "1998-04-30", "day_before_adult"),
        ("转正日期", "1998-04-30", "day_before_adult"),
        ("入党日期", "1921-07-22", "day_before_founding"),
    ],
)
def test_date_that_cannot_be_true_is_refused_in_its_place(secretary, branch, person, heading, day, code):
    (found,) = rehearse(make_roster(make_line(**{heading: day})), secretary, branch).findings
    assert (found.code, found.heading) == (code, heading)


def test_who_joined_on_the_eighteenth_birthday_is_taken(secretary, branch, person):
    assert rehearse(make_roster(make_line(入党日期="1998-05-01")), secretary, branch).counts["new"] == 1


def test_who_was_no_adult_on_the_first_day_is_refused(secretary, branch, person):
    Resident.objects.update(birth_date=date(2002, 5, 1))
    assert list_codes(rehearse(make_roster(make_line(转入日期="2020-04-30")), secretary, branch)) == ["no_adult"]


def test_data_administrator_brings_branches_of_the_whole_street(
    admin, branch, neighbour_community, make_member, register, person
):
    take(make_roster(make_line(党支部=branch.name)), admin)
    assert Membership.objects.get().organisation == branch


def test_branches_of_one_name_are_told_apart_by_the_community(admin, branch, neighbour_community, person):
    Organisation.objects.create(
        kind="branch", name=branch.name, community=neighbour_community, founded_on=date(2020, 1, 1)
    )
    assert list_codes(rehearse(make_roster(make_line(党支部=branch.name)), admin)) == ["branch_ambiguous"]
    headings = ("姓名", "身份证号", "社区", "党支部")
    content = make_roster(make_line(党支部=branch.name, 社区="多福社区"), headings=headings)
    assert rehearse(content, admin).entries[0].branch == branch


def test_changed_facts_are_compared_and_written(secretary, branch, groups, make_member, person):
    make_member(resident=person, standing="probationary", group=groups[0])
    content = make_roster(make_line(党员身份="正式党员", 转正日期="2025-07-01", 党小组="第二党小组"))
    plan = take(content, secretary, branch)
    assert [change.heading for change in plan.entries[0].facts.changes] == ["党小组", "党员身份", "转正日期"]
    assert Member.objects.get().full_on == date(2025, 7, 1)
    assert Membership.objects.get(until=None).group == groups[1]
    assert Membership.objects.get(end="regrouped").until == timezone.localdate()


def test_group_corrected_on_the_first_day_begins_no_other_spell(secretary, branch, groups, make_member, person):
    make_member(resident=person, since=timezone.localdate(), group=groups[0])
    take(make_roster(make_line(党小组="第二党小组")), secretary, branch)
    assert Membership.objects.get().group == groups[1]


def test_blank_cells_change_nothing(secretary, branch, groups, make_member, person):
    make_member(resident=person, standing="probationary", joined_on=date(2025, 1, 1), group=groups[0])
    assert rehearse(make_roster(make_line()), secretary, branch).counts["unchanged"] == 1


def test_another_first_day_is_remarked_on_and_kept(secretary, branch, make_member, person):
    make_member(resident=person)
    plan = take(make_roster(make_line(转入日期="2024-01-01")), secretary, branch)
    assert (plan.counts["unchanged"], list_codes(plan)) == (1, ["since_kept"])
    assert Membership.objects.get().since == date(2020, 1, 1)


def test_day_before_the_branch_was_founded_becomes_that_day(secretary, branch, person):
    plan = take(make_roster(make_line(转入日期="1990-01-01")), secretary, branch)
    assert list_codes(plan) == ["before_founding"]
    assert Membership.objects.get().since == branch.founded_on


def test_full_member_does_not_become_probationary(secretary, branch, make_member, person):
    make_member(resident=person)
    assert list_codes(rehearse(make_roster(make_line(党员身份="预备党员")), secretary, branch)) == ["was_full"]


def test_dates_in_the_wrong_order_are_refused(secretary, branch, person):
    row = make_line(入党日期="2020-07-01", 转正日期="2019-07-01")
    assert list_codes(rehearse(make_roster(row), secretary, branch)) == ["joined_after_full"]


def test_exemption_is_noted_once(secretary, branch, person):
    content = make_roster(make_line(免修="年老体弱"))
    take(content, secretary, branch)
    assert take(content, secretary, branch).counts["unchanged"] == 1
    assert Exemption.objects.get().reason == "aged"


def test_every_reason_of_an_exemption_is_understood():
    assert {EXEMPTIONS[str(label)] for label in Exemption.Reason.labels} == set(Exemption.Reason.values)
    assert {STANDINGS[str(label)] for label in Member.Standing.labels} == {FULL, PROBATIONARY}


def test_members_missing_from_the_list_are_named_and_stay(secretary, branch, make_member, person):
    other = make_member("张建国")
    plan = take(make_roster(make_line()), secretary, branch)
    assert [spell.member for spell in plan.missing] == [other]
    assert Membership.objects.filter(until=None).count() == 2


def test_member_named_by_a_refused_line_is_not_missing(secretary, branch, make_member, person, register, grids):
    make_member(resident=person)
    register.resident(grids[0], name="张建国")
    rows = [make_line(党小组="没有的小组"), make_line(2, name="张建国")]
    assert rehearse(make_roster(*rows), secretary, branch).missing == []


def test_newcomer_counts_to_the_group_of_party_members(secretary, branch, person):
    take(make_roster(make_line(转入日期="2025-01-01")), secretary, branch)
    spell = GroupMembership.objects.get(resident=person)
    assert (spell.group.code, spell.since, spell.until) == ("party_member", date(2025, 1, 1), None)


def test_deed_is_audited_for_the_branch_with_keys_of_members_and_no_names(
    secretary, branch, person, register, grids, make_member
):
    changed = make_member(resident=register.resident(grids[0], name="张建国"))
    make_member(resident=register.resident(grids[0], name="李明"))
    rows = [make_line(), make_line(2, name="张建国", 免修="长期外出"), make_line(3, name="李明")]
    take(make_roster(*rows), secretary, branch)
    event = AuditEvent.objects.get(action="party_roster.import")
    keys = sorted([changed.pk, person.party_member.pk])
    assert (event.object_id, event.detail) == (str(branch.pk), {"new": 1, "changed": 1, "members": keys})


# --- The laws


@pytest.fixture
def mixed(person, register, grids, branch, groups, make_member):
    """A list with a line of every outcome, and remarks."""
    make_member(resident=register.resident(grids[0], name="张建国"), group=groups[0])
    make_member(resident=register.resident(grids[0], name="李明"))
    rows = [
        make_line(转入日期="1990-01-01", 免修="长期外出"),
        make_line(2, name="张建国", 党小组="第二党小组", 入党日期="2000-01"),
        make_line(3, name="李明", 转入日期="2024-01-01"),
        make_line(9, name="王芳"),
        make_line(3, name="李明"),
    ]
    return make_roster(*rows)


def test_rehearsal_writes_nothing(secretary, branch, mixed):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        plan = rehearse(mixed, secretary, branch)
    assert plan.counts == {"new": 1, "changed": 1, "unchanged": 1, "refused": 2}
    assert [query["sql"] for query in queries if WRITES.match(query["sql"])] == []


def test_writing_says_what_the_rehearsal_said(secretary, branch, mixed):
    before = rehearse(mixed, secretary, branch)
    after = take(mixed, secretary, branch)
    assert after.findings == before.findings
    assert after.counts == before.counts
    assert before.findings


def test_second_upload_of_the_same_list_changes_nothing(secretary, branch, mixed):
    first = take(mixed, secretary, branch)
    rows = list(Membership.objects.values()), list(Member.objects.values()), list(Exemption.objects.values())
    second = take(mixed, secretary, branch)
    assert (second.counts["new"], second.counts["changed"], second.counts["unchanged"]) == (0, 0, 3)
    assert second.counts["refused"] == first.counts["refused"]
    assert rows == (list(Membership.objects.values()), list(Member.objects.values()), list(Exemption.objects.values()))


def test_list_that_would_do_something_else_by_now_is_not_written(secretary, branch, make_member, person):
    content = make_roster(make_line())
    seen = rehearse(content, secretary, branch).fingerprint
    make_member(resident=person, since=timezone.localdate() - timedelta(days=9))
    with pytest.raises(ChangedMeanwhileError):
        take_roster(read_roster(content), Terms(branch, timezone.localdate()), seen=seen, by=secretary)
    assert Membership.objects.count() == 1


def test_refused_write_leaves_nothing_behind(secretary, branch, mixed, monkeypatch):
    def refuse(*args):
        raise ValidationError("no")

    monkeypatch.setattr("party.roster.writing.write_exemptions", refuse)
    with pytest.raises(ValidationError):
        take(mixed, secretary, branch)
    assert Member.objects.count() == 2


def test_queries_do_not_grow_with_the_list(secretary, branch, register, grids, django_assert_num_queries):
    people = [register.resident(grids[0], name="张建国") for _number in range(30)]
    rows = [make_line(number, name="张建国") for number in range(1, len(people) + 1)]
    files: list[RosterFile] = [read_roster(make_roster(*rows[:count])) for count in (2, 30)]
    terms, today = Terms(branch, timezone.localdate()), timezone.localdate()
    for file in files:
        with django_assert_num_queries(QUERIES):
            make_plan(file, terms, today=today, by=secretary)


def test_queries_of_writing_do_not_grow_with_the_list(secretary, branch, register, grids):
    for _number in range(32):
        register.resident(grids[0], name="张建国")
    counts = []
    for first, last in ((1, 3), (3, 33)):
        rows = [make_line(number, name="张建国") for number in range(first, last)]
        with CaptureQueriesContext(connection) as queries:
            take(make_roster(*rows), secretary, branch)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Membership.objects.count() == 32
