"""Surveys begun, changed, published, copied and deleted; who changes what somebody else has just changed."""

from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction

from accounts.models import AuditEvent
from surveys import designing, editing
from surveys.changes import describe_changes
from surveys.designing import StaleDraftError, make_seen
from surveys.models import Survey, SurveyVersion
from surveys.questionnaire import Questionnaire
from surveys.starting_sets import begin_feedback

TOKEN = UUID("5f0c2c0e-0000-4000-8000-00000000000a")


@pytest.fixture
def own(worker) -> Survey:
    """A survey of the worker's community that was never published."""
    return designing.create_survey(title="反馈", questionnaire=begin_feedback(), token=TOKEN, by=worker)


def test_survey_belongs_to_the_area_of_who_begins_it(own, street_officer, community):
    other = designing.create_survey(title="街道", questionnaire=begin_feedback(), token=uuid4(), by=street_officer)
    assert (own.community, own.street) == (community, None)
    assert (other.community, other.street) == (None, street_officer.street)


def test_form_sent_twice_begins_one_survey(own, worker):
    again = designing.create_survey(title="反馈", questionnaire=begin_feedback(), token=TOKEN, by=worker)
    assert again == own


def test_token_of_somebody_else_opens_nothing(own, outsider):
    with pytest.raises(ValidationError):
        designing.create_survey(title="别处", questionnaire=begin_feedback(), token=TOKEN, by=outsider)


def test_every_deed_leaves_an_audit_event(own, worker):
    changed = designing.change_draft(
        own, lambda draft: editing.add_section(draft, title="新"), seen=make_seen(own), deed="add", by=worker
    )
    designing.change_draft(
        changed, lambda draft: editing.remove_section(draft, "part1"), seen=make_seen(changed), deed="x", by=worker
    )
    own.refresh_from_db()
    designing.describe_survey(own, title="反馈二", purpose="", by=worker)
    designing.publish(own, seen=make_seen(own), by=worker)
    deeds = AuditEvent.objects.filter(object_type="survey").order_by("pk").values_list("action", flat=True)
    assert list(deeds) == ["survey.create", "survey.change", "survey.change", "survey.describe", "survey.publish"]


def test_draft_that_somebody_changed_meanwhile_is_not_written_over(own, worker):
    seen = make_seen(own)
    designing.change_draft(own, lambda draft: editing.add_section(draft, title="先"), seen=seen, deed="add", by=worker)
    with pytest.raises(StaleDraftError):
        designing.change_draft(own, lambda draft: Questionnaire(), seen=seen, deed="empty", by=worker)
    own.refresh_from_db()
    assert [section.title for section in own.questionnaire.sections][-1] == "先"


def test_change_that_changes_nothing_leaves_no_trace(own, worker):
    designing.change_draft(own, lambda draft: draft, seen=make_seen(own), deed="none", by=worker)
    assert not AuditEvent.objects.filter(action="survey.change").exists()


def test_published_version_is_numbered_and_holds_the_draft(own, worker):
    version = designing.publish(own, seen=make_seen(own), by=worker)
    assert (version.number, version.questionnaire) == (1, begin_feedback())


def test_draft_with_problems_cannot_be_published(own, worker):
    empty = designing.change_draft(
        own, lambda draft: editing.add_section(draft, title="空"), seen=make_seen(own), deed="add", by=worker
    )
    with pytest.raises(ValidationError, match="“空”里还没有问题"):
        designing.publish(empty, seen=make_seen(empty), by=worker)
    assert not own.versions.exists()


def test_same_questionnaire_is_not_published_twice(survey, street_officer):
    with pytest.raises(ValidationError, match="和第 1 版一样"):
        designing.publish(survey, seen=make_seen(survey), by=street_officer)


def test_draft_changed_since_it_was_checked_is_not_published(own, worker):
    seen = make_seen(own)
    designing.change_draft(
        own, lambda draft: editing.remove_question(draft, "channels"), seen=seen, deed="x", by=worker
    )
    with pytest.raises(StaleDraftError):
        designing.publish(own, seen=seen, by=worker)


def test_published_version_cannot_be_changed_by_any_way(survey):
    version = survey.latest
    for statement in (
        lambda: SurveyVersion.objects.filter(pk=version.pk).update(definition={}),
        lambda: SurveyVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
            statement()


def test_draft_changes_without_touching_what_was_published(survey, street_officer):
    designing.change_draft(
        survey,
        lambda draft: editing.remove_question(draft, "wish"),
        seen=make_seen(survey),
        deed="x",
        by=street_officer,
    )
    survey.refresh_from_db()
    assert survey.has_changes
    assert "wish" in survey.latest.questionnaire.by_code


def test_copy_takes_what_was_published_last_and_not_the_draft(survey, street_officer, worker):
    designing.change_draft(
        survey,
        lambda draft: editing.remove_question(draft, "wish"),
        seen=make_seen(survey),
        deed="x",
        by=street_officer,
    )
    copy = designing.copy_survey(survey, title="我们的", token=uuid4(), by=worker)
    assert copy.questionnaire == survey.latest.questionnaire
    assert (copy.community, copy.title, copy.versions.count()) == (worker.community, "我们的", 0)


def test_copy_of_an_unpublished_survey_takes_its_draft(own, street_officer):
    assert designing.copy_survey(own, title="二", token=uuid4(), by=street_officer).questionnaire == begin_feedback()


def test_survey_never_published_is_deleted(own, worker):
    designing.delete_survey(own, by=worker)
    assert not Survey.objects.exists()
    assert AuditEvent.objects.filter(action="survey.delete", detail__title="反馈").exists()


def test_published_survey_is_kept(survey, street_officer):
    with pytest.raises(ValidationError, match="要留着"):
        designing.delete_survey(survey, by=street_officer)
    assert Survey.objects.filter(pk=survey.pk).exists()


# --- What is told of changes


def test_nothing_is_told_of_equal_questionnaires(questionnaire):
    assert describe_changes(questionnaire, questionnaire) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda draft: editing.remove_question(draft, "wish"), "删去“还想说的”"),
        (lambda draft: editing.copy_question(draft, "wish"), "新增“还想说的”"),
        (lambda draft: editing.move_question(draft, "wish", direction="up"), "次序有变动"),
        (lambda draft: editing.change_section(draft, "about", title="新", note=""), "标题、说明或次序"),
    ],
)
def test_changes_are_told_in_words(questionnaire, change, expected):
    (told,) = describe_changes(questionnaire, change(questionnaire))
    assert expected in told
