"""What a signed-in request still owes: a new first password, a second factor, the password once more."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import Access, Fresh
from accounts.carrying import list_fields
from accounts.forms.sign_in import ConfirmForm
from accounts.guesses import remember_device
from accounts.sessions import touch
from accounts.signing_in import NEEDS_FACTOR, is_fresh, note_confirmed

SECRET_FIELD = "confirm_secret"  # noqa: S105 - a form field's name; beside the fields of the form that was held up
POLL = "X-Poll"  # sent by idle.js with requests that a clock makes, not a person
ASKS_IN_PAGE = "X-Asks-In-Page"  # sent by idle.js with htmx's requests: the page has the dialog below
TO_NEW_PASSWORD = ("accounts:password", "accounts:logout")
TO_SECOND_FACTOR = ("accounts:second-factor", "accounts:second-factor-on", "accounts:logout")


class SignInMiddleware:
    """Stands after the declaration of access was obeyed; leads to what is owed before the view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "signed_in_user", None)
        if user:
            remember_device(request, response, user)
        return response

    def process_view(self, request: Any, view: Callable[..., Any], args: tuple, kwargs: dict) -> HttpResponse | None:
        """Return the way to what is owed, or None to let the view run."""
        declared: Access | None = getattr(request, "access", None)
        if declared is None or declared.public:
            return None
        if POLL not in request.headers:
            touch(request.session)
        name = request.resolver_match.view_name
        if request.user.must_change_password and not request.user.is_demo:
            return None if name in TO_NEW_PASSWORD else send_to(request, "accounts:password")
        if request.session.get(NEEDS_FACTOR):
            return None if name in TO_SECOND_FACTOR else send_to(request, "accounts:second-factor")
        return ask_again(request, declared.fresh) if declared.fresh else None


def send_to(request: Any, name: str) -> HttpResponse:
    """Lead the whole page to an address, whoever asked."""
    if not request.htmx:
        return redirect(name)
    response = HttpResponse()
    response["HX-Redirect"] = reverse(name)
    return response


def ask_again(request: Any, window: Fresh) -> HttpResponse | None:
    """Ask for the password unless it was given lately; None goes on with the view.

    A page comes back to where it was going; a form is kept in the page that asks, and goes on from there with what
    was typed; htmx opens a dialog in the page (idle.js) and sends its request again.
    """
    if is_fresh(request.session, window):
        return None
    if ASKS_IN_PAGE in request.headers:
        return ask_in_page("portal:confirm")
    if request.htmx:
        return send_to(request, "accounts:confirm")
    if request.method != "POST":
        return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': request.get_full_path()})}")
    return hold_form(request)


def ask_in_page(event: str) -> HttpResponse:
    """Answer an htmx request by an event for the page's script; what was there stays."""
    response = HttpResponse()
    response["HX-Reswap"] = "none"
    response["HX-Trigger"] = json.dumps({event: {}})
    return response


def hold_form(request: Any) -> HttpResponse | None:
    """Show the page that asks, around the fields that were sent; None when it came back with the right password."""
    given = SECRET_FIELD in request.POST
    form = ConfirmForm({"secret": request.POST[SECRET_FIELD]} if given else None, request=request)
    if given and form.is_valid():
        note_confirmed(request.session)
        return None
    context = {
        "form": form,
        "action": request.get_full_path(),
        "secret_name": SECRET_FIELD,
        "kept": list_fields(request),
        "had_files": bool(request.FILES),
    }
    return render(request, "accounts/confirm.html", context)
