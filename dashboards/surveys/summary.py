"""Reads the page of results: the wave in figures, every question, and how the answers were weighted."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.page import SurveyPage
from dashboards.surveys.questions import Block, list_blocks
from dashboards.surveys.words import say_rate, say_waiting
from dashboards.tables import Column, Sort, Table, to_percent
from surveys.models import Wave
from surveys.results.reasons import DIMENSIONS
from surveys.results.shapes import Rate, Results, Weighting


@dataclass(frozen=True)
class Headline:
    """A wave in figures, for staff and for residents."""

    answers: str
    is_final: bool
    rate: str
    rate_said: str
    rate_source: Rate | None


@dataclass(frozen=True)
class Summary:
    """What the page shows; `waiting` says why nothing, and when it will."""

    wave: Wave
    headline: Headline | None
    waiting: tuple[str, str]
    blocks: list[Block]
    weighting: Weighting
    weights: Table | None


def read(ask: WaveAsk) -> Summary:
    """Return what may be shown of a wave."""
    results = ask.results
    if results is None:
        return Summary(ask.wave, None, say_waiting(ask.wave), [], Weighting(), None)
    waiting = ("", "") if results.distributions else say_waiting(ask.wave)
    blocks = list_blocks(ask) if results.distributions else []
    weights = tabulate_weights(ask, results.weighting) if results.weighting.margins else None
    return Summary(ask.wave, make_headline(results), waiting, blocks, results.weighting, weights)


def make_headline(results: Results) -> Headline:
    """Return a wave in figures."""
    answers = f"{results.answers:,}" if results.is_final else _("约 %(n)s") % {"n": f"{results.answers:,}"}
    return Headline(answers, results.is_final, *say_rate(results.rate), results.rate)


def tabulate_weights(ask: WaveAsk, weighting: Weighting) -> Table:
    """Return the margins of the register beside those of the answers, before and after weighting.

    A community among those asked does not read how many answered in the others.
    """
    of_places = () if ask.sees_all else (DIMENSIONS["community"], DIMENSIONS["grid"])
    columns = (
        Column(_("类别")),
        Column(_("底册"), Sort.PERCENT, "%"),
        Column(_("答卷"), Sort.PERCENT, "%"),
        Column(_("加权以后"), Sort.PERCENT, "%"),
    )
    rows = [
        (
            _("%(dimension)s：%(label)s") % {"dimension": margin.dimension, "label": margin.label},
            to_percent(margin.register),
            to_percent(margin.answers),
            to_percent(margin.weighted),
        )
        for margin in weighting.margins
        if margin.dimension not in of_places
    ]
    return Table("weights", _("底册、答卷和加权以后的构成"), columns, rows)


def list_tables(content: Summary) -> list[Table]:
    """Return the page's tables."""
    parts = [part for block in content.blocks for part in block.parts]
    tables = [part.table for part in parts if part.table]
    tables += [part.beside.table for part in parts if part.beside]
    return [*tables, content.weights] if content.weights else tables


PAGE = SurveyPage("results", gettext_lazy("结果"), "bar-chart-steps", "dashboards:survey", read, list_tables)
