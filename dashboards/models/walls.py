"""Links to wall screens: who has the link sees the figures of an area, until somebody takes it back."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.validators import refuse_forbidden


class WallScreenQuerySet(models.QuerySet):
    """Links to wall screens."""

    def visible_to(self, user: User) -> Self:
        """Keep the links to areas within the user's own."""
        return self.filter(area_code__startswith=user.area_code) if user.area_code else self.none()

    def valid(self) -> Self:
        """Keep those not taken back."""
        return self.filter(revoked_at=None)


class WallScreen(models.Model):
    """A link to the wall screen of an area. Of its token only the digest is kept: the link is shown once."""

    area_code = models.CharField(_("区划代码"), max_length=15, db_index=True)
    name = models.CharField(_("名称"), max_length=40, validators=[refuse_forbidden])
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    seconds = models.PositiveSmallIntegerField(_("每页停留秒数"), default=20)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    made_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    seen_at = models.DateTimeField(_("最近打开"), null=True)
    revoked_at = models.DateTimeField(_("收回时间"), null=True)

    objects = WallScreenQuerySet.as_manager()

    class Meta:
        verbose_name = _("大屏链接")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="dashboards_wall_seconds",
                condition=models.Q(seconds__gte=5, seconds__lte=300),
                violation_error_message=_("每页停留 5 到 300 秒。"),
            )
        ]

    def __str__(self) -> str:
        return self.name
