"""Applications that residents send from the public page, and the link to it.

Who is registered must not be found out there: applying does the same work and answers the same whoever it is. What is
already on the list is not changed from outside.
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.utils import timezone

from communities.models import Community
from volunteers.identities import find_resident, set_phone
from volunteers.models import Volunteer
from volunteers.people import Guardian, Offer, Outsider, set_guardian

SIGNER = Signer(salt="volunteers.apply", sep="~")
NOBODY = 0
# One statement whether or not there is a new row: looking for it first would take longer for some than for others.
LINK = """
    insert into {table} (volunteer_id, {column})
    select v.id, chosen from volunteers_volunteer v, unnest(%(chosen)s::bigint[]) chosen
    where v.client_token = %(token)s
      and (v.registered_on is null and v.left_on is null or v.reapplied_at is not null)
    on conflict do nothing
"""
LINK_SKILLS = LINK.format(table="volunteers_volunteer_skills", column="skill_id")
LINK_TIMES = LINK.format(table="volunteers_volunteer_free_times", column="freetime_id")


def make_apply_token(community: Community) -> str:
    """Return the part of the page's address that nobody can guess."""
    return SIGNER.sign(str(community.pk))


def find_community(token: str) -> Community | None:
    """Return the community of a page's address; None for one not given out, or a community that is gone."""
    try:
        key = int(SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    return Community.objects.current().filter(pk=key).first()


@transaction.atomic
def apply(community: Community, *, person: Outsider, guardian: Guardian | None, offer: Offer, token: UUID) -> None:
    """Note that somebody wants to volunteer. Sent twice, or by who is on the list already, it changes nothing.

    Name and phone of a resident of the community lead to the register's row. Who had left waits for an answer again;
    what stands in that row (days, community) is changed by who accepts, not from outside.
    """
    wish = Volunteer(community=community, client_token=token)
    set_guardian(wish, guardian)
    set_phone(wish, person.phone)
    wish.name, wish.sex, wish.birth_date = person.name, person.sex, person.birth_date
    resident = find_resident(community, person.name, person.phone)
    if resident:
        wish.resident, wish.name, wish.sex, wish.birth_date = resident, "", 0, None
        wish.phone, wish.phone_hash, wish.phone_kept = None, None, ""
    rows = Volunteer.objects.filter(resident_id=resident.pk if resident else NOBODY)
    now = timezone.now()
    rows.filter(left_on__isnull=False, reapplied_at=None).update(
        client_token=token,
        applied_at=now,
        reapplied_at=now,
        reapplied_to=community,
        guardian_name=wish.guardian_name,
        guardian_phone=wish.guardian_phone,
        guardian_agreed_on=wish.guardian_agreed_on,
    )
    Volunteer.objects.bulk_create([wish], ignore_conflicts=True)
    link(LINK_SKILLS, [skill.pk for skill in offer.skills], token)
    link(LINK_TIMES, [time.pk for time in offer.free_times], token)


def link(statement: str, chosen: list[int], token: UUID) -> None:
    """Carry out one of the statements above."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"chosen": chosen, "token": token})
