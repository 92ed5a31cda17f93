"""Limits to guessing passwords and codes. Failures are counted by django-axes for an account at an address; here they
are counted for an account everywhere, and for an address whatever the account."""

from copy import copy
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from accounts import second_factor
from accounts.audit import record_failed_sign_in
from accounts.models import User
from communities.throttle import allow

COOKIE, SALT = "known", "accounts.known_device"
REMEMBERED = 180 * 24 * 3600
ACCOUNTS_OF_A_DEVICE = 8  # the computer of a community office has that many users at most


class WideLock:
    """Asked before the password is looked at. Stops guesses spread over many addresses, or over many accounts.

    A device on which the account has signed in before goes on: else anybody could lock a colleague out from afar.
    """

    def authenticate(self, request: Any, username: str | None = None, **credentials: Any) -> None:
        """Refuse by PermissionDenied, which ends Django's search through the backends."""
        if request is not None and username and is_under_attack(request, username):
            request.axes_locked_out = True  # django-axes answers, and does not count this as one more failure
            raise PermissionDenied


def is_under_attack(request: HttpRequest, username: str) -> bool:
    """Tell whether one of the wide limits was reached, and this device is not known to the account."""
    if is_known_device(request, username):
        return False
    address = getattr(request, "axes_ip_address", None)
    everywhere = count_failures(username=username) >= settings.FAILURES_OF_ACCOUNT
    return everywhere or count_failures(ip_address=address) >= settings.FAILURES_OF_ADDRESS


def count_failures(**where: Any) -> int:
    """Return the failures of the last while."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(attempt_time__gt=since, **where)
    return rows.aggregate(sum=Sum("failures_since_start"))["sum"] or 0


def read_known(request: HttpRequest) -> list[str]:
    """Return the keys of the accounts that have signed in on this device."""
    try:
        return str(request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=REMEMBERED)).split(".")
    except BadSignature:
        return []


def is_known_device(request: HttpRequest, username: str) -> bool:
    """Tell whether the account has signed in on this device before."""
    known = [int(key) for key in read_known(request) if key.isdecimal()]
    return bool(known) and User.objects.filter(pk__in=known, username=username).exists()


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the device know that the account has signed in on it."""
    others = [key for key in read_known(request) if key and key != str(user.pk)]
    known = [str(user.pk), *others][:ACCOUNTS_OF_A_DEVICE]
    response.set_signed_cookie(
        COOKIE,
        ".".join(known),
        salt=SALT,
        max_age=REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def check_password(request: HttpRequest, user: User, password: str) -> bool:
    """Tell whether this is the account's password; a wrong one counts as a failed log-in."""
    bare = strip_form(request)
    found = authenticate(bare, username=user.username, password=password)
    request.axes_locked_out = getattr(bare, "axes_locked_out", None)  # type: ignore[attr-defined]
    if found is None:
        note_failure(request, user.username)
    return found is not None and found.pk == user.pk


def is_locked(request: HttpRequest) -> bool:
    """Tell whether the last guess in this request was one too many."""
    return bool(getattr(request, "axes_locked_out", None))


def check_code(request: HttpRequest, user: User, code: str) -> bool:
    """Tell whether this is a code of the account's factor; while the account is locked here no code is looked at."""
    bare = strip_form(request)
    allowed = AxesProxyHandler.is_allowed(bare, {"username": user.username})
    if not allowed or is_under_attack(bare, user.username):
        request.axes_locked_out = True  # type: ignore[attr-defined]
        return False
    return second_factor.accept(user, code)


def count_wrong_code(request: HttpRequest, user: User) -> None:
    """Count a wrong one-time code as a failed log-in, so that both share one limit."""
    if not is_locked(request):
        bare = strip_form(request)
        user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=bare)
        request.axes_locked_out = getattr(bare, "axes_locked_out", None)  # type: ignore[attr-defined]
    note_failure(request, user.username)


def note_failure(request: HttpRequest, username: str) -> None:
    """Leave a failed log-in in the audit log; of those made while the account is locked only the first."""
    if not is_locked(request):
        record_failed_sign_in(username)
    elif allow(f"lock_out:{username}", limit=1, seconds=int(settings.AXES_COOLOFF_TIME.total_seconds())):
        record_failed_sign_in(username, "sign_in.lock_out")


def strip_form(request: HttpRequest) -> HttpRequest:
    """Return the request without what was typed: django-axes keeps that, and there may be residents in it."""
    bare = copy(request)
    bare.POST = QueryDict()
    bare.GET = QueryDict()
    return bare
