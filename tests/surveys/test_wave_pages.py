"""The pages of waves: who sees which communities, what can be changed, and how many answers are told."""

import pytest
from django.urls import reverse

from surveys.models import Wave
from tests.surveys.asking_help import add_answers, day, describe_wave, issue
from tests.surveys.conftest import close


@pytest.fixture
def officer(client, street_officer):
    client.force_login(street_officer)
    return client


@pytest.fixture
def other_survey(survey, worker):
    """A survey of the worker's own community, never published."""
    return type(survey).objects.create(community=worker.community, title="社区小调查", draft={}, created_by=worker)


def open_page(client, name, key):
    """Return the text of a page."""
    answer = client.get(reverse(f"surveys:{name}", args=[key]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_street_sets_up_a_wave_in_chosen_communities(officer, survey, community, neighbour_community):
    sent = describe_wave(communities=[neighbour_community.pk])
    answer = officer.post(reverse("surveys:wave-add", args=[survey.pk]), sent)
    wave = Wave.objects.get()
    assert answer.url == reverse("surveys:wave", args=[wave.pk])
    assert [link.community for link in wave.links.all()] == [neighbour_community]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("communities", [], "至少选一个社区"),
        ("k", 4, "5"),
        ("k", 1000, "最多 100 份"),
        ("closes_on", day(-1), "早于开始日期"),
        ("mode", "named", "实名调查不能问看法"),
        ("mode", "confidential", "答题码"),
        ("opens_on", "🏠", "日期"),
        ("grouping", "nobody", "有效"),
    ],
)
def test_bad_wave_is_explained_and_not_made(field, value, words, officer, survey, community):
    sent = describe_wave(**{"communities": [community.pk], field: value})
    answer = officer.post(reverse("surveys:wave-add", args=[survey.pk]), sent)
    assert words in answer.content.decode()
    assert "春季" in answer.content.decode()  # nothing that was typed is lost
    assert not Wave.objects.exists()


def test_foreign_community_cannot_be_asked(officer, survey, foreign_community):
    sent = describe_wave(communities=[foreign_community.pk])
    assert officer.post(reverse("surveys:wave-add", args=[survey.pk]), sent).status_code == 200
    assert not Wave.objects.exists()


def test_survey_that_was_never_published_asks_to_publish(client, worker, other_survey):
    client.force_login(worker)
    assert "问卷还没有发布" in open_page(client, "wave-add", other_survey.pk)


def test_worker_may_not_set_up_waves_of_the_street(client, worker, survey):
    client.force_login(worker)
    assert client.get(reverse("surveys:wave-add", args=[survey.pk])).status_code == 404


def test_wave_that_has_begun_shows_its_promises_as_text(officer, wave):
    page = open_page(officer, "wave-edit", wave.pk)
    assert 'name="mode"' not in page
    assert 'name="closes_on"' in page
    assert "查不到是谁答的" in page


def test_wave_still_to_come_can_be_changed(officer, make_wave):
    assert 'name="mode"' in open_page(officer, "wave-edit", make_wave(opens_on=day(1)).pk)


def test_changed_days_are_saved(officer, wave):
    sent = describe_wave(closes_on=day(20), name="改名")
    assert officer.post(reverse("surveys:wave-edit", args=[wave.pk]), sent).status_code == 302
    wave.refresh_from_db()
    assert (wave.closes_on, wave.name, wave.opens_on) == (day(20), "改名", day(-7))


def test_closing_asks_first(officer, wave):
    assert "不再收答卷" in open_page(officer, "wave-close", wave.pk)
    officer.post(reverse("surveys:wave-close", args=[wave.pk]))
    wave.refresh_from_db()
    assert wave.is_closed
    assert "已经结束" in open_page(officer, "wave", wave.pk)


def test_wave_that_is_over_leads_to_no_form(officer, wave):
    close(wave)
    assert officer.get(reverse("surveys:wave-edit", args=[wave.pk])).status_code == 302
    assert "wave-close" not in open_page(officer, "wave", wave.pk)


def test_street_sees_all_its_communities(officer, make_wave, community, neighbour_community):
    wave = make_wave(communities=[community, neighbour_community])
    page = open_page(officer, "wave", wave.pk)
    assert community.name in page
    assert neighbour_community.name in page


def test_worker_sees_the_own_community_only(client, worker, make_wave, community, neighbour_community):
    wave = make_wave(communities=[community, neighbour_community])
    add_answers(wave, neighbour_community, 30)
    client.force_login(worker)
    page = open_page(client, "wave", wave.pk)
    assert community.name in page
    assert neighbour_community.name not in page
    assert "约 30 份" not in page


def test_answers_are_told_in_steps_of_k(officer, wave, community):
    add_answers(wave, community, 29)
    assert "约 20 份" in open_page(officer, "wave", wave.pk)


def test_fewer_than_k_answers_are_not_counted(officer, wave, community):
    add_answers(wave, community, 9)
    assert "不到 10 份" in open_page(officer, "wave", wave.pk)


def test_response_rate_is_told_with_cards_only(officer, make_wave, community):
    wave = make_wave(needs_code=True)
    issue(wave.links.get(), 80)
    add_answers(wave, community, 23)
    assert "25.0%" in open_page(officer, "wave", wave.pk)


def test_public_link_has_no_response_rate(officer, wave, community):
    add_answers(wave, community, 20)
    page = open_page(officer, "wave", wave.pk)
    assert "不算回收率" in page
    assert "回收率（约）" not in page


def test_district_sees_the_wave_without_its_addresses(client, district_officer, wave, link):
    client.force_login(district_officer)
    page = open_page(client, "wave", wave.pk)
    assert link.community.name in page
    assert link.public_id not in page


def test_poster_tells_why_and_until_when(officer, survey, wave, link):
    type(survey).objects.update(purpose="想知道大家爱参加什么活动。")
    page = open_page(officer, "poster", link.pk)
    assert "想知道大家爱参加什么活动" in page
    assert f"{wave.closes_on}" in page
    assert link.public_id in page


def test_poster_of_another_community_is_not_found(client, worker, make_wave, neighbour_community):
    link = make_wave(communities=[neighbour_community]).links.get()
    client.force_login(worker)
    assert client.get(reverse("surveys:poster", args=[link.pk])).status_code == 404


def test_page_of_a_wave_needs_the_same_queries_for_many_communities(
    officer, make_wave, community, neighbour_community, django_assert_num_queries
):
    url = reverse("surveys:wave", args=[make_wave(communities=[community, neighbour_community]).pk])
    officer.get(url)
    with django_assert_num_queries(7):
        officer.get(url)


@pytest.mark.parametrize(("starts_in", "words"), [(0, "居民现在就能打开"), (3, "到开始那天")])
def test_new_wave_says_from_when_residents_can_open_it(starts_in, words, officer, survey, community):
    sent = describe_wave(communities=[community.pk], opens_on=day(starts_in))

    answer = officer.post(reverse("surveys:wave-add", args=[survey.pk]), sent, follow=True)

    assert words in answer.content.decode()


def test_wave_ended_early_shows_the_day_when_it_was_ended(officer, make_wave):
    wave = make_wave(opens_on=day(-3), closes_on=day(9))
    officer.post(reverse("surveys:wave-close", args=[wave.pk]))

    pages = [open_page(officer, "wave", wave.pk), open_page(officer, "detail", wave.version.survey_id)]

    assert all(f"{day(-3)} – {day(0)}" in page for page in pages)
