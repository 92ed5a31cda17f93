"""The page from which answers are taken as a file: for whom, when, and what the audit log keeps."""

import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from surveys.models import Wave
from tests.surveys.files_help import fill, finish

pytestmark = pytest.mark.django_db
GOOD = {"purpose": "report", "kind": "xlsx"}


@pytest.fixture
def url(wave) -> str:
    return reverse("surveys:export", args=[wave.pk])


@pytest.fixture
def final(wave) -> Wave:
    for overall in "12345":
        fill(wave, 8, sex="1", overall=overall, wish="别告诉别人")
    return finish(wave)


def test_street_takes_the_answers_and_the_audit_log_keeps_counts(client, street_officer, final, url):
    client.force_login(street_officer)

    answer = client.post(url, GOOD)
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))

    assert book["数据"].max_row == 41
    event = AuditEvent.objects.get(action="survey_answers.export")
    assert event.object_id == str(final.pk)
    assert event.detail == {"purpose": "report", "format": "xlsx", "rows": 40, "blanked": 0}


def test_file_says_who_took_it_and_holds_no_words(client, street_officer, final, url):
    client.force_login(street_officer)

    book = openpyxl.load_workbook(io.BytesIO(client.post(url, GOOD).getvalue()))
    cells = [str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line]

    assert f"{street_officer.name}（{street_officer.username}）" in cells
    assert "撰写报告" in cells
    assert not [cell for cell in cells if "别告诉别人" in cell]


@pytest.mark.parametrize(("kind", "start"), [("sav", b"$FL2"), ("csv", b"PK")])
def test_other_kinds_of_files(client, street_officer, final, url, kind, start):
    client.force_login(street_officer)

    assert client.post(url, GOOD | {"kind": kind}).getvalue().startswith(start)


@pytest.mark.parametrize("bad", [{}, {"purpose": "report"}, {"purpose": "curiosity", "kind": "xlsx"}])
def test_no_file_without_purpose_and_kind(client, street_officer, final, url, bad):
    client.force_login(street_officer)

    answer = client.post(url, bad)

    assert answer.headers["Content-Type"].startswith("text/html")
    assert not AuditEvent.objects.filter(action="survey_answers.export").exists()


def test_no_file_while_results_are_not_final(client, street_officer, wave, url):
    fill(wave, 60, overall="3")
    client.force_login(street_officer)

    answer = client.post(url, GOOD)

    assert "结果还没有定下来" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="survey_answers.export").exists()


def test_no_file_of_fewer_than_three_times_k(client, street_officer, wave, url):
    fill(wave, 29, overall="3")
    finish(wave)
    client.force_login(street_officer)

    assert "答卷不足 30 份" in client.post(url, GOOD).content.decode()


def test_nobody_but_the_owning_street_gets_in(client, worker, street_officer, final, url, outsider):
    for user, status in ((worker, 403), (outsider, 403)):
        client.force_login(user)
        assert client.post(url, GOOD).status_code == status

    client.force_login(street_officer)
    Wave.objects.get(pk=final.pk)
    final.version.survey.__class__.objects.update(street=None, community=worker.community)

    assert client.post(url, GOOD).status_code == 404


def test_page_takes_as_many_queries_for_many_answers_as_for_few(
    client, street_officer, final, url, django_assert_num_queries
):
    client.force_login(street_officer)
    client.get(url)
    fill(final, 200, overall="2")

    with django_assert_num_queries(5):
        assert client.get(url).status_code == 200


def test_no_file_where_every_question_is_withheld(client, street_officer, wave, url):
    fill(wave, 40, wish="好")
    finish(wave)
    client.force_login(street_officer)

    assert "没有一道题可以放进文件" in client.post(url, GOOD).content.decode()


def test_file_says_what_is_not_in_it_and_how_to_keep_it(client, street_officer, final, url):
    client.force_login(street_officer)

    page = client.get(url).content.decode()
    facts = list(openpyxl.load_workbook(io.BytesIO(client.post(url, GOOD).getvalue()))["说明"].values)

    assert "请像个人信息一样保管" in page
    assert ("没有放进来的题", "住了几年") in facts
    assert "请像个人信息一样保管" in dict(facts)["怎样保管"]
