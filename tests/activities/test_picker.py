"""The picker of participants: whose rows it shows, and how many."""

import pytest

from activities.views import people

URL = "/activities/new/"
PICKER = "/activities/picker/"


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


def test_own_grid_is_open_first_and_names_are_masked(page, resident, register, grids):
    register.resident(grids[1], name="诸葛孔明")
    text = page.get(URL).content.decode()
    assert "欧**英" in text
    assert "欧阳秀英" not in text
    assert "诸**明" not in text


def test_picker_searches_the_community_by_two_characters(page, resident, register, grids):
    register.resident(grids[1], name="诸葛孔明")
    found = page.get(PICKER, {"q": "孔明", "grid": grids[0].pk}).content.decode()
    assert "诸**明" in found
    short = page.get(PICKER, {"q": "孔", "grid": grids[0].pk}).content.decode()
    assert "请至少输入两个字" in short
    assert "诸**明" not in short


@pytest.mark.parametrize("text", ["zgkm", "ZG", "5678", "１９９１２３４５６７８"])
def test_picker_searches_by_initials_and_numbers(page, register, grids, text):
    register.resident(grids[1], name="诸葛孔明", phone="19912345678")
    register.resident(grids[1], name="关云长", phone="19912340000")
    found = page.get(PICKER, {"q": text}).content.decode()
    assert "诸**明" in found
    assert "关*长" not in found


def test_picker_answers_at_most_fifty(page, register, grids):
    for number in range(51):
        register.resident(grids[0], name=f"王秀英{'甲乙丙丁戊'[number % 5]}")
    found = page.get(PICKER, {"q": "王秀"}).content.decode()
    assert found.count('picker__row"') == 50
    assert "只列出前 50 位" in found


@pytest.mark.parametrize("grid", ["", "x", "999999", "signed-up-999999", "signed-up-x"])
def test_picker_of_no_grid_shows_nobody(page, resident, grid):
    response = page.get(PICKER, {"grid": grid})
    assert response.status_code == 404 or "picker__row" not in response.content.decode()


def test_who_left_is_found_by_searching_only(page, register, grids, resident):
    register.resident(grids[0], name="司马南风", until=resident.birth_date.replace(year=2020))
    listed = page.get(PICKER, {"grid": grids[0].pk}).content.decode()
    searched = page.get(PICKER, {"q": "司马"}).content.decode()
    assert "欧**英" in listed
    assert "司**风" not in listed
    assert "司**风" in searched
    assert "已迁出或去世" in searched


def test_long_list_comes_in_pages_without_gap(page, register, grids, monkeypatch):
    monkeypatch.setattr(people, "LIST_SIZE", 2)
    keys = {register.resident(grids[0]).pk for _number in range(5)}
    answers = [page.get(PICKER, {"grid": grids[0].pk, "page": number}) for number in (1, 2, 3)]
    assert [len(answer.context["residents"]) for answer in answers] == [2, 2, 1]
    assert {person.pk for answer in answers for person in answer.context["residents"]} == keys
    assert [answer.context["next_page"] for answer in answers] == [2, 3, None]


@pytest.mark.parametrize("number", ["-1", "x", "9" * 18, "9" * 40, "0"])
def test_page_that_is_none_is_the_first(page, resident, grids, number):
    response = page.get(PICKER, {"grid": grids[0].pk, "page": number})
    assert list(response.context["residents"]) == [resident]


def test_form_page_query_count_does_not_grow_with_people(page, register, grids, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(14):
            page.get(URL)
        for _person in range(20):
            register.resident(grids[0])


@pytest.mark.parametrize("query", [{"q": "张建"}, {"grid": 0}])
def test_picker_query_count_does_not_grow_with_people(page, register, grids, django_assert_max_num_queries, query):
    for _ in range(2):
        with django_assert_max_num_queries(7):
            page.get(PICKER, query if "q" in query else {"grid": grids[0].pk})
        for _person in range(20):
            register.resident(grids[0])
