"""Limits for public pages: how often something may happen within a time. Counters live in Redis and may be lost."""

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

HOUR = 3600


def allow(key: str, *, limit: int, seconds: int, without_redis: bool = True) -> bool:
    """Count one more event under the key; tell whether it is among the first `limit` within `seconds`.

    Without Redis everything is allowed: a limit protects from nuisance, and residents stand at a door. Where it
    protects what is short enough to be guessed, the caller says `without_redis=False`.
    """
    name = f"throttle:{key}"
    try:
        cache.add(name, 0, timeout=seconds)
        return cache.incr(name) <= limit
    except ValueError:  # expired between the two calls
        return True
    except RedisError as error:
        logger.warning("throttle without Redis: %s", type(error).__name__)
        return without_redis


def address_of(request: HttpRequest) -> str:
    """Return the client's address, for limits only: it is never stored beside what somebody sent.

    Behind our proxy it is the last address the proxy saw; what stands before it in the header anybody can invent.
    """
    if settings.BEHIND_PROXY and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
        return forwarded.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR", "")


def allow_visitor(request: HttpRequest, what: str, of: str) -> bool:
    """Count one more deed of a visitor; tell whether there were not too many this hour, from the address or in all.

    `what` names the deed, `of` what it is done to ("activity:key"): each has a count of its own.
    """
    limits = {
        f"{what}:address:{address_of(request)}": settings.PUBLIC_PER_ADDRESS,
        f"{what}:{of}": settings.PUBLIC_PER_ACTIVITY,
    }
    return all(allow(key, limit=limit, seconds=HOUR) for key, limit in limits.items())
