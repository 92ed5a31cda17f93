"""Bringing cards: whom the list names, how, to whom; what became of the cards; and what is forgotten."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from grids.models import Household, Resident
from surveys.delivery import report_delivery
from surveys.forgetting import forget_names, forget_samples
from surveys.models import DeliveryReport, NamedAnswer, Sample, SampledResident
from surveys.pool import keep_named, key_of_form, seal
from surveys.sampling import draw_sample
from surveys.tasks import forget_answerers
from tests.register import make_grids
from tests.surveys.asking_help import day, issue, settle
from tests.surveys.conftest import close

NOTHING = {"refused": 0, "not_contacted": 0, "other": 0, "unknown": 0, "ineligible": 0}


@pytest.fixture
def coded(make_wave):
    return make_wave(needs_code=True, k=5)


def draw_all(wave, by, size, **fields):
    """Draw everybody."""
    return draw_sample(wave, **{"method": "simple", "groups": [], "size": size, "by": by, **fields})


def open_list(client, wave, user):
    """Return the list of who gets a card, as the user sees it."""
    client.force_login(user)
    return client.get(reverse("surveys:delivery", args=[wave.links.first().pk]))


def test_list_names_who_was_drawn_masked(client, coded, register, grids, worker):
    settle(register, grids[0], 5, name="欧阳秀英")
    draw_all(coded, worker, 5)
    page = open_list(client, coded, worker).content.decode()
    assert page.count("欧*英") + page.count("欧**英") + page.count("欧阳*英") == 5
    assert "欧阳秀英" not in page


def test_list_is_in_walking_order(client, coded, register, grids, worker):
    building = grids[0].buildings.create(name="3号楼")
    rooms = ["1001", "301", "302", "402", "9"]
    for person, room in zip(settle(register, grids[0], 5), rooms, strict=True):
        door = Household.objects.create(building=building, room=room)
        Resident.objects.filter(pk=person.pk).update(household=door)
    draw_all(coded, worker, 5)
    page = open_list(client, coded, worker).content.decode()
    places = [page.index(f" {room}</span>") for room in ("9", "301", "302", "402", "1001")]
    assert places == sorted(places)


def test_reading_the_list_is_written_down(client, coded, register, grids, worker):
    settle(register, grids[0], 6)
    draw_all(coded, worker, 6)
    open_list(client, coded, worker)
    assert AuditEvent.objects.get(action="survey_sample.read").detail == {"people": 6}


def test_list_names_the_own_community_only(client, make_wave, register, grids, community, neighbour_community, worker):
    settle(register, grids[0], 3)
    settle(register, make_grids(neighbour_community, "甲")[0], 3, name="诸葛明")
    wave = make_wave(needs_code=True, k=5, communities=[community, neighbour_community])
    draw_all(wave, worker, 6)
    assert "诸" not in open_list(client, wave, worker).content.decode()
    link = wave.links.get(community=neighbour_community)
    assert client.get(reverse("surveys:delivery", args=[link.pk])).status_code == 404


def test_street_never_sees_the_list(client, coded, street_officer):
    assert open_list(client, coded, street_officer).status_code == 403


def test_confidential_list_tells_the_pile(client, make_wave, register, grids, worker):
    settle(register, grids[0], 15)
    settle(register, grids[1], 15)
    wave = make_wave(needs_code=True, k=5, mode="confidential")
    draw_all(wave, worker, 10, method="stratified")
    page = open_list(client, wave, worker).content.decode()
    assert page.count("第 1 叠") == page.count("第 2 叠") == 5


def test_list_says_nothing_about_answering(client, coded, register, grids, worker):
    settle(register, grids[0], 5)
    draw_all(coded, worker, 5)
    before = open_list(client, coded, worker).content.decode()
    link = coded.links.get()
    for number in range(5):
        seal(link, {"overall": "5"}, key=key_of_form(link, f"{number}"))
    assert strip_tokens(open_list(client, coded, worker).content.decode()) == strip_tokens(before)


def strip_tokens(page):
    """Return the part of a page that is about the wave."""
    return page.split("<main")[1].split("</main>")[0]


def test_list_without_a_draw_is_empty(client, coded, worker):
    assert "还没有抽样" in open_list(client, coded, worker).content.decode()


def test_list_needs_the_same_queries_for_many_people(client, coded, register, grids, worker, django_assert_num_queries):
    settle(register, grids[0], 30)
    draw_all(coded, worker, 30)
    open_list(client, coded, worker)
    with django_assert_num_queries(8):
        client.get(reverse("surveys:delivery", args=[coded.links.get().pk]))


def test_report_keeps_counts(coded, worker):
    link = coded.links.get()
    issue(link, 10)
    report_delivery(link, counts=NOTHING | {"refused": 4, "ineligible": 2}, by=worker)
    report_delivery(link, counts=NOTHING | {"refused": 5}, by=worker)
    report = DeliveryReport.objects.get()
    assert (report.refused, report.ineligible) == (5, 0)


def test_report_of_more_cards_than_there_were_is_refused(coded, worker):
    issue(coded.links.get(), 10)
    with pytest.raises(ValidationError, match="10 张"):
        report_delivery(coded.links.get(), counts=NOTHING | {"refused": 6, "unknown": 5}, by=worker)


@pytest.mark.parametrize("value", ["-1", "²", "9" * 30, ""])
def test_nonsense_in_a_report_is_explained(value, client, coded, worker):
    issue(coded.links.get(), 10)
    client.force_login(worker)
    url = reverse("surveys:delivery-report", args=[coded.links.get().pk])
    answer = client.post(url, NOTHING | {"refused": value})
    assert "invalid-feedback" in answer.content.decode()
    assert not DeliveryReport.objects.exists()


def test_drawn_people_are_forgotten_when_the_wave_is_over(coded, register, grids, worker):
    settle(register, grids[0], 6)
    draw_all(coded, worker, 6)
    close(coded)
    forget_answerers()
    assert not SampledResident.objects.exists()
    assert Sample.objects.get().seed == 0  # or they could be drawn again


def test_drawn_people_stay_while_the_wave_runs(coded, register, grids, worker):
    settle(register, grids[0], 6)
    draw_all(coded, worker, 6)
    assert forget_samples() == 0
    assert SampledResident.objects.count() == 6


def test_names_are_forgotten_in_time(make_wave, settings):
    link = make_wave(mode="named").links.get()
    for number, days in enumerate((settings.SURVEY_NAMED_DAYS, settings.SURVEY_NAMED_DAYS + 1)):
        keep_named(link, {}, name="王女士", phone="13800000000", key=key_of_form(link, f"{number}"))
        latest = NamedAnswer.objects.order_by("pk").last()
        NamedAnswer.objects.filter(pk=latest.pk).update(received_on=timezone.localdate() - timedelta(days=days))
    assert forget_names() == 1
    assert NamedAnswer.objects.get().received_on == day(-settings.SURVEY_NAMED_DAYS)


@pytest.mark.parametrize("is_drawn", [True, False])
def test_list_of_cards_is_offered_once_somebody_was_drawn(client, coded, register, grids, worker, is_drawn):
    settle(register, grids[0], 5)
    if is_drawn:
        draw_all(coded, worker, 5)
    client.force_login(worker)

    page = client.get(reverse("surveys:wave", args=[coded.pk])).content.decode()

    assert (reverse("surveys:delivery", args=[coded.links.get().pk]) in page) == is_drawn
