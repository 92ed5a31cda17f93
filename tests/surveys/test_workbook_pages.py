"""Pages that take in result workbooks: what is shown, confirmed, remembered and refused."""

from urllib.parse import parse_qs, urlparse

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from surveys.mixing import mix_waiting
from surveys.models import Response, ResultImport, ResultMapping, SealedAnswer
from surveys.workbooks.taking import REMEMBERED_FROM
from tests.surveys.conftest import close
from tests.surveys.test_workbooks import write_text

QUERIES = 4
ROWS = [["提交答卷时间", "1、您的性别", "住了几年"], ["2026-01-01", "男", "3"], ["2026-01-02", "女", "5"]]


@pytest.fixture
def clerk(client, worker):
    client.force_login(worker)
    return client


def send(client, link, rows):
    file = SimpleUploadedFile("答卷.csv", write_text(rows))
    return client.post(reverse("surveys:workbook", args=[link.pk]), {"file": file})


def open_check(client, link, rows):
    """Upload, and return the rehearsal's answer with the fields that its form would send."""
    address = send(client, link, rows).headers["Location"]
    answer = client.get(address)
    fields = {
        name: answer.context["columns_form"][name].value() or "" for name in answer.context["columns_form"].fields
    }
    sealed = parse_qs(urlparse(address).query)["sealed"][0]
    return answer, fields | {"sealed": sealed, "seen": answer.context["found"].seen}


def take(client, link, fields):
    return client.post(reverse("surveys:workbook-take", args=[link.pk]), fields, follow=True)


def test_answers_come_in(clerk, link):
    _answer, fields = open_check(clerk, link, ROWS)
    take(clerk, link, fields)
    assert SealedAnswer.objects.filter(link=link).count() == 2
    close(link.wave)
    mix_waiting()
    answers = [response.answers for response in Response.objects.all()]
    assert sorted(answers, key=str) == [{"sex": "1", "years": 3}, {"sex": "2", "years": 5}]


def test_rehearsal_takes_nothing_and_names_what_is_left_out(clerk, link):
    answer, _fields = open_check(clerk, link, ROWS)
    assert not SealedAnswer.objects.exists()
    assert answer.context["traces"][0][0] == "提交答卷时间"
    assert "no-store" in answer.headers["Cache-Control"]


def test_same_table_again_is_refused(clerk, link):
    take(clerk, link, open_check(clerk, link, ROWS)[1])
    answer = send(clerk, link, ROWS)
    assert "这份表已经导入过了" in answer.content.decode()
    assert ResultImport.objects.count() == 1


def test_second_click_takes_nothing_more(clerk, link):
    fields = open_check(clerk, link, ROWS)[1]
    take(clerk, link, fields)
    take(clerk, link, fields)
    assert SealedAnswer.objects.count() == 2


def test_choices_that_were_not_rehearsed_are_not_taken(clerk, link):
    fields = open_check(clerk, link, ROWS)[1]
    answer = take(clerk, link, fields | {"column-2": ""})
    assert "对应关系改过了" in answer.content.decode()
    assert not SealedAnswer.objects.exists()


def test_trace_cannot_be_chosen(clerk, link):
    fields = open_check(clerk, link, ROWS)[1]
    answer = clerk.post(reverse("surveys:workbook-check", args=[link.pk]), fields | {"column-0": "wish"})
    assert answer.context["found"].mapping.columns == {1: "sex", 2: "years"}


def test_two_columns_for_one_question_are_refused(clerk, link):
    fields = open_check(clerk, link, ROWS)[1]
    answer = clerk.post(reverse("surveys:workbook-check", args=[link.pk]), fields | {"column-2": "sex"})
    assert "一道题只能对一列" in answer.content.decode()


def test_rows_with_problems_are_left_out_only_when_said(clerk, link):
    fields = open_check(clerk, link, [*ROWS, ["", "男", "三年"]])[1]
    take(clerk, link, fields)
    assert not SealedAnswer.objects.exists()
    take(clerk, link, fields | {"leave_out": "on"})
    assert SealedAnswer.objects.count() == 2


