"""A branch with two groups, its secretary, and members in one line each."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from party.models import Meeting, Member, Membership, Office, Organisation

FOUNDED = date(2020, 1, 1)


@pytest.fixture
def branch(community: Any) -> Organisation:
    """A branch of the community, founded long ago."""
    return Organisation.objects.create(kind="branch", name="第一支部", community=community, founded_on=FOUNDED)


@pytest.fixture
def groups(branch: Organisation) -> list[Organisation]:
    """Two groups of the branch."""
    about = {"kind": "group", "parent": branch, "community": branch.community, "founded_on": FOUNDED}
    return [Organisation.objects.create(name=name, **about) for name in ("第一党小组", "第二党小组")]


@pytest.fixture
def other_branch(community: Any) -> Organisation:
    """Another branch of the same community, which the secretary does not lead."""
    return Organisation.objects.create(kind="branch", name="第二支部", community=community, founded_on=FOUNDED)


@pytest.fixture
def let_lead() -> Callable[..., Any]:
    """Make an account secretary of an organisation."""

    def make(user: Any, organisation: Organisation) -> Any:
        Office.objects.create(organisation=organisation, post="secretary", user=user, since=FOUNDED)
        return user

    return make


@pytest.fixture
def secretary(branch_secretary: Any, branch: Organisation, let_lead: Any) -> Any:
    """Who leads the branch."""
    return let_lead(branch_secretary, branch)


@pytest.fixture
def make_member(register: Any, grids: Any, branch: Organisation) -> Callable[..., Member]:
    """Make a member of the branch (or another), in a group if one is given."""

    def make(name: str = "欧阳秀英", since: date = FOUNDED, organisation: Any = None, **fields: Any) -> Member:
        resident = fields.pop("resident", None) or register.resident(grids[0], name=name)
        facts = {key: fields.pop(key) for key in ("standing", "joined_on", "full_on") if key in fields}
        member = Member.objects.create(resident=resident, **facts)
        Membership.objects.create(member=member, organisation=organisation or branch, since=since, **fields)
        return member

    return make


@pytest.fixture
def hold(register: Any, worker: Any) -> Callable[..., Meeting]:
    """Hold a meeting of an organisation at which these members were there, reported unless said otherwise."""

    def make(organisation: Organisation, *came: Member, kind: str = "party_day", **fields: Any) -> Meeting:
        people = [member.resident for member in came]
        activity = register.activity(organisation.community, worker, *people, **{"kind": "主题党日", **fields})
        start = activity.held_day.replace(day=1)
        return Meeting.objects.create(activity=activity, organisation=organisation, kind=kind, slot_start=start)

    return make
