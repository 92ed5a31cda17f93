"""Posters, handbills and the sheet with the code for rating."""

import pytest
import segno
from django.urls import reverse

from communities.models import Venue
from tests.activities.sign_up_help import describe_open


@pytest.fixture
def page(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def activity(register, community, worker):
    venue = Venue.objects.create(community=community, name="二楼活动室", address="演示路 5 号")
    return register.activity(community, worker, **describe_open(venue=venue))


def read(page, activity, **query):
    return page.get(reverse("activities:poster", args=[activity.pk]), query).content.decode()


def link_to(activity, name):
    return "http://testserver" + reverse(f"activities:{name}", args=[activity.public_id])


def test_poster_says_what_where_and_whom_to_ask(page, activity):
    text = read(page, activity)
    for words in ("插花课", "多福社区", "二楼活动室", "演示路 5 号", "worker", link_to(activity, "public")):
        assert words in text
    assert "先别贴" not in text


@pytest.mark.parametrize(
    ("paper", "name", "copies"),
    [("poster", "public", 1), ("handbill", "public", 4), ("rating", "rate", 1), ("²", "public", 1)],
)
def test_code_leads_to_the_page_of_the_activity(page, activity, paper, name, copies):
    code = segno.make(link_to(activity, name), error="m", micro=False)
    text = read(page, activity, paper=paper).replace("&#x27;", "'").replace("&amp;", "&")
    assert text.count(code.svg_data_uri(scale=6, border=4)) == copies


def test_poster_keeps_the_portal_out_of_print(page, activity):
    parts = ["<nav", "top-bar", "footer-bar"]
    assert [part for part in parts if part in page.get("/activities/").content.decode()] == parts
    assert [part for part in parts if part in read(page, activity)] == []


@pytest.mark.parametrize("fields", [{"is_public": False}, {"status": "planned"}])
def test_poster_warns_when_the_code_leads_nowhere(page, register, community, worker, fields):
    activity = register.activity(community, worker, **describe_open(**fields))
    assert "先别贴" in read(page, activity)


def test_address_on_the_poster_opens_for_residents(client, activity):
    assert client.get(link_to(activity, "public")).status_code == 200


def test_poster_needs_the_same_queries_for_one_and_for_four(page, activity, django_assert_num_queries):
    for paper in ("poster", "handbill"):
        with django_assert_num_queries(3):
            read(page, activity, paper=paper)
