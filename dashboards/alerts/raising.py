"""Raising alerts where a figure will miss its target, and ending them where that is no longer so."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from dashboards.alerts.assessing import Key, Miss, find_misses
from dashboards.models import Alert

ALERT_LOCK = 7301  # first key of PostgreSQL's transaction lock: alerts are raised by one at a time


@transaction.atomic
def watch_targets(today: date) -> tuple[int, int]:
    """Make the open alerts exactly those of today's misses; return how many were raised and how many ended.

    A second run beside this one waits, and then finds nothing to do. Alerts of a period that is over end with it. One
    that held, ended and holds again is a new alert.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, 0)", [ALERT_LOCK])
    misses = find_misses(today)
    known = {(alert.area_code, alert.indicator, alert.period): alert for alert in Alert.objects.open()}
    gone = [alert.pk for key, alert in known.items() if key not in misses]
    ended = Alert.objects.filter(pk__in=gone).update(ended_at=timezone.now()) if gone else 0
    Alert.objects.bulk_update(list_moved(known, misses), ["expected", "target"])
    raised = Alert.objects.bulk_create([make_alert(key, miss) for key, miss in misses.items() if key not in known])
    return len(raised), ended


def list_moved(known: dict[Key, Alert], misses: dict[Key, Miss]) -> list[Alert]:
    """Return the open alerts whose numbers have changed, with the new ones."""
    moved = []
    for key in known.keys() & misses.keys():
        alert, miss = known[key], misses[key]
        if (alert.expected, alert.target) != (miss.expected, miss.target):
            alert.expected, alert.target = miss.expected, miss.target
            moved.append(alert)
    return moved


def make_alert(key: Key, miss: Miss) -> Alert:
    """Return a new alert, not saved."""
    area_code, indicator, period = key
    return Alert(area_code=area_code, indicator=indicator, period=period, expected=miss.expected, target=miss.target)
