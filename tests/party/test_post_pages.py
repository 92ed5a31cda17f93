"""Pages of posts: who reads them, what their forms do, and how many queries they take."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from party.models import PostClaim, ServicePost

OPENED = date(2025, 1, 1)
QUERIES = 8


@pytest.fixture
def post(branch):
    return ServicePost.objects.create(organisation=branch, name="楼道巡查岗", duty="看楼道", places=2, opened_on=OPENED)


@pytest.fixture
def held(post, make_member, secretary):
    return PostClaim.objects.create(post=post, member=make_member("司马相如"), since=OPENED, by=secretary)


@pytest.fixture
def page(client, secretary):
    client.force_login(secretary)
    return client


def address(name, row):
    return reverse(f"party:{name}", args=[row.pk])


def list_addresses(branch, post, held):
    about_post = [address(name, post) for name in ("post", "post-edit", "claim")]
    about_claim = [address(name, held) for name in ("claim-end", "claim-review")]
    return [address("posts", branch), address("post-add", branch), *about_post, *about_claim]


def test_secretary_opens_every_page(page, branch, post, held):
    assert {page.get(url).status_code for url in list_addresses(branch, post, held)} == {200}


def test_who_does_not_lead_the_branch_finds_nothing(client, worker, branch, post, held):
    client.force_login(worker)
    assert {client.get(url).status_code for url in list_addresses(branch, post, held)} == {404}


def test_former_secretary_finds_nothing(page, secretary, branch, post, held):
    secretary.party_offices.update(until=timezone.localdate())
    assert {page.get(url).status_code for url in list_addresses(branch, post, held)} == {404}


def test_holders_are_masked(page, branch, post, held):
    text = page.get(address("posts", branch)).content.decode()
    assert "司**如" in text
    assert "司马相如" not in text
    assert "空 1" in text


def test_post_is_opened_by_its_form(page, branch):
    data = {"name": "政策宣传岗", "duty": "讲政策", "places": 2, "opened_on": "2025-02-01"}
    answer = page.post(address("post-add", branch), data)
    assert answer.headers["Location"] == address("posts", branch)
    assert ServicePost.objects.get().places == 2


def test_refused_form_keeps_what_was_typed(page, branch):
    data = {"name": "政策宣传岗", "duty": "讲政策", "places": 0, "opened_on": "2999-02-01"}
    text = page.post(address("post-add", branch), data).content.decode()
    assert "人数应为 1 到 99" in text
    assert "日期在将来" in text
    assert "政策宣传岗" in text


def test_member_is_chosen_and_claims(page, post, make_member):
    member = make_member("张建国")
    page.post(address("claim", post), {"holder": f"m{member.pk}", "since": "2025-03-01"})
    assert PostClaim.objects.get().member == member


@pytest.mark.parametrize("holder", ["", "m0", "x", "m99999999999999999999"])
def test_nobody_claims_without_a_choice(page, post, holder):
    answer = page.post(address("claim", post), {"holder": holder, "since": "2025-03-01"})
    assert answer.context["form"].errors["holder"]
    assert not PostClaim.objects.exists()


def test_member_of_another_branch_cannot_be_chosen(page, post, make_member, other_branch):
    other = make_member(organisation=other_branch)
    answer = page.post(address("claim", post), {"holder": f"m{other.pk}", "since": "2025-03-01"})
    assert "现在不能认领" in answer.context["form"].errors["holder"][0]


def test_post_is_handed_over_by_its_form(page, post, held, make_member):
    member = make_member("张建国")
    page.post(address("claim-end", held), {"how": "hand_over", "holder": f"m{member.pk}", "day": "2025-06-01"})
    assert PostClaim.objects.get(member=member).handed_from == held


def test_post_is_left_by_its_form(page, post, held):
    page.post(address("claim-end", held), {"how": "leave", "day": "2025-06-01"})
    held.refresh_from_db()
    assert held.end == "left"


def test_duty_is_reviewed_by_its_form(page, post, held):
    year = timezone.localdate().year - 1
    held.since = date(year, 1, 1)
    held.save()
    page.post(address("claim-review", held), {"year": year, "result": "done", "goes_on": "yes"})
    assert held.reviews.get().year == year


def test_closed_post_is_read_and_not_changed(page, post, held):
    page.post(address("post-close", post))
    assert page.get(address("post", post)).status_code == 200
    assert page.get(address("claim", post)).status_code == 404


def test_queries_do_not_grow_with_posts(page, secretary, branch, make_member, django_assert_num_queries):
    for number in range(6):
        post = ServicePost.objects.create(
            organisation=branch, name=f"岗位{number}", duty="x", places=2, opened_on=OPENED
        )
        for _holder in range(2):
            PostClaim.objects.create(post=post, member=make_member(), since=OPENED, by=secretary)
    with django_assert_num_queries(QUERIES):
        page.get(address("posts", branch))
