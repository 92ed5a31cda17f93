"""Refuses every request whose view has not declared that this user may make it."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from accounts.access import Access
from accounts.carrying import may_carry, seal
from accounts.sign_in_rules import ASKS_IN_PAGE, ask_in_page

logger = logging.getLogger(__name__)


class AccessMiddleware:
    """Reads the view's declaration (accounts/access.py) and answers 302, 403 or 405 before the view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        declared: Access | None = getattr(request, "access", None)
        if declared and declared.personal:
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        """Return the refusal, or None to let the view run."""
        declared: Access | None = getattr(view, "access", None)
        if declared is None:
            logger.error("view %s declares no access; refused", view)
            raise PermissionDenied
        if not declared.public:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if declared.permission and not request.user.may(declared.permission):
                raise PermissionDenied
        method = "GET" if request.method == "HEAD" else request.method
        if method not in declared.methods:
            return HttpResponseNotAllowed(declared.methods)
        request.access = declared  # type: ignore[attr-defined]
        return None


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to the log-in page; a partial request sends the whole page there and back to where it was.

    What was typed goes along: htmx's forms stay in their page, under a dialog; others are sealed into the log-in page.
    """
    if ASKS_IN_PAGE in request.headers:
        return ask_in_page("portal:signed-out")
    if may_carry(request):
        context = {"form": AuthenticationForm(request), "carried": seal(request), "had_files": bool(request.FILES)}
        return render(request, "accounts/login.html", context)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect_to_login(request.get_full_path())
    back = request.htmx.current_url_abs_path or request.get_full_path()  # type: ignore[attr-defined]
    response = HttpResponse(status=200)
    response["HX-Redirect"] = redirect_to_login(back)["Location"]
    return response
