"""Writing the audit log. Reading it is accounts.views.audit; its chain is accounts.chain."""

from typing import Any

from accounts.models import AuditEvent, User
from communities.throttle import HOUR, allow

SYSTEM = "系统"  # the actor of what nobody in particular did
NOBODY_KNOWN = "不存在的账号"  # instead of what was typed: it may be a password, or somebody's phone number
UNKNOWN_PER_HOUR = 60  # log-ins under invented names are noise: a flood of them is known from the first sixty


def label_of(user: User) -> str:
    """Return under which words a user's deeds stand in the log."""
    return f"{user.name} ({user.username})"


def record(action: str, *, by: User, target: Any, area_code: str, **detail: Any) -> AuditEvent:
    """Append one deed to the audit log, in the caller's transaction.

    `action` is a stable English verb phrase ("resident_import.confirm") with words in accounts/deeds.py, `target` the
    row it was done to, `area_code` the division code under which auditors find it, `detail` plain JSON values without
    any resident's personal data.
    """
    return AuditEvent.objects.create(
        action=action,
        actor=label_of(by),
        object_type=target._meta.model_name,
        object_id=str(target.pk),
        area_code=area_code,
        detail=detail | ({"grant": by.acting.pk} if by.acting else {}),
    )


def record_of_system(action: str, *, object_type: str, area_code: str = "", **detail: Any) -> AuditEvent:
    """Append what the portal did by itself; without an area it is for every auditor to see."""
    return AuditEvent.objects.create(
        action=action, actor=SYSTEM, object_type=object_type, object_id="", area_code=area_code, detail=detail
    )


def record_failed_sign_in(username: str, action: str = "sign_in.fail") -> None:
    """Append a log-in that failed; of an account that does not exist only that."""
    user = User.objects.filter(username=username).first()
    if user:
        record(action, by=user, target=user, area_code=user.area_code)
    elif allow("audit:unknown", limit=UNKNOWN_PER_HOUR, seconds=HOUR):
        AuditEvent.objects.create(action=action, actor=NOBODY_KNOWN, object_type="user", object_id="", area_code="")
