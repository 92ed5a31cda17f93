"""Rules in one line each, on days that do not move."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.models import ActivityKind, Theme
from cadence.models import CadenceRule
from cadence.slots import Slot, list_spans
from cadence.standing import read_slots
from communities.models import Community

TODAY = date(2026, 11, 18)  # a Wednesday, week 47, fourth quarter


@pytest.fixture
def make_rule(worker, community) -> Callable[..., CadenceRule]:
    """Makes a rule of the community, or of the street when that is given."""

    def make(every: str = "week", *, kinds: tuple = (), themes: tuple = (), **fields: Any) -> CadenceRule:
        area = {} if "street" in fields else {"community": community}
        given = {"name": "规则", "starts_on": date(2026, 1, 1), "created_by": worker, **area, **fields}
        rule = CadenceRule.objects.create(every=every, **given)
        rule.kinds.set(ActivityKind.objects.filter(name__in=kinds))
        rule.themes.set(Theme.objects.filter(name__in=themes))
        return rule

    return make


@pytest.fixture
def slots_of(community) -> Callable[..., list[Slot]]:
    """Reads the slots of one rule, by default in the community from the first of November until today."""

    def read(
        rule: CadenceRule, first: date = date(2026, 11, 1), *, today: date = TODAY, where: Community | None = None
    ) -> list[Slot]:
        fetched = CadenceRule.objects.for_slots().get(pk=rule.pk)
        return read_slots({fetched: list_spans(fetched, first, today)}, [where or community], today)

    return read
