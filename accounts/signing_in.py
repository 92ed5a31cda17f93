"""The steps of a log-in: the password, the code of a second factor, and when either was last given. Pages: views/."""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Fresh
from accounts.audit import record
from accounts.models import Grant, RoleRule, SecondFactor, User
from accounts.sessions import DEVICE, SIGNED_IN, describe_device

BACKEND = "accounts.backends.PortalBackend"
CONFIRMED, NEEDS_FACTOR, HALF = "confirmed", "needs_factor", "half_signed_in"  # keys of a session's data
HALF_SECONDS = 300  # between password and code


@dataclass(frozen=True)
class HalfSignedIn:
    """Who gave the right password and still owes a code; this session opens nothing."""

    user: User
    onward: str
    carried: str


def has_factor(user: User) -> bool:
    """Tell whether the account's log-in asks for a code."""
    return SecondFactor.objects.filter(user=user.pk, confirmed_at__isnull=False).exists()


def owes_factor(user: User) -> bool:
    """Tell whether one of the account's roles, lent ones included, needs a code that it has not set up."""
    lent = Grant.objects.in_force(timezone.localdate()).filter(user=user.pk).values_list("role", flat=True)
    ruled = RoleRule.objects.filter(role__in=[user.own_role, *lent], needs_second_factor=True)
    return ruled.exists() and not has_factor(user)


def hold_back(request: HttpRequest, user: User, *, onward: str, carried: str = "") -> None:
    """Remember that the password was right; the account is signed in only by let_in()."""
    request.session.cycle_key()
    request.session[HALF] = {"user": user.pk, "at": time.time(), "onward": onward, "carried": carried}


def read_half(request: HttpRequest) -> HalfSignedIn | None:
    """Return who owes a code here, while there is time."""
    half = request.session.get(HALF)
    if not half or half["at"] + HALF_SECONDS < time.time():
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    return HalfSignedIn(user, half["onward"], half["carried"]) if user else None


def let_in(request: Any, user: User) -> None:
    """Sign the account in, under a new session key."""
    login(request, user, backend=BACKEND)
    session = request.session
    session.pop(HALF, None)
    session[DEVICE] = describe_device(request.headers.get("User-Agent", ""))
    session[SIGNED_IN] = int(time.time())
    note_confirmed(session)
    if owes_factor(user):
        session[NEEDS_FACTOR] = True
    record("sign_in.ok", by=user, target=user, area_code=user.area_code)
    request.signed_in_user = user  # the middleware remembers the device


def note_confirmed(session: Any) -> None:
    """Write down that password or code was given just now."""
    session[CONFIRMED] = int(time.time())


def is_fresh(session: Any, window: Fresh) -> bool:
    """Tell whether password or code was given lately enough."""
    given = max(session.get(SIGNED_IN, 0), session.get(CONFIRMED, 0))
    lasts = settings.UNMASK_FRESH_SECONDS if window == Fresh.UNMASK else settings.FRESH_SECONDS
    return bool(given + lasts > time.time())
