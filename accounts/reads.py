"""Writing down who looks at personal data: each answer of a personal page, before it leaves (rules R2 and R6).

Full names and numbers have stricter rules of their own (grids/unmasking.py). Who asks what was looked at:
accounts/looks.py for one resident, accounts/unusual.py for accounts.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.access import StaffRequest
from accounts.audit import label_of
from accounts.models import AuditEvent, User

logger = logging.getLogger(__name__)

READ, REFUSED = "resident.read", "resident.read_refused"
PAGE = "page.read"
RESIDENT = "resident"
# Which object an address names; where several arguments do, the last one. Names as in the events of deeds.
TYPES = {
    ("activities", "pk"): "activity",
    ("dashboards", "code"): "area",
    ("grids", "export"): "residentexport",
    ("imports", "pk"): "residentimport",
    ("indicators", "code"): "area",
    ("party", "link"): "servicelink",
    ("privacy", "case"): "subjectrequest",
    ("surveys", "link"): "surveylink",
    ("surveys", "pk"): "surveylink",
    ("surveys", "named"): "namedanswer",
    ("volunteers", "need"): "shiftneed",
    ("volunteers", "record"): "servicerecord",
    ("volunteers", "sign_up"): "shiftsignup",
    ("activities", "sign_up"): "signup",
}


@dataclass(frozen=True)
class Look:
    """What an answer shows: the page, its object, and how many persons when the view says so."""

    page: str
    object_type: str
    object_id: str
    people: int | None

    @property
    def action(self) -> str:
        """The code of the event."""
        return READ if self.object_type == RESIDENT else PAGE


class ReadsMiddleware:
    """Writes down each look at a personal page. What cannot be written down is not shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_look(request, response):
            return response
        try:
            allowed = [write_down(look, request) for look in find_looks(request)]
        except DatabaseError:
            logger.exception("a look could not be written down; the answer is withheld")
            return HttpResponse(render_to_string("accounts/read_withheld.html"), status=503)
        if not all(allowed):
            context = {"budget": settings.RESIDENT_VIEW_BUDGET}
            return render(request, "accounts/read_budget.html", context, status=429)
        return response


def is_look(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether somebody of the staff is shown personal data; public pages leave no trace of who opened them."""
    declared = getattr(request, "access", None)
    return bool(
        declared
        and declared.personal
        and not declared.public
        and response.status_code == 200
        and request.method in ("GET", "POST")
    )


def find_looks(request: HttpRequest) -> list[Look]:
    """Return what is looked at: the page's object, and the residents whom the view names by name_residents()."""
    match: Any = request.resolver_match
    people = getattr(request, "read_count", None)
    named = getattr(request, "read_residents", [])
    if RESIDENT in match.kwargs:
        named = [*named, *(match.kwargs[name] for name in (RESIDENT, "other") if name in match.kwargs)]
        return [Look(match.view_name, RESIDENT, str(key), None) for key in named]
    kind, key = name_object(match)
    page = Look(match.view_name, kind, key[:40], people)
    return [page, *(Look(match.view_name, RESIDENT, str(resident), None) for resident in named)]


def name_object(match: Any) -> tuple[str, str]:
    """Return type and key of what an address names; a list has the page itself."""
    app, _colon, page = match.view_name.partition(":")
    if not match.kwargs or "app_label" in match.kwargs:
        return "page", match.view_name
    name = "code" if app == "indicators" else list(match.kwargs)[-1]
    if app == "admin":  # Django's names of pages: app, model, what is done
        return page.split("_")[1], str(match.kwargs[name])
    return TYPES.get((app, name), name.replace("_", "")), str(match.kwargs[name])


def name_residents(request: StaffRequest, *keys: int | None) -> None:
    """Let a page of another kind (a volunteer, a member) count as a look at the records of these residents."""
    request.read_residents = [key for key in keys if key]


def note_count(request: StaffRequest, people: int) -> None:
    """Let the look at a list say how many persons stood in it."""
    request.read_count = people


def write_down(look: Look, request: Any) -> bool:
    """Write the look down, once in READ_QUIET_SECONDS; tell whether it is within the day's budget of persons.

    A form shown again is no further look at its object, and has no budget: what was typed must not be lost. The log
    itself knows what was written: a store that may be lost would leave looks out after a failure.
    """
    user, shown_again = request.user, request.method == "POST"
    events = AuditEvent.objects.filter(actor=label_of(user))
    lately = events.of(look.object_type, look.object_id).since(
        timezone.now() - timedelta(seconds=settings.READ_QUIET_SECONDS)
    )
    action = look.action
    if action == READ and not shown_again:
        opened = events.filter(action=READ, object_type=RESIDENT)
        if not opened.leave_room_for(look.object_id, budget=settings.RESIDENT_VIEW_BUDGET):
            action = REFUSED
    same = lately.filter(action=action) if shown_again else lately.filter(action=action, detail__page=look.page)
    if not same.exists():
        append(action, look, user)
    return action != REFUSED


def append(action: str, look: Look, user: User) -> None:
    """Write one event."""
    detail: dict[str, Any] = {"page": look.page}
    if look.people is not None:
        detail["people"] = look.people
    if user.acting:
        detail["grant"] = user.acting.pk
    AuditEvent.objects.create(
        action=action,
        actor=label_of(user),
        object_type=look.object_type,
        object_id=look.object_id,
        area_code=user.area_code,
        detail=detail,
    )
