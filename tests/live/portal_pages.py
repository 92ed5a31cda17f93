"""A small world with something on every page, and the addresses of all pages of the portal by who may open them."""

from collections.abc import Iterable
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from activities.codes import make_kiosk_token
from activities.signups import sign_up
from grids.models import ResidentExport
from indicators.engine.cells import refresh_community
from indicators.engine.tallying import tally_community
from indicators.models import Target
from indicators.periods import Period
from tests import access
from tests.activities.sign_up_help import describe_open
from tests.dashboards.walking import Markup, follow, list_addresses
from tests.party_places import let_lead
from tests.register import Register, make_grids
from tests.surveys.kept_results import ask_bank, hold_wave, keep_results

GROUPS = ["youth", "retired", "hardship"]
FIXTURES = {Role.DATA_ADMIN: "admin"}  # of tests/conftest.py, where they are called otherwise than the role


def make_place(register: Register, community, worker: User) -> access.Place:
    """Return a place with an object for every address, and thirty people in two grids, a third of them reached."""
    place = access.make_place(register, community, "龘")
    access.add_child(register, place)
    let_lead(worker)
    grids = make_grids(community, "东网格", "西网格")
    people = [register.resident(grids[n % 2], groups=[GROUPS[n % 3]], name=f"龘云{n}") for n in range(30)]
    today = timezone.localdate()
    for n, days in enumerate((0, 3, 20, 100, 200)):
        kind = ("健康讲座", "兴趣小组")[n % 2]
        register.activity(community, worker, *people[: 10 - n], day=today - timedelta(days), kind=kind, unnamed_count=n)
    for code, value in ((community.code, 60), (community.street.code, 70)):
        Target.objects.create(indicator="S0-20", area_code=code, year=today.year, value=value, set_by=worker)
    refresh_community(community.pk, everything=True)
    tally_community(community.pk)
    wave = hold_wave(ask_bank(worker, community, "taken_part"), community)
    keep_results(wave, "taken_part", 60, {"never": 24, "once_or_twice": 20, "several": 16})
    return place


def list_pages(place: access.Place, users: dict[str, User], actor: str) -> list[str]:
    """Return the addresses that answer with a whole page, of those of which a role is the first to be let in.

    So each page of the portal is on one list only; "anonymous" has those for everybody.
    """
    addresses = {one.name: one for one in access.list_addresses()}
    first = [
        rule.name
        for rule in access.read_table()
        if rule.method == "GET" and not is_dashboard(rule.name) and find_first(rule, users) == actor
    ]
    urls = [access.Ask(addresses[name], "GET", place, place, {}, htmx=False).url for name in first]
    ResidentExport.objects.update(by=users[Role.DATA_ADMIN])
    others = {"anonymous": list_public_pages, Role.WORKER: list_survey_figures}.get(actor, list_nothing)
    return keep_pages(client_of(users.get(actor)), urls + others(place))


def is_dashboard(name: str) -> bool:
    """Tell whether an address is one of those that list_dashboards() walks."""
    return name.startswith("dashboards:") and not name.startswith("dashboards:survey")


def find_first(rule: access.Rule, users: dict[str, User]) -> str:
    """Return the first role that a rule lets in."""
    return "anonymous" if rule.roles == "public" else next((role for role in users if rule.admits(role)), "")


def client_of(user: User | None) -> Client:
    """Return a client, signed in where there is a user."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def keep_pages(client: Client, addresses: Iterable[str]) -> list[str]:
    """Keep the addresses that answer with a whole page: no download, no part of a page, no redirect."""
    kept = []
    for address in addresses:
        answer = client.get(address)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if answer.status_code == 200 and is_page and b"<html" in answer.content:
            kept.append(address)
    return kept


def list_nothing(place: access.Place) -> list[str]:
    """Return no pages."""
    return []


def list_survey_figures(place: access.Place) -> list[str]:
    """Return the pages of indicators of surveys: with a wave, which has a twin, and before anybody was asked."""
    return [reverse("indicators:detail", args=[id]) for id in ("S0-24", "S0-01")]


def list_public_pages(place: access.Place) -> list[str]:
    """Return the pages of residents: about an activity of tomorrow, one of today, and those behind a token."""
    register, community, by = Register(), place.community, place.account
    coming = register.activity(community, by, **describe_open())
    over = register.activity(community, by, **describe_open(starts_at=timezone.now() - timedelta(hours=1)))
    ticket = sign_up(coming, name="张建国", phone="19912345678")
    return [
        reverse("activities:public", args=[coming.public_id]),
        reverse("activities:sign-up", args=[coming.public_id]),
        reverse("activities:signed-up", args=[coming.public_id, ticket]),
        reverse("activities:rate", args=[over.public_id]),
        reverse("activities:rated", args=[over.public_id]),
        reverse("activities:kiosk", args=[make_kiosk_token(over)]),
        reverse("activities:arrived", args=[over.public_id]),
    ]


def list_dashboards(reader: User, place: access.Place) -> list[str]:
    """Return every dashboard page for one area of each level within reach, and some that they link to."""
    codes = [place.community.street.district.code, place.community.street.code, place.community.code]
    client = client_of(reader)
    period = Period.containing(timezone.localdate(), "quarter")
    found: dict[str, None] = {}
    for address in list_addresses(reader, [*codes, f"{place.community.code}002"], [period]):
        found[address] = None
        links = Markup(client.get(address).content.decode()).links
        found |= dict.fromkeys(one for one, _text in follow(client, address, links, most=1))
    return keep_pages(client, found)
