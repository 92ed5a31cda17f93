"""Writes on surveys that are being designed: begin, change the draft, publish, copy, delete. Asking them: waves."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from accounts.roles import Level
from surveys.checking import check
from surveys.models import Survey, SurveyVersion
from surveys.questionnaire import Questionnaire


class StaleDraftError(ValidationError):
    """Somebody else has changed the survey since the page was opened."""


def make_seen(survey: Survey) -> str:
    """Return what a page carries to say which state of the survey it shows."""
    return survey.changed_at.isoformat()


def create_survey(
    *, title: str, purpose: str = "", questionnaire: Questionnaire, token: uuid.UUID, by: User, **origin: Any
) -> Survey:
    """Begin a survey of the user's own area. The same token sent again returns what the first one began.

    `origin` goes to the audit log: with what the draft began.
    """
    if earlier := Survey.objects.owned_by(by).filter(client_token=token).first():
        return earlier
    owner = {"street": by.street} if by.level == Level.STREET else {"community": by.community}
    survey = Survey(
        title=title, purpose=purpose, draft=questionnaire.to_json(), created_by=by, client_token=token, **owner
    )
    try:
        with transaction.atomic():
            survey.save()
            note("survey.create", survey, by, **origin)
    except IntegrityError as error:
        if earlier := Survey.objects.owned_by(by).filter(client_token=token).first():
            return earlier
        raise ValidationError(_("没有保存成功，请重新打开这一页再试。")) from error
    return survey


@transaction.atomic
def describe_survey(survey: Survey, *, title: str, purpose: str, by: User) -> Survey:
    """Give a survey another title and words to residents."""
    survey.title, survey.purpose = title, purpose
    survey.save(update_fields=["title", "purpose"])
    note("survey.describe", survey, by)
    return survey


@transaction.atomic
def change_draft(
    survey: Survey, change: Callable[[Questionnaire], Questionnaire], *, seen: str, deed: str, by: User
) -> Survey:
    """Save the draft as `change` makes it, if nobody changed it since it was `seen`; nothing is written over.

    `deed` says in the audit log what was done.
    """
    saved = Survey.objects.select_for_update().get(pk=survey.pk)
    check_seen(saved, seen)
    before = saved.questionnaire
    after = change(before)
    if after != before:
        saved.draft, saved.changed_at = after.to_json(), timezone.now()
        saved.save(update_fields=["draft", "changed_at"])
        note("survey.change", saved, by, deed=deed)
    return saved


@transaction.atomic
def publish(survey: Survey, *, seen: str, by: User) -> SurveyVersion:
    """Keep the draft as a version that never changes. Refuses one with problems, and one without anything new."""
    saved = Survey.objects.select_for_update().get(pk=survey.pk)
    check_seen(saved, seen)
    if problems := check(saved.questionnaire):
        raise ValidationError([problem.message for problem in problems])
    latest = saved.latest
    if latest and latest.questionnaire == saved.questionnaire:
        raise ValidationError(_("和第 %(number)s 版一样，不用再发布。") % {"number": latest.number})
    number = latest.number + 1 if latest else 1
    version = SurveyVersion.objects.create(survey=saved, number=number, definition=saved.draft, published_by=by)
    note("survey.publish", saved, by, number=number)
    return version


def copy_survey(source: Survey, *, title: str, token: uuid.UUID, by: User) -> Survey:
    """Begin a survey of the user's own area with what another one published last, or else with its draft."""
    latest = source.latest
    questionnaire = latest.questionnaire if latest else source.questionnaire
    return create_survey(
        title=title, purpose=source.purpose, questionnaire=questionnaire, token=token, by=by, source=source.pk
    )


@transaction.atomic
def delete_survey(survey: Survey, *, by: User) -> None:
    """Delete a survey that was never published."""
    saved = Survey.objects.select_for_update().get(pk=survey.pk)
    if saved.versions.exists():
        raise ValidationError(_("已经发布过的调查要留着：答卷和结果都要对得上它的问题。"))
    note("survey.delete", saved, by, title=saved.title)
    saved.delete()


def check_seen(saved: Survey, seen: str) -> None:
    """Refuse to change what the user has not seen. `saved` is locked by the caller."""
    if seen != make_seen(saved):
        raise StaleDraftError(_("您打开以后，别人刚改过这份问卷，所以还没有保存。请看一下现在的样子再操作。"))


def note(action: str, survey: Survey, by: User, **detail: Any) -> None:
    """Leave an audit event about a survey."""
    record(action, by=by, target=survey, area_code=survey.area.code, **detail)
