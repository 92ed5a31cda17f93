"""Alerts: raised and ended by the forecast, once each, for streets and communities at once; one letter a day."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from dashboards.alerts.assessing import find_misses
from dashboards.alerts.mailing import mail_alerts
from dashboards.alerts.raising import watch_targets
from dashboards.models import Alert, AlertMail
from dashboards.tasks import watch_targets as ring
from dashboards.todo import list_tasks
from indicators.areas import AreaRef
from indicators.engine.cells import refresh_community
from indicators.models import TallyCell, Target
from indicators.targets import set_targets

LATE = date(2026, 11, 25)  # more than half of the quarter and most of the year are over
REACH = "S0-20"


@pytest.fixture(autouse=True)
def late_in_the_quarter():
    """Stand on a day on which forecasts can be made of quarter and year."""
    with time_machine.travel(f"{LATE.isoformat()}T09:00:00+08:00", tick=False):
        yield


@pytest.fixture
def people(register, worker, grids, community):
    """Thirty people, ten of them reached: 33 %, for the quarter about 49 % at this pace."""
    people = [register.resident(grids[n % 2]) for n in range(30)]
    register.activity(community, worker, *people[:10])
    refresh_community(community.pk)
    return people


@pytest.fixture
def aim(street_officer):
    """Set a target of the year for reach."""

    def run(area, value: str) -> None:
        set_targets(area=AreaRef.to(area), year=LATE.year, values={REACH: Decimal(value)}, by=street_officer)

    return run


def reach_everybody(register, community, worker, people):
    register.activity(community, worker, *people)
    refresh_community(community.pk)


def open_codes():
    return sorted(Alert.objects.open().values_list("area_code", "period"))


def test_figure_that_will_miss_raises_an_alert(people, aim, community):
    aim(community, "90")
    assert watch_targets(LATE) == (1, 0)
    alert = Alert.objects.get()
    assert (alert.area_code, alert.indicator, alert.period) == (community.code, REACH, "2026")
    assert alert.target == 90
    assert 33 < alert.expected < 81


def test_target_of_the_street_holds_in_its_communities(people, aim, street, community):
    aim(street, "90")
    watch_targets(LATE)
    assert open_codes() == [(street.code, "2026"), (community.code, "2026")]


def test_communitys_own_target_goes_before_the_streets(people, aim, street, community):
    aim(street, "90")
    aim(community, "30")
    watch_targets(LATE)
    assert open_codes() == [(street.code, "2026")]


def test_figure_that_is_hidden_for_its_neighbours_sake_raises_none(
    street_officer, street, community, neighbour_community
):
    for place, numerator in ((community, 1), (neighbour_community, 0)):
        TallyCell.objects.create(
            level="community", area_id=place.pk, period="2026", indicator="S1-12", numerator=numerator, denominator=26
        )
    ref, values = AreaRef.to(neighbour_community), {"S1-12": Decimal(90)}
    set_targets(area=ref, year=LATE.year, values=values, by=street_officer)
    assert find_misses(LATE) == {}


def test_second_run_raises_nothing(people, aim, community):
    aim(community, "90")
    watch_targets(LATE)
    assert watch_targets(LATE) == (0, 0)


def test_alert_ends_when_the_pace_is_good_again(people, aim, community, register, worker):
    aim(community, "90")
    watch_targets(LATE)
    reach_everybody(register, community, worker, people)
    assert watch_targets(LATE) == (0, 1)
    assert Alert.objects.get().ended_at


def test_alert_that_holds_again_is_a_new_one(people, aim, community):
    aim(community, "90")
    watch_targets(LATE)
    aim(community, "10")
    watch_targets(LATE)
    aim(community, "90")
    assert watch_targets(LATE) == (1, 0)
    assert Alert.objects.count() == 2


def test_open_alert_keeps_todays_numbers(people, aim, community):
    aim(community, "90")
    watch_targets(LATE)
    aim(community, "95")
    assert watch_targets(LATE) == (0, 0)
    assert Alert.objects.get().target == 95


def test_alert_of_a_period_that_is_over_ends(people, aim, community):
    aim(community, "90")
    watch_targets(LATE)
    assert watch_targets(date(2027, 1, 2)) == (0, 1)


def test_first_days_of_a_period_raise_nothing(people, aim, community):
    aim(community, "90")
    assert [key for key in find_misses(date(2026, 10, 3)) if key[2] == "2026-Q4"] == []


def test_without_target_nothing_is_raised(people):
    assert find_misses(LATE) == {}


def test_abolished_community_raises_nothing(people, aim, community):
    aim(community, "90")
    watch_targets(LATE)
    type(community).objects.filter(pk=community.pk).update(valid_to=LATE)
    assert watch_targets(LATE) == (0, 1)


def test_small_figures_raise_nothing(register, worker, grids, community, aim):
    people = [register.resident(grids[0]) for _number in range(20)]
    register.activity(community, worker, *people[:3])
    refresh_community(community.pk)
    aim(community, "90")
    assert find_misses(LATE) == {}


def test_queries_do_not_grow_with_the_areas(
    people, aim, street, worker, register, neighbour_community, django_assert_num_queries
):
    aim(street, "90")
    find_misses(LATE)
    with django_assert_num_queries(12) as few:
        find_misses(LATE)
    from tests.register import make_grids

    grid = make_grids(neighbour_community, "第一网格")[0]
    for _number in range(12):
        register.resident(grid)
    refresh_community(neighbour_community.pk)
    with django_assert_num_queries(len(few)):
        assert find_misses(LATE)


def test_ringing_raises(people, aim, community):
    aim(community, "90")
    ring()
    assert Alert.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_raise_once(people, aim, community):
    aim(community, "90")
    results = []

    def run():
        try:
            results.append(watch_targets(LATE))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(0, 0), (1, 0)]


def test_workers_to_do_names_the_alerts(people, aim, community, worker):
    aim(community, "90")
    watch_targets(LATE)
    assert "1 项指标照现在的进度达不到目标" in [task.title for task in list_tasks(worker, timezone.now())]


# --- Letters


@pytest.fixture
def reader(worker):
    worker.email = "worker@example.org"
    worker.save()
    return worker


@pytest.fixture
def raised(people, aim, community, reader):
    aim(community, "90")
    watch_targets(LATE)


def test_letter_says_figure_and_target_and_where_to_go(raised, settings, mailoutbox, community):
    settings.PORTAL_URL = "https://portal.example.org"
    assert mail_alerts() == 1
    letter = mailoutbox[0]
    assert letter.subject == "【社区门户】1 项指标照此下去达不到目标"
    assert letter.to == ["worker@example.org"]
    assert "目标 90.0%" in letter.body
    assert community.name in letter.body
    assert f"https://portal.example.org/dashboards/{community.code}/targets/" in letter.body
    assert "https://portal.example.org/mail/" in letter.body


def test_letter_is_sent_once(raised, mailoutbox):
    mail_alerts()
    assert mail_alerts() == 0
    with time_machine.travel("2026-11-26T09:00:00+08:00"):
        assert mail_alerts() == 0
    assert len(mailoutbox) == 1


def test_new_alert_of_the_same_day_waits_for_the_next(raised, mailoutbox, community):
    mail_alerts()
    Alert.objects.create(area_code=community.code, indicator="S0-39", period="2026", expected=10, target=50)
    assert mail_alerts() == 0
    with time_machine.travel("2026-11-26T09:00:00+08:00"):
        assert mail_alerts() == 1
    assert "居民触达率" not in mailoutbox[1].body


@pytest.mark.parametrize("change", [{"email": ""}, {"wants_mail": False}, {"is_active": False}])
def test_who_wants_no_letter_gets_none(raised, reader, mailoutbox, change):
    type(reader).objects.filter(pk=reader.pk).update(**change)
    assert (mail_alerts(), mailoutbox) == (0, [])


def test_foreign_street_gets_no_letter(raised, outsider, mailoutbox):
    type(outsider).objects.filter(pk=outsider.pk).update(email="outsider@example.org")
    mail_alerts()
    assert [letter.to for letter in mailoutbox] == [["worker@example.org"]]


def test_street_officer_reads_of_street_and_communities(people, aim, street, community, street_officer, mailoutbox):
    type(street_officer).objects.filter(pk=street_officer.pk).update(email="street@example.org")
    aim(street, "90")
    watch_targets(LATE)
    mail_alerts()
    assert mailoutbox[0].subject.startswith("【社区门户】2 项")
    assert street.name in mailoutbox[0].body
    assert community.name in mailoutbox[0].body


class Refuses(EmailBackend):
    """A server that refuses one address."""

    def send_messages(self, messages):
        if messages[0].to == ["worker@example.org"]:
            raise SMTPRecipientsRefused({})
        return super().send_messages(messages)


class Down(EmailBackend):
    """A server that is not there."""

    def open(self):
        raise ConnectionRefusedError


def test_refused_letter_is_tried_again_and_the_others_are_not(raised, street_officer, settings, mailoutbox, caplog):
    type(street_officer).objects.filter(pk=street_officer.pk).update(email="street@example.org")
    settings.EMAIL_BACKEND = "tests.dashboards.test_alerts.Refuses"
    assert mail_alerts() == 1
    assert "worker@example.org" not in caplog.text
    assert "was not sent" in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_alerts() == 1
    assert [letter.to for letter in mailoutbox] == [["street@example.org"], ["worker@example.org"]]


def test_server_that_is_down_loses_nothing(raised, settings, mailoutbox):
    settings.EMAIL_BACKEND = "tests.dashboards.test_alerts.Down"
    assert mail_alerts() == 0
    assert not AlertMail.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_alerts() == 1


def test_portal_without_mail_server_sends_nothing(raised, settings, mailoutbox):
    settings.SENDS_MAIL = False
    assert (mail_alerts(), mailoutbox) == (0, [])


def test_long_letter_names_how_many_are_left_out(reader, community, mailoutbox):
    for number in range(35):
        period = f"20{10 + number}"
        Alert.objects.create(area_code=community.code, indicator=REACH, period=period, expected=10, target=50)
    mail_alerts()
    assert "另有 5 项，请到门户里看" in mailoutbox[0].body
    assert AlertMail.objects.count() == 35


def test_target_set_elsewhere_is_no_target_here(people, foreign_street, street_officer):
    Target.objects.create(
        indicator=REACH, area_code=foreign_street.code, year=LATE.year, value=90, set_by=street_officer
    )
    assert find_misses(LATE) == {}


def test_alert_of_yesterday_stays_open_today(people, aim, community):
    aim(community, "90")
    watch_targets(LATE)
    watch_targets(LATE + timedelta(days=1))
    assert Alert.objects.open().count() == 1
