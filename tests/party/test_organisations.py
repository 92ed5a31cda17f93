"""The tree: what may stand below what, rings, founding and closing days, links, terms; all of it audited."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from grids.models import Building
from party.models import Organisation, Registration, ServicePost
from party.organisations import (
    add_link,
    add_organisation,
    add_term,
    change_organisation,
    close_organisation,
    end_link,
    end_of_term,
)
from party.structure import TermState, add_months, judge_term, read_standings

FOUNDED = date(2020, 1, 1)


@pytest.fixture
def found(community, street_officer):
    """Found an organisation as the street does."""

    def make(kind, name, parent=None, **fields):
        given = {"community": community, "founded_on": FOUNDED, "by": street_officer, **fields}
        return add_organisation(kind=kind, name=name, parent=parent, **given)

    return make


@pytest.mark.parametrize("kind", Organisation.Kind.values)
@pytest.mark.parametrize("above", [None, *Organisation.Kind.values])
def test_only_some_kinds_stand_below_others(kind, above, community, found):
    chain = {"group": "branch", "household": "branch"}
    top = None
    if above:
        base = found(chain[above], "底") if above in chain else None
        top = found(above, "上级", base)
    if above in Organisation.PARENTS[kind]:
        assert found(kind, "下级", top).parent == top
    else:
        with pytest.raises(ValidationError) as refused:
            found(kind, "下级", top)
        assert "parent" in refused.value.message_dict


def test_founding_is_audited_without_names_of_persons(found):
    branch = found("branch", "第一支部")
    event = AuditEvent.objects.get(action="party.organisation.add")
    assert (event.object_id, event.detail) == (str(branch.pk), {"kind": "branch", "parent": None})


def test_committee_cannot_stand_below_itself_or_its_own(found, street_officer):
    top = found("committee", "党委")
    below = found("committee", "二级党委", top)
    for ring in (top, below):
        with pytest.raises(ValidationError, match="不能是它自己"):
            change_organisation(top, name="党委", parent=ring, founded_on=FOUNDED, by=street_officer)
    moved = change_organisation(below, name="二级党委", parent=None, founded_on=FOUNDED, by=street_officer)
    assert moved.parent is None


def test_parent_of_another_street_is_refused(found, foreign_community, community):
    other = Organisation.objects.create(
        kind="committee", name="外党委", community=foreign_community, founded_on=FOUNDED
    )
    with pytest.raises(ValidationError, match="同一个街道"):
        found("branch", "支部", other)


def test_group_stays_in_the_community_of_its_branch(found, neighbour_community):
    branch = found("branch", "第一支部")
    with pytest.raises(ValidationError, match="同一个社区"):
        found("group", "第一小组", branch, community=neighbour_community)


def test_community_of_another_street_is_refused(found, foreign_community):
    with pytest.raises(ValidationError) as refused:
        found("branch", "支部", community=foreign_community)
    assert "community" in refused.value.message_dict


def test_name_is_once_in_a_community(found):
    found("branch", "第一支部")
    with pytest.raises(ValidationError, match="同名"):
        found("branch", "第一支部")


def test_founding_day_is_not_after_the_first_member(branch, make_member, street_officer):
    make_member(since=FOUNDED)
    with pytest.raises(ValidationError) as refused:
        change_organisation(branch, name="第一支部", parent=None, founded_on=FOUNDED + timedelta(1), by=street_officer)
    assert "founded_on" in refused.value.message_dict


# --- Closing


def test_branch_with_members_is_not_closed(branch, make_member, street_officer):
    member = make_member()
    with pytest.raises(ValidationError, match="还有党员"):
        close_organisation(branch, on=timezone.localdate(), by=street_officer)
    member.memberships.update(until=timezone.localdate(), end="transferred_out")
    assert close_organisation(branch, on=timezone.localdate(), by=street_officer).closed_on == timezone.localdate()


def test_branch_with_groups_is_not_closed(branch, groups, street_officer):
    with pytest.raises(ValidationError, match="下面还有党组织"):
        close_organisation(branch, on=timezone.localdate(), by=street_officer)


def test_group_with_members_is_not_closed(groups, make_member, street_officer):
    make_member(group=groups[0])
    with pytest.raises(ValidationError, match="还有党员"):
        close_organisation(groups[0], on=timezone.localdate(), by=street_officer)
    assert close_organisation(groups[1], on=timezone.localdate(), by=street_officer).closed_on


def test_closing_ends_posts_and_links(secretary, branch, grids, street_officer):
    add_link(organisation=branch, grid=grids[0], since=FOUNDED, by=street_officer)
    close_organisation(branch, on=timezone.localdate(), by=street_officer)
    ends = [branch.offices.get().until, branch.links.get().until]
    assert ends == [timezone.localdate()] * 2
    assert not Organisation.objects.led_by(secretary, timezone.localdate()).exists()
    assert AuditEvent.objects.filter(action="party.organisation.close").count() == 1


def test_closed_organisation_takes_nothing_more(branch, grids, street_officer):
    close_organisation(branch, on=timezone.localdate(), by=street_officer)
    with pytest.raises(ValidationError, match="已经撤销"):
        add_link(organisation=branch, grid=grids[0], since=FOUNDED, by=street_officer)
    with pytest.raises(ValidationError, match="已经撤销"):
        close_organisation(branch, on=timezone.localdate(), by=street_officer)


# --- Links


def test_link_ends_on_a_day(branch, grids, street_officer):
    link = add_link(organisation=branch, grid=grids[0], since=FOUNDED, by=street_officer)
    end_link(link, until=timezone.localdate(), by=street_officer)
    with pytest.raises(ValidationError, match="已经结束"):
        end_link(link, until=timezone.localdate(), by=street_officer)
    actions = AuditEvent.objects.filter(action__startswith="party.link").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["party.link.add", "party.link.end"]


def test_link_to_another_street_is_refused(branch, foreign_grid, street_officer):
    with pytest.raises(ValidationError, match="本街道"):
        add_link(organisation=branch, grid=foreign_grid, since=FOUNDED, by=street_officer)
    building = Building.objects.create(grid=foreign_grid, name="1号楼")
    with pytest.raises(ValidationError, match="本街道"):
        add_link(organisation=branch, building=building, since=FOUNDED, by=street_officer)


def test_same_link_is_not_made_twice(branch, community, street_officer):
    add_link(organisation=branch, community=community, since=FOUNDED, by=street_officer)
    with pytest.raises(ValidationError, match="已经由这个党组织联系"):
        add_link(organisation=branch, community=community, since=timezone.localdate(), by=street_officer)


# --- Terms


def test_term_has_the_usual_length_unless_said_otherwise(branch, street_officer, settings):
    settings.PARTY_TERM_YEARS = 5
    term = add_term(organisation=branch, starts_on=date(2024, 2, 29), by=street_officer)
    assert term.ends_on == date(2029, 2, 28)
    shorter = add_term(organisation=branch, starts_on=date(2025, 3, 1), ends_on=date(2028, 3, 1), by=street_officer)
    assert shorter.ends_on == date(2028, 3, 1)
    assert end_of_term(date(2024, 5, 31)) == date(2029, 5, 28)


def test_term_of_a_group_is_refused(groups, street_officer):
    with pytest.raises(ValidationError, match="没有任期"):
        add_term(organisation=groups[0], starts_on=FOUNDED, by=street_officer)


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, TermState.OVERDUE), (0, TermState.ENDING), (60, TermState.ENDING), (120, TermState.RUNNING)],
)
def test_term_is_judged_by_its_end(days, state, branch, street_officer):
    today = timezone.localdate()
    term = add_term(organisation=branch, starts_on=FOUNDED, ends_on=today + timedelta(days), by=street_officer)
    assert judge_term(branch, term, today) == state


def test_new_term_ends_being_overdue(branch, street_officer):
    today = timezone.localdate()
    add_term(organisation=branch, starts_on=FOUNDED, ends_on=date(2021, 1, 1), by=street_officer)
    assert read_standings([branch], street_officer, today)[0].term_state == TermState.OVERDUE
    add_term(organisation=branch, starts_on=today, by=street_officer)
    assert read_standings([branch], street_officer, today)[0].term_state == TermState.RUNNING


def test_groups_have_no_term_and_branches_without_one_say_so(branch, groups, street_officer):
    states = [one.term_state for one in read_standings([branch, groups[0]], street_officer, timezone.localdate())]
    assert states == [TermState.NONE, None]


@pytest.mark.parametrize(
    ("day", "later"), [(date(2026, 11, 30), date(2027, 2, 28)), (date(2026, 1, 5), date(2026, 4, 5))]
)
def test_months_later_is_a_day_of_the_calendar(day, later):
    assert add_months(day, 3) == later


def test_founding_day_passes_no_meeting_post_or_registration(branch, hold, resident, street_officer):
    later = date.fromisoformat("2024-06-01")
    about = {"name": branch.name, "parent": None, "by": street_officer}
    rows = [
        ServicePost.objects.create(organisation=branch, name="巡查岗", duty="看楼道", opened_on=FOUNDED),
        Registration.objects.create(organisation=branch, resident=resident, unit="某局", since=FOUNDED),
    ]
    for row in rows:
        with pytest.raises(ValidationError, match="不能更晚"):
            change_organisation(branch, founded_on=later, **about)
        row.delete()
    day = hold(branch, day=timezone.localdate() - timedelta(days=3)).activity.held_on
    with pytest.raises(ValidationError, match="不能更晚"):
        change_organisation(branch, founded_on=day + timedelta(days=1), **about)
    assert change_organisation(branch, founded_on=day, **about).founded_on == day


def test_correction_is_audited_with_founding_day_and_committee(branch, street_officer):
    change_organisation(
        branch, name=branch.name, parent=None, founded_on=date(2019, 1, 1), has_committee=True, by=street_officer
    )
    detail = AuditEvent.objects.get(action="party.organisation.change").detail
    assert (detail["before"]["founded_on"], detail["founded_on"]) == ("2020-01-01", "2019-01-01")
    assert (detail["before"]["has_committee"], detail["has_committee"]) == (False, True)
