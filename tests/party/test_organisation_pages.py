"""Pages of organisations: who reads what of them, whose names are shown to whom, which numbers are hidden."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.models import Building
from party.models import Office, Organisation, OrganisationLink, Term
from party.structure import read_trees

FOUNDED = date(2020, 1, 1)


@pytest.fixture
def read(client):
    """Open a page as somebody; return status and text."""

    def open_page(user, page, /, *args, **query):
        client.force_login(user)
        answer = client.get(f"{reverse(f'party:{page}', args=args)}?{urlencode(query)}")
        return answer.status_code, answer.content.decode()

    return open_page


@pytest.fixture
def send(client):
    """Send a form as somebody; return the answer."""

    def post(user, page, /, *args, **fields):
        client.force_login(user)
        return client.post(reverse(f"party:{page}", args=args), fields)

    return post


def member_count(user):
    """Return the members that each organisation shows to the user, by name."""
    trees = read_trees(user, timezone.localdate())
    return {one.organisation.name: one.members for tree in trees for one in tree.standings}


def test_tree_is_read_by_depth_with_children_below_their_parent(branch, groups, other_branch, community, worker):
    top = Organisation.objects.create(kind="committee", name="党委", community=community, founded_on=FOUNDED)
    Organisation.objects.filter(pk=branch.pk).update(parent=top)
    standings = read_trees(worker, timezone.localdate())[0].standings
    assert [(one.organisation.name, one.depth) for one in standings] == [
        ("党委", 0),
        ("第一支部", 1),
        ("第一党小组", 2),
        ("第二党小组", 2),
        ("第二支部", 0),
    ]


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_small_numbers_of_members_are_hidden_from_the_street(count, shown, branch, make_member, street_officer, worker):
    for _number in range(count):
        make_member()
    assert member_count(street_officer)["第一支部"] == shown
    assert member_count(worker)["第一支部"] == count


def test_street_sees_no_number_of_a_group(branch, groups, make_member, street_officer, worker):
    for _number in range(6):
        make_member(group=groups[0])
    assert member_count(street_officer) == {"第一支部": 6, "第一党小组": None, "第二党小组": None}
    assert member_count(worker) == {"第一支部": 6, "第一党小组": 6, "第二党小组": 0}


def test_sum_that_would_tell_a_hidden_number_is_hidden(branch, other_branch, make_member, street_officer, worker):
    for organisation in [branch] * 6 + [other_branch] * 2:
        make_member(organisation=organisation)
    totals = [read_trees(user, timezone.localdate())[0].members for user in (street_officer, worker)]
    assert totals == [None, 8]


def test_closed_organisation_leaves_the_tree(branch, other_branch, worker):
    Organisation.objects.filter(pk=branch.pk).update(closed_on=timezone.localdate())
    assert list(member_count(worker)) == ["第二支部"]


def test_names_of_members_are_for_their_secretary(branch, make_member, secretary, worker, street_officer, read):
    member = make_member("欧阳秀英")
    Office.objects.create(organisation=branch, post="deputy", member=member, since=FOUNDED)
    texts = {user.username: read(user, "organisation", branch.pk)[1] for user in (secretary, worker, street_officer)}
    assert {name for name, text in texts.items() if member.resident.masked_name in text} == {"branch_secretary"}
    assert {name for name, text in texts.items() if "由一位党员担任" in text} == {"worker", "street_officer"}
    assert not any("欧阳秀英" in text for text in texts.values())


def test_pages_about_members_open_from_the_branch_to_its_secretary_only(branch, secretary, worker, read):
    address = reverse("party:members", args=[branch.pk])
    assert address in read(secretary, "organisation", branch.pk)[1]
    text = read(worker, "organisation", branch.pk)[1]
    assert address not in text
    assert "书记由街道工作人员任命" in text


def test_foreign_organisation_is_not_found(branch, outsider, read, send, secretary):
    assert read(outsider, "organisation", branch.pk)[0] == 404
    assert read(outsider, "office-add", branch.pk)[0] == 404
    assert read(secretary, "organisation-edit", branch.pk)[0] == 403


def test_secretary_of_one_branch_appoints_in_no_other(secretary, branch, other_branch, read):
    assert [read(secretary, "office-add", one.pk)[0] for one in (branch, other_branch)] == [200, 404]


def test_office_of_a_member_of_another_branch_is_not_ended(secretary, other_branch, make_member, branch, read):
    offices = [
        Office.objects.create(organisation=one, post="deputy", member=make_member(organisation=one), since=FOUNDED)
        for one in (branch, other_branch)
    ]
    assert [read(secretary, "office-end", office.pk)[0] for office in offices] == [200, 404]


def test_street_ends_accounts_not_members(secretary, branch, make_member, street_officer, read):
    held = Office.objects.create(organisation=branch, post="deputy", member=make_member(), since=FOUNDED)
    assert read(street_officer, "secretary-end", branch.offices.get(post="secretary").pk)[0] == 200
    assert read(street_officer, "secretary-end", held.pk)[0] == 404
    assert read(street_officer, "office-end", held.pk)[0] == 403


def test_overdue_term_is_marked(branch, worker, read):
    Term.objects.create(organisation=branch, starts_on=FOUNDED, ends_on=date(2025, 1, 1))
    assert "超期未换届</span>" in read(worker, "organisations")[1]
    Term.objects.create(organisation=branch, starts_on=date(2025, 1, 1), ends_on=date(2099, 1, 1))
    assert "超期未换届</span>" not in read(worker, "organisation", branch.pk)[1]


def test_street_founds_a_branch_below_a_committee(community, street_officer, send):
    top = Organisation.objects.create(kind="committee", name="党委", community=community, founded_on=FOUNDED)
    fields = {"kind": "branch", "name": "新支部", "parent": top.pk, "community": community.pk}
    answer = send(street_officer, "organisation-add", **fields, has_committee="on", founded_on="2024-05-01")
    made = Organisation.objects.get(name="新支部")
    assert answer.url == reverse("party:organisation", args=[made.pk])
    assert (made.parent, made.has_committee, made.founded_on) == (top, True, date(2024, 5, 1))


def test_refused_form_says_why_at_its_field_and_keeps_what_was_typed(branch, community, street_officer, send):
    fields = {"kind": "committee", "name": "新党委", "parent": branch.pk, "community": community.pk}
    text = send(street_officer, "organisation-add", **fields, founded_on="2024-05-01").content.decode()
    assert "党委不能设在党支部下面" in text
    assert "新党委" in text
    assert not Organisation.objects.filter(name="新党委").exists()


def test_forbidden_name_is_refused(community, street_officer, send):
    fields = {"kind": "branch", "name": "维稳", "community": community.pk, "founded_on": "2024-05-01"}
    send(street_officer, "organisation-add", **fields)
    ordinary = send(street_officer, "organisation-add", **(fields | {"name": "楼宇支部"}))
    assert ordinary.status_code == 302
    assert list(Organisation.objects.values_list("name", flat=True)) == ["楼宇支部"]


def test_organisation_is_put_below_another(branch, community, street_officer, send):
    top = Organisation.objects.create(kind="committee", name="党委", community=community, founded_on=FOUNDED)
    send(street_officer, "organisation-edit", branch.pk, name="第一支部", parent=top.pk, founded_on="2020-01-01")
    branch.refresh_from_db()
    assert (branch.parent, branch.kind) == (top, "branch")


def test_gap_opens_the_form_of_a_link_to_it(branch, grids, street_officer, worker, read, send):
    building = Building.objects.create(grid=grids[0], name="8号楼")
    address = f"{reverse('party:link-add')}?building={building.pk}"
    assert address in read(street_officer, "coverage")[1]
    assert address not in read(worker, "coverage")[1]
    assert f'value="building-{building.pk}" selected' in read(street_officer, "link-add", building=building.pk)[1]
    send(street_officer, "link-add", organisation=branch.pk, place=f"building-{building.pk}", since="2024-01-01")
    assert OrganisationLink.objects.get().place == building


def test_foreign_area_is_no_choice_of_a_link(branch, foreign_grid, grids, street_officer, send):
    for grid, made in ((foreign_grid, 0), (grids[0], 1)):
        send(street_officer, "link-add", organisation=branch.pk, place=f"grid-{grid.pk}", since="2024-01-01")
        assert OrganisationLink.objects.count() == made


@pytest.mark.parametrize("value", ["x", "-1", "9" * 40, "grid-", "grid-x", "grid-²", "community-0"])
def test_nonsense_in_a_link_is_refused(value, branch, grids, street_officer, read, send):
    assert read(street_officer, "link-add", organisation=value, grid=value, building=value)[0] == 200
    assert send(street_officer, "link-add", organisation=branch.pk, place=value, since="2024-01-01").status_code == 200
    assert not OrganisationLink.objects.exists()


def test_post_that_is_held_is_closed_with_a_day(secretary, branch, make_member, send):
    member = make_member()
    send(secretary, "office-add", branch.pk, post="deputy", member=member.pk, since="2024-01-01")
    office = Office.objects.get(post="deputy")
    send(secretary, "office-end", office.pk, until="2024-06-01")
    office.refresh_from_db()
    assert (office.member, office.until) == (member, date(2024, 6, 1))


def test_day_in_the_future_is_refused(branch, street_officer, send):
    tomorrow = timezone.localdate() + timedelta(1)
    assert "日期在将来" in send(street_officer, "term-add", branch.pk, starts_on=tomorrow).content.decode()


def test_empty_tree_says_what_to_do(worker, street_officer, read):
    assert "请和街道联系" in read(worker, "organisations")[1]
    assert reverse("party:organisation-add") in read(street_officer, "organisations")[1]


def test_tree_takes_as_many_queries_however_large(
    branch, groups, other_branch, make_member, worker, django_assert_num_queries
):
    with django_assert_num_queries(7):
        read_trees(worker, timezone.localdate())
    for number in range(5):
        make_member(group=groups[0])
        about = {"kind": "group", "parent": other_branch, "community": branch.community, "founded_on": FOUNDED}
        group = Organisation.objects.create(name=f"第{number}组", **about)
        Office.objects.create(organisation=group, post="group_leader", member=make_member(), since=FOUNDED)
    with django_assert_num_queries(7):
        read_trees(worker, timezone.localdate())


def test_page_of_an_organisation_takes_as_many_queries_however_large(
    secretary, branch, groups, grids, make_member, client, django_assert_num_queries
):
    client.force_login(secretary)
    address = reverse("party:organisation", args=[branch.pk])

    def count():
        with django_assert_num_queries(20, exact=False) as taken:
            client.get(address)
        return len(taken)

    OrganisationLink.objects.create(organisation=branch, grid=grids[0], since=FOUNDED)
    Office.objects.create(organisation=branch, post="deputy", member=make_member(), since=FOUNDED)
    before = count()
    for post in ("organisation", "publicity", "discipline"):
        Office.objects.create(organisation=branch, post=post, member=make_member(), since=FOUNDED)
    for number in range(3):
        building = Building.objects.create(grid=grids[0], name=f"{number}号楼")
        OrganisationLink.objects.create(organisation=branch, building=building, since=FOUNDED)
    assert count() == before
