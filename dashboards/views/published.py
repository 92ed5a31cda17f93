"""Results that residents may read. No account, no list of persons; the address is the one where they answered."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control

from accounts.access import access
from dashboards.finished import Finished, finish
from dashboards.kept import Shelf
from dashboards.page import HOUR
from dashboards.surveys.asking import name_edition
from dashboards.surveys.published import read_published
from surveys.models import Wave, WaveLink


@access(public=True)
@cache_control(private=True, no_cache=True)
def show_published(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the published results of a wave: drawn once, without a look at who reads."""
    links = WaveLink.objects.select_related("wave__version__survey__street", "wave__version__survey__community")
    wave = get_object_or_404(links, public_id=public_id).wave
    parts = ["survey-published", str(wave.pk)]
    finished = Shelf(None).find_or_make(parts, name_edition(wave), lambda: draw(wave), lifetime=HOUR)
    return HttpResponse(finished.fill({"token": get_token(request)}))


def draw(wave: Wave) -> Finished:
    """Return the page; of a request only the token of its forms belongs to it."""
    context = {"wave": wave, "survey": wave.version.survey, "content": read_published(wave)}
    return finish(lambda places: render_to_string("surveys/results.html", context | {"csrf_token": places["token"]}))
