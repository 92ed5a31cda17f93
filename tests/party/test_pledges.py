"""Pledges: making and changing, both sides, mid-year and year-end, and what the public may read of them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from party import pledges as actions
from party.models import Exemption, Pledge
from party.pledge_list import Phase, describe, make_token, read_public, read_year
from party.pledges import Promise

TODAY = timezone.localdate()
YEAR = TODAY.year


@pytest.fixture
def pledge(branch, make_member, secretary):
    """A signed pledge of two things, of which one may be public."""
    return promise_two(branch, make_member("欧阳秀英"), secretary)


def promise_two(branch, member, by, **fields):
    promises = [Promise("每月陪独居老人买菜", True), Promise("参加楼道清扫", False)]
    given = {"side": "member", "year": YEAR, "signed_on": TODAY, "shows_name": False, "token": uuid4(), **fields}
    return actions.make_pledge(organisation=branch, member=member, promises=promises, by=by, **given)


def phase_of(pledge):
    return describe(Pledge.objects.filter(pk=pledge.pk))[0].phase


def read_page(client, branch):
    return client.get(reverse("pledge:list", args=[make_token(branch)])).content.decode()


def test_same_form_sent_twice_makes_one_pledge(branch, make_member, secretary):
    member, token = make_member(), uuid4()
    first = promise_two(branch, member, secretary, token=token)
    again = promise_two(branch, member, secretary, token=token)
    assert (again.pk, Pledge.objects.count()) == (first.pk, 1)


def test_second_pledge_of_a_year_is_refused(branch, pledge, secretary):
    with pytest.raises(ValidationError, match="已经有承诺"):
        promise_two(branch, pledge.member, secretary)


@pytest.mark.parametrize("texts", [[], ["一样", "一样"]])
def test_nothing_and_the_same_twice_are_no_pledge(branch, make_member, secretary, texts):
    promises = [Promise(text, True) for text in texts]
    with pytest.raises(ValidationError):
        actions.make_pledge(
            organisation=branch, member=make_member(), side="member", year=YEAR, promises=promises,
            signed_on=TODAY, shows_name=False, token=uuid4(), by=secretary,
        )  # fmt: skip


def test_phases_follow_what_was_done(branch, pledge, secretary):
    items = list(pledge.items.all())
    phases = [phase_of(pledge)]
    actions.publish_pledges(branch, year=YEAR, by=secretary)
    phases.append(phase_of(pledge))
    actions.assess_midway(pledge, said={item.pk: "on_track" for item in items}, by=secretary)
    phases.append(phase_of(pledge))
    actions.review(pledge, said={item.pk: "kept" for item in items}, by=secretary)
    phases.append(phase_of(pledge))
    actions.publish_results(branch, year=YEAR, by=secretary)
    phases.append(phase_of(pledge))
    assert phases == [Phase.SIGNED, Phase.PUBLISHED, Phase.ASSESSED, Phase.REVIEWED, Phase.CLOSED]


def test_draft_is_neither_published_nor_judged(branch, make_member, secretary):
    draft = promise_two(branch, make_member(), secretary, signed_on=None)
    assert (phase_of(draft), actions.publish_pledges(branch, year=YEAR, by=secretary)) == (Phase.DRAFT, 0)
    with pytest.raises(ValidationError, match="草稿"):
        actions.review(draft, said={draft.items.first().pk: "kept"}, by=secretary)


def test_nothing_public_nothing_published(branch, pledge, secretary):
    actions.set_consent(pledge, public=[], shows_name=False, by=secretary)
    assert actions.publish_pledges(branch, year=YEAR, by=secretary) == 0


def test_published_pledge_stands(branch, pledge, secretary):
    actions.publish_pledges(branch, year=YEAR, by=secretary)
    with pytest.raises(ValidationError, match="已经公示"):
        actions.change_pledge(pledge, promises=[Promise("别的", True)], signed_on=TODAY, shows_name=True, by=secretary)
    assert list(pledge.items.values_list("text", flat=True)) == ["每月陪独居老人买菜", "参加楼道清扫"]


def test_changed_draft_keeps_what_was_said_of_lines_that_stay(pledge, secretary):
    kept = pledge.items.first()
    actions.assess_midway(pledge, said={kept.pk: "done"}, by=secretary)
    promises = [Promise("新的一项", False), Promise(kept.text, True)]
    actions.change_pledge(pledge, promises=promises, signed_on=TODAY, shows_name=False, by=secretary)
    assert list(pledge.items.values_list("text", "midway")) == [("新的一项", ""), (kept.text, "done")]


def test_published_result_cannot_be_turned(branch, pledge, secretary):
    item = pledge.items.first()
    actions.publish_pledges(branch, year=YEAR, by=secretary)
    actions.review(pledge, said={item.pk: "partly"}, by=secretary)
    actions.publish_results(branch, year=YEAR, by=secretary)
    with pytest.raises(ValidationError, match="已经公布"):
        actions.review(pledge, said={item.pk: "kept"}, by=secretary)


def test_public_page_shows_only_what_was_agreed(client, branch, pledge, secretary):
    before = read_page(client, branch)
    actions.publish_pledges(branch, year=YEAR, by=secretary)
    page = read_page(client, branch)
    assert "每月陪独居老人买菜" not in before
    assert "每月陪独居老人买菜" in page
    assert "一名党员" in page
    assert "参加楼道清扫" not in page
    assert "欧阳" not in page


def test_name_is_public_when_agreed_and_gone_when_taken_back(client, branch, pledge, secretary):
    actions.publish_pledges(branch, year=YEAR, by=secretary)
    public = [pledge.items.first().pk]
    actions.set_consent(pledge, public=public, shows_name=True, by=secretary)
    named = read_page(client, branch)
    actions.set_consent(pledge, public=[], shows_name=True, by=secretary)
    assert "欧阳秀英" in named
    assert "欧阳秀英" not in read_page(client, branch)


def test_result_is_public_only_once_published(client, branch, pledge, secretary):
    actions.publish_pledges(branch, year=YEAR, by=secretary)
    actions.review(pledge, said={pledge.items.first().pk: "kept"}, by=secretary)
    before = read_page(client, branch)
    actions.publish_results(branch, year=YEAR, by=secretary)
    assert "已兑现" not in before
    assert "已兑现" in read_page(client, branch)


def test_branch_pledges_to_all_once(branch, make_member, secretary):
    people = [make_member(f"欧阳{name}") for name in "一二三"]
    make = {"organisation": branch, "year": YEAR, "promises": [Promise("每季度谈心一次", True)], "by": secretary}
    numbers = [actions.pledge_to_all(**make, signed_on=TODAY) for _time in range(2)]
    assert numbers == [3, 0]
    assert set(Pledge.objects.filter(side="branch").values_list("member", flat=True)) == {one.pk for one in people}


def test_same_pledge_to_all_is_one_entry_in_public(branch, make_member, secretary):
    for name in "一二三":
        make_member(f"欧阳{name}")
    promises = [Promise("每季度谈心一次", True)]
    actions.pledge_to_all(organisation=branch, year=YEAR, promises=promises, signed_on=TODAY, by=secretary)
    actions.publish_pledges(branch, year=YEAR, by=secretary)
    by_branch, by_members = read_public(branch, YEAR)
    assert ([(one.items, one.people) for one in by_branch], by_members) == ([((("每季度谈心一次", ""),), 3)], [])


def test_order_in_public_does_not_tell_who_is_unnamed(branch, make_member, secretary):
    names = {"欧阳一": False, "欧阳二": True, "欧阳三": False}
    for number, (name, shown) in enumerate(names.items()):
        promise = [Promise(f"事项{9 - number}", True)]
        actions.make_pledge(
            organisation=branch, member=make_member(name), side="member", year=YEAR, promises=promise,
            signed_on=TODAY, shows_name=shown, token=uuid4(), by=secretary,
        )  # fmt: skip
    actions.publish_pledges(branch, year=YEAR, by=secretary)
    _by_branch, by_members = read_public(branch, YEAR)
    assert [(one.name, one.items[0][0]) for one in by_members] == [("欧阳二", "事项8"), ("", "事项7"), ("", "事项9")]


def test_year_counts_both_sides(branch, make_member, secretary):
    members = [make_member(f"欧阳{name}") for name in "一二三"]
    promise_two(branch, members[0], secretary)
    promise_two(branch, members[1], secretary, signed_on=None)
    promise_two(branch, members[0], secretary, side="branch")
    found = read_year(branch, YEAR, TODAY)
    assert (len(found.pairs), found.signed, found.two_way, found.to_publish, found.to_review) == (3, 1, 1, 2, 4)


def test_former_member_stays_below(branch, pledge, secretary):
    pledge.member.memberships.update(until=TODAY, end="transferred_out")
    found = read_year(branch, YEAR, TODAY)
    assert (found.pairs, [pair.by_member.pledge for pair in found.gone]) == ([], [pledge])


def test_year_is_read_with_constant_queries(branch, make_member, secretary, django_assert_num_queries):
    for name in "一二三四五":
        promise_two(branch, make_member(f"欧阳{name}"), secretary)
    with django_assert_num_queries(3):
        read_year(branch, YEAR, TODAY)


def test_other_branch_of_the_community_stays_closed(client, pledge, other_branch, worker, let_lead):
    client.force_login(let_lead(worker, other_branch))
    page = reverse("party:pledge", args=[pledge.pk])
    year = reverse("party:pledges", args=[pledge.organisation_id])
    posts = [reverse(f"party:pledge-{name}", args=[pledge.pk]) for name in ("midway", "review", "consent")]
    answers = [client.get(page), client.get(year), *(client.post(url) for url in posts)]
    assert {answer.status_code for answer in answers} == {404}


def test_form_keeps_what_was_typed(client, branch, make_member, secretary):
    client.force_login(secretary)
    url = reverse("party:pledge-add", args=[branch.pk])
    future = TODAY + timedelta(days=3)
    said = {"member": make_member().pk, "year": YEAR, "text_0": "每月陪读一次", "signed_on": future}
    answer = client.post(url, said)
    assert (answer.status_code, Pledge.objects.count()) == (200, 0)
    assert "每月陪读一次" in answer.content.decode()
    assert "不能在将来" in answer.content.decode()


def test_pledge_is_entered_and_judged_on_the_pages(client, branch, make_member, secretary):
    client.force_login(secretary)
    said = {"member": make_member().pk, "year": YEAR, "text_0": "每月陪读一次", "public_0": "on", "signed_on": TODAY}
    client.post(reverse("party:pledge-add", args=[branch.pk]), said)
    pledge = Pledge.objects.get()
    item = pledge.items.get()
    client.post(reverse("party:pledge-midway", args=[pledge.pk]), {f"midway-item_{item.pk}": "on_track"})
    client.post(reverse("party:pledge-review", args=[pledge.pk]), {f"outcome-item_{item.pk}": "kept"})
    item.refresh_from_db()
    assert (item.midway, item.outcome, item.reviewed_by) == ("on_track", "kept", secretary)
    assert "已评议" in client.get(reverse("party:pledge", args=[pledge.pk])).content.decode()


def test_blank_review_is_refused(client, pledge, secretary):
    client.force_login(secretary)
    answer = client.post(reverse("party:pledge-review", args=[pledge.pk]))
    assert "请至少选一项" in answer.content.decode()


def test_audit_names_the_member_by_key_only(pledge):
    event = AuditEvent.objects.get(action="pledge.make")
    assert event.detail["member"] == pledge.member_id
    assert "欧阳" not in str(event.detail)


def test_pledges_of_next_year_begin_in_december():
    assert actions.years_of(date(2026, 11, 30)) == [2025, 2026]
    assert actions.years_of(date(2026, 12, 1)) == [2025, 2026, 2027]


def test_exempt_member_may_pledge_too(branch, make_member, secretary):
    member = make_member()
    Exemption.objects.create(member=member, reason="aged", since=date(2020, 1, 1), by=secretary)
    assert promise_two(branch, member, secretary) in Pledge.objects.all()


def test_only_those_who_have_not_signed_can_be_seen(client, branch, make_member, secretary):
    promise_two(branch, make_member("欧阳一"), secretary)
    make_member("诸葛二")
    client.force_login(secretary)
    url = reverse("party:pledges", args=[branch.pk])
    everybody, missing = (client.get(url, query).content.decode() for query in ({}, {"missing": 1}))
    assert ("欧*一" in everybody, "诸*二" in everybody) == (True, True)
    assert ("欧*一" in missing, "诸*二" in missing) == (False, True)


@pytest.mark.parametrize("year", ["-1", "9999", "x", ""])
def test_nonsense_year_is_not_found(client, branch, secretary, year):
    client.force_login(secretary)
    assert client.get(reverse("party:pledges", args=[branch.pk]), {"year": year}).status_code == 404


def test_judged_item_is_not_written_over(pledge, secretary):
    item = pledge.items.first()
    actions.assess_midway(pledge, said={item.pk: "done"}, by=secretary)
    with pytest.raises(ValidationError, match="已经自评"):
        actions.change_pledge(pledge, promises=[Promise("别的", True)], signed_on=TODAY, shows_name=True, by=secretary)
    assert pledge.items.count() == 2
