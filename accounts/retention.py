"""How long accounts, sessions and the audit log are kept (communities/personal.py)."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Session
from communities.personal import Rule

ATTEMPT_DAYS = 30  # longer than any lock lasts, short enough to know no habits


def expired_sessions() -> models.QuerySet[Session]:
    """Return the sessions that are over."""
    return Session.objects.filter(expire_date__lt=timezone.now())


def old_attempts() -> models.QuerySet[AccessAttempt]:
    """Return failed log-ins that lock nobody any more."""
    return AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - timedelta(days=ATTEMPT_DAYS))


RULES = [
    Rule("accounts", _("工作人员账号"), _("停用后继续保留"), _("审计记录要能说清当时是谁")),
    Rule(
        "sessions",
        _("登录会话"),
        _("过期后当天删除"),
        _("过期就没有用处"),
        count=lambda: expired_sessions().count(),
        apply=lambda: expired_sessions().delete()[0],
    ),
    Rule(
        "attempts",
        _("登录失败的记录（账号和网络地址）"),
        _("30 天"),
        _("只用来防止猜密码"),
        count=lambda: old_attempts().count(),
        apply=lambda: old_attempts().delete()[0],
    ),
    Rule("audit", _("审计记录"), _("至少 3 年；不自动删除"), _("法律要求至少 6 个月；删掉任何一条，校验链就会断开")),
]
