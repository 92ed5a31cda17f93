"""Unusual access: a day of each account, held against fixed limits and against its own last weeks (rule R6).

It counts deeds of accounts, for the auditor to ask about. It is no judgement of persons, and there is no order of more
and less: accounts stand in the order of their names. The limits and their reasons stand in the settings (UNUSUAL_*).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.conf import settings
from django.db import models
from django.db.models import Count, IntegerField, Q, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat, ExtractHour, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit import NOBODY_KNOWN, SYSTEM, record_of_system
from accounts.deeds import FILES, REFUSED, UNMASKED, Kind
from accounts.models import AuditEvent, AuditEventQuerySet
from accounts.reads import READ, RESIDENT
from communities.models import Street
from communities.spans import begin_of

DAYS = 28
NIGHT_BEGINS, NIGHT_ENDS = 22, 6


class Measure(models.TextChoices):
    """What is counted of an account's day."""

    PERSONS = "persons", _("打开的居民")
    UNMASKED = "unmasked", _("看完整信息的人")
    EXPORTS = "exports", _("导出次数")
    EXPORT_ROWS = "export_rows", _("导出行数")
    NIGHT = "night", _("夜间操作（22 时至 6 时）")
    REFUSALS = "refusals", _("超过上限被拒绝")
    FAILURES = "failures", _("登录失败")


@dataclass(frozen=True)
class Finding:
    """One count that is unusual: what, how many, what is usual for this account (None: too new), and the limit."""

    measure: Measure
    count: int
    usual: float | None
    limit: int

    @property
    def label(self) -> str | Promise:
        """What was counted."""
        return self.measure.label

    @property
    def is_over_limit(self) -> bool:
        """Whether the fixed limit was passed; else it is only much for this account."""
        return self.count > self.limit

    @property
    def kind(self) -> str:
        """The kind of deeds to search for, to see what it was; "" for all."""
        if self.measure in (Measure.EXPORTS, Measure.EXPORT_ROWS):
            return Kind.EXPORT
        if self.measure == Measure.FAILURES:
            return Kind.SIGN_IN
        return "" if self.measure == Measure.NIGHT else Kind.LOOK


def limits() -> dict[Measure, int]:
    """Return the fixed limit of each count."""
    return {
        Measure.PERSONS: settings.UNUSUAL_PERSONS,
        Measure.UNMASKED: settings.UNUSUAL_UNMASKED,
        Measure.EXPORTS: settings.UNUSUAL_EXPORTS,
        Measure.EXPORT_ROWS: settings.UNUSUAL_EXPORT_ROWS,
        Measure.NIGHT: settings.UNUSUAL_NIGHT,
        Measure.REFUSALS: settings.UNUSUAL_REFUSALS,
        Measure.FAILURES: settings.UNUSUAL_FAILURES,
    }


def find_unusual(events: AuditEventQuerySet, day: date) -> dict[str, list[Finding]]:
    """Return what was unusual on the day among these events, by account in the order of names."""
    counts = count_days(events, day - timedelta(days=DAYS), day)
    found: dict[str, list[Finding]] = {}
    for actor, days in sorted(counts.items()):
        today = days.pop(day, None)
        findings = judge_day(today, list(days.values())) if today else []
        if findings:
            found[actor] = findings
    return found


def judge_day(today: dict[Measure, int], others: list[dict[Measure, int]]) -> list[Finding]:
    """Return the counts of a day that pass the fixed limit, or are several times the median of the other days."""
    findings = []
    for measure, limit in limits().items():
        count = today[measure]
        usual = median(day[measure] for day in others) if others else None
        much = usual is not None and count > usual * settings.UNUSUAL_TIMES and count >= limit * settings.UNUSUAL_FROM
        if count > limit or (much and count > 1):
            findings.append(Finding(measure, count, usual, limit))
    return findings


def count_days(events: AuditEventQuerySet, first: date, last: date) -> dict[str, dict[date, dict[Measure, int]]]:
    """Return the counts of each account and day with any deed."""
    looked = Q(action__in=[*UNMASKED, READ])
    exported = Q(action__in=list(FILES))
    person = Concat("object_type", Value(" "), "object_id")  # a volunteer and a resident may have the same key
    rows = Cast(KeyTextTransform("rows", "detail"), IntegerField())
    found = (
        events.since(begin_of(first))
        .before(begin_of(last + timedelta(days=1)))
        .exclude(actor__in=[SYSTEM, NOBODY_KNOWN])
        .annotate(day=TruncDate("at"), hour=ExtractHour("at"))
        .order_by()
        .values("actor", "day")
        .annotate(
            persons=Count("object_id", distinct=True, filter=looked & Q(object_type=RESIDENT)),
            unmasked=Count(person, distinct=True, filter=Q(action__in=list(UNMASKED))),
            exports=Count("pk", filter=exported),
            export_rows=Sum(rows, filter=exported),
            night=Count("pk", filter=Q(hour__gte=NIGHT_BEGINS) | Q(hour__lt=NIGHT_ENDS)),
            refusals=Count("pk", filter=Q(action__in=list(REFUSED))),
            failures=Count("pk", filter=Q(action="sign_in.fail")),
        )
    )
    counts: dict[str, dict[date, dict[Measure, int]]] = defaultdict(dict)
    for row in found:
        counts[row["actor"]][row["day"]] = {measure: row[measure.value] or 0 for measure in Measure}
    return counts


def count_unusual(day: date) -> None:
    """Write down for each street how many accounts had an unusual day; once for a day."""
    for street in Street.objects.all():
        done = AuditEvent.objects.filter(action="audit.unusual", area_code=street.code, detail__day=day.isoformat())
        if done.exists():
            continue
        found = find_unusual(AuditEvent.objects.filter(area_code__startswith=street.code), day)
        record_of_system(
            "audit.unusual", object_type="street", area_code=street.code, day=day.isoformat(), accounts=len(found)
        )
