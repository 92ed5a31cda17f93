"""Taking out of the register what identifies somebody who does not live here any more. What was counted stays."""

from datetime import date

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from grids.groupings import years_before
from grids.masking import FORGOTTEN
from grids.models import Resident, ResidentQuerySet

LIVE_MONTHS = 25  # figures of CELL_MONTHS months, and the one that runs, may be counted anew: ages must hold till then


def years_ago(years: int) -> date:
    """Return the day so many years before today."""
    return years_before(timezone.localdate(), years)


def gone_before(day: date) -> ResidentQuerySet:
    """Return the residents whose last spell ended before the day: moved out, died, or entered in error."""
    ended = Resident.objects.annotate(last_day=Max("spells__until"))
    keys = ended.filter(last_day__lt=day).exclude(spells__until=None).values("pk")
    return Resident.objects.filter(pk__in=keys)


def due_residents() -> ResidentQuerySet:
    """Return whose time in the register is over: gone for years, or forgotten already but for the day of birth."""
    long_gone = gone_before(years_ago(settings.LEFT_RESIDENT_YEARS)).exclude(name=FORGOTTEN).values("pk")
    half_done = Resident.objects.filter(name=FORGOTTEN, birth_date__day__gt=1)
    settled = gone_before(years_ago(LIVE_MONTHS // 12 + 1)).values("pk")
    return Resident.objects.filter(Q(pk__in=long_gone) | Q(pk__in=half_done.values("pk")) & Q(pk__in=settled))


def strip_resident(person: Resident) -> None:
    """Delete name, numbers, door and the facts that nothing counts; the caller holds the row in a transaction.

    Sex, month of birth and occupation stay, for closed figures are compared with them. The day of birth goes once no
    figure of somebody's age is counted anew.
    """
    person.name, person.initials = FORGOTTEN, ""
    person.id_number = person.id_hash = person.id_tail = None
    person.phone = person.phone_hash = None
    person.id_kept = person.phone_kept = person.education = person.ethnic_group = ""
    person.household = None
    if gone_before(years_ago(LIVE_MONTHS // 12 + 1)).filter(pk=person.pk).exists():
        person.birth_date = person.birth_date.replace(day=1)
    person.save()


def strip_contact(person: Resident) -> None:
    """Delete what somebody who lives here gave freely: phone, education and ethnic group."""
    person.phone = person.phone_hash = None
    person.phone_kept = person.education = person.ethnic_group = ""
    person.save()
