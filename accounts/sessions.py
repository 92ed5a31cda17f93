"""Sessions that know whose they are: the store behind SESSION_ENGINE, how long they last, their list and their end."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import blind_index
from accounts.models import Session, User
from accounts.roles import Role

ON_FOOT = (Role.WORKER, Role.GRID_MEMBER)  # their phones lie in a pocket between two doors
SEEN_EVERY = timedelta(minutes=1)  # "last used" is written no more often
SIGNED_IN, DEVICE = "signed_in", "device"  # keys of a session's data

DEVICES = [
    ("iPad", "平板"),
    ("Tablet", "平板"),
    ("Mobile", "手机"),
    ("Android", "手机"),
    ("iPhone", "手机"),
]
BROWSERS = [
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]


class SessionStore(db.SessionStore):
    """Django's database sessions, with the account, its device and its last use beside the data.

    A session that was not used for its role's idle time is over.
    """

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row of this data."""
        user = data.get(SESSION_KEY)
        now = timezone.now()
        if user:
            data.setdefault(SIGNED_IN, int(now.timestamp()))
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        if user:
            row.user_id = int(user)
            row.device = data.get(DEVICE, "")
            row.signed_in_at = datetime.fromtimestamp(data[SIGNED_IN], tz=now.tzinfo)
            row.seen_at = now
        return row

    def _get_session_from_db(self) -> Session | None:
        """Return the row of this key while it lasts."""
        rows = Session.objects.annotate(role=F("user__role")).filter(session_key=self.session_key)
        row = next(iter(rows), None)
        if row and row.expire_date > timezone.now() and not has_idled(row.seen_at, row.role):
            self.seen_at = row.seen_at
            return row
        self._session_key = None
        return None

    def _validate_session_key(self, key: Any) -> bool:
        """Look for keys of our own making only."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()  # type: ignore[misc]


def find_idle_time(role: str | None) -> timedelta:
    """Return how long a session of this role lasts without use."""
    return timedelta(seconds=settings.IDLE_SECONDS_ON_FOOT if role in ON_FOOT else settings.IDLE_SECONDS)


def has_idled(seen_at: datetime | None, role: str | None) -> bool:
    """Tell whether a session, last used then, is over; a visitor's has no account to protect."""
    return seen_at is not None and seen_at + find_idle_time(role) <= timezone.now()


def touch(session: Any, *, at_once: bool = False) -> None:
    """Write down that somebody uses the session."""
    now = timezone.now()
    if session.seen_at and (at_once or session.seen_at + SEEN_EVERY <= now):
        Session.objects.filter(session_key=session.session_key).update(seen_at=now)
        session.seen_at = now


def describe_device(agent: str) -> str:
    """Return words by which one knows one's own phone again, and which fit thousands of others."""
    kind = next((word for sign, word in DEVICES if sign in agent), "电脑")
    browser = next((word for sign, word in BROWSERS if sign in agent), "")
    return f"{kind} · {browser}" if browser else kind


def describe_session(row: Session) -> str:
    """Return the device in the reader's language."""
    kind, _dot, browser = row.device.partition(" · ")
    words = {"平板": _("平板"), "手机": _("手机"), "电脑": _("电脑")}
    browsers = {"微信": _("微信"), "钉钉": _("钉钉")}
    known = words.get(kind, _("没有记下设备"))
    return f"{known} · {browsers.get(browser, browser)}" if browser else known


def is_phone(row: Session) -> bool:
    """Tell whether a session is a phone's."""
    return row.device.startswith("手机")


def handle_of(session_key: str) -> str:
    """Return a name for a session that opens nothing: its key must not stand in any page."""
    return blind_index(session_key, purpose="session").hex()


def list_sessions(user: User) -> list[Session]:
    """Return the account's living sessions, the last used first."""
    rows = Session.objects.filter(user=user.pk, expire_date__gt=timezone.now()).order_by("-seen_at")
    return [row for row in rows if not has_idled(row.seen_at, user.own_role)]


def end_session(user: User, handle: str) -> bool:
    """End the account's session of this handle; tell whether there was one."""
    found = [row.session_key for row in Session.objects.filter(user=user.pk) if handle_of(row.session_key) == handle]
    return delete_keys(found) > 0


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """End all sessions of the account but the one to keep; return how many."""
    rows = Session.objects.filter(user=user.pk).exclude(session_key=keep or "")
    return delete_keys(rows.values_list("session_key", flat=True))


def delete_keys(keys: Iterable[str]) -> int:
    """Delete the sessions of these keys."""
    return Session.objects.filter(session_key__in=list(keys)).delete()[0]
