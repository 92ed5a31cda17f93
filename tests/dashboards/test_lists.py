"""For every tile on every page, and for each role: as many rows in the list behind a figure as the figure says.

Generated over the pages there are, areas of each level within reach and two quarters of the demo street.
"""

import re
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from dashboards.pages import PAGES
from indicators.areas import MODELS, AreaRef
from indicators.catalogue import CATALOGUE
from indicators.periods import Period
from indicators.rows import may_list
from indicators.shown import counts_persons
from indicators.suppression import must_hide
from indicators.waves import WavePeriod
from surveys.models import Wave
from tests.dashboards.walking import Markup, Shown, follow, list_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo-street")]
# The areas that each reader looks at: between them two communities, two grids, the street and the district.
AREAS = {
    "worker": ["990101001001", "990101001001001"],
    "worker2": ["990101001002", "990101001002003"],
    "street": ["990101001", "990101001001", "990101001002003"],
    "district": ["990101", "990101001", "990101001002"],
    "data": ["990101001", "990101001002", "990101001001001"],
}
LIST = re.compile(r"^/indicators/(?P<figure>[^/]+)/(?:behind|people)/(?P<area>\d+)/(?P<period>[^/]+)/(?P<side>\w+)/$")
ROWS = 400  # on one page of a list: of a community's lists there are still several
LONGEST = 1000  # rows: of longer lists the number that they say is enough


