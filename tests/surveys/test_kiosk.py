"""The kiosk: one after the other, nothing stays, nothing leads elsewhere; and who opens it."""

import pytest
from django.urls import reverse

from surveys.kiosks import make_kiosk_token
from tests.surveys.conftest import close
from tests.surveys.form_help import fill, kiosk, opened, read

pytestmark = pytest.mark.usefixtures("own_counters")


def test_kiosk_takes_an_answer_and_goes_back_to_its_start(client, link):
    response = client.post(kiosk(link), fill())
    assert response.url == f"{kiosk(link)}?done=1"
    page = read(client.get(response.url))
    assert f'content="8;url={kiosk(link)}"' in page
    assert len(opened()) == 1


def test_kiosk_keeps_no_draft_and_leads_nowhere_else(client, link):
    page = read(client.get(kiosk(link)))
    assert "data-survey-draft" not in page
    links = [part.split('"')[0] for part in page.partition("<body")[2].split('href="')[1:]]
    assert [one for one in links if not one.startswith("#")] == [kiosk(link)]
    assert client.get(kiosk(link))["Cache-Control"].count("no-store")


def test_kiosk_of_a_closed_wave_says_so(client, wave, link):
    close(wave)
    assert "这次调查已经结束" in read(client.get(kiosk(link)))


def test_forged_kiosk_token_is_not_found(client, link):
    assert client.get(reverse("answer:kiosk", args=[f"{link.public_id}:forged"])).status_code == 404


def test_staff_of_the_community_open_the_kiosk(client, worker, outsider, link):
    page = reverse("surveys:kiosk-link", args=[link.pk])
    client.force_login(worker)
    assert make_kiosk_token(link) in read(client.get(page))
    client.force_login(outsider)
    assert client.get(page).status_code == 404
