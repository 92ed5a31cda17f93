"""The form that residents open, the page after it, and the kiosk. No account, no session; nothing is logged here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import scope
from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.qr import draw_qr
from surveys.answers import Reading, read_answers
from surveys.forms.answering import USED, SenderForm
from surveys.kiosks import make_kiosk_token, read_kiosk_token
from surveys.limits import may_send, may_try_code
from surveys.models import Wave, WaveLink
from surveys.models.asking import ALPHABET
from surveys.pool import AlreadyAnsweredError
from surveys.rendering import count_minutes, render_questions, tell_given
from surveys.sending import send
from surveys.views.waves import make_trail_below

PUBLIC_ID = re.compile(f"[{ALPHABET}]{{12}}")
THANKS_SECONDS = 8  # on a kiosk; then the next one may come
IDLE_SECONDS, WARN_SECONDS = 90, 15  # on a kiosk: who walked away leaves nothing behind
# Whoever is signed in answers like everybody else: nothing of the account shows on these pages.
NOBODY = {"navigation": None, "area_name": "", "role_name": "", "gets_alerts": False}


@dataclass(frozen=True)
class Outlet:
    """Where the form is shown: its templates, its own address and the one after sending."""

    page: str
    closed: str
    url: str
    thanks: str


@access(public=True, methods=("GET", "POST"), personal=True)
def show_form(request: HttpRequest, public_id: str) -> HttpResponse:
    """The survey for a community's residents, on their own phones."""
    link = find_link(public_id)
    here, thanks = reverse("answer:form", args=[public_id]), reverse("answer:thanks", args=[public_id])
    return ask(request, link, Outlet("surveys/form/page.html", "surveys/form/closed.html", here, thanks))


@access(public=True)
def thank(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say thank you: everybody sees the same, whatever was sent, if anything (rule R19)."""
    return render(request, "surveys/form/thanks.html", {"link": find_link(public_id), **NOBODY})


@access(public=True, methods=("GET", "POST"), personal=True)
def show_kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """A tablet for passers-by that is not signed in: one after the other, and nothing stays on it."""
    link = find_link(read_kiosk_token(token))
    here = reverse("answer:kiosk", args=[token])
    if request.GET.get("done") == "1":
        context = {"link": link, "url": here, "seconds": THANKS_SECONDS, **NOBODY}
        return render(request, "surveys/form/kiosk_thanks.html", context)
    return ask(
        request, link, Outlet("surveys/form/kiosk.html", "surveys/form/kiosk_closed.html", here, f"{here}?done=1")
    )


@access(Permission.COLLECT_ANSWERS)
def show_kiosk_link(request: StaffRequest, link: int) -> HttpResponse:
    """The address of the kiosk, as a code for the tablet to scan."""
    waves = Wave.objects.visible_to(request.user)
    links = WaveLink.objects.filter(wave__in=waves, community__in=request.user.communities())
    found = get_object_or_404(links.select_related("wave__version__survey", "community"), pk=link)
    url = request.build_absolute_uri(reverse("answer:kiosk", args=[make_kiosk_token(found)]))
    trail = make_trail_below(found.wave)
    context = {"link": found, "trail": trail, "url": url, "qr": draw_qr(url, scale=5)}
    return render(request, "surveys/kiosk_link.html", context)


def find_link(public_id: str) -> WaveLink:
    """Return a link with all that its pages show, or answer that there is none."""
    if not PUBLIC_ID.fullmatch(public_id):
        raise Http404
    links = WaveLink.objects.select_related("wave__version__survey__street", "wave__version__survey__community")
    try:
        return links.select_related("community").get(public_id=public_id)
    except WaveLink.DoesNotExist:
        raise Http404 from None


def ask(request: HttpRequest, link: WaveLink, outlet: Outlet) -> HttpResponse:
    """Show the form of an open wave and take in what it was sent with; else say why it is not open.

    Whatever is refused is answered with status 200: others are written to logs.
    """
    questionnaire = link.wave.version.questionnaire
    given = dict(request.POST.lists())
    if not takes_answers(link):
        late = tell_given(questionnaire, given)
        context = {"link": link, "late": late, "was_sent": request.method == "POST"}
        return render(request, outlet.closed, context | NOBODY)
    if request.method != "POST":
        return show_questions(request, link, outlet, SenderForm(link=link))
    may_try = not link.wave.needs_code or may_try_code(request)
    sender = SenderForm(request.POST, link=link, may_try=may_try)
    reading = read_answers(questionnaire, given)
    is_whole = sender.is_valid() and not reading.problems
    notice = find_obstacle(request, reading) if is_whole else ""
    if is_whole and not notice:
        try:
            with scope.of(link.community_id):
                send(link, reading.answers, sender)
            return redirect(outlet.thanks)
        except AlreadyAnsweredError:
            sender.add_error("code", USED)
    return show_questions(request, link, outlet, sender, given=given, problems=reading.problems, notice=notice)


def find_obstacle(request: HttpRequest, reading: Reading) -> str:
    """Return what keeps a form without problems from being taken in; "" for nothing."""
    if not reading.answers:
        return _("还没有回答任何问题。")
    if not may_send(request):
        return _("这会儿发送的人很多。请过几分钟再按一次“发送”，填好的内容还在。")
    return ""


def takes_answers(link: WaveLink) -> bool:
    """Tell whether the wave is open in a community that exists."""
    return link.wave.is_open and link.community.valid_to is None


def show_questions(
    request: HttpRequest,
    link: WaveLink,
    outlet: Outlet,
    sender: SenderForm,
    *,
    given: Mapping[str, list[str]] | None = None,
    problems: Mapping[str, str] | None = None,
    notice: str = "",
) -> HttpResponse:
    """Render the form with what was filled in, and what was wrong with it."""
    questionnaire = link.wave.version.questionnaire
    problems = problems or {}
    context: dict[str, Any] = {
        "link": link,
        "outlet": outlet,
        "sender": sender,
        "sections": render_questions(questionnaire, given=given, problems=problems, seed=sender.token_value),
        "troubled": [question for question in questionnaire.questions if question.code in problems],
        "notice": notice,
        "is_echo": given is not None,
        "minutes": count_minutes(questionnaire),
        "named_days": settings.SURVEY_NAMED_DAYS,
        "idle_seconds": IDLE_SECONDS,
        "warn_seconds": WARN_SECONDS,
    }
    return render(request, outlet.page, context | NOBODY)
