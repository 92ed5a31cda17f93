"""Posts: opening, changing and closing, claims, leaving and handing over, yearly reviews."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from party.departures import transfer_out
from party.models import PostClaim, PostReview, Registration, ServicePost
from party.post_reviews import list_due, review_claim
from party.posts import claim_post, close_post, count_most, end_claim, hand_over, list_posts, save_post

OPENED = date(2025, 1, 1)
MARCH = date(2025, 3, 1)


@pytest.fixture
def post(branch):
    return ServicePost.objects.create(
        organisation=branch, name="楼道巡查岗", duty="每周看一次楼道", places=1, opened_on=OPENED
    )


@pytest.fixture
def member(make_member):
    return make_member("张建国")


@pytest.fixture
def other(make_member):
    return make_member("李明")


def claim(post, holder, by, since=MARCH):
    return claim_post(post, holder=holder, since=since, by=by)


def test_new_post_is_saved_and_audited(secretary, branch):
    post = ServicePost(organisation=branch, name="政策宣传岗", duty="讲政策", places=2, opened_on=OPENED)
    save_post(post, by=secretary)
    assert AuditEvent.objects.get(action="party_post.open").object_id == str(post.pk)


def test_form_sent_twice_opens_one_post(secretary, branch, post):
    again = ServicePost(
        organisation=branch, name="别的岗", duty="x", places=1, opened_on=OPENED, client_token=post.client_token
    )
    assert save_post(again, by=secretary) == post
    assert ServicePost.objects.count() == 1


def test_second_post_of_a_name_is_refused(secretary, branch, post):
    again = ServicePost(organisation=branch, name=post.name, duty="x", places=1, opened_on=OPENED)
    with pytest.raises(ValidationError, match="已有同名的岗位"):
        save_post(again, by=secretary)


def test_name_about_what_the_portal_does_not_keep_is_refused(secretary, branch):
    post = ServicePost(organisation=branch, name="维稳", duty="x", places=1, opened_on=OPENED)
    with pytest.raises(ValidationError, match="维稳"):
        save_post(post, by=secretary)


def test_places_do_not_become_fewer_than_holders(secretary, post, member, other):
    ServicePost.objects.update(places=2)
    for holder in (member, other):
        claim(post, holder, secretary)
    post.places = 1
    with pytest.raises(ValidationError, match="现在有 2 人在岗"):
        save_post(post, by=secretary)


def test_member_of_the_branch_claims_a_post(secretary, branch, post, member):
    claim(post, member, secretary)
    line = list_posts(branch, timezone.localdate())[0]
    assert ([one.member for one in line.holders], line.free) == ([member], 0)


def test_somebody_registered_from_a_unit_claims_a_post(secretary, branch, post, register, grids):
    resident = register.resident(grids[0])
    registration = Registration.objects.create(resident=resident, organisation=branch, unit="某局", since=OPENED)
    assert claim(post, registration, secretary).registration == registration


def test_member_of_another_branch_claims_nothing(secretary, post, make_member, other_branch):
    with pytest.raises(ValidationError, match="不在本支部"):
        claim(post, make_member(organisation=other_branch), secretary)


def test_full_post_takes_nobody_more(secretary, post, member, other):
    claim(post, member, secretary)
    with pytest.raises(ValidationError, match="认领满了"):
        claim(post, other, secretary)


def test_late_entry_does_not_overfill_a_post_in_days_gone_by(secretary, post, member, other, make_member):
    held = claim(post, member, secretary, MARCH)
    end_claim(held, until=date(2025, 6, 1), by=secretary)
    claim(post, other, secretary, date(2025, 6, 1))
    with pytest.raises(ValidationError, match="认领满了"):
        claim(post, make_member("王芳"), secretary, date(2025, 4, 1))


def test_same_member_twice_is_told_so(secretary, post, member):
    ServicePost.objects.update(places=2)
    claim(post, member, secretary)
    with pytest.raises(ValidationError, match="已经认领这个岗位"):
        claim(post, member, secretary)


@pytest.mark.parametrize("day", [OPENED - timedelta(days=1), date(2999, 1, 1)])
def test_day_of_a_claim_lies_between_opening_and_today(secretary, post, member, day):
    with pytest.raises(ValidationError):
        claim(post, member, secretary, day)


def test_who_leaves_makes_room(secretary, post, member, other):
    held = end_claim(claim(post, member, secretary), until=date(2025, 6, 1), by=secretary)
    assert (held.until, held.end) == (date(2025, 6, 1), "left")
    assert claim(post, other, secretary, date(2025, 6, 1)).pk


def test_claim_ends_once(secretary, post, member):
    held = claim(post, member, secretary)
    end_claim(held, until=date(2025, 6, 1), by=secretary)
    with pytest.raises(ValidationError, match="已经结束"):
        end_claim(held, until=date(2025, 7, 1), by=secretary)


def test_post_is_handed_over_on_one_day(secretary, post, member, other):
    held = claim(post, member, secretary)
    taken = hand_over(held, holder=other, day=date(2025, 6, 1), by=secretary)
    held.refresh_from_db()
    assert (held.until, held.end) == (taken.since, "handed_over")
    assert taken.handed_from == held


def test_refused_hand_over_leaves_the_post_with_who_has_it(secretary, post, member, make_member, other_branch):
    held = claim(post, member, secretary)
    with pytest.raises(ValidationError):
        hand_over(held, holder=make_member(organisation=other_branch), day=date(2025, 6, 1), by=secretary)
    held.refresh_from_db()
    assert held.until is None


def test_closing_releases_who_has_the_post(secretary, post, member):
    held = claim(post, member, secretary)
    close_post(post, by=secretary)
    held.refresh_from_db()
    post.refresh_from_db()
    assert (held.end, held.until, post.closed_on) == ("closed", timezone.localdate(), timezone.localdate())


def test_closed_post_is_not_claimed(secretary, post, member):
    close_post(post, by=secretary)
    with pytest.raises(ValidationError, match="已经撤销"):
        claim(post, member, secretary)


def test_most_holders_at_once_counts_days_that_overlap():
    spells = [(1, 5), (5, 9), (4, 6), (8, None)]
    claims = [PostClaim(since=date(2025, 1, a), until=date(2025, 1, b) if b else None) for a, b in spells]
    assert count_most(claims, date(2025, 1, 1)) == 2
    assert count_most(claims[:2], date(2025, 1, 1)) == 1


# --- Yearly reviews


def due(branch, day):
    return [(one.year, one.is_overdue) for one in list_due([branch], day)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 11, 30), []),
        (date(2025, 12, 1), [(2025, False)]),
        (date(2025, 12, 31), [(2025, False)]),
        (date(2026, 1, 1), [(2025, True)]),
        (date(2026, 12, 1), [(2025, True), (2026, False)]),
    ],
)
def test_review_is_due_from_december_and_overdue_in_the_new_year(secretary, branch, post, member, day, expected):
    claim(post, member, secretary)
    assert due(branch, day) == expected


def test_who_left_before_december_is_not_reviewed(secretary, branch, post, member):
    end_claim(claim(post, member, secretary), until=date(2025, 12, 1), by=secretary)
    assert due(branch, date(2025, 12, 5)) == []


def test_reviewed_duty_is_no_longer_due(secretary, branch, post, member, time_machine):
    time_machine.move_to("2025-12-05T12:00:00+08:00", tick=False)
    held = claim(post, member, secretary)
    review_claim(held, year=2025, result=PostReview.Result.DONE, goes_on=True, by=secretary)
    assert due(branch, date(2025, 12, 5)) == []
    held.refresh_from_db()
    assert held.until is None


def test_duty_that_does_not_go_on_ends(secretary, post, member, time_machine):
    time_machine.move_to("2025-12-05T12:00:00+08:00", tick=False)
    held = claim(post, member, secretary)
    review_claim(held, year=2025, result=PostReview.Result.NOT_YET, goes_on=False, by=secretary)
    held.refresh_from_db()
    assert (held.until, held.end) == (date(2025, 12, 5), "left")


def test_year_is_reviewed_once_and_only_when_it_is_asked_for(secretary, post, member, time_machine):
    time_machine.move_to("2025-12-05T12:00:00+08:00", tick=False)
    held = claim(post, member, secretary)
    review_claim(held, year=2025, result=PostReview.Result.DONE, goes_on=True, by=secretary)
    for year in (2025, 2024, 2026):
        with pytest.raises(ValidationError):
            review_claim(held, year=year, result=PostReview.Result.DONE, goes_on=True, by=secretary)
    assert PostReview.objects.count() == 1


def test_member_who_has_left_since_takes_no_post(secretary, post, member):
    transfer_out(member, how="left", day=timezone.localdate(), by=secretary)
    with pytest.raises(ValidationError, match="已经转出"):
        claim(post, member, secretary)
    assert not PostClaim.objects.exists()
