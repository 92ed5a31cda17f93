"""What surveys want of staff: to be brought to the people while they run, and to be told about when they are over."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from dashboards.todo_line import SOMETIME, SOON, TODAY, Task
from surveys.models import Wave

READY_DAYS = 30  # afterwards whoever has not published the results does not mean to


def list_open_waves(user: User, today: date) -> Iterator[Task]:
    """Yield the surveys that run in the user's communities."""
    asked = Wave.objects.filter(links__community__in=user.communities()).values("pk")
    for wave in Wave.objects.open_on(today).filter(pk__in=asked).with_survey().order_by("closes_on", "pk"):
        left = (wave.closes_on - today).days
        words = ngettext("调查进行中，还剩 %(count)s 天，到 %(day)s", "调查进行中，还剩 %(count)s 天，到 %(day)s", left)
        detail = words % {"count": left, "day": f"{wave.closes_on:%m-%d}"} if left else _("调查今天是最后一天")
        url = reverse("surveys:wave", args=[wave.pk])
        yield Task(SOON if left else TODAY, "clipboard-check", str(wave), detail, url, _("去发放"))


def list_ready_results(user: User, now: datetime) -> Iterator[Task]:
    """Yield the surveys of the user's own area whose results are there, and residents have not been told.

    Named waves are left out: they ask who wants to be called, not what people think.
    """
    ready = Wave.objects.owned_by(user).filter(
        results__is_final=True, results__computed_at__gt=now - timedelta(days=READY_DAYS), results_public_at=None
    )
    for wave in ready.exclude(mode=Wave.Mode.NAMED).with_survey().order_by("-closes_on", "-pk"):
        url = reverse("dashboards:survey", args=[wave.pk])
        yield Task(SOMETIME, "bar-chart", str(wave), _("结果已经算好，还没有向居民公开"), url, _("看结果"))
