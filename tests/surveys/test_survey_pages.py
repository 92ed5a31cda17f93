"""Surveys as a whole, on their pages: the list, beginning, publishing, copying and deleting one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.designing import make_seen
from surveys.models import Survey, Wave
from surveys.starting_sets import STARTS, Start
from tests.surveys.conftest import make_questionnaire

LIST = reverse("surveys:list")
NEW = {"title": "新调查", "start": "satisfaction", "token": "5f0c2c0e-0000-4000-8000-00000000000b"}


@pytest.fixture
def page(client: Client, street_officer) -> Client:
    client.force_login(street_officer)
    return client


def test_empty_list_says_how_to_begin(page):
    text = page.get(LIST).content.decode()
    assert "还没有自己的调查" in text
    assert reverse("surveys:create") in text


def test_empty_list_of_the_district_offers_nothing_to_press(client, district_officer):
    client.force_login(district_officer)
    text = client.get(LIST).content.decode()
    assert "还没有调查" in text
    assert reverse("surveys:create") not in text


@pytest.mark.parametrize(("opens", "closes", "phase"), [(1, 5, "未开始"), (-1, 5, "进行中"), (-9, -1, "已结束")])
def test_list_shows_the_phase_of_the_wave_that_begins_last(page, make_wave, opens, closes, phase):
    today = timezone.localdate()
    make_wave(name="从前", opens_on=today - timedelta(days=400), closes_on=today - timedelta(days=390))
    make_wave(name="最近", opens_on=today + timedelta(days=opens), closes_on=today + timedelta(days=closes))
    text = page.get(LIST).content.decode()
    assert phase in text
    assert "最近" in text
    assert "从前" not in text


def test_worker_sees_the_streets_survey_once_her_community_is_asked(client, survey, worker, make_wave):
    client.force_login(worker)
    assert survey.title not in client.get(LIST).content.decode()
    make_wave()
    assert "其他单位的调查" in client.get(LIST).content.decode()


def test_list_takes_few_queries_however_many_surveys(
    page, survey, make_wave, street_officer, django_assert_num_queries
):
    make_wave()
    for number in range(5):
        Survey.objects.create(street=street_officer.street, title=f"第{number}", created_by=street_officer)
    page.get(LIST)
    with django_assert_num_queries(4):
        page.get(LIST)


def test_page_of_a_survey_takes_few_queries(page, survey, make_wave, django_assert_num_queries):
    for name in ("一", "二", "三"):
        make_wave(name=name)
    page.get(reverse("surveys:detail", args=[survey.pk]))
    with django_assert_num_queries(6):
        page.get(reverse("surveys:detail", args=[survey.pk]))


@pytest.mark.parametrize("start", Start.values)
def test_survey_begins_with_the_chosen_questions(page, start):
    answer = page.post(reverse("surveys:create"), {**NEW, "start": start})
    survey = Survey.objects.get()
    assert answer.url == reverse("surveys:design", args=[survey.pk])
    assert survey.questionnaire == STARTS[start]()


def test_form_sent_twice_makes_one_survey(page):
    for _time in range(2):
        page.post(reverse("surveys:create"), NEW)
    assert Survey.objects.count() == 1


@pytest.mark.parametrize("bad", [{"title": ""}, {"title": "宗教信仰"}, {"start": "nonsense"}, {"token": "x"}])
def test_survey_refused_keeps_what_was_typed(page, bad):
    text = page.post(reverse("surveys:create"), {**NEW, "purpose": "为了改进", **bad}).content.decode()
    assert "为了改进" in text
    assert not Survey.objects.exists()


def test_page_offers_to_publish_only_what_is_new(page, survey):
    address = reverse("surveys:publish", args=[survey.pk])
    assert address not in page.get(reverse("surveys:detail", args=[survey.pk])).content.decode()
    assert "不用再发布" in page.get(address).content.decode()


def test_publishing_shows_what_changed_and_makes_the_next_version(page, survey):
    page.post(reverse("surveys:question-delete", args=[survey.pk, "wish"]), {"seen": make_seen(survey)})
    survey.refresh_from_db()
    address = reverse("surveys:publish", args=[survey.pk])
    assert "删去“还想说的”" in page.get(address).content.decode()
    page.post(address, {"seen": make_seen(survey)})
    assert survey.latest.number == 2


def test_publishing_shows_what_is_wrong_and_where(page, survey):
    survey.draft = {"sections": [*survey.draft["sections"], {"code": "z", "title": "空", "questions": [], "note": ""}]}
    survey.save()
    address = reverse("surveys:publish", args=[survey.pk])
    text = page.get(address).content.decode()
    assert f"{reverse('surveys:design', args=[survey.pk])}#at-z" in text
    assert "发布第 2 版" not in text
    page.post(address, {"seen": make_seen(survey)})
    assert survey.latest.number == 1


def test_title_changes_while_the_wave_is_open(page, wave):
    survey = wave.version.survey
    page.post(reverse("surveys:edit", args=[survey.pk]), {"title": "新名称", "purpose": "说明"})
    survey.refresh_from_db()
    assert (survey.title, survey.purpose) == ("新名称", "说明")


def test_worker_copies_what_her_community_is_asked(client, worker, wave):
    client.force_login(worker)
    source = wave.version.survey
    client.post(reverse("surveys:copy", args=[source.pk]), {"title": "我们的", "token": NEW["token"]})
    copy = Survey.objects.get(community=worker.community)
    assert copy.questionnaire == make_questionnaire()
    assert not Wave.objects.filter(version__survey=copy).exists()


def test_draft_is_deleted_and_a_published_survey_is_not(page, survey, street_officer):
    draft = Survey.objects.create(street=street_officer.street, title="草稿", created_by=street_officer)
    for one in (draft, survey):
        page.post(reverse("surveys:delete", args=[one.pk]))
    assert list(Survey.objects.all()) == [survey]


def test_bank_names_the_figures_it_feeds(page):
    text = page.get(reverse("surveys:bank")).content.decode()
    assert "S0-24" in text
    assert "您参加过本社区组织的活动吗" in text
