"""The page about targets: figures, forecasts, what is lacking, alerts, and the communities of a street."""

import csv
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from dashboards.alerts.raising import watch_targets
from dashboards.asking import Ask
from dashboards.tables import Said
from dashboards.targets import GLUE, count_lacking, list_tables, read
from indicators.areas import AreaRef
from indicators.engine.cells import refresh_community
from indicators.indicator import Figure
from indicators.periods import Period
from indicators.targets import set_targets
from tests.register import make_grids

DAY = date(2026, 11, 25)
YEAR = Period.parse("2026")
REACH = "S0-20"


@pytest.fixture(autouse=True)
def late_in_the_year():
    with time_machine.travel(f"{DAY.isoformat()}T09:00:00+08:00", tick=False):
        yield


@pytest.fixture
def people(register, worker, grids, community, street, street_officer):
    """Thirty people, ten of them reached; the street wants 60 %."""
    people = [register.resident(grids[n % 2]) for n in range(30)]
    register.activity(community, worker, *people[:10])
    refresh_community(community.pk)
    set_targets(area=AreaRef.to(street), year=2026, values={REACH: Decimal(60)}, by=street_officer)
    return people


def page(user, area):
    return read(Ask(AreaRef.to(area), YEAR, user))


def read_file(client, area, table):
    url = reverse("dashboards:file", args=[area.code, "targets", table, "csv"])
    return list(csv.reader(client.get(url, {"period": "2026"}).content.decode("utf-8-sig").splitlines()))


def test_row_says_figure_target_forecast_and_who_is_lacking(people, worker, community):
    table = list_tables(page(worker, community))[0]
    _name, now, target, expected, light, lacking = [str(cell) for _column, cell in table.lines[0][1]]
    assert (now, target, light, lacking) == (f"✗{GLUE}33.3%", "60.0%", "✗ 离目标较远", f"8{GLUE}人")
    assert expected.startswith("36")


def test_files_have_numbers_with_their_units_and_the_light_apart(people, client, worker, community):
    client.force_login(worker)
    rows = read_file(client, community, "targets")
    assert rows[1] == [
        *("指标", "单位", "现在（%）", "方向", "目标（%）", "照现在的进度，期末（%）"),
        *("进度", "还差（人）", "还差的单位"),
    ]
    assert (rows[2][1:5], rows[2][6:]) == (["%", "33.3", "≥", "60.0"], ["✗ 离目标较远", "8", "人"])


def test_file_of_the_areas_has_numbers_with_lights_beside_them(people, client, street_officer, street, community):
    client.force_login(street_officer)
    rows = read_file(client, street, "areas")
    assert rows[1][-1].endswith(" · 进度")
    assert [row[2:] for row in rows[2:-1]] == [["33.3", "✗ 离目标较远"]]


def test_light_is_amber_within_reach_of_the_target(people, worker, community, street_officer):
    set_targets(area=AreaRef.to(community), year=2026, values={REACH: Decimal(38)}, by=street_officer)
    assert page(worker, community).aims[0].light == "△ 接近目标"


def test_what_will_be_missed_comes_first_and_less_may_be_better(people, worker, community, street_officer):
    values = {"S0-25": Decimal(99), REACH: Decimal(90)}
    set_targets(area=AreaRef.to(community), year=2026, values=values, by=street_officer)
    rows = list_tables(page(worker, community))[0].rows
    assert [str(row[4]) for row in rows] == ["90.0%", f"≤{GLUE}99.0%"]


@pytest.mark.parametrize(
    ("figure", "target", "lacking"),
    [
        (Figure(10, 30), 60.0, 8),
        (Figure(18, 30), 60.0, 0),
        (Figure(17, 30), 60.0, 1),
        (Figure(3, 5), 60.0, 0),
        (Figure(1, 7), 50.0, 3),
    ],
)
def test_lacking_is_rounded_up_to_whole_people(figure, target, lacking):
    assert count_lacking(figure, target) == lacking


def test_alerts_stand_on_top_with_what_to_do(people, client, worker, community):
    watch_targets(DAY)
    client.force_login(worker)
    text = client.get(reverse("dashboards:page", args=[community.code, "targets"])).content.decode()
    assert "照现在的进度，到期末是 36" in text
    assert reverse("dashboards:page", args=[community.code, "gaps"]) in text


def test_street_shows_its_communities_with_lights_and_alerts(people, street_officer, street, neighbour_community):
    watch_targets(DAY)
    table = list_tables(page(street_officer, street))[1]
    shown = [[str(cell) for _column, cell in cells] for _url, cells in table.lines]
    assert shown == [["多福社区", "1", f"✗{GLUE}33.3%"], ["和平新村社区", "0", f"·{GLUE}—"]]


def test_small_figures_are_not_judged_for_the_street(register, worker, grids, community, street, street_officer):
    people = [register.resident(grids[0]) for _number in range(20)]
    register.activity(community, worker, *people[:3])
    refresh_community(community.pk)
    set_targets(area=AreaRef.to(street), year=2026, values={REACH: Decimal(60)}, by=street_officer)
    above = page(street_officer, community).aims[0]
    assert (above.judged, above.signed, above.lacking) == (None, None, None)
    assert page(worker, community).aims[0].lacking == Said(9, f"9{GLUE}人")


def test_area_without_targets_says_so(client, worker, community):
    client.force_login(worker)
    text = client.get(reverse("dashboards:page", args=[community.code, "targets"])).content.decode()
    assert "这里还没有目标" in text


def test_foreign_area_is_not_found(client, worker, foreign_community):
    client.force_login(worker)
    assert client.get(reverse("dashboards:page", args=[foreign_community.code, "targets"])).status_code == 404


def test_queries_do_not_grow_with_communities(
    people, register, street, street_officer, neighbour_community, django_assert_num_queries
):
    page(street_officer, street)
    with django_assert_num_queries(QUERIES):
        page(street_officer, street)
    for grid in make_grids(neighbour_community, "第一网格", "第二网格"):
        for _number in range(9):
            register.resident(grid)
    refresh_community(neighbour_community.pk)
    with django_assert_num_queries(QUERIES):
        page(street_officer, street)


QUERIES = 11


# --- Mail settings


def test_own_mail_is_switched_off_and_on(client, worker):
    worker.email = "worker@example.org"
    worker.save()
    client.force_login(worker)
    assert "worker@example.org" in client.get("/mail/").content.decode()
    client.post("/mail/", {})
    worker.refresh_from_db()
    assert not worker.wants_mail
    client.post("/mail/", {"wants_mail": "on"})
    worker.refresh_from_db()
    assert worker.wants_mail


def test_own_address_cannot_be_changed_there(client, worker):
    client.force_login(worker)
    client.post("/mail/", {"wants_mail": "on", "email": "elsewhere@example.org"})
    worker.refresh_from_db()
    assert worker.email == ""


def test_who_has_no_address_is_told_whom_to_ask(client, worker):
    client.force_login(worker)
    assert "还没有登记您的邮箱" in client.get("/mail/").content.decode()


# --- The line on the overview


def test_overview_tells_of_alerts_in_one_line(people, client, worker, community):
    client.force_login(worker)
    url = reverse("dashboards:area", args=[community.code])
    assert "达不到目标" not in client.get(url, {"period": "2026"}).content.decode()
    watch_targets(DAY)
    text = client.get(url, {"period": "2026"}).content.decode()
    assert "1 项指标照现在的进度达不到目标" in text
    assert f"{reverse('dashboards:page', args=[community.code, 'targets'])}?period=2026" in text
