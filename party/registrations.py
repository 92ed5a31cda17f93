"""Writes on registrations (双报到): a member of a unit elsewhere registers with a party organisation where he lives."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from grids.actions import check_day
from grids.models import Resident
from party.members import check_alive
from party.models import Membership, Organisation, PostClaim, Registration


@transaction.atomic
def register_from_unit(
    *, resident: Resident, organisation: Organisation, unit: str, since: date, by: User
) -> Registration:
    """Register somebody whose membership lies with a unit elsewhere. No member: not due to attend."""
    resident = Resident.objects.select_for_update(of=("self",), no_key=True).get(pk=resident.pk)
    check_day(since, "since")
    check_alive(resident)
    # Locked, so that an organisation that is being closed is not joined meanwhile.
    place = Organisation.objects.existing_on(since).select_for_update(no_key=True).filter(pk=organisation.pk)
    if not place.exists():
        raise ValidationError(_("这个党组织那一天还没有成立，或已经撤销，请核对日期。"))
    listed = Membership.objects.exclude(since=F("until")).filter(Q(until=None) | Q(until__gt=since))
    if listed.filter(member__resident=resident).exists():
        raise ValidationError({"resident": _("此人的组织关系已在社区登记，不用再报到。")})
    registration = Registration(resident=resident, organisation=organisation, unit=unit, since=since)
    registration.full_clean()
    registration.save()
    note(registration, "party_registration.begin", by, since)
    return registration


@transaction.atomic
def end_registration(registration: Registration, *, day: date, by: User) -> Registration:
    """End a registration, and the posts claimed with it; `day` is the first day no longer."""
    registration = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if registration.until is not None:
        raise ValidationError(_("这项报到已经结束，请刷新后再看。"))
    check_day(day, "day", since=registration.since)
    registration.until = day
    registration.save(update_fields=["until"])
    claims = PostClaim.objects.select_for_update(of=("self",)).filter(registration=registration)
    for claim in claims.filter(Q(until=None) | Q(until__gt=day)):
        claim.until, claim.end = max(day, claim.since), PostClaim.End.LEFT
        claim.save(update_fields=["until", "end"])
    note(registration, "party_registration.end", by, day)
    return registration


def note(registration: Registration, action: str, by: User, day: date) -> None:
    """Append the deed to the audit log; the person is named by key."""
    record(
        action,
        by=by,
        target=registration,
        area_code=registration.organisation.community.code,
        organisation=registration.organisation_id,
        resident=registration.resident_id,
        day=day.isoformat(),
    )
