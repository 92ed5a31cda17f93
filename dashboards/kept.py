"""Keeps what pages have answered, so that the next reader of the same role and area need not wait for it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language
from redis.exceptions import RedisError

from accounts.models import User
from indicators.version import get_code_version

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """A page's answer: what stands around it, and the part that changes with the figures, as markup."""

    name: str
    period_label: str
    trail: list[tuple[str, str]]
    tabs: list[tuple[str, str, str]]  # code, name, icon
    body: str


def find_or_make(reader: User, parts: tuple[str, ...], make: Callable[[], Kept], *, lifetime: int) -> Kept:
    """Return the kept answer of a question, or a fresh one, which is kept.

    `parts` name all that the answer depends on, but for role, area and language of the reader, the day and the code.
    A cache that does not answer costs time and nothing else.
    """
    key = name_key(reader, parts)
    try:
        if (found := cache.get(key)) is not None:
            return found
    except RedisError as error:
        logger.warning("dashboard without cache: %s", type(error).__name__)
        return make()
    made = make()
    try:
        cache.set(key, made, timeout=lifetime)
    except RedisError as error:
        logger.warning("dashboard not kept: %s", type(error).__name__)
    return made


def name_key(reader: User, parts: tuple[str, ...]) -> str:
    """Return the key of an answer; long and odd parts of addresses vanish in a digest."""
    today = timezone.localdate().isoformat()
    whole = "\0".join([reader.role, reader.area_code, get_language() or "", today, get_code_version(), *parts])
    return f"page:{sha256(whole.encode()).hexdigest()}"
