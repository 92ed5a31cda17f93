"""Entering volunteers by staff: ages, guardians, outsiders, what is sealed, who may see whom."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from volunteers import finding
from volunteers.identities import age_on, is_old_enough, needs_guardian, read_phone, set_phone
from volunteers.models import Skill, Volunteer
from volunteers.people import Guardian, Offer, Outsider, Shown, add_volunteer, read_in_full

PHONE = "19912345678"
NOTHING = Offer([], [])


def years_ago(years: int, days: int = 0) -> date:
    """Return the birth date of somebody who turned so many years today, or turns so in `days`."""
    today = timezone.localdate() + timedelta(days=days)
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # born on 29 February
        return date(today.year - years, 3, 1)


def enter(community, by, person, guardian=None, token=None):
    """Enter a volunteer as the form does."""
    token = token or uuid.uuid4()
    return add_volunteer(community, person=person, offer=NOTHING, guardian=guardian, token=token, by=by)


def describe(**fields):
    """Return the form of an outsider."""
    grown = {"name": "诸葛孔明", "phone": "13912340001", "sex": 1, "birth_date": "1980-05-01", "token": uuid.uuid4()}
    return grown | fields


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2012, 5, 1), date(2026, 4, 30), 13),
        (date(2012, 5, 1), date(2026, 5, 1), 14),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_at_the_border(born, day, age):
    assert age_on(born, day) == age


def test_eighteenth_birthday_ends_need_of_guardian():
    born = date(2008, 5, 1)
    assert needs_guardian(born, date(2026, 4, 30))
    assert not needs_guardian(born, date(2026, 5, 1))
    assert is_old_enough(born, date(2022, 5, 1))
    assert not is_old_enough(born, date(2022, 4, 30))


def test_child_one_day_before_fourteen_is_refused(client, coordinator):
    client.force_login(coordinator)
    answer = client.post("/volunteers/people/new/", describe(birth_date=years_ago(14, days=1)))
    assert "满 14 周岁才能登记" in answer.content.decode()
    assert not Volunteer.objects.exists()


def test_minor_on_fourteenth_birthday_with_guardian_is_registered(client, coordinator):
    client.force_login(coordinator)
    consent = {"guardian_name": "张敏", "guardian_phone": PHONE, "guardian_agreed_on": timezone.localdate()}
    answer = client.post("/volunteers/people/new/", describe(birth_date=years_ago(14), **consent))
    volunteer = Volunteer.objects.get()
    assert (answer.status_code, volunteer.state, volunteer.guardian_name) == (302, "registered", "张敏")


@pytest.mark.parametrize("missing", ["guardian_name", "guardian_phone", "guardian_agreed_on"])
def test_minor_without_all_of_guardian_is_refused(client, coordinator, missing):
    client.force_login(coordinator)
    consent = {"guardian_name": "张敏", "guardian_phone": PHONE, "guardian_agreed_on": timezone.localdate()}
    del consent[missing]
    answer = client.post("/volunteers/people/new/", describe(birth_date=years_ago(16), **consent))
    assert list(answer.context["form"].errors) == [missing]


def test_guardian_typed_for_adult_is_not_kept(client, coordinator):
    client.force_login(coordinator)
    consent = {"guardian_name": "张敏", "guardian_phone": PHONE, "guardian_agreed_on": timezone.localdate()}
    client.post("/volunteers/people/new/", describe(birth_date=years_ago(18), **consent))
    assert Volunteer.objects.get().guardian_name == ""


def test_minor_of_register_needs_guardian(community, coordinator, grids, register):
    child = register.resident(grids[0], born=years_ago(16))
    with pytest.raises(ValidationError, match="监护人"):
        enter(community, coordinator, child)
    volunteer, _new = enter(community, coordinator, child, Guardian("张敏", PHONE, timezone.localdate()))
    assert volunteer.state == "registered"


@pytest.mark.parametrize(("field", "own"), [("guardian_name", "诸葛小明")])
def test_minor_of_register_is_not_own_guardian(client, coordinator, grids, register, field, own):
    client.force_login(coordinator)
    child = register.resident(grids[0], name="诸葛小明", born=years_ago(16), phone=PHONE)
    consent = {"guardian_name": "张敏", "guardian_phone": "13912340002", "guardian_agreed_on": timezone.localdate()}
    sent = {"resident": child.pk, "token": uuid.uuid4(), **consent}
    answer = client.post("/volunteers/people/new/", sent | {field: own})
    assert list(answer.context["form"].errors) == [field]
    assert client.post("/volunteers/people/new/", sent).status_code == 302


@pytest.mark.parametrize(("field", "own"), [("guardian_name", "诸葛孔明")])
def test_edit_refuses_outsider_as_own_guardian(client, coordinator, outsider_volunteer, field, own):
    outsider_volunteer.birth_date = years_ago(16)
    set_phone(outsider_volunteer, PHONE)
    outsider_volunteer.save()
    client.force_login(coordinator)
    consent = {"guardian_name": "张敏", "guardian_phone": "13912340002", "guardian_agreed_on": timezone.localdate()}
    answer = client.post(f"/volunteers/{outsider_volunteer.pk}/edit/", consent | {field: own})
    assert list(answer.context["form"].errors) == [field]


def test_form_sent_twice_enters_once(client, coordinator):
    client.force_login(coordinator)
    form = describe()
    first, second = (client.post("/volunteers/people/new/", form) for _time in range(2))
    assert (first.url, Volunteer.objects.count()) == (second.url, 1)


def test_resident_who_is_volunteer_is_not_entered_again(community, coordinator, volunteer):
    with pytest.raises(ValidationError, match="已经在志愿者名单里"):
        enter(community, coordinator, volunteer.resident)


def test_resident_who_left_comes_back_into_the_same_row(community, coordinator, volunteer):
    Volunteer.objects.filter(pk=volunteer.pk).update(left_on=date(2025, 1, 1))
    back, new = enter(community, coordinator, volunteer.resident)
    assert (back.pk, new, back.state) == (volunteer.pk, True, "registered")


def test_volunteer_of_another_community_is_only_said_to_be_elsewhere(neighbour_community, coordinator, volunteer):
    with pytest.raises(ValidationError, match=r"^\['这位居民已在其他单位登记。'\]$"):
        enter(neighbour_community, coordinator, volunteer.resident)


def test_outsider_known_to_register_is_to_be_picked_there(community, coordinator, resident):
    known = Outsider(resident.name, 1, resident.birth_date, PHONE)
    with pytest.raises(ValidationError, match="底册里有这位居民"):
        enter(community, coordinator, known)


def test_phones_are_sealed(community, coordinator):
    minor = Outsider("诸葛孔明", 1, years_ago(16), "13912340001")
    volunteer, _new = enter(community, coordinator, minor, Guardian("张敏", "13912340002", timezone.localdate()))
    with connection.cursor() as cursor:
        audited = "(select string_agg(a::text, '') from accounts_auditevent a)"
        cursor.execute(f"select v::text, {audited} from volunteers_volunteer v")
        kept = " ".join(cursor.fetchone())
    assert not any(text in kept or text.encode().hex() in kept for text in ("13912340001", "13912340002"))
    assert read_phone(volunteer) == "13912340001"


def test_edit_keeps_skill_that_was_switched_off_and_phone(client, coordinator, outsider_volunteer):
    old, new = Skill.objects.filter(kind="skill")[:2]
    outsider_volunteer.skills.add(old)
    Skill.objects.filter(pk=old.pk).update(is_active=False)
    client.force_login(coordinator)
    client.post(f"/volunteers/{outsider_volunteer.pk}/edit/", {"skills": [new.pk], "phone": "13912340009"})
    outsider_volunteer.refresh_from_db()
    assert set(outsider_volunteer.skills.all()) == {old, new}
    assert read_phone(outsider_volunteer) == "13912340009"


def test_list_is_masked_and_narrowed(client, coordinator, volunteer, outsider_volunteer):
    skill = Skill.objects.filter(kind=Skill.Kind.SKILL).first()
    volunteer.skills.add(skill)
    client.force_login(coordinator)
    everybody = client.get("/volunteers/people/").content.decode()
    assert volunteer.masked_name in everybody
    assert volunteer.resident.name not in everybody
    narrowed = client.get("/volunteers/people/", {"skill": skill.pk})
    assert [one.pk for one in narrowed.context["page"]] == [volunteer.pk]


@pytest.mark.parametrize("text", ["诸葛", "诸葛孔明"])
def test_search_finds_outsider_by_name(client, coordinator, volunteer, outsider_volunteer, text):
    client.force_login(coordinator)
    found = client.get("/volunteers/people/", {"q": text})
    assert [one.pk for one in found.context["page"]] == [outsider_volunteer.pk]


def test_list_by_state(client, coordinator, volunteer, outsider_volunteer):
    Volunteer.objects.filter(pk=volunteer.pk).update(paused_since=timezone.localdate())
    client.force_login(coordinator)
    shown = {state: [one.pk for one in client.get("/volunteers/people/", {"state": state}).context["page"]]
             for state in ("", "registered", "paused", "left", "applied", "refused")}  # fmt: skip
    assert shown == {
        "": [volunteer.pk, outsider_volunteer.pk],
        "registered": [outsider_volunteer.pk],
        "paused": [volunteer.pk],
        "left": [],
        "applied": [],
        "refused": [],
    }


def test_state_in_python_and_in_the_database_agree(volunteer):
    today = timezone.localdate()
    for dates in ((None, None), (today, None), (None, today), (today, today)):
        Volunteer.objects.filter(pk=volunteer.pk).update(registered_on=dates[0], left_on=dates[1])
        volunteer.refresh_from_db()
        found = [state for state in Volunteer.State if Volunteer.objects.in_state(state).exists()]
        assert found == [volunteer.state]


def test_full_phone_is_shown_once_and_noted(client, coordinator, volunteer):
    client.force_login(coordinator)
    answer = client.post(f"/volunteers/{volunteer.pk}/contact/", {"field": "phone", "purpose": "call"})
    assert PHONE in answer.content.decode()
    assert volunteer.resident.name not in answer.content.decode()
    assert AuditEvent.objects.filter(action="resident.unmask").count() == 1


def test_full_phone_without_purpose_is_not_shown(client, coordinator, volunteer):
    client.force_login(coordinator)
    answer = client.post(f"/volunteers/{volunteer.pk}/contact/", {"field": "phone"})
    assert PHONE not in answer.content.decode()
    assert not AuditEvent.objects.filter(action="resident.unmask").exists()


def test_budget_of_looks_holds(settings, coordinator, outsider_volunteer):
    settings.RESIDENT_UNMASK_BUDGET = 0
    with pytest.raises(ValidationError, match="每日上限"):
        read_in_full(outsider_volunteer, field=Shown.NAME, purpose="call", by=coordinator)
    settings.RESIDENT_UNMASK_BUDGET = 1
    assert read_in_full(outsider_volunteer, field=Shown.NAME, purpose="call", by=coordinator) == "诸葛孔明"


@pytest.mark.parametrize("page", ["", "edit/", "decide/", "leave/"])
def test_volunteer_of_another_street_is_not_found(client, outsider, volunteer, page):
    client.force_login(outsider)
    assert client.get(f"/volunteers/{volunteer.pk}/{page}").status_code == 404


def test_picker_offers_residents_or_volunteers(client, coordinator, volunteer, outsider_volunteer):
    client.force_login(coordinator)
    plain = client.get("/volunteers/people/find/", {"q": "欧阳"}).content.decode()
    both = client.get("/volunteers/people/find/", {"q": "欧阳", "who": "everybody"}).content.decode()
    assert f'name="resident" value="{volunteer.resident_id}"' in plain
    assert f'name="person" value="v{volunteer.pk}"' in both
    assert 'value="r' not in both


def test_picker_says_that_there_are_more_volunteers(client, coordinator, volunteer, outsider_volunteer, monkeypatch):
    monkeypatch.setattr(finding, "FOUND", 1)
    Volunteer.objects.create(
        community=volunteer.community, name="诸葛亮", birth_date=date(1980, 1, 1), registered_on=date(2024, 1, 1)
    )
    client.force_login(coordinator)
    text = client.get("/volunteers/people/find/", {"q": "诸葛", "who": "everybody"}).content.decode()
    assert "请多输入几个字" in text


@pytest.mark.parametrize("text", ["²", "-1", "9" * 30, "\x00\x00", "x", "🏠", "' or 1=1 --"])
def test_nonsense_in_a_query_is_no_crash(client, coordinator, volunteer, text):
    client.force_login(coordinator)
    for name in ("q", "state", "skill", "language", "free_time", "grid", "team", "after"):
        assert client.get("/volunteers/people/", {name: text}).status_code == 200
    assert client.get("/volunteers/people/find/", {"q": text, "who": "everybody"}).status_code == 200


def test_list_takes_constant_queries(client, coordinator, volunteer, register, grids, django_assert_num_queries):
    client.force_login(coordinator)
    client.get("/volunteers/people/")
    for _number in range(5):
        person = Volunteer.objects.create(
            community=volunteer.community, resident=register.resident(grids[1]), registered_on=timezone.localdate()
        )
        person.skills.set(Skill.objects.all()[:3])
    with django_assert_num_queries(11):
        client.get("/volunteers/people/")


def test_home_takes_constant_queries(client, coordinator, volunteer, register, grids, django_assert_num_queries):
    client.force_login(coordinator)
    for _number in range(3):
        Volunteer.objects.create(community=volunteer.community, resident=register.resident(grids[1]))
    with django_assert_num_queries(10):
        client.get("/volunteers/")
