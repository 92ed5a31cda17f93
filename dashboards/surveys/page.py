"""What a results page is. The pages themselves: summary.py, crossing.py, comparing.py; their list: pages.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from dashboards.surveys.asking import WaveAsk
from dashboards.tables import Table


@dataclass(frozen=True)
class SurveyPage:
    """A page about a wave: `read` answers the question, templates/dashboards/surveys/<code>.html shows it."""

    code: str
    name: str | Promise
    icon: str
    url_name: str
    read: Callable[[WaveAsk], Any]
    tables: Callable[[Any], Sequence[Table]]
    choices: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """The template of what the page says."""
        return f"dashboards/surveys/{self.code}.html"
