"""Guardians' consent for children: given, withdrawn, and what may not be done without it (PIPL, articles 28 and 31)."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from grids.groupings import years_before
from grids.models import GuardianConsent, Resident


def needs_guardian(person: Resident) -> bool:
    """Tell whether a guardian decides for somebody today."""
    return person.age < settings.CHILD_AGE


def find_consent(person: Resident) -> GuardianConsent | None:
    """Return the consent that stands, if any."""
    return GuardianConsent.objects.filter(resident=person, withdrawn_on=None).select_related("by").first()


def lacks_consent(person: Resident) -> bool:
    """Tell whether somebody is a child whose guardian has not agreed, or not any more."""
    return needs_guardian(person) and find_consent(person) is None


def is_child_without_consent(today: date) -> Q:
    """Return the condition that a resident is a child whose guardian has not agreed, as lacks_consent() says of one."""
    stands = GuardianConsent.objects.filter(resident=OuterRef("pk"), withdrawn_on=None)
    return Q(~Exists(stands), birth_date__gt=years_before(today, settings.CHILD_AGE))


@transaction.atomic
def give_consent(person: Resident, *, guardian: str, form: str, given_on: date, by: User) -> GuardianConsent:
    """Note that a child's guardian agreed; raises ValidationError for who is no child, or when one stands already."""
    person = Resident.objects.select_for_update(of=("self",)).select_related("community").get(pk=person.pk)
    if not needs_guardian(person):
        raise ValidationError(_("这位居民已满 %(age)s 岁，不需要监护人同意。") % {"age": settings.CHILD_AGE})
    if find_consent(person):
        raise ValidationError(_("监护人同意已经登记过了。要改的话，请先登记撤回。"))
    if given_on > timezone.localdate() or given_on < person.birth_date:
        raise ValidationError(_("同意日期要在出生之后、今天或以前。"))
    consent = GuardianConsent.objects.create(
        resident=person, guardian=guardian, form=form, given_on=given_on, by_id=by.pk
    )
    record("guardian_consent.give", by=by, target=person, area_code=person.community.code, form=form)
    return consent


@transaction.atomic
def withdraw_consent(person: Resident, *, by: User) -> None:
    """Note that the guardian takes the consent back, from this moment on; nothing has to be explained."""
    person = Resident.objects.select_for_update(of=("self",)).select_related("community").get(pk=person.pk)
    consent = find_consent(person)
    if consent is None:
        raise ValidationError(_("没有登记过监护人同意，不用撤回。"))
    consent.withdrawn_on = max(timezone.localdate(), consent.given_on)
    consent.save(update_fields=["withdrawn_on"])
    record("guardian_consent.withdraw", by=by, target=person, area_code=person.community.code)
