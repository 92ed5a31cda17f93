"""Setting up districts, streets and communities: codes that fit together, names that tell apart, nothing deleted."""

import pytest

from accounts.models import AuditEvent
from communities.models import Community, District, Street


@pytest.fixture
def browser(client, platform_admin):
    """The browser of the platform's administrator."""
    client.force_login(platform_admin)
    return client


def test_district_street_and_community_are_set_up_one_below_the_other(browser):
    browser.post("/accounts/areas/new/", {"code": "210106", "name": "铁西区"})
    browser.post("/accounts/areas/210106/new/", {"code": "001", "name": "工人村街道"})
    browser.post("/accounts/areas/210106001/new/", {"code": "210106001002", "name": "多福社区"})
    community = Community.objects.get(code="210106001002")
    assert (community.street.code, community.street.district.code) == ("210106001", "210106")
    assert AuditEvent.objects.filter(action="area.create").count() == 3


@pytest.mark.parametrize("code", ["", "21010", "2101066", "21010x", "２１０１０６", "201106", "210100", "000000"])
def test_code_of_a_district_is_six_digits_of_a_province(code, browser):
    answer = browser.post("/accounts/areas/new/", {"code": code, "name": "铁西区"})
    assert answer.context["form"].errors["code"]
    assert 'value="铁西区"' in answer.content.decode()
    assert not District.objects.exists()


@pytest.mark.parametrize("code", ["01", "0001", "210106001", "990101", "000", "abc"])
def test_code_of_a_street_begins_with_its_district_s(code, browser, district):
    answer = browser.post(f"/accounts/areas/{district.code}/new/", {"code": code, "name": "新街道"})
    assert answer.context["form"].errors["code"]
    assert not Street.objects.exists()


def test_code_in_use_is_refused(browser, street):
    answer = browser.post("/accounts/areas/990101/new/", {"code": "001", "name": "新街道"})
    assert "已经用过" in str(answer.context["form"].errors["code"])


def test_name_of_a_neighbour_is_refused(browser, community):
    answer = browser.post("/accounts/areas/990101001/new/", {"code": "009", "name": community.name})
    assert answer.context["form"].errors["name"]


def test_same_name_in_another_street_is_accepted(browser, community, foreign_street):
    browser.post(f"/accounts/areas/{foreign_street.code}/new/", {"code": "009", "name": community.name})
    assert Community.objects.filter(name=community.name).count() == 2


def test_area_is_renamed_and_keeps_its_code(browser, street):
    browser.post("/accounts/areas/990101001/", {"name": "新名街道", "code": "990101999"})
    street.refresh_from_db()
    assert (street.name, street.code) == ("新名街道", "990101001")
    assert AuditEvent.objects.get(action="area.rename").area_code == "990101001"


@pytest.mark.parametrize("code", ["9", "990109", "x", "990101001001999", "990101001001/new"])
def test_area_that_does_not_exist_is_not_found(code, browser, community):
    assert browser.get(f"/accounts/areas/{code}/").status_code == 404


def test_empty_portal_says_how_to_begin(browser):
    assert "还没有区县" in browser.get("/accounts/areas/").content.decode()


def test_tree_needs_as_many_queries_for_many_areas(browser, street, django_assert_max_num_queries):
    Community.objects.bulk_create(
        Community(code=f"{street.code}{number:03}", name=f"社区{number}", street=street) for number in range(1, 121)
    )
    with django_assert_max_num_queries(6):
        page = browser.get("/accounts/areas/").content.decode()
    assert page.count("社区1") > 20
