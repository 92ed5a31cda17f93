"""How often one address may ask for pages that need no account; what is done there has closer limits in its view."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from communities.throttle import address_of, allow
from surveys.silence import PREFIX

MINUTE = 60


class VisitorsMiddleware:
    """Answers 429 before a public view runs when its visitor's address asks too often.

    Survey forms are counted by surveys/limits.py, which keeps no address. Without Redis everybody comes in: residents
    stand at a door, and nothing can be guessed here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        """Return the refusal, or None to let the view run."""
        declared: Access | None = getattr(view, "access", None)
        if declared is None or not declared.public or request.path.startswith(PREFIX):
            return None
        address = address_of(request)
        limits = {f"public:{address}": settings.PUBLIC_ASKS_A_MINUTE}
        if request.method == "POST":
            limits[f"public-post:{address}"] = settings.PUBLIC_POSTS_A_MINUTE
        if all(allow(key, limit=limit, seconds=MINUTE) for key, limit in limits.items()):
            return None
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(MINUTE)
        return response
