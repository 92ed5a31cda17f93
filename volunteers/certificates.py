"""Certificates of service: issuing, reading, revoking, and finding one by its code. Drawing one: certificate_pdf.py.

What a certificate holds follows 志愿服务记录与证明出具办法（试行） and 民发〔2015〕149号: who, what service,
when and for how long, who issues it and who handled it, number and day. It is a snapshot: later corrections
do not change it.
"""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import scope
from accounts.audit import record
from accounts.encryption import decrypt, encrypt
from accounts.models import User
from grids.masking import mask_name
from grids.models import Sex
from grids.unmasking import Purpose, note_look
from volunteers.looks import read_id_number, read_name, refuse_budget, seal_id_number
from volunteers.models import Certificate, RecordEntry, Volunteer
from volunteers.records import count_in_days, list_served, say_minutes

CONTENT = "volunteer_certificate"  # what its ciphertext is bound to
READ, READ_REFUSED = "volunteer_certificate.read", "volunteer_certificate.read_refused"


class RevokeReason(models.TextChoices):
    """Why a certificate does not hold any more: a closed list (rule R29)."""

    FACTS = "facts", gettext_lazy("内容有误")
    HOURS = "hours", gettext_lazy("时长已更正")
    TWICE = "twice", gettext_lazy("重复出具")
    ASKED = "asked", gettext_lazy("志愿者要求作废")


@dataclass(frozen=True)
class Content:
    """What is printed, as texts. `served` are rows of day, name, place, field, from–to and duration."""

    name: str
    sex: str
    id_number: str
    number: str
    registered_on: str
    first_day: str
    last_day: str
    total: str
    served: list[list[str]]
    trainings: list[list[str]]
    honours: list[list[str]]
    issuer: str
    handler: str
    phone: str
    issued_on: str

    @property
    def texts(self) -> list[str]:
        """Every text that is not empty."""
        values = asdict(self).values()
        rows = [value for value in values if isinstance(value, list)]
        return [v for v in values if isinstance(v, str) and v] + [cell for row in rows for line in row for cell in line]


def issue_certificate(
    volunteer: Volunteer, *, first_day: date, last_day: date, with_id: bool, typed_id: str, phone: str, by: User
) -> Certificate:
    """Issue a certificate of the confirmed service of these days. The looks at name and number are committed first.

    `typed_id` is an outsider's ID number, typed once and kept sealed when a certificate comes of it; `phone` where the
    issuer can be asked.
    """
    minutes = count_in_days(volunteer, first_day, last_day)
    if not minutes:
        raise ValidationError(_("这段时间没有已确认的服务，不能出具证明。请先确认时长，或换一段时间。"))
    name = read_name(volunteer, by=by)
    typed = typed_id if with_id and volunteer.resident is None else ""
    id_number = typed or (read_id_number(volunteer, by=by) if with_id else "")
    if with_id and not id_number:
        raise ValidationError({"with_id": _("没有登记证件号。可以不印证件号，或先补登记。")})
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        if typed:
            seal_id_number(volunteer, typed, by=by)
        content = compose(volunteer, first_day, last_day, minutes, name, id_number, phone, by)
        return save_certificate(volunteer, content, first_day, last_day, minutes, by)


def save_certificate(
    volunteer: Volunteer, content: Content, first_day: date, last_day: date, minutes: int, by: User
) -> Certificate:
    """Seal and save what is certified."""
    certificate = Certificate.objects.create(
        volunteer=volunteer,
        first_day=first_day,
        last_day=last_day,
        minutes=minutes,
        content=seal(content),
        issued_by=by,
    )
    note("issue", certificate, by, with_id=bool(content.id_number), minutes=minutes)
    return certificate


