"""The world that is attacked."""

import logging
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.attack.cast import UNLIMITED, make_cast, make_world
from tests.attack.crawler import Arena


@pytest.fixture(scope="package")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Arena]:
    """A world filled once for all tests of this folder, and its actors; what a test does in it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        yield Arena(world, make_cast(world))
        transaction.set_rollback(True)


@pytest.fixture
def arena(filled: Arena, db: None) -> Iterator[Arena]:
    """The world for one test, which knows what pages others have opened; thousands of refusals are not logged."""
    logging.disable(logging.CRITICAL)
    with override_settings(**UNLIMITED):
        # The rows are undone after the test; what it sets on objects in memory, a password say, goes with the copies.
        yield Arena(*deepcopy((filled.world, filled.cast)), filled.fields)
    logging.disable(logging.NOTSET)
