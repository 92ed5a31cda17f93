"""Unusual access: what passes a limit, or is far more than this account's own days, and nothing else."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.audit import label_of
from accounts.models import AuditEvent
from accounts.unusual import Measure, count_unusual, find_unusual
from communities.spans import begin_of
from tests.tampering import tamper

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 18)


@pytest.fixture
def deeds(worker, community):
    """Writes deeds of the worker on any day, at ten in the morning unless told."""

    def write(action, count=1, *, day=DAY, hour=10, user=worker, first=0, **detail):
        events = AuditEvent.objects.bulk_create(
            AuditEvent(
                actor=label_of(user),
                action=action,
                object_type="resident",
                object_id=str(first + n),
                area_code=community.code,
                detail=detail,
            )
            for n in range(count)
        )
        moment = begin_of(day) + timedelta(hours=hour)
        tamper("update accounts_auditevent set at = %s where id = any(%s)", moment, [event.pk for event in events])

    return write


def find(day=DAY):
    """Return what was unusual, by account: measure and count."""
    found = find_unusual(AuditEvent.objects.all(), day)
    return {actor: [(finding.measure, finding.count) for finding in findings] for actor, findings in found.items()}


def test_ordinary_day_is_not_listed(deeds):
    for back in range(10):
        deeds("resident.read", 60, day=DAY - timedelta(days=back))
    assert find() == {}


@pytest.mark.parametrize(
    ("action", "limit", "measure"),
    [
        ("resident.read", "UNUSUAL_PERSONS", Measure.PERSONS),
        ("resident.unmask", "UNUSUAL_UNMASKED", Measure.UNMASKED),
        ("resident_export.download", "UNUSUAL_EXPORTS", Measure.EXPORTS),
        ("resident.read_refused", "UNUSUAL_REFUSALS", Measure.REFUSALS),
        ("sign_in.fail", "UNUSUAL_FAILURES", Measure.FAILURES),
    ],
)
def test_day_over_a_limit_is_listed_and_one_at_it_is_not(deeds, settings, worker, action, limit, measure):
    deeds(action, getattr(settings, limit), day=DAY - timedelta(days=1))
    assert find(DAY - timedelta(days=1)) == {}
    deeds(action, getattr(settings, limit) + 1)
    assert (measure, getattr(settings, limit) + 1) in find()[label_of(worker)]


def test_person_opened_twice_counts_once(deeds, settings):
    settings.UNUSUAL_PERSONS = 3
    deeds("resident.read", 3)
    deeds("resident.unmask", 3)
    assert find() == {}


def test_rows_of_exports_are_added_up(deeds, settings, worker):
    deeds("resident_export.download", 2, rows=settings.UNUSUAL_EXPORT_ROWS)
    assert find()[label_of(worker)] == [(Measure.EXPORT_ROWS, 2 * settings.UNUSUAL_EXPORT_ROWS)]


@pytest.mark.parametrize(("hour", "listed"), [(5.9, True), (6, False), (21.9, False), (22, True)])
def test_night_is_from_ten_to_six(deeds, settings, hour, listed):
    deeds("visit.log", settings.UNUSUAL_NIGHT + 1, hour=hour)
    assert bool(find()) is listed


def test_much_more_than_ones_own_days_is_listed(deeds, settings, worker):
    for back in range(1, 8):
        deeds("resident.read", 10, day=DAY - timedelta(days=back))
    deeds("resident.read", 31)
    assert find() == {label_of(worker): [(Measure.PERSONS, 31)]}
    finding = find_unusual(AuditEvent.objects.all(), DAY)[label_of(worker)][0]
    assert (finding.usual, finding.is_over_limit) == (10, False)


def test_three_looks_instead_of_one_are_no_news(deeds):
    for back in range(1, 8):
        deeds("resident.read", 1, day=DAY - timedelta(days=back))
    deeds("resident.read", 20)
    assert find() == {}


def test_day_beyond_four_weeks_is_not_compared_with(deeds):
    deeds("resident.read", 1, day=DAY - timedelta(days=29))
    deeds("resident.read", 140)
    assert find() == {}


def test_accounts_stand_in_the_order_of_names_whatever_they_did(deeds, settings, make_user, community):
    settings.UNUSUAL_PERSONS = 1
    for name, count in (("b", 3), ("a", 2), ("c", 9)):
        deeds("resident.read", count, user=make_user(name, "worker", community))
    assert list(find()) == ["a (a)", "b (b)", "c (c)"]


def test_portal_itself_is_no_account(deeds, settings):
    settings.UNUSUAL_NIGHT = 0
    AuditEvent.objects.create(action="audit.verify", actor="系统", object_type="auditlink", object_id="", area_code="")
    assert find(timezone.localdate()) == {}


def test_daily_count_is_written_once_for_each_street(deeds, settings, street, foreign_street):
    settings.UNUSUAL_PERSONS = 1
    deeds("resident.read", 2)
    count_unusual(DAY)
    count_unusual(DAY)
    written = AuditEvent.objects.filter(action="audit.unusual").order_by("area_code")
    assert [(event.area_code, event.detail["accounts"]) for event in written] == [
        (street.code, 1),
        (foreign_street.code, 0),
    ]


def test_resident_and_volunteer_of_the_same_key_are_two_persons(deeds, settings, worker):
    settings.UNUSUAL_UNMASKED = 1
    today = timezone.localdate()
    deeds("resident.unmask", day=today)
    AuditEvent.objects.create(
        actor=label_of(worker), action="volunteer.unmask", object_type="volunteer", object_id="0", area_code=""
    )
    assert find(today)[label_of(worker)] == [(Measure.UNMASKED, 2)]
