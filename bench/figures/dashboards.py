"""Every page of the dashboard, kept and fresh, against an empty view with the same middleware, session and user."""

from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from bench.figures.sets import database_with
from bench.timing import Timing, compare_p95, seconds
from communities.models import Area, Community, District, Street
from dashboards.pages import PAGES
from demo.scale import Size
from indicators.areas import AreaRef

RUNS = 30


@dataclass(frozen=True)
class Address:
    """A page as a signed-in reader opens it."""

    client: Client
    level: str
    page: str
    url: str

    def get(self) -> None:
        """Open it."""
        if self.client.get(self.url).status_code != 200:
            raise RuntimeError(f"{self.url} does not answer")


def measure_pages(size: Size) -> Callable[[], Timing]:
    """Return the measurement: the 95th percentile over all pages of a community, a street and the district, kept.

    The note says how long each level's slowest page takes when nothing is kept of it.
    """

    def measure() -> Timing:
        with database_with(size), override_settings(ROOT_URLCONF="bench.pages"):
            other, own = Community.objects.order_by("code")[:2]
            for address in list_addresses(Role.WORKER, other):  # templates are compiled before anything is timed
                address.get()
            street, district = Street.objects.get(pk=own.street_id), District.objects.first()
            areas = {Role.WORKER: own, Role.STREET_OFFICER: street, Role.DISTRICT_OFFICER: district}
            addresses = [address for role, area in areas.items() for address in list_addresses(role, area)]
            cold = [(seconds(address.get), address) for address in addresses]
            reference = addresses[0].client
            timing = compare_p95([a.get for a in addresses], lambda: reference.get("/bench/empty/"), runs=RUNS)
        return Timing(timing.ours, timing.reference, say_cold(cold))

    return measure


def list_addresses(role: Role, area: Area) -> list[Address]:
    """Return the pages of an area, for a new reader of this role there."""
    ref = AreaRef.to(area)
    user = User.objects.create(username=f"bench-{area.code}", name="x", role=role, **{ref.level: area})
    client = Client()
    client.force_login(user)
    pages = [page for page in PAGES.values() if ref.level in page.levels and user.may(page.permission)]
    return [
        Address(client, ref.level, page.code, reverse("dashboards:page", args=[area.code, page.code])) for page in pages
    ]


def say_cold(cold: list[tuple[float, Address]]) -> str:
    """Return how long the slowest page of each level took when nothing was kept of it."""
    slowest = {a.level: (time, a.page) for time, a in sorted(cold, key=lambda pair: pair[0])}
    words = [f"{level} {time * 1000:.0f} ms ({page})" for level, (time, page) in slowest.items()]
    return f"{len(cold)} pages; cold: {', '.join(words)}"
