"""Pages of members: who sees the list, what stands on it, what a form keeps, and how many queries it takes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.models import Building, Household
from party.models import Exemption, Meeting, Member, Membership, Office, Registration, ServiceLink

TODAY = timezone.localdate()
DAY = TODAY - timedelta(days=10)
ORGANISATION_PAGES = ("members", "member-add", "registrations", "registration-add")
MEMBER_PAGES = (
    "member",
    "member-edit",
    "regroup",
    "transfer-out",
    "member-withdraw",
    "exempt",
    "grid-link-add",
    "service-link-add",
)


def url(name, *keys):
    return reverse(f"party:{name}", args=keys)


@pytest.fixture
def page(client, secretary):
    client.force_login(secretary)
    return client


def read(page, *address):
    return page.get(url(*address)).content.decode()


def test_list_shows_masked_names_numbers_and_who_sees_it(page, branch, groups, make_member, secretary):
    make_member("欧阳秀英", group=groups[0])
    exempted = make_member("司马相如", standing="probationary")
    Exemption.objects.create(member=exempted, reason="aged", since=DAY, until=TODAY + timedelta(days=9), by=secretary)
    ServiceLink.objects.create(member=exempted, grid=exempted.resident.grid, since=DAY)
    response = page.get(url("members", branch.pk))
    text = response.content.decode()
    numbers = response.context["numbers"]
    assert (numbers.members, numbers.due, numbers.probationary, numbers.exempt) == (2, 1, 1, 1)
    assert (numbers.without_grid, numbers.without_home) == (1, 2)
    assert "只有本支部书记看得到这份名册" in text
    assert "欧**英" in text
    assert "欧阳" not in text


@pytest.mark.parametrize(("asked", "names"), [("oyxy", 1), ("欧阳", 1), ("李四", 0), ("欧", 0), ("", 2)])
def test_search_within_the_list(page, branch, make_member, asked, names):
    make_member("欧阳秀英")
    make_member("司马相如")
    response = page.get(url("members", branch.pk), {"q": asked})
    assert len(response.context["rows"]) == names
    assert ("请至少输入两个字" in response.content.decode()) == (asked == "欧")


def test_group_narrows_the_list_and_has_a_page_of_its_own(page, branch, groups, make_member):
    first, _second = make_member(group=groups[0]), make_member(group=groups[1])
    narrowed = page.get(url("members", branch.pk), {"group": groups[0].pk}).context["rows"]
    own = page.get(url("members", groups[0].pk)).context["rows"]
    assert [row.member for row in narrowed] == [row.member for row in own] == [first]


def test_former_members_are_folded_below_without_a_link(page, branch, make_member):
    member = make_member()
    Membership.objects.filter(member=member).update(until=DAY, end="transferred_out", other_unit="某局党委")
    response = page.get(url("members", branch.pk))
    assert response.context["rows"] == []
    assert "转出 · 某局党委" in response.content.decode()
    assert url("member", member.pk) not in response.content.decode()


def test_withdrawn_entry_leaves_no_former_member(page, branch, make_member):
    Membership.objects.filter(member=make_member(since=DAY)).update(until=DAY, end="error")
    assert page.get(url("members", branch.pk)).context["former"] == []


def test_list_takes_as_many_queries_for_ten_as_for_one(page, branch, groups, make_member, django_assert_num_queries):
    for number in range(10):
        member = make_member(group=groups[number % 2])
        ServiceLink.objects.create(member=member, grid=member.resident.grid, since=DAY)
    with django_assert_num_queries(9):
        page.get(url("members", branch.pk))


def test_record_takes_as_many_queries_for_many_meetings(
    page, branch, make_member, register, secretary, django_assert_num_queries
):
    member = make_member()
    for days in range(1, 7):
        make_member()
        hold(register, branch, secretary, TODAY - timedelta(days=days))
    with django_assert_num_queries(18):
        page.get(url("member", member.pk))


def hold(register, branch, by, day, *people):
    activity = register.activity(branch.community, by, *people, day=day, kind="主题党日")
    return Meeting.objects.create(activity=activity, organisation=branch, kind="party_day", slot_start=day)


def test_record_shows_attendance_of_ones_own_organisations_only(
    page, branch, other_branch, make_member, register, secretary
):
    member = make_member(since=DAY)
    Membership.objects.create(
        member=member, organisation=other_branch, since=DAY - timedelta(30), until=DAY, end="transferred_out"
    )
    hold(register, other_branch, secretary, DAY - timedelta(1), member.resident)
    hold(register, branch, secretary, DAY - timedelta(1))  # before the member came
    hold(register, branch, secretary, DAY, member.resident)
    hold(register, branch, secretary, TODAY)
    rows = page.get(url("member", member.pk)).context["attendance"]
    assert [(meeting.slot_start, attendee.standing) for meeting, attendee in rows] == [
        (TODAY, "absent"),
        (DAY, "present"),
    ]


def test_record_does_not_name_a_branch_that_the_reader_does_not_lead(page, make_member, other_branch):
    member = make_member(since=DAY)
    Membership.objects.create(
        member=member,
        organisation=other_branch,
        since=DAY - timedelta(30),
        until=DAY,
        end="transferred_out",
        other_unit="秘密单位",
    )
    text = read(page, "member", member.pk)
    assert "其他单位" in text
    assert "第二支部" not in text
    assert "秘密单位" not in text


def test_resident_page_is_linked_for_who_may_open_it(client, page, make_member, worker, branch):
    member = make_member()
    address = f"/residents/{member.resident_id}/"
    assert address not in read(page, "member", member.pk)
    Office.objects.filter(organisation=branch).update(user=worker)
    client.force_login(worker)
    assert address in read(client, "member", member.pk)


def test_member_who_moved_away_stays_and_the_new_place_is_not_told(
    page, worker, branch, make_member, foreign_grid, resident
):
    member = make_member()
    Registration.objects.create(resident=resident, organisation=branch, unit="某局", since=DAY)
    foreign_grid.name = "远处的网格"
    foreign_grid.save()
    for person in (member.resident, resident):
        person.grid, person.community = foreign_grid, foreign_grid.community
        person.save()
    pages = [read(page, "member", member.pk), read(page, "registrations", branch.pk), read(page, "members", branch.pk)]
    assert not any("远处的网格" in text for text in pages)
    assert ["已不在本社区" in text for text in pages] == [True, True, False]
    Office.objects.filter(organisation=branch).update(user=worker)
    page.force_login(worker)
    assert f"/residents/{member.resident_id}/" not in read(page, "member", member.pk)


@pytest.mark.parametrize("name", ORGANISATION_PAGES)
def test_branch_of_somebody_else_is_missing(page, branch, other_branch, name):
    assert page.get(url(name, branch.pk)).status_code == 200
    assert page.get(url(name, other_branch.pk)).status_code == 404


@pytest.mark.parametrize("name", MEMBER_PAGES)
def test_member_of_another_branch_is_missing(page, make_member, other_branch, name):
    own, other = make_member(), make_member(organisation=other_branch)
    assert page.get(url(name, own.pk)).status_code == 200
    assert page.get(url(name, other.pk)).status_code == 404
    assert page.post(url(name, other.pk), {"day": TODAY, "how": "left"}).status_code in (404, 405)
    assert Membership.objects.filter(until=None).count() == 2


@pytest.mark.parametrize("name", MEMBER_PAGES)
def test_member_who_left_is_missing(page, make_member, name):
    member = make_member()
    Membership.objects.update(until=DAY, end="left")
    assert page.get(url(name, member.pk)).status_code == 404


def test_rows_of_another_branch_are_not_ended(page, make_member, other_branch, secretary, resident):
    member = make_member(organisation=other_branch)
    rows = {
        "exemption-end": Exemption.objects.create(member=member, reason="aged", since=DAY, by=secretary),
        "service-link-end": ServiceLink.objects.create(member=member, grid=resident.grid, since=DAY),
        "registration-end": Registration.objects.create(
            resident=resident, organisation=other_branch, unit="某局", since=DAY
        ),
    }
    codes = {page.post(url(name, row.pk), {"day": TODAY}).status_code for name, row in rows.items()}
    assert codes == {404}


def test_street_officer_sees_no_member(client, street_officer, branch, make_member):
    member = make_member()
    client.force_login(street_officer)
    pages = [*(url(name, branch.pk) for name in ORGANISATION_PAGES), *(url(name, member.pk) for name in MEMBER_PAGES)]
    assert {client.get(page).status_code for page in [*pages, url("find"), url("cadres")]} == {403}


def test_worker_who_leads_nothing_finds_nobody(client, worker, branch, make_member):
    make_member("欧阳秀英")
    client.force_login(worker)
    assert client.get(url("members", branch.pk)).status_code == 404
    answer = client.get(url("find"), {"q": "欧阳"}).content.decode()
    assert "还没有负责的党组织" in answer
    assert "欧**英" not in answer


def test_find_masks_and_does_not_tell_who_is_a_member(page, make_member, other_branch, resident):
    make_member("欧阳建国", organisation=other_branch)
    answer = page.get(url("find"), {"q": "欧阳"}).content.decode()
    assert answer.count('type="radio"') == 2
    assert "欧阳" not in answer
    assert "党" not in answer


def test_form_admits_and_opens_the_record(page, branch, groups, resident):
    data = {"resident": resident.pk, "begin": "listed", "standing": "full", "since": DAY, "group": groups[0].pk}
    response = page.post(url("member-add", branch.pk), data)
    assert response.url == url("member", Member.objects.get().pk)


def test_refused_form_keeps_what_was_typed(page, branch, resident):
    data = {"resident": resident.pk, "begin": "transferred_in", "standing": "full", "since": DAY}
    text = page.post(url("member-add", branch.pk), data).content.decode()
    assert "请写明从哪个单位的党组织转来" in text
    assert f'value="{resident.pk}" checked' in text
    assert str(DAY) in text


def test_leaving_names_what_ends_with_it(page, branch, make_member):
    member = make_member()
    ServiceLink.objects.create(member=member, grid=member.resident.grid, since=DAY)
    Office.objects.create(organisation=branch, post="deputy", member=member, since=DAY)
    text = read(page, "transfer-out", member.pk)
    assert "编入的网格：第一网格" in text
    assert "第一支部的副书记" in text
    response = page.post(url("transfer-out", member.pk), {"how": "left", "day": TODAY})
    assert response.url == url("members", branch.pk)
    assert ServiceLink.objects.get().until == TODAY


def test_homes_are_ticked_by_building(page, make_member, grids):
    member = make_member()
    building = Building.objects.create(grid=grids[0], name="1号楼")
    doors = [Household.objects.create(building=building, room=room) for room in ("101", "102")]
    address = f"{url('service-link-add', member.pk)}?building={building.pk}"
    assert "102 · 0 人" in page.get(address).content.decode()
    data = {"building": building.pk, "households": [door.pk for door in doors], "since": DAY}
    assert page.post(address, data).url == url("member", member.pk)
    assert "已有人联系" in page.get(address).content.decode()


def test_withdrawing_asks_first_and_then_does_it(page, make_member):
    member = make_member(since=DAY)
    assert "一天也不算" in read(page, "member-withdraw", member.pk)
    assert Membership.objects.get().end == ""
    page.post(url("member-withdraw", member.pk))
    assert Membership.objects.get().end == "error"


def test_cadres_are_added_and_ended(page, grids, worker):
    building = Building.objects.create(grid=grids[0], name="1号楼")
    page.post(url("cadres"), {"user": worker.pk, "building": building.pk, "since": DAY})
    link = ServiceLink.objects.get()
    assert url("service-link-end", link.pk) in read(page, "cadres")
    assert page.post(url("service-link-end", link.pk), {"day": TODAY}).url == url("cadres")
    assert not ServiceLink.objects.on(TODAY).exists()


@pytest.mark.parametrize("text", ["²", "-1", "9" * 30, "x", "\x00"])
def test_nonsense_in_addresses_is_no_crash(page, branch, make_member, text):
    member = make_member()
    pages = {url("members", branch.pk): "group", url("member-add", branch.pk): "group", url("find"): "q"}
    pages[url("service-link-add", member.pk)] = "building"
    assert {page.get(address, {name: text}).status_code for address, name in pages.items()} == {200}
