"""What is cut off before it is read: bodies that no form sends, and visitors that ask too often."""

import io

import pytest
from django.conf import settings as portal
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from config.limits import is_too_big
from tests.access import Address, list_addresses

MORE = 10 * 2**20
PUBLIC = [address for address in list_addresses() if address.access and address.access.public]
FORMS = [address for address in PUBLIC if "POST" in address.methods and not address.name.startswith("answer:")]
PAGES = [address for address in PUBLIC if "GET" in address.methods]
ARGUMENTS = ["x", 1]


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = read


def send(client, length):
    about = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return client.post(reverse("imports:upload"), **about, **{"wsgi.input": Unread()})


@pytest.mark.parametrize("length", [2 * 2**30, portal.UPLOAD_MAX_BYTES + 1])
def test_body_that_no_form_sends_is_refused_unread(client, admin, length):
    client.force_login(admin)
    answer = send(client, length)
    assert answer.status_code == 413
    assert "文件太大" in answer.content.decode()


def test_big_body_of_a_stranger_is_refused_unread(client, db):
    assert send(client, MORE).status_code == 413


def test_big_body_of_an_account_is_read(client, admin):
    client.force_login(admin)
    with pytest.raises(AssertionError, match="the body was read"):
        send(client, MORE)


@pytest.mark.parametrize("length", ["", "x", "0", "100"])
def test_small_body_asks_for_no_account(length):
    request = RequestFactory().get("/", CONTENT_LENGTH=length)
    assert not is_too_big(request)  # the request has no user: looking for one would raise


def test_every_file_that_a_form_takes_passes():
    names = [name for name in dir(portal) if name.endswith("_MAX_BYTES") and name != "UPLOAD_MAX_BYTES"]
    assert len(names) > 4
    assert max(getattr(portal, name) for name in names) < portal.UPLOAD_MAX_BYTES


def reverse_any(address: Address) -> str:
    """Return an address of the view; whether there is such an object is not asked before the limit."""
    for value in ARGUMENTS:
        try:
            return reverse(address.name, kwargs=dict.fromkeys(address.arguments, value))
        except NoReverseMatch:
            continue
    raise AssertionError(address)


@pytest.mark.parametrize("address", FORMS, ids=lambda address: address.name)
def test_form_without_account_is_limited_for_each_address(address, db, settings):
    client, url = Client(raise_request_exception=False), reverse_any(address)
    assert client.post(url).status_code != 429
    settings.PUBLIC_POSTS_A_MINUTE = 0
    answer = client.post(url)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "请过一分钟" in answer.content.decode()


@pytest.mark.parametrize("address", PAGES, ids=lambda address: address.name)
def test_page_without_account_is_limited_for_each_address(address, db, settings):
    settings.PUBLIC_ASKS_A_MINUTE = 0
    client, url = Client(raise_request_exception=False), reverse_any(address)
    is_survey = address.name.startswith("answer:")  # limited by surveys/limits.py, which keeps no address
    assert (client.get(url).status_code == 429) is not is_survey


def test_page_with_account_is_not_limited(client, worker, settings):
    settings.PUBLIC_ASKS_A_MINUTE = settings.PUBLIC_POSTS_A_MINUTE = 0
    client.force_login(worker)
    assert client.get("/").status_code != 429
