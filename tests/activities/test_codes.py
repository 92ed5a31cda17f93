"""Personal codes, the rotating code of a poster, tokens of kiosks, and the pages that print cards."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from activities import codes
from activities.models import PersonalCode
from grids.models import Building, Household, Resident


@pytest.fixture
def activity(register, community, worker):
    return register.activity(community, worker, status="published", starts_at=timezone.now())


@pytest.fixture
def building(grids, resident, register):
    """A building in which two people live, one of them with a card."""
    building = Building.objects.create(grid=grids[0], name="1号楼")
    home = Household.objects.create(building=building, room="101")
    other = register.resident(grids[0], name="诸葛孔明")
    Resident.objects.filter(pk__in=[resident.pk, other.pk]).update(household=home)
    PersonalCode.objects.create(resident=resident)
    return building


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


# --- Cards


def test_card_says_neither_who_nor_where(resident):
    text = codes.write_card(PersonalCode.objects.create(resident=resident))
    assert text.startswith("SQ1-")
    assert len(text) == 20
    assert codes.find_holders([codes.read_card(text)]) == {codes.read_card(text): resident}


@pytest.mark.parametrize("text", ["", "SQ1-", "SQ2-abcdefgh", "https://example.org/"])
def test_what_is_no_card_finds_nobody(resident, text):
    PersonalCode.objects.create(resident=resident)
    assert codes.find_holders([codes.read_card(text)]) == {}


def test_issuing_gives_codes_to_those_without_and_leaves_the_others(building, resident, worker):
    before = resident.personal_code.code
    codes.issue_codes(building, by=worker)
    codes.issue_codes(building, by=worker)
    assert PersonalCode.objects.count() == 2
    assert PersonalCode.objects.get(resident=resident).code == before
    assert AuditEvent.objects.get(action="personal_code.issue").detail == {"people": 1}


def test_lost_card_is_unknown_once_a_new_one_is_issued(building, resident, worker):
    lost = codes.read_card(codes.write_card(resident.personal_code))
    fresh = codes.reissue_code(resident, by=worker)
    assert codes.find_holders([lost]) == {}
    assert codes.find_holders([fresh.code]) == {fresh.code: resident}
    assert AuditEvent.objects.filter(action="personal_code.reissue", object_id=str(resident.pk)).exists()


def test_issuing_leads_to_the_new_cards_only(page, building):
    answer = page.post(reverse("activities:codes-issue"), {"building": building.pk}, follow=True)
    text = answer.content.decode()
    assert "诸**明" in text
    assert "欧**英" not in text
    assert "诸葛孔明" not in text


def test_all_cards_of_a_building_and_one_of_a_resident(page, building, resident):
    url = reverse("activities:code-cards")
    assert page.get(url, {"building": building.pk}).content.decode().count("code-card__qr") == 1
    assert page.get(url, {"resident": resident.pk}).content.decode().count("code-card__qr") == 1
    assert page.get(url).content.decode().count("code-card__qr") == 0


def test_page_of_a_building_tells_who_has_a_card(page, building):
    text = page.get(reverse("activities:codes"), {"building": building.pk}).content.decode()
    assert "给没有卡的 1 人发卡" in text
    assert text.count("卡丢了，换发") == 1


def test_foreign_building_is_refused_at_its_place(page, foreign_grid):
    foreign = Building.objects.create(grid=foreign_grid, name="远楼")
    text = page.get(reverse("activities:codes"), {"building": foreign.pk}).content.decode()
    assert "选择一个有效的选项" in text
    page.post(reverse("activities:codes-issue"), {"building": foreign.pk})
    assert not PersonalCode.objects.exists()


def test_cards_cost_the_same_queries_for_one_and_for_many(page, building, register, grids, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(3):
            page.get(reverse("activities:code-cards"), {"building": building.pk})
        home = Household.objects.get()
        for _person in range(5):
            person = register.resident(grids[0])
            Resident.objects.filter(pk=person.pk).update(household=home)
            PersonalCode.objects.create(resident=person)


# --- Posters


def test_poster_code_is_good_for_its_grace_and_no_longer(activity, settings):
    now = timezone.now()
    code = codes.make_poster_code(activity, now)
    grace = timedelta(seconds=settings.CHECK_IN_CODE_GRACE)
    assert codes.is_poster_code(activity, code, now)
    assert codes.is_poster_code(activity, code, now + grace - timedelta(seconds=settings.CHECK_IN_CODE_SECONDS))
    assert not codes.is_poster_code(activity, code, now + grace + timedelta(seconds=settings.CHECK_IN_CODE_SECONDS))


def test_poster_code_changes_with_the_window(activity, settings):
    now = timezone.now()
    later = now + timedelta(seconds=settings.CHECK_IN_CODE_SECONDS)
    assert codes.make_poster_code(activity, now) != codes.make_poster_code(activity, later)
    assert codes.make_digits(activity, now) != codes.make_digits(activity, later)


def test_code_of_the_future_is_not_good_yet(activity):
    now = timezone.now()
    code = codes.make_poster_code(activity, now + timedelta(hours=1))
    assert not codes.is_poster_code(activity, code, now)
    assert codes.is_poster_code(activity, code, now + timedelta(hours=1))


def test_poster_code_is_bound_to_its_activity_and_key(activity, register, community, worker, settings):
    other = register.activity(community, worker, status="published", starts_at=timezone.now())
    now = timezone.now()
    code = codes.make_poster_code(activity, now)
    assert not codes.is_poster_code(other, code, now)
    settings.SECRET_KEY = "another secret"
    assert not codes.is_poster_code(activity, code, now)


@pytest.mark.parametrize("code", ["", "-", "x", "1-x", "zz-zz", "f" * 40 + "-a", "1-十"])
def test_nonsense_is_no_poster_code(activity, code):
    assert not codes.is_poster_code(activity, code, timezone.now())


def test_digits_are_good_for_two_minutes_after_they_went_from_the_screen(activity):
    now = timezone.now()
    digits = codes.make_digits(activity, now)
    assert codes.are_digits(activity, digits, now + timedelta(minutes=2))
    assert not codes.are_digits(activity, digits, now + timedelta(minutes=3))


# --- Kiosks


def test_kiosk_token_opens_its_activity_until_two_hours_after_it(activity):
    token = codes.make_kiosk_token(activity)
    assert codes.find_kiosk_activity(token) == activity
    activity.starts_at, activity.ends_at = (timezone.now() - timedelta(hours=hours) for hours in (4, 3))
    activity.save()
    assert codes.find_kiosk_activity(token) is None


def test_forged_kiosk_token_opens_nothing(activity):
    token = codes.make_kiosk_token(activity)
    assert codes.find_kiosk_activity(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert codes.find_kiosk_activity(activity.public_id) is None
