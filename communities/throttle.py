"""Limits for public pages: how often something may happen within a time. Counters live in Redis and may be lost."""

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def allow(key: str, *, limit: int, seconds: int) -> bool:
    """Count one more event under the key; tell whether it is among the first `limit` within `seconds`.

    Without Redis everything is allowed: a limit protects from nuisance, and residents stand at a door.
    """
    name = f"throttle:{key}"
    try:
        cache.add(name, 0, timeout=seconds)
        return cache.incr(name) <= limit
    except ValueError:  # expired between the two calls
        return True
    except RedisError as error:
        logger.warning("throttle without Redis: %s", type(error).__name__)
        return True


def address_of(request: HttpRequest) -> str:
    """Return the client's address, for limits only: it is never stored beside what somebody sent.

    Behind our proxy it is the last address the proxy saw; what stands before it in the header anybody can invent.
    """
    if settings.BEHIND_PROXY and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
        return forwarded.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR", "")
