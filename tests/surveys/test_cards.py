"""Cards: shown once, known by hashes only, in an order that says nothing, and never twice for one form."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEvent
from surveys import cards
from surveys.cards import PrintedBeforeError, issue_codes
from surveys.codes import find_code, hash_code, normalise
from surveys.models import AccessCode, CodeIssue
from tests.surveys.conftest import close

TEXTS = "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"


@pytest.fixture
def coded(make_wave):
    """The link of a wave that asks by card."""
    return make_wave(needs_code=True).links.get()


def find_in_database(text):
    """Return the tables in which the text, or its bytes, stand anywhere."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        for (table,) in cursor.fetchall():
            wanted = [f"%{text}%", f"%{text.encode().hex()}%"]
            cursor.execute(f'select 1 from "{table}" t where t::text ilike any(%s) limit 1', [wanted])
            found += [table] if cursor.fetchone() else []
    return found


def print_form(client, link, **fields):
    """Send the form for printing cards."""
    return client.post(reverse("surveys:cards", args=[link.pk]), {"count": 3, "token": uuid4(), **fields})


def test_codes_are_known_afterwards(coded, street_officer):
    codes = issue_codes(coded, count=5, token=uuid4(), by=street_officer)
    assert len(set(codes)) == 5
    assert all(find_code(coded, code) for code in codes)


def test_codes_stand_nowhere_in_the_database(coded, street_officer):
    codes = issue_codes(coded, count=3, token=uuid4(), by=street_officer)
    assert [find_in_database(form) for code in codes for form in (code, normalise(code))] == [[]] * 6


def test_search_of_the_database_finds_what_is_there(coded, street_officer):
    (code,) = issue_codes(coded, count=1, token=uuid4(), by=street_officer)
    AccessCode.objects.update(stratum=code)
    assert find_in_database(code) == ["surveys_accesscode"]
    AccessCode.objects.update(code_hash=code.encode())
    assert find_in_database(normalise(code).upper()[:5]) == ["surveys_accesscode"]


def test_rows_stand_in_another_order_than_the_cards(coded, street_officer, monkeypatch):
    monkeypatch.setattr(cards.SHUFFLE, "sample", lambda rows, size: rows[::-1], raising=False)
    codes = issue_codes(coded, count=4, token=uuid4(), by=street_officer)
    with connection.cursor() as cursor:
        cursor.execute("select code_hash from surveys_accesscode order by ctid")
        written = [bytes(row[0]) for row in cursor.fetchall()]
    assert written == [hash_code(code) for code in codes][::-1]


def test_issue_keeps_a_count_and_no_building(coded, street_officer):
    issue_codes(coded, count=7, token=uuid4(), by=street_officer)
    assert CodeIssue.objects.get().count == 7
    assert AuditEvent.objects.get(action="survey_code.issue").detail == {"count": 7}


def test_same_form_makes_no_more_codes(coded, street_officer):
    token = uuid4()
    issue_codes(coded, count=5, token=token, by=street_officer)
    with pytest.raises(PrintedBeforeError):
        issue_codes(coded, count=5, token=token, by=street_officer)
    assert AccessCode.objects.count() == 5


def test_wave_without_codes_has_no_cards(link, street_officer):
    with pytest.raises(ValidationError, match="人人可答"):
        issue_codes(link, count=5, token=uuid4(), by=street_officer)


def test_wave_that_is_over_has_no_cards(coded, street_officer):
    close(coded.wave)
    with pytest.raises(ValidationError, match="已经结束"):
        issue_codes(coded, count=5, token=uuid4(), by=street_officer)


def test_sheet_shows_codes_and_building_once(client, worker, coded, resident, grids):
    building = grids[0].buildings.create(name="12号楼")
    client.force_login(worker)
    page = print_form(client, coded, building=building.pk).content.decode()
    assert page.count("answer-card__code") == 3
    assert "12号楼" in page
    assert find_in_database("12号楼") == ["grids_building"]


def test_sheet_is_not_kept_by_the_browser(client, worker, coded):
    client.force_login(worker)
    assert "no-store" in print_form(client, coded)["Cache-Control"]


def test_second_tap_says_that_cards_were_shown(client, worker, coded):
    client.force_login(worker)
    token = uuid4()
    print_form(client, coded, token=token)
    again = print_form(client, coded, token=token).content.decode()
    assert "已经生成并显示过" in again
    assert "answer-card__code" not in again
    assert CodeIssue.objects.count() == 1


@pytest.mark.parametrize("count", ["0", "401", "-1", "²", "", "9" * 30])
def test_impossible_number_of_cards_is_refused(count, client, worker, coded):
    client.force_login(worker)
    answer = print_form(client, coded, count=count)
    assert "invalid-feedback" in answer.content.decode()
    assert not AccessCode.objects.exists()


def test_cards_of_another_community_are_not_found(client, worker, make_wave, neighbour_community):
    link = make_wave(needs_code=True, communities=[neighbour_community]).links.get()
    client.force_login(worker)
    assert print_form(client, link).status_code == 404


def test_building_of_another_community_is_refused(client, worker, coded, foreign_grid):
    client.force_login(worker)
    building = foreign_grid.buildings.create(name="1号楼")
    print_form(client, coded, building=building.pk)
    assert not AccessCode.objects.exists()


def test_street_is_not_offered_buildings(client, street_officer, coded, grids):
    grids[0].buildings.create(name="12号楼")
    client.force_login(street_officer)

    page = client.get(reverse("surveys:cards", args=[coded.pk])).content.decode()

    assert "打印答题卡" in page
    assert "12号楼" not in page
