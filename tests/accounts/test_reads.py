"""Looks at personal data: each is written down before it is answered, and what cannot be written is not shown."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.http import HttpResponse

from accounts import reads
from accounts.access import Access
from accounts.addresses import list_addresses
from accounts.audit import label_of
from accounts.deeds import describe_type
from accounts.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.reads]


@pytest.fixture
def signed_in(client, worker):
    client.force_login(worker)
    return client


def list_looks():
    """Return code, object and key of all looks, the first first."""
    return list(AuditEvent.objects.order_by("pk").values_list("action", "object_type", "object_id"))


def open_page(client, resident):
    return client.get(f"/residents/{resident.pk}/")


def test_page_of_a_resident_is_written_down(signed_in, worker, resident):
    assert open_page(signed_in, resident).status_code == 200
    event = AuditEvent.objects.get()
    assert (event.actor, event.area_code, event.detail) == (
        label_of(worker),
        worker.community.code,
        {"page": "grids:resident"},
    )
    assert list_looks() == [("resident.read", "resident", str(resident.pk))]


def test_list_is_written_down_with_its_page(signed_in, resident):
    signed_in.get("/residents/")
    assert list_looks() == [("page.read", "page", "grids:residents")]
    assert AuditEvent.objects.get().detail["people"] == 1


def test_look_again_within_minutes_is_the_same_look(signed_in, resident):
    open_page(signed_in, resident)
    open_page(signed_in, resident)
    assert AuditEvent.objects.count() == 1


def test_look_again_later_is_another(signed_in, resident, settings):
    settings.READ_QUIET_SECONDS = 0
    open_page(signed_in, resident)
    open_page(signed_in, resident)
    assert AuditEvent.objects.count() == 2


def test_look_of_a_colleague_is_another(signed_in, client, grid_member, resident):
    open_page(signed_in, resident)
    client.force_login(grid_member)
    open_page(client, resident)
    assert AuditEvent.objects.count() == 2


def test_what_was_refused_is_no_look(client, outsider, resident):
    client.force_login(outsider)
    assert open_page(client, resident).status_code == 404
    assert list_looks() == []


def test_page_without_persons_is_no_look(signed_in):
    signed_in.get("/activities/")
    assert list_looks() == []


@pytest.mark.parametrize(("public", "status", "looked"), [(False, 200, True), (True, 200, False), (False, 302, False)])
def test_look_is_an_answer_for_the_staff(rf, public, status, looked):
    request = rf.get("/")
    request.access = Access(None, ("GET",), public=public, personal=True)
    assert reads.is_look(request, HttpResponse(status=status)) is looked


def test_what_cannot_be_written_down_is_not_shown(signed_in, resident, monkeypatch):
    def fail(*args):
        raise DatabaseError

    monkeypatch.setattr(reads, "append", fail)
    answer = open_page(signed_in, resident)
    assert answer.status_code == 503
    assert resident.masked_name not in answer.content.decode()


def test_person_over_the_budget_is_not_shown_and_that_is_written_down(signed_in, register, grids, settings):
    settings.RESIDENT_VIEW_BUDGET = 2
    people = [register.resident(grids[0], name=f"王{n}") for n in "甲乙丙"]
    assert [open_page(signed_in, person).status_code for person in people] == [200, 200, 429]
    assert list_looks()[-1] == ("resident.read_refused", "resident", str(people[2].pk))


def test_person_seen_today_is_shown_over_the_budget(signed_in, register, grids, settings):
    settings.RESIDENT_VIEW_BUDGET = 1
    first, second = (register.resident(grids[0], name=f"王{n}") for n in "甲乙")
    assert [open_page(signed_in, person).status_code for person in (first, second, first)] == [200, 429, 200]


def test_form_over_the_budget_keeps_what_was_typed(signed_in, resident, settings):
    settings.RESIDENT_VIEW_BUDGET = 0
    answer = signed_in.post(f"/residents/{resident.pk}/unmask/", {"field": "name", "purpose": "nonsense"})
    assert answer.status_code == 200


def test_look_costs_three_small_queries(rf, worker, resident, django_assert_num_queries):
    request = rf.get("/")
    request.user = worker
    look = reads.Look("grids:resident", "resident", str(resident.pk), None)
    with django_assert_num_queries(3):  # whom one saw today, this one lately, and the event
        reads.write_down(look, request)
    with django_assert_num_queries(2):
        reads.write_down(look, request)


def test_volunteers_page_is_a_look_at_the_resident(rf, worker):
    request = rf.get("/")
    request.resolver_match = type("Match", (), {"view_name": "volunteers:volunteer", "kwargs": {"volunteer": 5}})
    reads.name_residents(request, 7, None)
    assert [(look.object_type, look.object_id) for look in reads.find_looks(request)] == [
        ("volunteer", "5"),
        ("resident", "7"),
    ]


def test_object_of_every_personal_page_has_words():
    kinds = set()
    for address in list_addresses():
        if address.access and address.access.personal and not address.access.public:
            match = SimpleNamespace(view_name=address.name, kwargs=dict.fromkeys(address.arguments, "1"))
            kinds |= {look.object_type for look in reads.find_looks(SimpleNamespace(resolver_match=match))}
    assert sorted(kind for kind in kinds if kind != "page" and describe_type(kind) == kind) == []
    assert {"area", "grid", "subjectrequest"} <= kinds
