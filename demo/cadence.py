"""Invents cadence: rules of the street and of one community, with slots that were missed, made up for or exempt."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from activities.models import Activity, ActivityKind, Theme
from cadence.actions import add_rule, note_exempt, note_made_up
from cadence.models import CadenceRule
from cadence.slots import Slot, State, recent_spans
from cadence.standing import find_candidates, read_slots
from communities.models import Community

RULE_DAYS = 120
# fields, kinds, themes
STREET_RULES: tuple[tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]], ...] = (
    ({"name": "每周小活动", "every": "week", "grace_days": 7}, (), ()),
    ({"name": "每月大活动", "every": "month", "min_people": 50}, (), ()),
    ({"name": "主题党日", "every": "month"}, ("主题党日",), ()),
)
COMMUNITY_RULES: tuple[tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]], ...] = (
    ({"name": "每月一堂法律课", "every": "month", "grace_days": 20}, ("法律讲堂",), ()),
    ({"name": "周三健康日", "every": "day", "weekdays": [3], "grace_days": 6}, (), ("健康",)),
)
REASONS = ("当天街道统一停办户外活动", "场地维修")


def keep_time(communities: Iterable[Community], today: date, officer: User, worker: User) -> None:
    """Save the rules, and say something about some of the slots that were missed."""
    rules = [make_rule(rule, officer, today) for rule in STREET_RULES]
    rules += [make_rule(rule, worker, today) for rule in COMMUNITY_RULES]
    fetched = CadenceRule.objects.filter(pk__in=[rule.pk for rule in rules]).for_slots()
    spans = {rule: recent_spans(rule, today) for rule in fetched}
    slots = read_slots(spans, communities, today)
    missed = [slot for slot in slots if slot.state == State.MISSED and slot.community == worker.community]
    for number, slot in enumerate(missed):
        explain(slot, number, today, worker)


def make_rule(rule: tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]], by: User, today: date) -> CadenceRule:
    """Save one rule that began some months ago."""
    fields, kinds, themes = rule
    starts_on = (today - timedelta(days=RULE_DAYS)).replace(day=1)
    return add_rule(
        CadenceRule(starts_on=starts_on, **fields),
        kinds=ActivityKind.objects.filter(name__in=kinds),
        themes=Theme.objects.filter(name__in=themes),
        by=by,
    )


def explain(slot: Slot, number: int, today: date, by: User) -> None:
    """Make up for a missed slot where something fits; exempt every third of the others."""
    if candidates := find_candidates(slot, today):
        note_made_up(slot, activity=Activity.objects.get(pk=candidates[0]), by=by)
    elif number % 3 == 1:
        note_exempt(slot, reason=REASONS[number % len(REASONS)], by=by)
