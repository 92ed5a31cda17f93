"""What people asked about their own data, and what was done: without any of that data."""

from typing import Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community


class SubjectRequestQuerySet(models.QuerySet):
    """Requests of people about their own data."""

    def visible_to(self, user: User) -> Self:
        """Keep those of the user's communities."""
        return self.filter(community__in=user.communities())

    def for_list(self) -> Self:
        """Fetch what lists show: open ones first, of these the oldest on top; then the latest answered."""
        return self.select_related("community").order_by(F("done_at").desc(nulls_first=True), "asked_on", "pk")


class SubjectRequest(models.Model):
    """One request to see, correct or delete (Personal Information Protection Law, articles 44 to 47).

    The person is named by key only, for the row outlives who was deleted.
    """

    class Kind(models.TextChoices):
        """What was asked."""

        SHOW = "show", _("查阅、复制")
        CORRECT = "correct", _("更正、补充")
        DELETE = "delete", _("删除")

    class Asker(models.TextChoices):
        """Who asked."""

        SELF = "self", _("本人")
        GUARDIAN = "guardian", _("监护人")
        RELATIVE = "relative", _("逝者近亲属")

    community = models.ForeignKey(Community, models.PROTECT, verbose_name=_("社区"))
    resident_id = models.BigIntegerField(_("居民编号"))
    kind = models.CharField(_("请求"), max_length=10, choices=Kind)
    asker = models.CharField(_("提出人"), max_length=10, choices=Asker)
    asked_on = models.DateField(_("提出日期"))
    done_at = models.DateTimeField(_("办结时间"), null=True)
    outcome = models.JSONField(_("结果"), default=dict)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("经办人"))

    objects = SubjectRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("个人信息请求")
        ordering = ["-asked_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_on:%F}"
