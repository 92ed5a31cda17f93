"""Pages against an empty Django view with the same middleware, session and user."""

from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from accounts.access import access
from accounts.models import User
from bench.timing import Timing, compare

RUNS = 30


@access()
def empty(request: HttpRequest) -> HttpResponse:
    """The least a signed-in page can be: session and user are read, nothing is shown."""
    return HttpResponse("ok")


urlpatterns = [path("bench/empty/", empty), path("", include("config.urls"))]


def measure_dashboard() -> Timing:
    """Time the street dashboard of the demo street (24 grids, 6,000 residents, two years) against the empty view."""
    call_command("seed_demo", verbosity=0)
    officer = User.objects.get(username="street")
    with override_settings(ROOT_URLCONF="bench.pages"):
        client = Client()
        client.force_login(officer)
        page = f"/dashboards/{officer.street.code}/"
        if client.get(page).status_code != 200:
            raise RuntimeError("the dashboard does not answer")
        return compare(lambda: client.get(page), lambda: client.get("/bench/empty/"), runs=RUNS)
