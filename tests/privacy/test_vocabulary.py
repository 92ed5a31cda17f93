"""The words under which nothing is kept, wherever staff names something."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from grids.validators import refuse_forbidden
from grids.vocabulary import find_forbidden_term
from privacy.holdings import list_holdings
from surveys.checking import find_forbidden
from surveys.questionnaire import Kind, Option, Question, Questionnaire, Section

NAMING = ("name", "title", "text", "duty", "unit", "reason", "explanation")
# Places, public events, and words that no person is sorted by; people's own names are declared in personal_data.py.
FREE = {
    "activities.Activity.title": "public events may carry a topic such as 禁毒",
    "activities.ActivityTemplate.title": "public events",
    "volunteers.Shift.title": "public events",
    "communities.District.name": "areas",
    "communities.Street.name": "areas",
    "communities.Community.name": "areas",
    "communities.Venue.name": "facilities",
    "grids.Grid.name": "areas",
    "grids.Building.name": "areas",
    "grids.Household.unit": "a stair of a building",
    "indicators.RefreshAttempt.reason": "written by the portal",
    "operations.TaskRun.name": "written by the portal",
    "imports.StagedRow.unit": "a stair of a building",
}


def naming_fields():
    """Return the free texts by which staff names things, but not the names of people."""
    people = {
        f"{holding.model}.{name}"
        for holding in list_holdings()
        for name in holding.names
        if name in ("name", "guardian_name")
    }
    for app in settings.PORTAL_APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                label = f"{model._meta.label}.{field.name}"
                is_text = isinstance(field, models.CharField) and not field.choices and field.name in NAMING
                if is_text and not model._meta.proxy and label not in people:
                    yield label, field


def test_every_name_that_staff_gives_is_guarded():
    fields = list(naming_fields())
    unguarded = [label for label, field in fields if refuse_forbidden not in field.validators]
    assert len(fields) > 30
    assert sorted(set(unguarded) - set(FREE)) == []
    assert sorted(set(FREE) - set(unguarded)) == []


@pytest.mark.parametrize(
    "text",
    [
        "上访",
        "上·访",
        "上 訪",
        "上\u200b访户",
        "重点上访人员",
        "（吸毒）人员",
        "人臉識別",
        "計劃生育",
        "積分評級",
        "信＿访",
    ],
)
def test_disguised_word_is_found(text):
    assert find_forbidden_term(text)


@pytest.mark.parametrize(
    "text", ["设计生", "设计师", "重点服务群体", "禁毒宣传", "特殊困难群体", "生育保险咨询", "合唱团"]
)
def test_word_inside_another_passes(text):
    assert find_forbidden_term(text) is None


def test_refusal_says_why():
    with pytest.raises(ValidationError, match=r"不登记对人的监控.*上访"):
        refuse_forbidden("上访户")


def make_questionnaire(text, option):
    """Return a questionnaire of one question."""
    question = Question("q1", Kind.SINGLE, text, options=(Option("a", option), Option("b", "没有")))
    return Questionnaire((Section("s1", "基本情况", (question,)),))


@pytest.mark.parametrize(
    ("text", "option", "wrong"), [("宗教信仰", "有", 1), ("您来过吗", "上访户", 1), ("您来过吗", "有", 0)]
)
def test_questions_and_options_are_guarded_however_they_came(text, option, wrong):
    assert len(list(find_forbidden(make_questionnaire(text, option)))) == wrong
