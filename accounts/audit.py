"""Writing the audit log. Reading it is accounts.views.AuditList."""

from typing import Any

from accounts.models import AuditEvent, User


def record(action: str, *, by: User, target: Any, area_code: str, **detail: Any) -> AuditEvent:
    """Append one deed to the audit log, in the caller's transaction.

    `action` is a stable English verb phrase ("resident_import.confirm"), `target` the row it was done to, `area_code`
    the division code under which auditors find it, `detail` plain JSON values without any resident's personal data.
    """
    return AuditEvent.objects.create(
        action=action,
        actor=f"{by.name} ({by.username})",
        object_type=target._meta.model_name,
        object_id=str(target.pk),
        area_code=area_code,
        detail=detail,
    )
