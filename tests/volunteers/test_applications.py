"""The public form tells nothing about anybody, takes each application once, and asks a minor's guardian."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.activities.sign_up_help import use_own_counters
from tests.volunteers.test_people import years_ago
from volunteers.applications import make_apply_token
from volunteers.finding import count_states
from volunteers.models import Skill, Volunteer
from volunteers.retention import old_applications
from volunteers.standing import accept, refuse


@pytest.fixture(autouse=True)
def own_counters(settings):
    use_own_counters(settings)


@pytest.fixture
def page(community):
    """The address of the community's form."""
    return f"/v/apply/{make_apply_token(community)}/"


def describe(**fields):
    """Return a form that is filled in."""
    grown = {"name": "欧阳秀英", "phone": "19912345678", "sex": 2, "birth_date": "1980-05-01", "agrees": "on"}
    return grown | {"token": str(uuid.uuid4())} | fields


def strip_chance(text):
    """Take out what differs each time."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": ?)"[^"]*"', "", text)


# The second of the answer, and a number of its own.
OF_EACH_ANSWER = ("Expires", "X-Request-ID")


def send(client, page, **fields):
    """Return what somebody who applies can tell: answers, headers, how many queries of which kind."""
    with CaptureQueriesContext(connection) as queries:
        sent = client.post(page, describe(skills=[Skill.objects.filter(kind=Skill.Kind.SKILL).first().pk], **fields))
    thanks = client.get(sent.url)
    kinds = [" ".join(query["sql"].split()[:3]) for query in queries.captured_queries]
    headers = {name: value for name, value in sent.headers.items() if name not in OF_EACH_ANSWER}
    return sent.status_code, sent.url, headers, kinds, strip_chance(thanks.content.decode())


def test_answer_is_the_same_for_stranger_resident_and_volunteer(client, page, resident, volunteer, grids, register):
    register.resident(grids[1], name="司马光", phone="13912340007")
    left = register.resident(grids[1], name="上官云", phone="13912340008")
    Volunteer.objects.create(
        community=volunteer.community, resident=left, registered_on=date(2024, 1, 1), left_on=date(2025, 1, 1)
    )
    stranger = send(client, page, name="诸葛孔明", phone="13912340006")
    neighbour = send(client, page, name="司马光", phone="13912340007")
    known = send(client, page)
    former = send(client, page, name="上官云", phone="13912340008")
    assert stranger == neighbour == known == former
    assert Volunteer.objects.applied().count() == 3  # they differ in what was kept: so the comparison says something


def test_resident_is_matched_and_typed_details_are_dropped(client, page, resident):
    skill = Skill.objects.filter(kind=Skill.Kind.SKILL).first()
    client.post(page, describe(skills=[skill.pk], birth_date="1999-09-09"))
    volunteer = Volunteer.objects.get()
    assert (volunteer.resident, volunteer.name, volunteer.birth_date, volunteer.phone) == (resident, "", None, None)
    assert (volunteer.state, list(volunteer.skills.all())) == ("applied", [skill])


def test_volunteer_is_not_changed_from_outside(client, page, volunteer):
    client.post(page, describe(skills=[Skill.objects.filter(kind=Skill.Kind.SKILL).first().pk]))
    volunteer.refresh_from_db()
    assert (volunteer.state, volunteer.skills.count(), Volunteer.objects.count()) == ("registered", 0, 1)


def test_double_tap_is_one_application(client, page):
    form = describe(name="诸葛孔明")
    assert [client.post(page, form).status_code for _time in range(2)] == [302, 302]
    assert Volunteer.objects.count() == 1


def test_who_left_waits_for_an_answer_again(client, page, volunteer):
    Volunteer.objects.filter(pk=volunteer.pk).update(left_on=date(2025, 1, 1))
    client.post(page, describe())
    volunteer.refresh_from_db()
    assert volunteer.state == "applied"
    assert (volunteer.registered_on, volunteer.left_on) == (date(2024, 1, 1), date(2025, 1, 1))
    assert list(Volunteer.objects.applied()) == list(Volunteer.objects.in_state("applied")) == [volunteer]
    assert not Volunteer.objects.in_state("left").exists()


@pytest.fixture
def reapplied(client, page, volunteer, neighbour_community):
    """Who had served and left elsewhere, and applies here, where she lives now."""
    Volunteer.objects.filter(pk=volunteer.pk).update(community=neighbour_community, left_on=date(2025, 1, 1))
    client.post(page, describe())
    return Volunteer.objects.get()


def test_history_stays_where_it_is_until_staff_accepts(reapplied, community, neighbour_community, coordinator):
    assert (reapplied.community, reapplied.reapplied_to) == (neighbour_community, community)
    assert Volunteer.objects.registered_on(date(2024, 6, 1)).get().community == neighbour_community
    accepted = accept(reapplied, by=coordinator)
    accepted.refresh_from_db()
    assert (accepted.community, accepted.left_on, accepted.reapplied_at) == (community, None, None)
    assert (accepted.registered_on, accepted.state) == (timezone.localdate(), "registered")


def test_refusal_leaves_the_history_as_it_was(reapplied, neighbour_community, coordinator):
    refused = refuse(reapplied, reason="unreachable", by=coordinator)
    refused.refresh_from_db()
    assert (refused.state, refused.left_on, refused.reapplied_at) == ("left", date(2025, 1, 1), None)
    assert refused.community == neighbour_community


def test_who_comes_back_is_decided_on_where_she_asks(client, reapplied, coordinator):
    client.force_login(coordinator)
    assert count_states(coordinator)["applied"] == 1
    client.post(f"/volunteers/{reapplied.pk}/decide/", {"decision": "accept"})
    assert Volunteer.objects.get().state == "registered"


@pytest.mark.parametrize(("days", "is_due"), [(0, False), (400, True)])
def test_second_application_without_answer_goes_like_a_first(community, resident, days, is_due):
    refused, asked = date(2020, 1, 1), timezone.now() - timedelta(days=days)
    again = {"applied_at": asked, "reapplied_at": asked, "reapplied_to": community}
    Volunteer.objects.create(community=community, resident=resident, left_on=refused, **again)
    assert old_applications().exists() is is_due


def test_volunteer_registered_elsewhere_is_not_changed_from_outside(client, page, volunteer, neighbour_community):
    Volunteer.objects.filter(pk=volunteer.pk).update(community=neighbour_community)
    before = Volunteer.objects.values().get()
    client.post(page, describe())
    assert Volunteer.objects.values().get() == before


def test_child_is_refused_in_words(client, page):
    answer = client.post(page, describe(birth_date=years_ago(14, days=1)))
    assert "满 14 周岁才能登记" in answer.content.decode()
    assert not Volunteer.objects.exists()


def test_minor_needs_guardian(client, page):
    answer = client.post(page, describe(birth_date=years_ago(17)))
    assert set(answer.context["form"].errors) == {"guardian_name", "guardian_phone", "guardian_agrees"}
    consent = {"guardian_name": "张敏", "guardian_phone": "13912340002", "guardian_agrees": "on"}
    client.post(page, describe(birth_date=years_ago(17), **consent))
    assert Volunteer.objects.get().guardian_agreed_on == timezone.localdate()


def test_minor_is_not_her_own_guardian(client, page):
    consent = {"guardian_name": "欧阳秀英", "guardian_phone": "13912340002", "guardian_agrees": "on"}
    answer = client.post(page, describe(birth_date=years_ago(17), **consent))
    assert list(answer.context["form"].errors) == ["guardian_name"]
    assert not Volunteer.objects.exists()


def test_consent_is_asked_for(client, page):
    answer = client.post(page, describe(agrees=""))
    assert list(answer.context["form"].errors) == ["agrees"]


@pytest.mark.parametrize("text", ["\x00", "²", "9" * 50, "🏠", "' or 1=1 --"])
def test_nonsense_is_no_crash(client, page, text):
    for field in ("name", "phone", "sex", "birth_date", "token", "skills", "free_times", "guardian_phone"):
        assert client.post(page, describe(**{field: text})).status_code == 200 or field in ("name", "guardian_phone")


def test_address_that_was_not_given_out_is_not_found(client, community):
    assert client.get(f"/v/apply/{community.pk}~x/").status_code == 404
    assert client.get(f"/v/apply/{make_apply_token(community)}/").status_code == 200


def test_too_many_from_one_address_are_asked_to_wait(client, page, settings):
    settings.PUBLIC_PER_ADDRESS = 1
    client.post(page, describe())
    answer = client.post(page, describe(name="诸葛孔明", phone="13912340006"))
    assert (answer.status_code, Volunteer.objects.count()) == (429, 1)
    assert "诸葛孔明" in answer.content.decode()  # nothing typed is lost


def test_poster_leads_to_the_form(client, coordinator, page):
    client.force_login(coordinator)
    assert f"http://testserver{page}" in client.get("/volunteers/people/poster/").content.decode()
