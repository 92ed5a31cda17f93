"""Named answers: read by the community's workers, masked, one in full at a time, deleted on request and in time."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.encryption import decrypt
from accounts.models import User
from grids.masking import keep_phone, mask_name, mask_phone
from grids.unmasking import note_look
from surveys.models import NamedAnswer, WaveLink
from surveys.pool import NAME_PURPOSE, PHONE_PURPOSE
from surveys.questionnaire import OTHER, Question, Questionnaire

UNMASK, REFUSED = "survey_named.unmask", "survey_named.unmask_refused"


@dataclass(frozen=True)
class NamedRow:
    """An answer as the list shows it: masked giver, and (question, answer in words) for what was answered."""

    row: NamedAnswer
    name: str
    phone: str
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Contact:
    """Whom to call."""

    name: str
    phone: str


def list_named(link: WaveLink, *, before: int | None, size: int) -> list[NamedRow]:
    """Return the answers of a community, the newest first; `before` is the key of the last one shown."""
    rows = link.named.order_by("-pk")
    rows = rows.filter(pk__lt=before) if before else rows
    questionnaire = link.wave.version.questionnaire
    return [describe(row, questionnaire) for row in rows[:size]]


def describe(row: NamedAnswer, questionnaire: Questionnaire) -> NamedRow:
    """Return a row with its giver masked."""
    contact = open_contact(row)
    masked = mask_phone(keep_phone(contact.phone))
    return NamedRow(row, mask_name(contact.name), masked, say_answers(row, questionnaire))


def open_contact(row: NamedAnswer) -> Contact:
    """Return the giver's name and phone as they were typed."""
    return Contact(decrypt(row.name, purpose=NAME_PURPOSE), decrypt(row.phone, purpose=PHONE_PURPOSE))


def say_answers(row: NamedAnswer, questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """Return (question, answer in words) for every variable that was answered."""
    said = []
    for variable in questionnaire.variables:
        if variable.code in row.answers:
            words = say_value(variable.question, row.answers[variable.code])
            other = row.answers.get(variable.code + OTHER)
            words = _("%(words)s（%(other)s）") % {"words": words, "other": other} if other else words
            said.append((variable.name, words))
    return said


def say_value(question: Question, value: object) -> str:
    """Return a value in the words of its options."""
    values = value if isinstance(value, list) else [value]
    return _("、").join(question.labels.get(str(one), str(one)) for one in values)


def unmask_named(row: NamedAnswer, *, by: User) -> Contact:
    """Return whom to call, once that it was read is committed; ValidationError beyond the day's budget (rule R2)."""
    area = row.link.community.code
    if not note_look(UNMASK, REFUSED, by=by, target=row, area_code=area, purpose="call"):
        text = _("您今天已查看 %(budget)s 位居民的电话，达到每日上限，请明天再看。这次没有显示，也已记录。")
        raise ValidationError(text % {"budget": settings.RESIDENT_UNMASK_BUDGET})
    return open_contact(row)


@transaction.atomic
def delete_named(row: NamedAnswer, *, by: User) -> None:
    """Delete an answer because its giver asks for it."""
    record("survey_named.delete", by=by, target=row, area_code=row.link.community.code)
    row.delete()
