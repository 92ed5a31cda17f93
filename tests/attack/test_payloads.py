"""What shows that an attack worked is seen where it stands, and only there."""

import pytest
from django.http import HttpResponse

from tests.attack.payloads import LINES, SCRIPT, SIGNS, SITES, TEMPLATE, leads_away


def find(response: HttpResponse) -> list[str]:
    """Return the signs in a response."""
    return [found for sign in SIGNS if (found := sign(response, response.content.decode()))]


@pytest.mark.parametrize("text", [one for one in SCRIPT if one.startswith("<") and not one.startswith("<!")])
def test_markup_is_seen_where_it_is_not_escaped(text):
    assert find(HttpResponse(f"<p>{text}</p>"))


@pytest.mark.parametrize("quote", ["'", '"'])
def test_markup_is_seen_that_leaves_an_attribute(quote):
    assert find(HttpResponse(f"<input value={quote}{quote} onzq9x={quote}1{quote}>"))


@pytest.mark.parametrize("text", SCRIPT)
def test_escaped_markup_is_harmless(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("'", "&#x27;")
    assert not find(HttpResponse(f"<p title='{escaped}'>{escaped}</p><textarea>{escaped}</textarea>"))


def test_address_that_runs_a_script_is_seen():
    assert find(HttpResponse('<a href=" JAVA\tscript:zq9x()">x</a>'))


def test_computed_template_is_seen():
    assert find(HttpResponse("zq1337zq"))
    assert not find(HttpResponse(" ".join(TEMPLATE)))


def test_added_header_is_seen():
    response = HttpResponse()
    response.headers["X-zq9x"] = "1"
    assert find(response)
    assert not find(HttpResponse(" ".join(LINES).replace("<", "&lt;")))


@pytest.mark.parametrize(
    "address", [one for one in SITES if not one.startswith(("java", "/%", "/./", "http://testserver@"))]
)
def test_browser_would_follow_to_the_other_site(address):
    response = HttpResponse(status=302)
    response.headers["Location"] = address.strip()
    assert leads_away(address) == bool(find(response))


@pytest.mark.parametrize(
    "address", ["/activities/", "/?next=//zq9.example", "x/zq9.example", "?next=https://zq9.example/"]
)
def test_own_addresses_lead_nowhere_else(address):
    assert not leads_away(address)
