"""Short ways to fill a wave with answers that were mixed, and to read the rows of its files."""

from typing import Any

from django.utils import timezone

from communities.models import Community
from surveys.files.rows import Plan, list_rows, plan_rows
from surveys.models import Response, Survey, SurveyVersion, Wave
from surveys.questionnaire import Kind, Questionnaire, Variable
from surveys.results.computing import compute
from surveys.results.distributions import START
from surveys.results.shapes import Distribution, Share
from tests.surveys.conftest import close


def fill(wave: Wave, rows: int, *, community: Community | None = None, stratum: str = "", **answers: Any) -> None:
    """Put the same answer into its final place so many times; "places" stands for both rows of the matrix."""
    place = community or wave.links.first().community
    if "places" in answers:
        both = answers.pop("places")
        answers |= {"places.room": both, "places.square": both}
    fields = {"wave": wave, "community": place, "stratum": stratum, "day": timezone.localdate(), "answers": answers}
    Response.objects.bulk_create(Response(**fields) for _number in range(rows))


def finish(wave: Wave) -> Wave:
    """End a wave and work out its results."""
    close(wave)
    compute(wave, is_over=True)
    return wave


def publish(survey: Survey, questionnaire: Questionnaire) -> SurveyVersion:
    """Publish another version of the survey."""
    return SurveyVersion.objects.create(
        survey=survey,
        number=survey.versions.count() + 1,
        definition=questionnaire.to_json(),
        published_by=survey.created_by,
    )


def read_plan(wave: Wave) -> Plan:
    """Return what may stand in the rows of a wave, its results worked out."""
    compute(wave, is_over=True)
    return plan_rows(wave)


def publish_all(questionnaire: Questionnaire) -> dict[str, Distribution]:
    """Return a distribution for each variable, as if many had given every option; numbers below and from 3 on."""
    return {one.code: Distribution(one.code, one.name, 900, list_shares(one)) for one in questionnaire.variables}


def list_shares(variable: Variable) -> tuple[Share, ...]:
    """Return a share for each option of a variable."""
    if variable.question.kind == Kind.NUMBER:
        return Share((START,), "< 3", 90), Share(("3",), "≥ 3", 90)
    return tuple(Share((code,), label, 90) for code, label in variable.question.labels.items())


def read_columns(wave: Wave) -> dict[str, list[int | None]]:
    """Return the cells of a wave's rows by the name of their column."""
    plan = read_plan(wave)
    rows = list(list_rows(plan, wave))
    return {column.name: [row[place] for row in rows] for place, column in enumerate(plan.columns)}
