"""What residents say, on the overview: how satisfied they were in the latest wave, and what is to be done about it."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from accounts.roles import Permission
from dashboards.asking import Ask
from dashboards.survey_todo import list_ready_results
from dashboards.tiles import Tile
from dashboards.todo_line import Task
from indicators.catalogue import CATALOGUE
from indicators.models import AreaLevel
from indicators.waves import WavePeriod, list_asked

SATISFIED = "R-60"
QUESTION = "overall"


@dataclass(frozen=True)
class Voices:
    """`tile` is None where no wave has asked; `tasks` are those of the street's own page: workers have a list."""

    tile: Tile | None = None
    period: WavePeriod | None = None
    url: str = ""
    tasks: list[Task] = field(default_factory=list)


def read_voices(ask: Ask) -> Voices:
    """Return what residents of the area said; of a district nothing, as it asks nobody."""
    if ask.area.level not in (AreaLevel.STREET, AreaLevel.COMMUNITY):
        return Voices()
    is_own = ask.area.level == AreaLevel.STREET and ask.area.code == ask.reader.area_code
    may_publish = is_own and ask.may(Permission.DESIGN_SURVEYS)
    tasks = list(list_ready_results(ask.reader, timezone.now())) if may_publish else []
    waves = list_asked(QUESTION, ask.area, 1)
    if not waves:
        return Voices(tasks=tasks)
    period, indicator = waves[0].period, CATALOGUE[SATISFIED]
    figure = indicator.answer(ask.area, period)
    tile = Tile(indicator, figure, ask.area.code, period, hidden=figure.is_withheld)
    url = reverse("dashboards:survey", args=[waves[0].wave.pk]) if ask.may(Permission.VIEW_SURVEYS) else ""
    return Voices(tile, period, url, tasks)
