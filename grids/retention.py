"""How long the register's own files are kept; residents themselves: privacy/retention.py."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.personal import Rule
from grids.exports import delete_expired
from grids.models import ResidentExport


def count_exports() -> int:
    """Return how many files of exports are past their day."""
    return ResidentExport.objects.filter(content__isnull=False, expires_at__lte=timezone.now()).count()


def delete_exports() -> int:
    """Delete them; return how many. They go within half a minute anyway, while a worker runs."""
    due = count_exports()
    delete_expired()
    return due


RULES = [
    Rule(
        "resident_exports",
        _("导出的居民名单文件"),
        _("24 小时"),
        _("名单只为当天办事"),
        count=count_exports,
        apply=delete_exports,
    ),
    Rule("figures", _("居住、人群、任职和参与的起止"), _("长期保存，不带姓名"), _("已经报出的数字要能核对")),
]
