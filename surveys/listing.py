"""What the lists of surveys and of versions show: each survey with its latest wave, each version with its waves."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import User
from surveys.models import Survey, SurveyVersion, Wave

MOST = 100  # surveys on a page, the latest first; a street begins a few a year


@dataclass(frozen=True)
class SurveyRow:
    """A survey, and the wave of it that begins last."""

    survey: Survey
    wave: Wave | None


@dataclass(frozen=True)
class SurveyList:
    """The surveys of the user's own area, and others that the user may see."""

    own: list[SurveyRow]
    others: list[SurveyRow]
    has_more: bool


def list_surveys(user: User) -> SurveyList:
    """Return what the user may see of surveys."""
    surveys = list(Survey.objects.visible_to(user).for_list().defer("draft")[: MOST + 1])
    waves = find_latest_waves(surveys, user)
    rows = [SurveyRow(survey, waves.get(survey.pk)) for survey in surveys[:MOST]]
    own = [row for row in rows if row.survey.area.code == user.area_code]
    return SurveyList(own, [row for row in rows if row not in own], len(surveys) > MOST)


def find_latest_waves(surveys: Iterable[Survey], user: User) -> dict[int, Wave]:
    """Return by survey the wave that begins last, of those the user may see."""
    waves = Wave.objects.visible_to(user).filter(version__survey__in=[survey.pk for survey in surveys])
    latest = waves.order_by("version__survey", "-opens_on", "-pk").distinct("version__survey")
    return {wave.version.survey_id: wave for wave in latest.select_related("version").defer("version__definition")}


def list_versions(survey: Survey, user: User) -> list[SurveyVersion]:
    """Return the versions of a survey, the latest first, each with the waves that the user may see."""
    waves = Wave.objects.visible_to(user).order_by("-opens_on", "-pk")
    versions = survey.versions.select_related("published_by").defer("definition").order_by("-number")
    return list(versions.prefetch_related(Prefetch("waves", waves, to_attr="seen_waves")))