def compose(
    volunteer: Volunteer, first: date, last: date, minutes: int, name: str, id_number: str, phone: str, by: User
) -> Content:
    """Return what is to be printed, in the language of the portal: a certificate is a Chinese document."""
    entries = list(volunteer.entries.filter(on__range=(first, last)))
    kinds = RecordEntry.Kind
    return Content(
        name=name,
        sex=str(Sex(volunteer.resident.sex if volunteer.resident else volunteer.sex).label),
        id_number=id_number,
        number=number_of(volunteer),
        registered_on=str(volunteer.registered_on or ""),
        first_day=str(first),
        last_day=str(last),
        total=say_minutes(minutes),
        served=[
            [f"{one.starts:%Y-%m-%d}", one.name, one.place, one.field, one.times, one.hours]
            for one in list_served(volunteer, first, last)
        ],
        trainings=[say_entry(entry) for entry in entries if entry.kind == kinds.TRAINING],
        honours=[say_entry(entry) for entry in entries if entry.kind == kinds.HONOUR],
        issuer=str(volunteer.community),
        handler=by.name,
        phone=phone,
        issued_on=str(timezone.localdate()),
    )


def number_of(volunteer: Volunteer) -> str:
    """Return the volunteer's number: the community's code and the row's."""
    return f"{volunteer.community.code}-{volunteer.pk:06}"


def say_entry(entry: RecordEntry) -> list[str]:
    """Return day, title, unit and hours of a training or an honour."""
    hours = _("%(hours)s 学时") % {"hours": f"{entry.hours.normalize():f}"} if entry.hours else ""
    return [str(entry.on), entry.title, entry.by_unit, hours]


def seal(content: Content) -> bytes:
    """Return the content as it is kept."""
    return encrypt(json.dumps(asdict(content), ensure_ascii=False), purpose=CONTENT)


def unseal(certificate: Certificate) -> Content:
    """Return what was certified; the caller notes the look, or shows no more than the public page does."""
    return Content(**json.loads(decrypt(certificate.content, purpose=CONTENT)))


def read_certificate(certificate: Certificate, *, by: User) -> Content:
    """Return what was certified, to be printed in full. That it was read is committed before this returns."""
    area = certificate.volunteer.community.code
    if not note_look(READ, READ_REFUSED, by=by, target=certificate, area_code=area, purpose=str(Purpose.SERVICE)):
        raise ValidationError(refuse_budget())
    return unseal(certificate)


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, reason: RevokeReason, by: User) -> None:
    """Declare that a certificate does not hold any more: its public page says so at once."""
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.revoked_at:
        raise ValidationError(_("这份证明已经作废了。"))
    locked.revoked_at, locked.revoke_reason = timezone.now(), reason
    locked.save(update_fields=["revoked_at", "revoke_reason"])
    note("revoke", locked, by, reason=str(reason))


def note(deed: str, certificate: Certificate, by: User, **detail: Any) -> None:
    """Append a deed to the audit log."""
    volunteer = certificate.volunteer
    area = volunteer.community.code
    record(f"volunteer_certificate.{deed}", by=by, target=certificate, area_code=area, volunteer=volunteer.pk, **detail)


# --- Checking by code


@dataclass(frozen=True)
class Proof:
    """What everybody may read who has the code, and nothing else."""

    masked_name: str
    first_day: date
    last_day: date
    total: str
    issuer: str
    issued_on: date
    is_revoked: bool


def clean_code(text: str) -> str:
    """Return the code as it is kept: capitals without spaces and hyphens, whatever keyboard it was typed on."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()


def split_code(code: str) -> str:
    """Return the code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def find_proof(text: str) -> Proof | None:
    """Return what the certificate of this code proves; None when there is none."""
    code = clean_code(text)
    with connection.cursor() as cursor:  # whose rows these are is known by the code alone
        cursor.execute("select volunteers_certifying_community(%s)", [code])
        (community,) = cursor.fetchone()
    if community is None:
        return None
    with scope.of(community):
        found = Certificate.objects.select_related("volunteer__community").get(code=code)
    content = unseal(found)
    return Proof(
        masked_name=mask_name(content.name),
        first_day=found.first_day,
        last_day=found.last_day,
        total=say_minutes(found.minutes),
        issuer=content.issuer,
        issued_on=timezone.localdate(found.issued_at),
        is_revoked=found.revoked_at is not None,
    )
