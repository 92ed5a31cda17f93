"""Limits for public pages: counted per key, forgotten in time, and never in the way when Redis is gone."""

import uuid

import pytest
from django.test import RequestFactory

from communities.throttle import address_of, allow


def test_first_events_are_allowed_and_the_next_is_not():
    key = uuid.uuid4().hex
    assert [allow(key, limit=2, seconds=60) for _ in range(3)] == [True, True, False]


def test_keys_are_counted_apart():
    key = uuid.uuid4().hex
    assert allow(key, limit=1, seconds=60)
    assert allow(key + "x", limit=1, seconds=60)


def test_everything_is_allowed_without_redis(settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{tmp_path}/nobody.sock",
        }
    }
    assert [allow("anything", limit=1, seconds=60) for _ in range(3)] == [True, True, True]


@pytest.mark.parametrize(("behind_proxy", "address"), [(True, "203.0.113.9"), (False, "10.0.0.1")])
def test_address_is_the_last_one_our_proxy_saw(settings, behind_proxy, address):
    settings.BEHIND_PROXY = behind_proxy
    headers = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9", "REMOTE_ADDR": "10.0.0.1"}
    assert address_of(RequestFactory().get("/", **headers)) == address


def test_what_can_be_guessed_is_refused_without_redis(settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{tmp_path}/nobody.sock",
        }
    }
    assert not allow("digits", limit=9, seconds=60, without_redis=False)
