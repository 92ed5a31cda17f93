"""What is answered while the database is out of reach, restarts or is too busy: a page that tries again by itself.

It needs neither session nor database, and no template tag that does. Any other crash is Django's page 500.
"""

import logging
import sys

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.defaults import server_error as show_crash

from config.logs import route_of
from operations.outages import TOO_LONG, code_of
from surveys.silence import PREFIX

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5
SECRETS = ("password", "secret", "otp", "recovery")  # parts of names of fields that are never sent back


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a crash: 503 with a second try when it was the database, else 500."""
    error = sys.exc_info()[1]
    if not isinstance(error, (OperationalError, InterfaceError)):
        return show_crash(request)
    if not request.path.startswith(PREFIX):  # a line with a time would tell of somebody who answers (rule R13)
        place = route_of(request) or request.path
        logger.warning("database: %s %s at %s", type(error).__name__, code_of(error) or "", place)
    response = ask_to_retry(request, is_slow=code_of(error) == TOO_LONG)
    response._has_been_logged = True  # type: ignore[attr-defined] # Django would log it with its traceback
    return response


def ask_to_retry(request: HttpRequest, *, is_slow: bool) -> HttpResponse:
    """Return the page 503. One that was read comes again by itself, unless it was its own statement that took too long.

    What was typed is sent back in hidden fields, for its sender to send again: client tokens make twice no more than
    once. Scripts get a line of text; they keep what they have.
    """
    if is_script(request):
        text = _("数据库暂时没有回应，请稍后再试。填写的内容还在。")
        response = HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    else:
        wrote = request.method not in ("GET", "HEAD")
        fields = read_fields(request) if wrote else []
        context = {
            "wrote": wrote,
            "is_slow": is_slow,
            "retries_in": None if wrote or is_slow else RETRY_SECONDS,
            "fields": fields,
            "had_files": wrote and bool(fields) and bool(request.FILES),
            "address": request.get_full_path(),
        }
        response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    add_never_cache_headers(response)
    return response


def is_script(request: HttpRequest) -> bool:
    """Tell whether a script asks, and not somebody who waits for a page."""
    return "HX-Request" in request.headers or "text/html" not in request.headers.get("Accept", "text/html")


def read_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form sent, name by name; nothing where it held a password, or cannot be read any more.

    The form's own token against forgery is among them: none is made here, so that nobody else's form becomes good.
    """
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError, OSError):
        return []
    return [] if any(part in name.lower() for name, _value in fields for part in SECRETS) else fields
