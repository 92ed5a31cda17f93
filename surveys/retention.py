"""How long names beside answers, and who was drawn, are kept: the work is done in forgetting.py."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.personal import Rule
from surveys.forgetting import forget_names, forget_samples
from surveys.models import NamedAnswer, Sample, Wave


def count_names() -> int:
    """Return how many named answers are past their time."""
    last = timezone.localdate() - timedelta(days=settings.SURVEY_NAMED_DAYS)
    return NamedAnswer.objects.filter(received_on__lt=last).count()


def count_samples() -> int:
    """Return how many samples of waves that are over still name people."""
    over = Wave.objects.closed_on(timezone.localdate())
    return Sample.objects.filter(wave__in=over, residents__isnull=False).distinct().count()


RULES = [
    Rule(
        "survey_names",
        _("实名答卷的称呼和电话"),
        _("收到后 90 天"),
        _("只为给本人回电话"),
        count=count_names,
        apply=forget_names,
    ),
    Rule(
        "survey_samples",
        _("调查抽中了谁"),
        _("调查结束当天"),
        _("只为送答题卡；不能由名单猜出谁答了什么"),
        count=count_samples,
        apply=forget_samples,
    ),
]
