"""The response rate RR2 of the American Association for Public Opinion Research, for waves that were asked by card.

RR2 = (I + P) / ((I + P) + (R + NC + O) + (UH + UO)): complete and partial interviews by all who are, or may be,
eligible (The American Association for Public Opinion Research, Standard Definitions: Final Dispositions of Case Codes
and Outcome Rates for Surveys, 2023). Each card stands for one person drawn or met; every card is one of these, so that
the denominator is the cards issued less those that reached nobody who is asked. The other letters are counts that
workers report (DeliveryReport); cards of which nothing is known count as eligible, so that the rate is never too good.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Sum

from communities.models import Community
from surveys.counting import answers_of, step
from surveys.models import CodeIssue, DeliveryReport, Wave
from surveys.questionnaire import Question, Questionnaire
from surveys.results.shapes import Rate

# The dispositions of cards of which no answer came in, by the fields of DeliveryReport.
REPORTED = ("refused", "not_contacted", "other", "unknown", "ineligible")


def is_complete(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> bool:
    """Tell whether every required question that was asked is answered; a matrix in all its rows."""
    return all(
        variable.code in answers
        for question in questionnaire.questions
        if question.is_required and question.is_asked(answers)
        for variable in question.variables
    )


def has_required(questions: Iterable[Question]) -> bool:
    """Tell whether an answer can be partial at all."""
    return any(question.is_required for question in questions)


def read_rate(wave: Wave, community: Community | None = None) -> Rate | None:
    """Return the response rate of a wave, or of it in one community.

    None when no cards were issued: without them nobody knows how many were asked. Answers count in steps of k, but for
    those of a whole wave that is over: these count exactly, and None stands for fewer than k. A kind of fewer than k
    answers, partial or complete, is not told from the other there; RR2 counts both alike.
    """
    issued = count_issued(wave, community)
    if not wave.needs_code or not issued:
        return None
    completes, partials = count_answers(wave, community)
    reports = sum_reports(wave, community)
    if community or not wave.is_settled:
        shown = step(partials, wave.k)
        return Rate(step(completes + partials, wave.k) - shown, shown, issued, **reports)
    if completes + partials < wave.k:
        return None
    if min(completes, partials) < wave.k:
        completes, partials = (completes + partials, 0) if completes >= partials else (0, completes + partials)
    return Rate(completes, partials, issued, **reports)


def count_issued(wave: Wave, community: Community | None) -> int:
    """Return how many cards were printed."""
    issues = CodeIssue.objects.filter(link__wave=wave)
    issues = issues.filter(link__community=community) if community else issues
    return issues.aggregate(total=Sum("count"))["total"] or 0


def count_answers(wave: Wave, community: Community | None) -> tuple[int, int]:
    """Return how many complete and how many partial answers there are."""
    rows = answers_of(wave)
    rows = rows.filter(place=community.pk) if community else rows
    questionnaire = wave.version.questionnaire
    if not has_required(questionnaire.questions):
        return rows.count(), 0
    completes = total = 0
    for answers in rows.values_list("answers", flat=True).iterator(chunk_size=5000):
        total += 1
        completes += is_complete(questionnaire, answers)
    return completes, total - completes


def sum_reports(wave: Wave, community: Community | None) -> dict[str, int]:
    """Return the reported counts, summed."""
    reports = DeliveryReport.objects.filter(link__wave=wave)
    reports = reports.filter(link__community=community) if community else reports
    sums = reports.aggregate(**{f"{name}_sum": Sum(name) for name in REPORTED})
    return {name: sums[f"{name}_sum"] or 0 for name in REPORTED}
