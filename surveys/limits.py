"""What is remembered for minutes about public forms, in Redis only: how often an address sent, which form was sent.

An address is counted under a hash with a secret that is made up anew each day and forgotten the next; nothing here
names a wave, a code or an answer.
"""

import hashlib
import hmac
import logging
import secrets

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from communities.throttle import address_of, allow

logger = logging.getLogger(__name__)

HOUR, DAY = 3600, 24 * 3600
SENT_SECONDS = 600  # how long a form that was sent is known, for who taps twice on a slow line
CODE_TRIES = 120  # an hour from one address: a building with all its typing errors, nothing against 49 bits


def may_send(request: HttpRequest) -> bool:
    """Count one more answer from the request's address; tell whether there were not too many."""
    return allow(f"survey:{veil(address_of(request))}", limit=settings.PUBLIC_PER_ADDRESS, seconds=HOUR)


def may_try_code(request: HttpRequest) -> bool:
    """Count one more code typed at the request's address; tell whether there were not too many."""
    return allow(f"survey-code:{veil(address_of(request))}", limit=CODE_TRIES, seconds=HOUR)


def veil(text: str) -> str:
    """Return a hash of the text that nobody can compute again tomorrow."""
    return hmac.new(secret_of_day(), text.encode(), hashlib.sha256).hexdigest()[:32]


def secret_of_day() -> bytes:
    """Return today's secret; without Redis a new one each time, which counts nothing and tells nothing."""
    name = f"survey-secret:{timezone.localdate().isoformat()}"
    fresh = secrets.token_bytes(32)
    try:
        cache.add(name, fresh, timeout=DAY)
        return bytes(cache.get(name) or fresh)
    except RedisError as error:
        logger.warning("limits of surveys without Redis: %s", type(error).__name__)
        return fresh


def note_sent(token: str) -> bool:
    """Remember for minutes that the form with this token was sent; tell whether that is news."""
    return allow(f"survey-sent:{veil(token)}", limit=1, seconds=SENT_SECONDS)


def forget_sent(token: str) -> None:
    """Forget that a form was sent: what it held was not taken."""
    try:
        cache.delete(f"throttle:survey-sent:{veil(token)}")
    except RedisError as error:
        logger.warning("limits of surveys without Redis: %s", type(error).__name__)
