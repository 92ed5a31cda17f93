"""Reading a volunteer's full name or ID number for a certificate: written down before it is read (rule R2)."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.encryption import decrypt, encrypt
from accounts.models import User
from grids.models import Resident
from grids.unmasking import Field, Purpose, note_look, unmask_resident
from volunteers.identities import ID_NUMBER
from volunteers.models import Volunteer

UNMASK, UNMASK_REFUSED = "volunteer.unmask", "volunteer.unmask_refused"


def read_name(volunteer: Volunteer, *, by: User) -> str:
    """Return the full name; of a resident that of the register, unless he or she moved away.

    Raises ValidationError beyond the day's budget.
    """
    if volunteer.resident:
        if find_moved_away([volunteer], by):
            raise ValidationError(_("这位居民已不在本社区底册，姓名看不到了。请由现居社区登记后出具。"))
        return unmask_resident(volunteer.resident, field=Field.NAME, purpose=Purpose.SERVICE, by=by)
    note_own(volunteer, Field.NAME, Purpose.SERVICE, by)
    return volunteer.name


def read_id_number(volunteer: Volunteer, *, by: User) -> str:
    """Return the ID number, "" when it is not known. Of somebody who moved away it is not read any more."""
    if volunteer.resident:
        if find_moved_away([volunteer], by):
            raise ValidationError(_("这位居民已不在本社区底册，证件号看不到了。可以不印证件号，或请现居社区出具。"))
        return unmask_resident(volunteer.resident, field=Field.ID_NUMBER, purpose=Purpose.SERVICE, by=by)
    note_own(volunteer, Field.ID_NUMBER, Purpose.SERVICE, by)
    return decrypt(volunteer.id_number, purpose=ID_NUMBER) if volunteer.id_number else ""


def find_moved_away(volunteers: Iterable[Volunteer], by: User) -> set[int]:
    """Return the keys of those whose row in the register is out of the user's reach: another area keeps it now."""
    residents = {volunteer.pk: volunteer.resident_id for volunteer in volunteers if volunteer.resident_id}
    met = Resident.objects.visible_to(by).filter(pk__in=set(residents.values()))
    here = set(met.order_by().values_list("pk", flat=True))
    return {key for key, resident in residents.items() if resident not in here}


def seal_id_number(volunteer: Volunteer, number: str, *, by: User) -> None:
    """Keep an outsider's ID number, typed once for a certificate; the caller holds the transaction."""
    volunteer.id_number = encrypt(number, purpose=ID_NUMBER)
    volunteer.save(update_fields=["id_number"])
    record("volunteer.id_number", by=by, target=volunteer, area_code=volunteer.community.code)


def note_own(volunteer: Volunteer, field: str, purpose: Purpose, by: User) -> None:
    """Write down that a field of the volunteer's own row, which is no resident's, is read; or refuse it."""
    about = {"area_code": volunteer.community.code, "field": str(field), "purpose": str(purpose)}
    if not note_look(UNMASK, UNMASK_REFUSED, by=by, target=volunteer, **about):
        raise ValidationError(refuse_budget())


def refuse_budget() -> str:
    """Return what to say to who has looked at too many people today."""
    return _("您今天已查看 %(budget)s 位志愿者的完整信息，达到每日上限，请明天再看。这次没有显示，也已记录。") % {
        "budget": settings.RESIDENT_UNMASK_BUDGET
    }
