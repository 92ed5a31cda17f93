"""How long parked tasks are kept."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.personal import Rule
from operations.models import TaskRun

DAYS = 90  # an administrator looks at parked tasks within days


def old_runs() -> QuerySet[TaskRun]:
    """Return the parked tasks that nobody asked for again; without its row a dropped one would be run after all."""
    return TaskRun.objects.parked().filter(parked_at__lt=timezone.now() - timedelta(days=DAYS))


RULES = [
    Rule(
        "tasks",
        _("停放的后台任务（只有编号，没有个人信息）"),
        _("停放后 90 天"),
        _("早已处理或不再需要"),
        count=lambda: old_runs().count(),
        apply=lambda: old_runs().delete()[0],
    ),
]
