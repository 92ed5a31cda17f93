"""Saving what a community reports: once for each form sent, never over a version that was not seen."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.versions import StaleError
from communities.models import Community
from indicators.models import FigureReport, ReportedFigure
from indicators.periods import Period
from indicators.reports.checks import find_conflicts
from indicators.reports.fields import FIELDS, fields_of
from indicators.reports.reported import Values
from indicators.reports.slots import is_asked


@dataclass(frozen=True)
class Answers:
    """The numbers of one form, all of them, and why some jump. A number that is left out is not reported."""

    values: Values
    explanations: Mapping[str, str]

    def explain(self, code: str) -> str:
        """Return the explanation of a number, "" without one."""
        return self.explanations.get(code, "")


def submit_report(
    community: Community, period: Period, answers: Answers, *, seen: int, token: uuid.UUID, by: User
) -> tuple[FigureReport, bool]:
    """Save a community's numbers for a period; return the report and whether anything changed.

    `seen` is the version that the user corrects, 0 for a first report. The same token sent again returns what the
    first one saved. Raises StaleError when somebody else has saved meanwhile.
    """
    if sent := FigureReport.objects.filter(client_token=token, community=community, period=period.code).first():
        return sent, False
    check_answers(period, answers)
    try:
        with transaction.atomic():
            return write(community, period, answers, seen, token, by)
    except IntegrityError:
        # Somebody else's first report, or two sends of one form at the same moment.
        other = FigureReport.objects.filter(community=community, period=period.code).first()
        if other is None:
            raise ValidationError(_("这张表单已经用过，请刷新页面后再填一次。")) from None
        if other.client_token != token:
            raise stale() from None
        return other, False


def check_answers(period: Period, answers: Answers) -> None:
    """Refuse numbers that nobody asked for, that contradict each other, or none at all."""
    asked = {field.code for field in fields_of(period.kind)}
    if not is_asked(period, timezone.localdate()):
        raise ValidationError(_("这一期现在不用报送。"))
    if not answers.values:
        raise ValidationError(_("请至少填一个数字。"))
    if unknown := answers.values.keys() - asked:
        raise ValidationError(_("这一期不报送 %(codes)s。") % {"codes": _("、").join(sorted(unknown))})
    if conflicts := find_conflicts(answers.values):
        raise ValidationError(
            [
                _("%(name)s：%(reason)s") % {"name": FIELDS[code].name, "reason": words}
                for code, words in conflicts.items()
            ]
        )


def stale() -> StaleError:
    """Return what is raised when the user has not seen the latest version."""
    return StaleError(_("您填写的时候，别人刚报送过这一期。请看两边的不同。"))


def write(
    community: Community, period: Period, answers: Answers, seen: int, token: uuid.UUID, by: User
) -> tuple[FigureReport, bool]:
    """Write report, numbers and audit event."""
    report = FigureReport.objects.select_for_update().filter(community=community, period=period.code).first()
    if report is not None and report.client_token == token:
        return report, False
    if (report.version if report else 0) != seen:
        raise stale()
    if report is None:
        report = FigureReport.objects.create(
            community=community, period=period.code, submitted_by=by, client_token=token
        )
        changes = write_figures(report, answers)
        note("figure_report.submit", report, community, by, changes)
        return report, True
    changes = write_figures(report, answers)
    if not changes:
        return report, False
    report.version, report.client_token = seen + 1, token
    report.submitted_at, report.submitted_by = timezone.now(), by
    report.save(update_fields=["version", "client_token", "submitted_at", "submitted_by"])
    note("figure_report.correct", report, community, by, changes)
    return report, True


def write_figures(report: FigureReport, answers: Answers) -> dict[str, list[str | None]]:
    """Make the report's numbers those of the answers; return code -> [before, after] of what changed."""
    kept = {figure.indicator: figure for figure in report.figures.all()}
    changes: dict[str, list[str | None]] = {}
    for code in answers.values.keys() | kept.keys():
        before, value, why = kept.get(code), answers.values.get(code), answers.explain(code)
        if value is None:
            kept[code].delete()
        elif before is None:
            ReportedFigure.objects.create(report=report, indicator=code, value=value, explanation=why)
        elif (before.value, before.explanation) != (value, why):
            ReportedFigure.objects.filter(pk=before.pk).update(value=value, explanation=why)
        else:
            continue
        changes[code] = [show(before.value if before else None), show(value)]
    return changes


def show(value: Decimal | None) -> str | None:
    """Return a number as the audit log keeps it."""
    return None if value is None else f"{value:.2f}"


def note(
    action: str, report: FigureReport, community: Community, by: User, changes: dict[str, list[str | None]]
) -> None:
    """Append the deed to the audit log, with every number that changed."""
    record(action, by=by, target=report, area_code=community.code, period=report.period, changes=changes)


def read_answers(report: FigureReport | None) -> Answers:
    """Return the numbers of a saved report; none without one."""
    figures = list(report.figures.all()) if report else []
    return Answers(
        {figure.indicator: figure.value for figure in figures if figure.indicator in FIELDS},
        {figure.indicator: figure.explanation for figure in figures if figure.explanation},
    )


def read_last(communities: list[Community], period: Period) -> dict[int, Values]:
    """Return community key -> the numbers that it reported last before the period, each the latest of its kind."""
    codes = [field.code for field in fields_of(period.kind)]
    figures = ReportedFigure.objects.filter(
        report__community__in=communities, report__period__lt=period.code, indicator__in=codes
    )
    latest = figures.order_by("report__community", "indicator", "-report__period").distinct(
        "report__community", "indicator"
    )
    found: dict[int, Values] = {community.pk: {} for community in communities}
    for community, code, value in latest.values_list("report__community", "indicator", "value"):
        found[community][code] = value
    return found
