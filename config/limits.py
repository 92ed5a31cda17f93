"""How big a request may be, judged by its declared length before anything of it is read.

What a form takes is checked by the form; this keeps a flood away from memory and disk.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class BodyLimitMiddleware:
    """Refuses bodies that no form of the portal sends. Big ones are only read from who has signed in.

    Django reads no further than the declared length, and nothing at all without one, so that it is enough to ask.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_too_big(request):
            return render(request, "413.html", status=413)
        return self.get_response(request)


def is_too_big(request: HttpRequest) -> bool:
    """Tell whether the request says that more follows than is taken from its sender."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return False  # WSGI takes it for no body at all
    if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:  # no session is looked up for the many small ones
        return False
    return length > settings.UPLOAD_MAX_BYTES or not request.user.is_authenticated
