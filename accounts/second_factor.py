"""Second factors: secrets of authenticator apps, codes that are good once, recovery codes. Numbers: RFC 6238."""

import base64
import os
import secrets
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from accounts.audit import record
from accounts.encryption import blind_indexes, decrypt_bytes, encrypt_bytes
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.sessions import end_sessions

PURPOSE = "second_factor"
SECRET_BYTES = 20  # RFC 4226 recommends 160 bits
DRIFT_STEPS = 1  # half a minute either way: phones without network run a little wrong
RECOVERY_CODES = 8
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without what looks alike on paper


def begin_set_up(user: User) -> SecondFactor:
    """Return the account's factor that waits to be confirmed, with a new secret unless one waits already."""
    sealed = encrypt_bytes(os.urandom(SECRET_BYTES), purpose=PURPOSE)
    factor, _new = SecondFactor.objects.get_or_create(user_id=user.pk, defaults={"secret": sealed})
    return factor


def read_secret(factor: SecondFactor) -> bytes:
    """Return the secret, which the app and we share."""
    return decrypt_bytes(factor.secret, purpose=PURPOSE)


def show_secret(factor: SecondFactor) -> str:
    """Return the secret as it is typed into an app that cannot scan: in groups of four."""
    text = base64.b32encode(read_secret(factor)).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def draw_secret(factor: SecondFactor) -> str:
    """Return a QR code of the secret as a data URI, for the app to scan."""
    issuer = _("社区门户")
    label = quote(f"{issuer}:{factor.user.username}")
    query = urlencode({"secret": show_secret(factor).replace(" ", ""), "issuer": issuer})
    return segno.make(f"otpauth://totp/{label}?{query}", error="m", micro=False).svg_data_uri(scale=4, border=4)


def accept_code(factor: SecondFactor, code: str) -> bool:
    """Tell whether the code of the app is right; it is then spent, and so are all older ones."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 6):
        return False
    totp = TOTP(read_secret(factor))
    if not totp.verify(int(digits), tolerance=DRIFT_STEPS, min_t=factor.last_step + 1):
        return False
    return _spend(factor, totp.t())


def _spend(factor: SecondFactor, step: int) -> bool:
    """Tell whether this request is the one that may use the step's code: of two at once, one."""
    return SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step) == 1


def accept_recovery_code(factor: SecondFactor, code: str) -> bool:
    """Tell whether this is a recovery code not used before; it is then used."""
    waiting = RecoveryCode.objects.filter(factor=factor, digest__in=digests(factor, code), used_at=None)
    return waiting.update(used_at=timezone.now()) == 1


def digest(factor: SecondFactor, code: str) -> bytes:
    """Return the keyed hash of a recovery code that is kept, however it was typed."""
    return digests(factor, code)[0]


def digests(factor: SecondFactor, code: str) -> list[bytes]:
    """Return the hashes under which a code may be kept: today's, and the former key's while keys are exchanged."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return blind_indexes(f"{factor.user_id}:{plain}", purpose="recovery_code")


def accept(user: User, code: str) -> bool:
    """Tell whether the code of the app, or a recovery code, is right for the account."""
    factor = SecondFactor.objects.filter(user=user.pk, confirmed_at__isnull=False).first()
    return factor is not None and (accept_code(factor, code) or accept_recovery_code(factor, code))


@transaction.atomic
def confirm_set_up(user: User, *, code: str, by: User, session_key: str | None) -> list[str]:
    """Switch the factor on once the app shows the right code; return the recovery codes, which nobody can read again.

    Other sessions end. Raises ValidationError when the code is wrong.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=user.pk, confirmed_at=None).first()
    if factor is None:
        raise ValidationError(_("动态口令已经启用，请刷新页面。"))
    if not accept_code(factor, code):
        raise ValidationError(_("动态口令不对。请等手机上换了新的六位数再输入，并核对手机的时间。"))
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=timezone.now())
    end_sessions(user, keep=session_key)
    _note("second_factor.on", user, by)
    return _make_codes(factor)


@transaction.atomic
def renew_codes(user: User, *, by: User) -> list[str]:
    """Replace all recovery codes; return the new ones."""
    factor = SecondFactor.objects.select_for_update().filter(user=user.pk, confirmed_at__isnull=False).first()
    if factor is None:
        raise ValidationError(_("动态口令还没有启用。"))
    _note("second_factor.new_codes", user, by)
    return _make_codes(factor)


def _make_codes(factor: SecondFactor) -> list[str]:
    """Store new recovery codes in place of the old; return them as they are shown."""
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(10)) for _code in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(factor=factor).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=digest(factor, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def switch_off(user: User, *, by: User, session_key: str | None) -> None:
    """Delete the account's factor and end its other sessions: at its own wish, or because the phone is lost."""
    deleted, _rows = SecondFactor.objects.filter(user=user.pk).delete()
    if deleted:
        end_sessions(user, keep=session_key)
        _note("second_factor.off" if user.pk == by.pk else "second_factor.reset", user, by)


def _note(action: str, user: User, by: User, **detail: Any) -> None:
    record(action, by=by, target=user, area_code=user.area_code or by.area_code, **detail)
