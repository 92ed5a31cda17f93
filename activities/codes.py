"""Codes of the door: residents' personal codes, the rotating codes of a poster, tokens of a kiosk. No table but one."""

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.audit import record
from accounts.models import User
from activities.models import Activity, PersonalCode
from activities.models.participation import make_code
from grids.models import Building, Resident

PREFIX = "SQ1-"  # tells a card of ours from any other QR code; no address and no key of a person in it
POSTER_PURPOSE = "activities.codes.poster"
KIOSK_PURPOSE = "activities.codes.kiosk"
MAC_CHARACTERS = 16  # 80 bits: nobody tries them out within ten minutes
DIGITS = 6
OPEN_BEFORE = timedelta(hours=2)  # people come early, and helpers try the scanner
OPEN_AFTER = timedelta(hours=2)
DIGIT_WINDOWS = 3  # six digits can be guessed, so that they are good for the current window and two before it only


# --- Personal codes


def write_card(code: PersonalCode) -> str:
    """Return what the QR code of a card says."""
    return f"{PREFIX}{code.code}"


def read_card(text: str) -> str:
    """Return the personal code in a scanned or typed text; "" when it is no card of ours."""
    text = text.strip()
    return text.removeprefix(PREFIX) if text.startswith(PREFIX) else ""


@transaction.atomic
def issue_codes(building: Building, *, by: User) -> datetime:
    """Give everybody of `by`'s communities in a building who has no code yet one; return when, to find them by."""
    now = timezone.now()
    people = Resident.objects.visible_to(by).filter(household__building=building, personal_code=None)
    codes = [PersonalCode(resident_id=key, issued_at=now, issued_by=by) for key in people.values_list("pk", flat=True)]
    PersonalCode.objects.bulk_create(codes, ignore_conflicts=True)
    if codes:
        area = building.grid.community.code
        record("personal_code.issue", by=by, target=building, area_code=area, people=len(codes))
    return now


@transaction.atomic
def reissue_code(resident: Resident, *, by: User) -> PersonalCode:
    """Give a resident a new code instead of a lost card, which is unknown from now on."""
    fresh = {"code": make_code(), "issued_at": timezone.now(), "issued_by": by}
    code, _new = PersonalCode.objects.update_or_create(resident=resident, defaults=fresh)
    record("personal_code.reissue", by=by, target=resident, area_code=resident.community.code)
    return code


def find_holders(cards: Iterable[str]) -> dict[str, Resident]:
    """Return personal code -> holder, for those codes that are in use."""
    codes = PersonalCode.objects.filter(code__in=set(cards)).select_related("resident")
    return {code.code: code.resident for code in codes}


# --- The rotating codes of a poster


def make_poster_code(activity: Activity, now: datetime) -> str:
    """Return the code that the screen shows at this moment: the number of its window, and a signature over it."""
    window = int(now.timestamp()) // settings.CHECK_IN_CODE_SECONDS
    return f"{window:x}-{sign_window(activity, window)}"


def sign_window(activity: Activity, window: int) -> str:
    """Return the signature of a window, bound to the activity."""
    digest = salted_hmac(POSTER_PURPOSE, f"{activity.public_id}:{window}", algorithm="sha256").digest()
    return base64.b32encode(digest).decode()[:MAC_CHARACTERS].lower()


def is_poster_code(activity: Activity, code: str, now: datetime) -> bool:
    """Tell whether the code was on this activity's screen lately: within CHECK_IN_CODE_GRACE after its window began."""
    number, _dash, mac = code.partition("-")
    try:
        window = int(number, 16)
    except ValueError:
        return False
    good = hmac.compare_digest(mac.encode(), sign_window(activity, window).encode())
    return good and window in list_windows(now)


def list_windows(now: datetime) -> range:
    """Return the windows whose codes are good at this moment, the current one last."""
    size, at = settings.CHECK_IN_CODE_SECONDS, int(now.timestamp())
    return range((at - settings.CHECK_IN_CODE_GRACE) // size, at // size + 1)


def make_digits(activity: Activity, now: datetime) -> str:
    """Return the six digits below the code on the screen, for who cannot scan again."""
    return digits_of(activity, list_windows(now)[-1])


def are_digits(activity: Activity, digits: str, now: datetime) -> bool:
    """Tell whether these six digits stood on this activity's screen lately."""
    lately = list_windows(now)[-DIGIT_WINDOWS:]
    return any(hmac.compare_digest(digits.encode(), digits_of(activity, window).encode()) for window in lately)


def digits_of(activity: Activity, window: int) -> str:
    """Return the six digits of a window."""
    digest = salted_hmac(POSTER_PURPOSE, f"digits:{activity.public_id}:{window}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}}"


# --- Kiosks


def make_kiosk_token(activity: Activity) -> str:
    """Return what opens the kiosk of this activity on a tablet that is not signed in."""
    return Signer(salt=KIOSK_PURPOSE).sign(activity.public_id)


def find_kiosk_activity(token: str) -> Activity | None:
    """Return the activity of a kiosk whose token is genuine and whose time is not over."""
    try:
        public_id = Signer(salt=KIOSK_PURPOSE).unsign(token)
    except BadSignature:
        return None
    activity = Activity.objects.select_related("kind", "community").filter(public_id=public_id).first()
    return activity if activity and not is_over(activity, timezone.now()) else None


def is_over(activity: Activity, now: datetime) -> bool:
    """Tell whether residents cannot check themselves in any more."""
    return now > activity.ends_at + OPEN_AFTER
