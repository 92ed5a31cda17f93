"""Two claims of the last place of a post at the same moment: one is saved, the other is told."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from party import posts
from party.departures import transfer_out
from party.models import PostClaim, ServicePost
from party.posts import claim_post, lock_post
from tests.indicators.threads import in_other_connection

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = date(2025, 3, 1)


@pytest.fixture
def post(branch):
    return ServicePost.objects.create(organisation=branch, name="巡查岗", duty="x", places=1, opened_on=MARCH)


@pytest.fixture
def overtaken(monkeypatch, post, secretary, make_member):
    """Let somebody else claim the post in another connection, right before ours is locked."""
    other = make_member("李明")

    def prepare():
        def late(wanted):
            monkeypatch.setattr(posts, "lock_post", lock_post)
            in_other_connection(lambda: claim_post(post, holder=other, since=MARCH, by=secretary))
            return lock_post(wanted)

        monkeypatch.setattr(posts, "lock_post", late)

    return prepare


def test_last_place_is_taken_once_and_the_other_is_told(overtaken, post, secretary, make_member):
    member = make_member("张建国")
    overtaken()
    with pytest.raises(ValidationError, match="认领满了"):
        claim_post(post, holder=member, since=MARCH, by=secretary)
    assert PostClaim.objects.count() == 1


def test_without_the_lock_both_would_have_it(monkeypatch, post, secretary, make_member):
    """The negative control: what the lock is for."""
    member, other, count = make_member("张建国"), make_member("李明"), posts.count_most

    def late(claims, since):
        monkeypatch.setattr(posts, "count_most", count)
        in_other_connection(lambda: claim_post(post, holder=other, since=MARCH, by=secretary))
        return count(claims, since)

    monkeypatch.setattr(posts, "count_most", late)
    monkeypatch.setattr(posts, "lock_post", lambda post: post)
    claim_post(post, holder=member, since=MARCH, by=secretary)
    assert PostClaim.objects.count() == 2


def leave_late(monkeypatch, member, secretary):
    """Let the member leave in another connection once the holder was to be locked; return the call that waits."""
    begun, deed = [], posts.lock_post

    def late(wanted):
        monkeypatch.setattr(posts, "lock_post", deed)
        leaving = threading.Thread(target=run, args=(member, secretary))
        leaving.start()
        leaving.join(timeout=1)
        begun.append(leaving)
        return deed(wanted)

    monkeypatch.setattr(posts, "lock_post", late)
    return begun


def run(member, secretary):
    """Let the member leave, and close the connection of the thread."""
    try:
        transfer_out(member, how="left", day=timezone.localdate(), by=secretary)
    finally:
        connections.close_all()


def test_member_who_leaves_meanwhile_waits_and_loses_the_claim(monkeypatch, post, secretary, make_member):
    member = make_member("张建国")
    begun = leave_late(monkeypatch, member, secretary)
    claim_post(post, holder=member, since=MARCH, by=secretary)
    begun[0].join(timeout=30)
    assert PostClaim.objects.get().until == timezone.localdate()


def test_without_the_lock_of_the_holder_leaving_does_not_wait(monkeypatch, post, secretary, make_member):
    """The negative control: the member has left before the claim is judged, and is refused then."""
    member = make_member("张建国")
    monkeypatch.setattr(posts, "lock_holder", lambda holder: None)
    leave_late(monkeypatch, member, secretary)
    with pytest.raises(ValidationError, match="已经转出"):
        claim_post(post, holder=member, since=MARCH, by=secretary)
