"""Wall screens: the page that makes and takes back their links, and the screen itself, which needs no account."""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.qr import draw_qr
from communities.throttle import address_of, allow
from dashboards.edition import read_edition
from dashboards.forms.walls import WallForm
from dashboards.models import WallScreen
from dashboards.release import get_release
from dashboards.wall_panels import find_panels
from dashboards.walls import create_wall, find_area, find_wall, list_choices, note_seen, revoke_wall
from indicators.choosing import get_period_or_404

ASKS_OF_ADDRESS = 300  # a minute: fifty screens behind one address, and one that is just being set up


@access(Permission.MANAGE_WALLS, methods=("GET", "POST"))
def list_walls(request: StaffRequest) -> HttpResponse:
    """List the links to screens, and make a new one, which is shown in this answer and never again."""
    form = WallForm(request.POST or None, by=request.user)
    context: dict = {}
    if request.method == "POST" and form.is_valid():
        try:
            wall = create_wall(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except WallScreen.DoesNotExist:
            form.add_error(None, _("这个链接已经收回。请回到大屏页，重新生成一个。"))
        else:
            url = request.build_absolute_uri(reverse("wall", args=[form.cleaned_data["token"]]))
            context = {"made": wall, "url": url, "qr": draw_qr(url, scale=5)}
            form = WallForm(by=request.user)
    walls = WallScreen.objects.visible_to(request.user).select_related("made_by")
    names = dict(list_choices(request.user))
    rows = [(wall, names.get(wall.area_code, wall.area_code)) for wall in walls]
    response = render(request, "dashboards/walls.html", context | {"form": form, "rows": rows})
    add_never_cache_headers(response)
    return response


@access(Permission.MANAGE_WALLS, methods=("POST",))
def revoke(request: StaffRequest, wall: int) -> HttpResponse:
    """Take a link back."""
    found = get_object_or_404(WallScreen.objects.visible_to(request.user), pk=wall)
    revoke_wall(wall=found, by=request.user)
    return redirect("dashboards:walls")


@access(public=True)
def show_wall(request: HttpRequest, token: str) -> HttpResponse:
    """The screen. Asked by its script, answers with the panels, or 204 while the version it shows still holds."""
    if not allow(f"wall-from:{address_of(request)}", limit=ASKS_OF_ADDRESS, seconds=60):
        return close(HttpResponse(_("打开得太频繁，请过一分钟再试。"), status=429))
    wall = find_wall(token)
    area = find_area(wall) if wall else None
    if wall is None or area is None:
        raise Http404
    note_seen(wall)
    edition, period, is_asked_by_script = read_edition(area.code), get_period_or_404(""), bool(request.htmx)  # type: ignore[attr-defined]
    panels = find_panels(area, period, edition.code)
    version = sha256(f"{panels}{edition.code}{get_release()}{wall.seconds}".encode()).hexdigest()[:16]
    if is_asked_by_script and request.GET.get("version") == version:
        return close(HttpResponse(status=204))
    context = {
        "wall": wall,
        "area": area,
        "period": period,
        "version": version,
        "shell": f"{get_release()}-{period.code}",
        "freshness": edition.freshness,
        "panels": panels,
    }
    return close(render(request, f"dashboards/{'_wall' if is_asked_by_script else 'wall'}.html", context))


def close(response: HttpResponse) -> HttpResponse:
    """Keep the address of a screen to itself: no cache, no referrer, no search engine."""
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
