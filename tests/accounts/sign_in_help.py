"""Short ways to sign in as a browser does, and to let time pass."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP

from accounts import second_factor
from accounts.models import SecondFactor, Session, User
from tests.conftest import PASSWORD

PHONE = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/98.0 Mobile Safari/537.36 MicroMessenger/8.0.40"
HTMX = {"HX-Request": "true", "X-Asks-In-Page": "1"}
PAGE = {"Accept": "text/html,application/xhtml+xml"}


def sign_in(client: Client, username: str, password: str = PASSWORD, **fields):
    """Send the log-in form."""
    return client.post("/login/", {"username": username, "password": password, **fields}, headers=PAGE)


def set_up_factor(user: User) -> list[str]:
    """Give the account a second factor; return its recovery codes."""
    factor = second_factor.begin_set_up(user)
    codes = second_factor.confirm_set_up(user, code=show_code(user), by=user, session_key=None)
    SecondFactor.objects.filter(pk=factor.pk).update(last_step=0)  # as if that had been a while ago
    return codes


def show_code(user: User, steps: int = 0) -> str:
    """Return what the app shows now, or so many half minutes later."""
    factor = SecondFactor.objects.get(user=user)
    return f"{TOTP(second_factor.read_secret(factor), drift=steps).token():06}"


def let_pass(client: Client, **span) -> None:
    """Make the client's session older: last used, signed in and confirmed so long ago."""
    ago = timedelta(**span)
    session = client.session
    for key in ("signed_in", "confirmed"):
        if key in session:
            session[key] -= int(ago.total_seconds())
    session.save()
    Session.objects.filter(session_key=session.session_key).update(seen_at=timezone.now() - ago)
