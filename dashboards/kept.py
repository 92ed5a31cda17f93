"""Keeps what pages have answered, so that the next reader of the same role and area need not wait for it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language
from redis.exceptions import RedisError

from accounts.models import User
from dashboards.release import get_release

logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Kept:
    """A page's answer: what stands around it, and the part that changes with the figures, as markup."""

    name: str
    period_label: str
    trail: list[tuple[str, str]]
    tabs: list[tuple[str, str, str]]  # code, name, icon
    body: str


class Shelf:
    """What is kept for readers of one role and area (None: for everybody), in one language, today, by this release.

    A cache that does not answer costs time and nothing else, and only once a request.
    """

    def __init__(self, reader: User | None) -> None:
        today = timezone.localdate().isoformat()
        eyes = (reader.role, reader.area_code) if reader else ("", "")
        self.owner = (*eyes, get_language() or "", today, get_release())
        self.is_shut = False

    def find_or_make(self, parts: Sequence[str], edition: str, make: Callable[[], T], *, lifetime: int) -> T:
        """Return what is kept of this edition under the parts, or a fresh one, which takes the place of an older one.

        Parts name all else that it depends on. The edition is no part of the key: on a busy day there are thousands.
        """
        key = self.name_key(parts)
        found = self._ask(lambda: cache.get(key))
        if found is not None and found[0] == edition:
            return found[1]
        made = make()
        self._ask(lambda: cache.set(key, (edition, made), timeout=lifetime))
        return made

    def name_key(self, parts: Sequence[str]) -> str:
        """Return the key of an answer; long and odd parts of addresses vanish in a digest."""
        whole = "\0".join([*self.owner, *parts])
        return f"page:{sha256(whole.encode()).hexdigest()}"

    def _ask(self, question: Callable[[], T]) -> T | None:
        if self.is_shut:
            return None
        try:
            return question()
        except RedisError as error:
            logger.warning("dashboard without cache: %s", type(error).__name__)
            self.is_shut = True
            return None
