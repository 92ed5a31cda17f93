"""Works out what may be shown of a wave and keeps it: in steps of k while it is open, in full once it is over."""

from dataclasses import asdict, replace

from django.db import transaction
from django.utils import timezone

from surveys.counting import answers_of, step
from surveys.models import SealedAnswer, Wave, WaveResults
from surveys.questionnaire import WRITTEN, Kind, Questionnaire, Variable
from surveys.results.breakdowns import break_down
from surveys.results.distributions import count_options, describe, describe_texts
from surveys.results.gathering import Counts, gather
from surveys.results.rates import read_rate
from surveys.results.shapes import Breakdown, Distribution, Results, Share, Weighting
from surveys.results.weighing import weigh


def is_due(wave: Wave, *, is_over: bool) -> bool:
    """Tell whether kept results are behind the answers: after a mixing, or a crash between mixing and counting.

    While a wave is open every mixing brings k answers, so that the count in steps moves with each.
    """
    if is_over:
        return not SealedAnswer.objects.filter(link__wave=wave).exists()
    if wave.release != Wave.Release.STEPS or wave.mode == Wave.Mode.NAMED:
        return False
    kept = WaveResults.objects.filter(wave=wave).values_list("answers", flat=True).first()
    return step(answers_of(wave).count(), wave.k) != (kept or 0)


@transaction.atomic
def compute(wave: Wave, *, is_over: bool) -> WaveResults:
    """Count the answers of a wave and keep what may be shown of them; safe to do twice."""
    questionnaire = wave.version.questionnaire
    counts = gather(wave, questionnaire)
    results = make_results(wave, questionnaire, counts) if is_over else make_steps(wave, questionnaire, counts)
    kept, _is_new = WaveResults.objects.update_or_create(
        wave=wave,
        defaults={
            "answers": results.answers,
            "content": asdict(results),
            "is_final": results.is_final,
            "computed_at": timezone.now(),
        },
    )
    return kept


def make_results(wave: Wave, questionnaire: Questionnaire, counts: Counts) -> Results:
    """Return what may be shown of a wave that is over."""
    found: dict[str, Distribution] = {}
    for variable in questionnaire.variables:
        is_text = variable.question.kind in WRITTEN
        found[variable.code] = (
            describe_texts(variable, counts, wave.k)
            if is_text
            else describe(variable, questionnaire, counts, found, wave.k)
        )
    plain = {code: one for code, one in found.items() if not one.withheld and one.shares}
    weighing = weigh(wave, questionnaire, counts, found)
    weighted = {code: weighing.weigh(one, questionnaire, counts) for code, one in plain.items()}
    names = dict(wave.links.values_list("community", "community__name").order_by("community__code"))
    breakdowns: dict[str, Breakdown] = {}
    for code, one in plain.items() if len(names) > 1 else ():
        variable = questionnaire.variable_by_code[code]
        breakdowns[code] = break_down(variable, one, counts, names, wave.k, breakdowns)
    return Results(
        answers=counts.answers,
        is_final=True,
        distributions=tuple({**found, **weighted}.values()),
        breakdowns=tuple(breakdowns.values()),
        weighting=weighing.report(counts, any(one.is_weighted for one in weighted.values())),
        rate=read_rate(wave),
    )


def make_steps(wave: Wave, questionnaire: Questionnaire, counts: Counts) -> Results:
    """Return what may be shown of an open wave: options alone, each count rounded down to a multiple of k.

    Nothing is put together, for what is put together may change; who compares two days learns no count exactly.
    """
    return Results(
        answers=step(counts.answers, wave.k),
        is_final=False,
        distributions=tuple(
            describe_step(variable, counts, wave.k)
            for variable in questionnaire.variables
            if variable.question.kind not in WRITTEN
        ),
        weighting=Weighting(refused="weights_open"),
    )


def describe_step(variable: Variable, counts: Counts, k: int) -> Distribution:
    """Return the distribution of a variable while answers still come in."""
    empty = Distribution(variable.code, variable.name, None)
    if variable.question.kind in (Kind.NUMBER, Kind.DATE):
        return replace(empty, withheld="open")
    options, n = count_options(variable, counts)
    if n < k:
        return replace(empty, withheld="few")
    if n < 3 * k and max(options.values()) == n:
        return replace(empty, withheld="alike")
    shares = tuple(
        Share((code,), label, step(options[code], k), is_multiple=variable.is_multiple)
        for code, label in variable.question.labels.items()
    )
    return replace(empty, n=step(n, k), shares=shares)
