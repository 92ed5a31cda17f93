"""Who a volunteer is: of a resident the register says it, of an outsider the volunteer's own row. Finding one by phone.

Phones are sealed for a purpose of their own; hashes are those of the register, so that one person is found in both.
"""

from datetime import date

from django.utils import timezone

from accounts.encryption import blind_index, blind_indexes, decrypt, encrypt
from communities.models import Community
from grids.masking import keep_phone
from grids.models import Residence, Resident
from volunteers.models import ADULT, LEAST_AGE, Volunteer

PHONE, GUARDIAN, ID_NUMBER = "volunteer_phone", "volunteer_guardian", "volunteer_id_number"  # what is sealed is bound


def age_on(born: date, day: date) -> int:
    """Return completed years on the day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def needs_guardian(born: date, day: date | None = None) -> bool:
    """Tell whether somebody is under age on the day (today)."""
    return age_on(born, day or timezone.localdate()) < ADULT


def is_old_enough(born: date, day: date | None = None) -> bool:
    """Tell whether somebody may be a volunteer on the day (today)."""
    return age_on(born, day or timezone.localdate()) >= LEAST_AGE


def set_phone(volunteer: Volunteer, phone: str) -> None:
    """Seal an outsider's phone in the unsaved row; "" takes it out."""
    volunteer.phone = encrypt(phone, purpose=PHONE) if phone else None
    volunteer.phone_hash = blind_index(phone, purpose="phone") if phone else None
    volunteer.phone_kept = keep_phone(phone)


def read_phone(volunteer: Volunteer) -> str:
    """Return an outsider's phone in full; the caller notes the look (rule R2)."""
    return decrypt(volunteer.phone, purpose=PHONE) if volunteer.phone else ""


def find_volunteer(community: Community, name: str, phone: str) -> Volunteer | None:
    """Return the one volunteer of a community, not gone, with this name and phone; None for nobody and for several."""
    hashes = blind_indexes(phone, purpose="phone")
    standing = Volunteer.objects.filter(community=community, left_on=None)
    found = {
        *standing.filter(resident__name=name, resident__phone_hash__in=hashes),
        *standing.filter(name=name, phone_hash__in=hashes),
    }
    return found.pop() if len(found) == 1 else None


def find_resident(community: Community, name: str, phone: str) -> Resident | None:
    """Return the one resident who lives in the community today with this name and phone; None for several."""
    here = Residence.objects.on(timezone.localdate()).filter(grid__community=community)
    hashes = blind_indexes(phone, purpose="phone")
    people = list(Resident.objects.filter(name=name, phone_hash__in=hashes, spells__in=here).distinct()[:2])
    return people[0] if len(people) == 1 else None
