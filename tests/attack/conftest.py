"""The world that is attacked."""

import logging
from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.attack.cast import make_cast, make_world
from tests.attack.crawler import Arena

UNLIMITED = {"PUBLIC_PER_ADDRESS": 10**9, "PUBLIC_PER_ACTIVITY": 10**9}


@pytest.fixture
def arena(db: None, quick_passwords: None) -> Iterator[Arena]:
    """A filled world and its actors. Thousands of refusals are what is wanted here: none is logged."""
    logging.disable(logging.CRITICAL)
    with override_settings(**UNLIMITED):
        world = make_world()
        yield Arena(world, make_cast(world))
    logging.disable(logging.NOTSET)