def test_unknown_text_is_decided_on_the_page(clerk, link):
    answer, fields = open_check(clerk, link, [["您的性别"], ["女性"], ["男"]])
    key = answer.context["texts"][0][0].key
    address = reverse("surveys:workbook-check", args=[link.pk])
    answer = clerk.post(address, fields | {key: "2"})
    assert len(answer.context["found"].answers) == 2
    take(clerk, link, fields | {key: "2", "seen": answer.context["found"].seen})
    assert SealedAnswer.objects.count() == 2


def decide(client, link, rows, code):
    answer, fields = open_check(client, link, rows)
    fields |= {answer.context["texts"][0][0].key: code}
    answer = client.post(reverse("surveys:workbook-check", args=[link.pk]), fields)
    take(client, link, fields | {"seen": answer.context["found"].seen})


def test_mapping_is_remembered_with_texts_that_many_wrote(clerk, link):
    decide(clerk, link, [["您的性别"], *[["女性"]] * REMEMBERED_FROM], "2")
    answer, _fields = open_check(clerk, link, [["您的性别"], ["女性"], ["男"]])
    assert len(answer.context["found"].answers) == 2


def test_texts_of_few_are_not_remembered(clerk, link):
    decide(clerk, link, [["您的性别"], *[["女性"]] * (REMEMBERED_FROM - 1)], "2")
    assert ResultMapping.objects.get().mapping == {"columns": {"0": "sex"}, "texts": {}}


def test_column_left_out_stays_left_out_next_time(clerk, link):
    fields = open_check(clerk, link, ROWS)[1] | {"column-2": ""}
    answer = clerk.post(reverse("surveys:workbook-check", args=[link.pk]), fields)
    take(clerk, link, fields | {"seen": answer.context["found"].seen})
    answer, _fields = open_check(clerk, link, [*ROWS, ["", "男", "9"]])
    assert answer.context["found"].mapping.columns == {1: "sex"}


def test_audit_knows_numbers_only(clerk, link):
    take(clerk, link, open_check(clerk, link, ROWS)[1])
    event = AuditEvent.objects.get(action="survey_workbook.take_in")
    assert event.detail == {"rows": 2, "left_out": 0}


@pytest.mark.parametrize("fields", [{"needs_code": True}, {"mode": "named"}])
def test_wave_with_codes_or_names_takes_no_workbook(clerk, make_wave, fields):
    link = make_wave(**fields).links.get()
    answer = send(clerk, link, ROWS)
    assert answer.status_code == 200
    assert answer.context["reason"]


def test_wave_that_closed_meanwhile_takes_nothing(clerk, link):
    fields = open_check(clerk, link, ROWS)[1]
    close(link.wave)
    assert "现在不在收集期" in take(clerk, link, fields).content.decode()
    assert not SealedAnswer.objects.exists()


def test_forbidden_heading_is_named(clerk, link):
    assert "宗教信仰" in send(clerk, link, [["您的性别", "宗教信仰"], ["男", ""]]).content.decode()


def test_file_of_one_link_does_not_open_another(clerk, link, make_wave):
    other = make_wave().links.get()
    fields = open_check(clerk, link, ROWS)[1]
    take(clerk, other, fields)
    assert not SealedAnswer.objects.exists()


def test_worker_reaches_her_own_community_only(client, outsider, link):
    client.force_login(outsider)
    assert client.get(reverse("surveys:workbook", args=[link.pk])).status_code == 404


def test_rehearsal_asks_a_constant_number_of_queries(clerk, link, django_assert_num_queries):
    address = send(clerk, link, ROWS).headers["Location"]
    clerk.get(address)
    with django_assert_num_queries(QUERIES):
        clerk.get(address)
    address = send(clerk, link, [*ROWS, *[["", "男", str(n)] for n in range(50)]]).headers["Location"]
    with django_assert_num_queries(QUERIES):
        clerk.get(address)


def test_where_no_row_can_come_in_leaving_out_is_not_offered(clerk, link):
    answer, _fields = open_check(clerk, link, [["1、您的性别"], ["甲"], ["乙"]])

    assert 'name="leave_out"' not in answer.content.decode()
    assert "没有一行能导入" in answer.content.decode()
