"""Pages for paper and for named answers."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from surveys.models import NamedAnswer, PaperSheet, SealedAnswer, Wave
from surveys.pool import keep_named, key_of_form
from tests.surveys.test_paper import type_sheet


@pytest.fixture
def entry(client, worker, link):
    client.force_login(worker)
    return reverse("surveys:paper-entry", args=[link.pk])


@pytest.mark.parametrize("name", ["paper-entry", "kiosk-link", "workbook"])
def test_way_up_leads_over_the_survey_to_the_wave(name, client, worker, link):
    client.force_login(worker)
    above = ("list", []), ("detail", [link.wave.version.survey_id]), ("wave", [link.wave_id])

    answer = client.get(reverse(f"surveys:{name}", args=[link.pk]))

    ways = [address for _label, address in answer.context["trail"]]
    assert ways == [reverse(f"surveys:{one}", args=keys) for one, keys in above]
    assert 'class="trail"' in answer.content.decode()


def test_saved_sheet_leads_to_the_next_number(client, entry, link):
    answer = client.post(entry, {"number": 12, "years": "3", "joined": "13"}, follow=True)
    assert "第 12 号已保存" in answer.content.decode()
    assert answer.context["form"].initial["number"] == 13
    assert PaperSheet.objects.get().number == 12


def test_wrong_line_is_told_where_it_stands_and_nothing_is_lost(client, entry):
    answer = client.post(entry, {"number": 1, "overall": "9", "wish": "长椅"})
    page = answer.content.decode()
    assert "“9”不是选项的编号：请填 1 到 5" in page
    assert "长椅" in page
    assert not PaperSheet.objects.exists()


def test_blank_sheet_is_refused(client, entry):
    assert "一题也没有填" in client.post(entry, {"number": 1}).content.decode()


def test_required_question_may_be_blank_on_paper(client, entry):
    client.post(entry, {"number": 1, "years": "3"})
    assert PaperSheet.objects.exists()


def test_second_round_suggests_what_lacks_one(client, entry, link, worker):
    type_sheet(link, worker, number=4)
    assert client.get(f"{entry}?round=2").context["form"].initial["number"] == 4


def test_taking_in_empties_the_list(client, entry, link, worker):
    type_sheet(link, worker)
    answer = client.post(reverse("surveys:paper-take-in", args=[link.pk]), {"which": "all"}, follow=True)
    assert "已入库 1 份" in answer.content.decode()
    assert SealedAnswer.objects.count() == 1
    assert AuditEvent.objects.get(action="survey_paper.take_in").detail == {"sheets": 1}


def test_settling_needs_a_choice_for_each_difference(client, entry, link, worker):
    type_sheet(link, worker)
    type_sheet(link, worker, round=2, years=4)
    address = reverse("surveys:paper-settle", args=[link.pk, 1])
    assert "还有没选的" in client.post(address, {}).content.decode()
    assert "两遍已经一致" in client.post(address, {"take-years": "1"}, follow=True).content.decode()


def test_corrected_sheet_keeps_its_number(client, entry, link, worker):
    row = type_sheet(link, worker)
    client.post(reverse("surveys:paper-change", args=[row.pk]), {"years": "7"})
    assert PaperSheet.objects.get().number == 1
    assert 'value="7"' in client.get(reverse("surveys:paper-change", args=[row.pk])).content.decode()


def test_printed_questionnaire_numbers_questions_and_options(client, entry, link):
    page = client.get(reverse("surveys:paper", args=[link.pk])).content.decode()
    assert "2. 您参加过哪些活动" in page
    assert "□ 4 都没参加过" in page


def test_entry_page_asks_a_constant_number_of_queries(client, entry, link, worker, django_assert_num_queries):
    for number in range(1, 6):
        type_sheet(link, worker, number=number)
    client.get(entry)
    with django_assert_num_queries(5):
        client.get(entry)


# --- Named answers


@pytest.fixture
def named(client, worker, make_wave):
    client.force_login(worker)
    link = make_wave(mode=Wave.Mode.NAMED, name="登记").links.get()
    keep_named(
        link, {"years": 3, "joined": ["1", "none"]}, name="张建国", phone="13812345678", key=key_of_form(link, "a")
    )
    return link.named.get()


def test_named_answers_are_masked_and_in_words(client, named):
    page = client.get(reverse("surveys:named", args=[named.link_id])).content.decode()
    assert "张*国" in page
    assert "138****5678" in page
    assert "讲座、都没参加过" in page
    assert "张建国" not in page


def test_contact_is_shown_after_it_was_written_down(client, named):
    page = client.post(reverse("surveys:named-contact", args=[named.pk])).content.decode()
    assert "13812345678" in page
    assert AuditEvent.objects.filter(action="survey_named.unmask").count() == 1


def test_contact_beyond_the_budget_is_not_shown(client, named, settings):
    settings.RESIDENT_UNMASK_BUDGET = 0
    page = client.post(reverse("surveys:named-contact", args=[named.pk])).content.decode()
    assert "13812345678" not in page
    assert "达到每日上限" in page


def test_named_answer_is_deleted_on_request(client, named):
    client.post(reverse("surveys:named-delete", args=[named.pk]))
    assert not NamedAnswer.objects.exists()


def test_street_does_not_read_named_answers(client, named, street_officer):
    client.force_login(street_officer)
    assert client.get(reverse("surveys:named", args=[named.link_id])).status_code == 403


def test_named_wave_has_no_paper(client, worker, named):
    assert client.get(reverse("surveys:paper", args=[named.link_id])).status_code == 404
    assert client.get(reverse("surveys:paper-entry", args=[named.link_id])).status_code == 404
