"""Requests that no page of the portal sends: forged, disguised, too large, with a session made by somebody else."""

import pytest

from accounts.roles import Role
from tests.attack import requests

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("attack")]


class Notes(list):
    """What got through, and how much was tried."""

    tried = 0

    def __call__(self, kind, wrongs):
        self.tried += 1
        self.extend(wrongs)


@pytest.fixture
def note():
    return Notes()


@pytest.mark.parametrize("actor", [Role.WORKER, Role.DATA_ADMIN, "anonymous"])
@pytest.mark.parametrize("send", [requests.forge, requests.disguise, requests.disguise_host])
def test_odd_request_is_refused(send, actor, arena, note):
    arena.enter(actor)
    send(arena, note)
    assert note.tried > 10
    assert not note, "\n".join(note[:20])


def test_too_much_is_refused(arena, note):
    arena.enter("anonymous")
    requests.send_too_much(arena, note)
    assert not note, "\n".join(note[:20])


def test_session_made_by_somebody_else_is_worth_nothing(arena, note):
    arena.enter(Role.WORKER)
    requests.fix_session(arena, note)
    assert not note


def test_session_that_keeps_its_key_is_seen(arena, monkeypatch):
    monkeypatch.setattr("django.contrib.sessions.backends.base.SessionBase.cycle_key", lambda self: None)
    monkeypatch.setattr("django.contrib.sessions.backends.base.SessionBase.flush", lambda self: None)
    assert "the key is good after signing out" in list(requests.find_session_faults(arena.cast[Role.WORKER]))


def test_forged_request_is_seen_where_nobody_looks(arena, note, monkeypatch):
    monkeypatch.setattr("django.middleware.csrf.CsrfViewMiddleware.process_view", lambda *given: None)
    arena.enter(Role.WORKER)
    arena.addresses = [address for address in arena.addresses if address.name == "visits:withdraw"]
    requests.forge(arena, note)
    assert len(note) == note.tried == len(requests.FORGED)
