"""Setting up, changing and ending waves: what is refused, and what stays once it has begun."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from surveys.models import SurveyVersion, Wave
from surveys.pool import key_of_form, seal
from surveys.questionnaire import Questionnaire
from surveys.waves import add_wave, change_wave, close_wave, list_fixed_fields
from tests.surveys.asking_help import day, issue


def make(survey, **fields):
    """Return a wave that is not saved."""
    days = {"opens_on": day(1), "closes_on": day(14)}
    return Wave(version=survey.latest, name="春季", **{**days, **fields})


def publish_facts(survey, by):
    """Publish a version that asks for no opinions."""
    whole = survey.questionnaire
    sections = [
        replace(section, questions=tuple(replace(one, is_opinion=False) for one in section.questions))
        for section in whole.sections
    ]
    definition = Questionnaire(tuple(sections)).to_json()
    return SurveyVersion.objects.create(survey=survey, number=2, definition=definition, published_by=by)


def test_wave_gets_a_link_for_each_community(survey, community, neighbour_community, street_officer):
    wave, is_new = add_wave(
        make(survey), communities=[community, neighbour_community], token=uuid4(), by=street_officer
    )
    assert is_new
    assert {link.community for link in wave.links.all()} == {community, neighbour_community}
    assert AuditEvent.objects.get(action="survey_wave.add").detail["communities"] == 2


def test_wave_sent_twice_is_one_wave(survey, community, street_officer):
    token = uuid4()
    first, _new = add_wave(make(survey), communities=[community], token=token, by=street_officer)
    again, is_new = add_wave(make(survey), communities=[community], token=token, by=street_officer)
    assert (again, is_new) == (first, False)
    assert Wave.objects.count() == 1


def test_named_wave_may_not_ask_for_opinions(survey, community, street_officer):
    with pytest.raises(ValidationError, match="您的性别"):
        add_wave(make(survey, mode="named"), communities=[community], token=uuid4(), by=street_officer)


def test_named_wave_may_ask_for_facts(survey, community, street_officer):
    publish_facts(survey, street_officer)
    wave, _new = add_wave(make(survey, mode="named"), communities=[community], token=uuid4(), by=street_officer)
    assert wave.mode == "named"


def test_named_wave_is_over_before_its_names_are_deleted(survey, community, street_officer, settings):
    publish_facts(survey, street_officer)
    long = make(survey, mode="named", closes_on=day(1 + settings.SURVEY_NAMED_DAYS))
    with pytest.raises(ValidationError, match="最长 90 天"):
        add_wave(long, communities=[community], token=uuid4(), by=street_officer)


def test_confidential_wave_needs_codes(survey, community, street_officer):
    with pytest.raises(ValidationError, match="答题码"):
        add_wave(make(survey, mode="confidential"), communities=[community], token=uuid4(), by=street_officer)


@pytest.mark.parametrize(
    ("first", "last", "words"), [(5, 4, "早于"), (-9, -1, "已经过去"), (1, 400, "一年")], ids=["order", "past", "year"]
)
def test_wave_on_impossible_days_is_refused(first, last, words, survey, community, street_officer):
    wave = make(survey, opens_on=day(first), closes_on=day(last))
    with pytest.raises(ValidationError, match=words):
        add_wave(wave, communities=[community], token=uuid4(), by=street_officer)


def test_mode_can_change_before_the_first_day(make_wave, street_officer, community):
    wave = make_wave(opens_on=day(1))
    wave.mode, wave.needs_code = "confidential", True
    change_wave(wave, communities=[community], by=street_officer)
    assert Wave.objects.get().mode == "confidential"


@pytest.mark.parametrize(("field", "value"), [("mode", "named"), ("k", 20), ("release", "steps"), ("needs_code", True)])
def test_what_was_promised_stays_from_the_first_day(field, value, wave, street_officer, community):
    setattr(wave, field, value)
    with pytest.raises(ValidationError):
        change_wave(wave, communities=[community], by=street_officer)


def test_the_first_answer_changes_nothing_that_a_form_could_show(wave, link):
    before = list_fixed_fields(wave)
    seal(link, {"overall": "1"}, key=key_of_form(link, "one"))
    assert list_fixed_fields(wave) == before != ()


def test_last_day_can_move_until_the_wave_is_over(wave, street_officer, community):
    wave.closes_on = day(30)
    change_wave(wave, communities=[community], by=street_officer)
    assert Wave.objects.get().closes_on == day(30)


def test_wave_that_is_over_stays_as_it_is(wave, street_officer, community):
    close_wave(wave, by=street_officer)
    with pytest.raises(ValidationError, match="已经结束"):
        change_wave(wave, communities=[community], by=street_officer)


def test_wave_is_closed_at_once_and_only_once(wave, street_officer):
    closed = close_wave(wave, by=street_officer)
    assert closed.is_closed
    assert not closed.is_settled
    with pytest.raises(ValidationError):
        close_wave(wave, by=street_officer)


def test_community_can_be_added_while_the_wave_runs(wave, community, neighbour_community, street_officer):
    change_wave(wave, communities=[community, neighbour_community], by=street_officer)
    assert wave.links.count() == 2


def test_community_that_is_being_asked_cannot_be_dropped(make_wave, community, neighbour_community, street_officer):
    wave = make_wave(communities=[community, neighbour_community])
    with pytest.raises(ValidationError, match=neighbour_community.name):
        change_wave(wave, communities=[community], by=street_officer)


def test_community_can_be_dropped_before_the_first_day(make_wave, community, neighbour_community, street_officer):
    wave = make_wave(communities=[community, neighbour_community], opens_on=day(1))
    change_wave(wave, communities=[community], by=street_officer)
    assert [link.community for link in wave.links.all()] == [community]


def test_printed_cards_keep_communities_and_mode(make_wave, community, neighbour_community, street_officer):
    wave = make_wave(communities=[community, neighbour_community], opens_on=day(1), needs_code=True)
    issue(wave.links.first(), 5)
    assert "mode" in list_fixed_fields(wave)
    with pytest.raises(ValidationError, match="不能去掉"):
        change_wave(wave, communities=[community], by=street_officer)
