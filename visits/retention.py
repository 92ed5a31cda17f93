"""How long the words of a wish are kept."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.batches import in_batches
from communities.personal import Rule
from visits.models import Need


def old_wishes() -> QuerySet[Need]:
    """Return the needs that were answered long ago and still have words."""
    return Need.objects.filter(closed_at__lt=timezone.now() - timedelta(days=settings.WISH_DAYS)).exclude(wish="")


def strip_wishes(rows: Sequence[Need]) -> None:
    """Take the words out; kind and result stay."""
    Need.objects.filter(pk__in=[row.pk for row in rows]).update(wish="")


RULES = [
    Rule("visits", _("走访记录（到户，不到人）"), _("长期保存"), _("已经报出的数字要能核对")),
    Rule(
        "wishes",
        _("居民需求的原话"),
        _("办结后 2 年"),
        _("办完就不再需要；类型和结果保留"),
        count=lambda: old_wishes().count(),
        apply=lambda: in_batches(old_wishes(), strip_wishes),
    ),
]
