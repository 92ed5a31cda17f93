"""Links to wall screens: making, finding and taking them back. What a screen shows: wall_panels.py."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from accounts.roles import LEVEL_OF_ROLE, Level, Role
from communities.models import Area
from dashboards.models import WallScreen
from indicators.areas import LEVEL_OF_DIGITS, MODELS, AreaRef
from indicators.models import AreaLevel

TOKEN_BYTES = 24  # 192 bits: nobody finds a link by trying
SEEN_EVERY = timedelta(minutes=10)  # a screen asks every half minute; nobody needs to know it that exactly
# A link needs no account, so it shows what somebody above the area would be shown: small counts are hidden from those.
READERS = {
    AreaLevel.DISTRICT: Role.DISTRICT_OFFICER,
    AreaLevel.STREET: Role.STREET_OFFICER,
    AreaLevel.COMMUNITY: Role.STREET_OFFICER,
}
DIGITS_OF = {level: digits for digits, level in LEVEL_OF_DIGITS.items()}


def make_token() -> str:
    """Return a new token: the last part of a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()


def list_choices(user: User) -> list[tuple[str, str]]:
    """Return (code, name) of the areas that a screen of the user may be about: the own one and those below."""
    found: list[tuple[str, str]] = []
    for level in (AreaLevel.DISTRICT, AreaLevel.STREET, AreaLevel.COMMUNITY):
        areas = MODELS[level].objects.current().filter(code__startswith=user.area_code)
        found += areas.order_by("code").values_list("code", "name") if user.area_code else []
    return found


def create_wall(*, area_code: str, name: str, seconds: int, token: str, by: User) -> WallScreen:
    """Make a link of this token. Asked a second time with the same token, return the link of the first time."""
    if area_code not in dict(list_choices(by)):
        raise ValidationError({"area_code": _("请选您负责的区域。")})
    wall = WallScreen(area_code=area_code, name=name, seconds=seconds, token_digest=digest(token), made_by=by)
    wall.full_clean(exclude=["seen_at", "revoked_at"], validate_unique=False)
    try:
        with transaction.atomic():
            wall.save()
            record("wall.create", by=by, target=wall, area_code=area_code, seconds=seconds)
    except IntegrityError:
        return WallScreen.objects.valid().visible_to(by).get(token_digest=digest(token))
    return wall


@transaction.atomic
def revoke_wall(*, wall: WallScreen, by: User) -> WallScreen:
    """Take a link back, once and for good: open screens say so when they next ask."""
    wall = WallScreen.objects.select_for_update().get(pk=wall.pk)
    if wall.revoked_at is None:
        wall.revoked_at = timezone.now()
        wall.save(update_fields=["revoked_at"])
        record("wall.revoke", by=by, target=wall, area_code=wall.area_code)
    return wall


def find_wall(token: str) -> WallScreen | None:
    """Return the screen whose link this token makes; None for unknown ones and those taken back."""
    return WallScreen.objects.valid().filter(token_digest=digest(token)).first()


def note_seen(wall: WallScreen) -> None:
    """Note that a screen is open."""
    now = timezone.now()
    if wall.seen_at is None or now - wall.seen_at > SEEN_EVERY:
        WallScreen.objects.filter(pk=wall.pk).update(seen_at=now)


def find_area(wall: WallScreen) -> AreaRef | None:
    """Return the area of a screen; None where it is gone."""
    level = LEVEL_OF_DIGITS[len(wall.area_code)]
    area = MODELS[level].objects.filter(code=wall.area_code).first()
    return AreaRef.to(area) if area else None


def make_reader(area: AreaRef) -> User:
    """Return an account that exists nowhere, with the eyes of somebody who works above communities."""
    role = READERS[AreaLevel(area.level)]
    level = LEVEL_OF_ROLE[role]
    code = area.code[: DIGITS_OF[AreaLevel(level)]]
    own: Area = MODELS[level].objects.get(code=code)
    return User(role=role, **{Level(level).value: own})