@pytest.fixture(scope="module")
def demo_street(django_db_setup, django_db_blocker):
    """The demo street, loaded once for all tests of this module and rolled back after them."""
    quick = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(**quick):
        call_command("seed_demo", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("analyze")  # nobody else does, of rows never committed: plans would be made for empty tables
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def street(demo_street, db, monkeypatch):
    """The street for a test, whose own writes go with it; its lists on few pages."""
    monkeypatch.setattr("indicators.views.definitions.PAGE", ROWS)


def quarters():
    """The running quarter and the one before it."""
    running = Period.containing(timezone.localdate(), "quarter")
    return [running, running.previous()]


def sign_in(username):
    """Return the reader of the demo street, and a client with his or her session."""
    reader, client = User.objects.get(username=username), Client()
    client.force_login(reader)
    return reader, client


@cache
def read_pages(username):
    """Return address -> markup of the pages of the reader's areas, and of one that each links to.

    Kept, as the street does not change. Pages with figures are opened for both quarters, others for the running one.
    """
    reader, client = sign_in(username)
    running, before = quarters()
    found = {}
    for address in list_addresses(reader, AREAS[username], [running]):
        found[address] = read_page(client, address)
        found |= {other: Markup(text) for other, text in follow(client, address, found[address].links, most=1)}
    telling = [address for address, markup in found.items() if markup.figures]
    earlier = [address.replace(f"period={running.code}", f"period={before.code}") for address in telling]
    return found | {address: read_page(client, address) for address in earlier}


def read_page(client, address):
    """Return the markup of a page; some want to know more than area and period, and are not found without."""
    answer = client.get(address)
    assert answer.status_code in (200, 302, 404), address
    return Markup(answer.content.decode())


@cache
def find_any_area(code):
    """Return an area of any level; kept, as the street does not change."""
    return next(AreaRef.to(row) for model in MODELS.values() for row in model.objects.filter(code=code))


def find_wave(code):
    """Return the wave that stands in the place of a period."""
    return WavePeriod.to(Wave.objects.with_survey().get(pk=code.removeprefix("W-")))


@cache
def count(indicator_id, code, period_code, grouping):
    """Return the answer's numbers, and how many rows lie behind each; None where there is no list."""
    indicator, area = CATALOGUE[indicator_id], find_any_area(code)
    period = find_wave(period_code) if indicator.is_by_wave else Period.parse(period_code)
    figure = indicator.answer(area, period, grouping)
    behind = indicator.measure.behind(area, period, grouping) if indicator.measure.things else None
    rows = (behind.numerator.count(), behind.denominator.count()) if behind else None
    return (figure.numerator, figure.denominator), rows


def judge(reader, shown: Shown):
    """Return what is wrong with a figure on a page, None where nothing is."""
    answer, rows = count(shown.indicator, shown.area, shown.period, shown.grouping)
    said = (shown.numerator, shown.denominator)
    if said == (None, None):
        allowed = (must_hide(reader) and counts_persons(CATALOGUE[shown.indicator])) or not answer[1]
        return None if allowed else "hidden without a reason"
    if said != answer:
        return f"says {said}, the answer is {answer}"
    return f"says {said}, the lists have {rows} rows" if rows and rows != said else None


@pytest.mark.parametrize("username", AREAS)
def test_every_tile_is_its_answer_and_as_long_as_its_lists(username):
    reader = User.objects.get(username=username)
    figures = {shown: address for address, markup in read_pages(username).items() for shown in markup.figures}
    assert len(figures) > 20
    wrong = {address: (shown, fault) for shown, address in figures.items() if (fault := judge(reader, shown))}
    assert wrong == {}


def walk(client, address):
    """Return how many rows a list has over all its pages; of a very long one how many it says."""
    total = 0
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if answer.context["count"] > LONGEST:
            return answer.context["count"]
        total += len(answer.context["rows"])
        following = answer.context["page"].next_url
        address = f"{urlsplit(address).path}{following}" if following else None
    return total


def find_lists(pages):
    """Return address -> (indicator, area, period, grouping, side) of every list that the pages link to."""
    links = {one for markup in pages.values() for one in markup.links}
    found = {}
    for one in links:
        parts = urlsplit(one)
        if match := LIST.match(parts.path):
            grouping = parse_qs(parts.query).get("grouping", [""])[0]
            found[one] = (match["figure"], match["area"], match["period"], grouping, match["side"])
    return found


@pytest.mark.parametrize("username", AREAS)
def test_every_list_that_a_page_links_to_has_as_many_rows_as_the_figure_says(username):
    _reader, client = sign_in(username)
    wrong, lists = {}, find_lists(read_pages(username))
    for address, (*question, side) in lists.items():
        said = dict(zip(("numerator", "denominator"), count(*question)[0], strict=True))[side]
        if (rows := walk(client, address)) != said:
            wrong[address] = (rows, said)
    assert lists
    assert wrong == {}


@pytest.mark.parametrize("username", AREAS)
def test_every_tile_links_to_the_lists_that_its_reader_may_open(username):
    reader, lacking = User.objects.get(username=username), []
    for address, markup in read_pages(username).items():
        linked = {tuple(question) for question in find_lists({address: markup}).values()}
        for shown in (one for one in markup.figures if one.numerator or one.denominator):
            things = CATALOGUE[shown.indicator].measure.things or ()
            for side, thing in zip(("numerator", "denominator"), things, strict=False):
                question = (shown.indicator, shown.area, shown.period, shown.grouping, side)
                if may_list(reader, thing) and question not in linked:
                    lacking.append((address, question))
    assert lacking == []


def test_tampered_figure_is_found():
    reader, _client = sign_in("worker")
    numbers, _rows = count("S0-20", "990101001001", quarters()[0].code, "")
    true = Shown("S0-20", "990101001001", quarters()[0].code, "", *numbers)
    assert judge(reader, true) is None
    assert "the answer is" in judge(reader, replace(true, numerator=true.numerator + 1))
    assert judge(reader, replace(true, numerator=None, denominator=None)) == "hidden without a reason"


def test_list_that_lacks_a_row_is_found(monkeypatch):
    _reader, client = sign_in("worker")
    question = ("S0-20", "990101001001", quarters()[0].code)
    address = "/indicators/{}/people/{}/{}/numerator/".format(*question)
    (said, _all), _rows = count(*question, "")
    assert walk(client, address) == said > 0
    measure = type(CATALOGUE["S0-20"].measure)
    whole = measure.behind

    def cut(self, *given):
        behind = whole(self, *given)
        return replace(behind, numerator=behind.numerator.exclude(pk=behind.numerator.earliest("pk").pk))

    monkeypatch.setattr(measure, "behind", cut)
    assert walk(client, address) == said - 1


def test_all_pages_were_opened():
    running = quarters()[:1]
    addresses = {one for name, codes in AREAS.items() for one in list_addresses(sign_in(name)[0], codes, running)}
    assert {urlsplit(one).path.split("/")[3] or "overview" for one in addresses} == set(PAGES)
    assert list_addresses(sign_in("worker")[0], ["990101001", "990101001002"], running) == []
