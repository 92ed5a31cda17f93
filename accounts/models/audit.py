"""The audit log: what was done, and the chain that shows whether anybody touched it afterwards."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User
from communities.spans import begin_of

APPEND_ONLY = (
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="raise exception 'pgtrigger: Cannot truncate table %', TG_TABLE_NAME;",
    ),
)


class AuditEventQuerySet(models.QuerySet):
    """What was done, newest first."""

    def visible_to(self, user: User) -> Self:
        """Keep the events of the user's own area."""
        return self.filter(area_code__startswith=user.area_code) if user.area_code else self.none()

    def above(self, user: User) -> Self:
        """Keep the events of the levels above the user's area, which no auditor of their own would look at."""
        code = user.area_code
        return self.filter(area_code__in=[code[:size] for size in range(len(code))]) if code else self.none()

    def since(self, moment: datetime) -> Self:
        """Keep the events from the moment on."""
        return self.filter(at__gte=moment)

    def before(self, moment: datetime) -> Self:
        """Keep the events before the moment."""
        return self.filter(at__lt=moment)

    def leave_room_for(self, key: str, *, budget: int) -> bool:
        """Tell whether the object of this key is among today's, or these are fewer objects than a day's budget."""
        today = self.since(begin_of(timezone.localdate()))
        seen = set(today.values_list("object_id", flat=True).distinct().order_by())
        return key in seen or len(seen) < budget

    def of(self, kind: str, key: Any) -> Self:
        """Keep what was done to the object of this type and key."""
        return self.filter(object_type=kind, object_id=str(key))


class AuditEvent(models.Model):
    """One deed: writes, exports, log-ins, looks at personal data. No foreign keys, so that nothing it names can vanish.

    Labels hold no resident's personal data: a resident is named by id, never by name.
    """

    at = models.DateTimeField(_("时间"), auto_now_add=True)
    actor = models.CharField(_("操作人"), max_length=90)
    action = models.CharField(_("操作"), max_length=40)
    object_type = models.CharField(_("对象类型"), max_length=40)
    object_id = models.CharField(_("对象编号"), max_length=40)
    area_code = models.CharField(_("区划代码"), max_length=15)
    detail = models.JSONField(_("详情"), default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["area_code", "-id"], opclasses=["text_pattern_ops", "int8_ops"], name="audit_area"),
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            # The daily budgets of looks are counted at every look.
            models.Index(fields=["actor", "at"], name="audit_actor"),
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["action", "-id"], name="audit_action"),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.actor} {self.action} {self.object_type} {self.object_id}"


class AuditLink(models.Model):
    """One event's place in the chain: `digest` covers the event and the digest before it (accounts/chain.py).

    Links are added by a task moments after the event, so that no two deeds wait for each other.
    """

    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="link", verbose_name=_("审计记录"))
    position = models.BigIntegerField(_("位置"), unique=True)
    digest = models.BinaryField(_("摘要"), max_length=32)

    class Meta:
        verbose_name = _("审计链")
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return str(self.position)
