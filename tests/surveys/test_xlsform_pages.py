"""Pages that send and take XLSForms."""

from urllib.parse import parse_qs, urlparse

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from surveys.models import Survey
from surveys.questionnaire import Kind, Question, Questionnaire, Section
from surveys.xlsform.reading import read_xlsform
from surveys.xlsform.writing import write_xlsform
from tests.surveys.conftest import make_questionnaire
from tests.surveys.test_xlsform_faults import JOINED, make_form

OTHER = Questionnaire((Section("about", "关于您", (Question("wish", Kind.TEXT, "想说的"),)),))


@pytest.fixture
def officer(client, street_officer):
    client.force_login(street_officer)
    return client


def send(client, content, survey=None):
    query = f"?survey={survey.pk}" if survey else ""
    return client.post(reverse("surveys:xlsform-in") + query, {"file": SimpleUploadedFile("form.xlsx", content)})


def confirm(client, uploaded, **fields):
    sealed = parse_qs(urlparse(uploaded.headers["Location"]).query)["sealed"][0]
    return client.post(reverse("surveys:xlsform-confirm"), {"sealed": sealed, **fields}, follow=True)


def test_draft_goes_out(officer, survey):
    answer = officer.get(reverse("surveys:xlsform-out", args=[survey.pk]))
    assert read_xlsform(answer.content).questionnaire == make_questionnaire()


def test_version_goes_out_as_it_was_published(officer, survey):
    survey.draft = OTHER.to_json()
    survey.save()
    answer = officer.get(reverse("surveys:xlsform-out", args=[survey.pk]), {"version": "1"})
    assert read_xlsform(answer.content).questionnaire == make_questionnaire()


@pytest.mark.parametrize("version", ["2", "x", "²", "-1", "9" * 30])
def test_version_that_is_not_there_is_not_found(officer, survey, version):
    assert officer.get(reverse("surveys:xlsform-out", args=[survey.pk]), {"version": version}).status_code == 404


def test_who_is_asked_gets_what_was_published_not_the_draft(client, worker, survey, wave):
    survey.draft = OTHER.to_json()
    survey.save()
    client.force_login(worker)
    answer = client.get(reverse("surveys:xlsform-out", args=[survey.pk]))
    assert read_xlsform(answer.content).questionnaire == make_questionnaire()


def test_file_replaces_the_draft_when_confirmed(officer, survey):
    uploaded = send(officer, write_xlsform("x", OTHER), survey)
    survey.refresh_from_db()
    assert survey.questionnaire == make_questionnaire()
    confirm(officer, uploaded)
    survey.refresh_from_db()
    assert survey.questionnaire == OTHER


def test_file_begins_a_survey_once(officer, street_officer):
    uploaded = send(officer, write_xlsform("邻里", OTHER))
    confirm(officer, uploaded, title="新的调查")
    confirm(officer, uploaded, title="新的调查")
    assert Survey.objects.owned_by(street_officer).get().questionnaire == OTHER


def test_draft_changed_meanwhile_is_not_written_over(officer, survey):
    uploaded = send(officer, write_xlsform("x", OTHER), survey)
    survey.changed_at = survey.changed_at.replace(year=2020)
    survey.save()
    assert "别人刚改过" in confirm(officer, uploaded).content.decode()
    survey.refresh_from_db()
    assert survey.questionnaire == make_questionnaire()


def test_faults_are_shown_with_their_cells(officer):
    answer = send(officer, make_form(JOINED, ("slider", "a", "甲")))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [(fault.row, fault.letter) for fault in answer.context["found"].problems] == [(3, "A")]
    assert "没有“slider”这种题型" in page


def test_what_is_no_workbook_is_refused_in_words(officer):
    assert "不能" in send(officer, b"%PDF-1.4").content.decode()


def test_text_under_the_name_of_a_workbook_is_refused_without_offering_csv(officer):
    page = send(officer, b"type,name\ntext,a\n").content.decode()

    assert "另存为 .xlsx" in page
    assert ".csv" not in page


def test_title_with_a_forbidden_word_is_refused(officer):
    uploaded = send(officer, write_xlsform("x", OTHER))
    assert confirm(officer, uploaded, title="宗教信仰").status_code == 200
    assert not Survey.objects.exists()


def test_survey_of_the_street_is_not_replaced_by_a_worker(client, worker, survey, wave):
    client.force_login(worker)
    assert send(client, write_xlsform("x", OTHER), survey).status_code == 404


def test_seal_of_somebody_else_is_refused(client, officer, survey, make_user, street):
    uploaded = send(officer, write_xlsform("x", OTHER), survey)
    client.force_login(make_user("second", "street_officer", street))
    confirm(client, uploaded)
    survey.refresh_from_db()
    assert survey.questionnaire == make_questionnaire()
