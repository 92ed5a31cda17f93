"""How long import files and the rows behind them are kept."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.personal import Rule
from imports.actions import delete_old_files
from imports.models import ImportFile, ResidentImport


def count_files() -> int:
    """Return how many kept files are past their time."""
    old = timezone.now() - timedelta(days=settings.IMPORT_KEEP_DAYS)
    done = ResidentImport.objects.filter(created_at__lt=old).exclude(status__in=ResidentImport.RUNNING)
    return ImportFile.objects.filter(resident_import__in=done).count()


RULES = [
    Rule(
        "import_files",
        _("导入的名单文件、待核对的行和撤销用的旧值"),
        _("30 天"),
        _("核对和撤销只在这段时间里需要"),
        count=count_files,
        apply=delete_old_files,
    ),
]
