"""Writes on requests of people about their own data: noted, answered, and the deletion itself."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from grids.models import Resident
from privacy.forgetting import forget, forget_freely_given
from privacy.models import SubjectRequest
from privacy.subjects import list_kept, lives_here

SATURDAY = 5


def due_on(asked_on: date) -> date:
    """Return the last day for an answer, counting working days; public holidays are not known and not left out."""
    day, left = asked_on, settings.REQUEST_WORKDAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


@transaction.atomic
def open_request(person: Resident, *, kind: str, asker: str, asked_on: date, by: User) -> SubjectRequest:
    """Note that somebody asks; the same question is not noted twice while the first is open."""
    if asked_on > timezone.localdate():
        raise ValidationError({"asked_on": _("提出日期不能在将来。")})
    person = Resident.objects.select_related("community").select_for_update(of=("self",)).get(pk=person.pk)
    open_ones = SubjectRequest.objects.filter(resident_id=person.pk, kind=kind, done_at=None)
    if open_ones.exists():
        raise ValidationError(_("同样的请求已经在办，请先办完那一件。"))
    case = SubjectRequest.objects.create(
        community_id=person.community_id, resident_id=person.pk, kind=kind, asker=asker, asked_on=asked_on, by_id=by.pk
    )
    record("subject_request.open", by=by, target=case, area_code=person.community.code, kind=kind, asker=asker)
    return case


def lock(case: SubjectRequest) -> SubjectRequest:
    """Return the request locked for this transaction; raises ValidationError when it was answered already."""
    case = SubjectRequest.objects.select_for_update(of=("self",)).select_related("community").get(pk=case.pk)
    if case.done_at:
        raise ValidationError(_("这件请求已经办结。"))
    return case


@transaction.atomic
def finish_request(case: SubjectRequest, *, by: User) -> SubjectRequest:
    """Note that the person got an answer. A deletion is finished by delete_person() alone."""
    case = lock(case)
    if case.kind == SubjectRequest.Kind.DELETE:
        raise ValidationError(_("删除请求在执行删除后自动办结。"))
    case.done_at = timezone.now()
    case.save(update_fields=["done_at"])
    record("subject_request.finish", by=by, target=case, area_code=case.community.code, kind=case.kind)
    return case


@transaction.atomic
def delete_person(case: SubjectRequest, person: Resident, *, by: User) -> SubjectRequest:
    """Delete what the law lets go, in one transaction, and note how much of what; who it was is said by key only."""
    case = lock(case)
    if case.kind != SubjectRequest.Kind.DELETE or case.resident_id != person.pk:
        raise ValidationError(_("这不是这位居民的删除请求。"))
    person = Resident.objects.select_for_update(of=("self",)).get(pk=person.pk)
    stays = lives_here(person)
    gone = forget_freely_given(person) if stays else forget(person)
    case.outcome = {
        "lives_here": stays,
        "deleted": dict(gone),
        "kept": {part.title: part.count for part in list_kept(person)},
    }
    case.done_at = timezone.now()
    case.save(update_fields=["outcome", "done_at"])
    record(
        "subject_request.delete",
        by=by,
        target=case,
        area_code=case.community.code,
        lives_here=stays,
        rows=sum(gone.values()),
    )
    return case


def note_copy(case: SubjectRequest, *, by: User) -> None:
    """Write down, before it is sent, that everything held of a person was put into a file."""
    record("subject_request.copy", by=by, target=case, area_code=case.community.code, kind=case.kind)
