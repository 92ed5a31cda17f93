"""Files of results equal the page, hide what it hides, and are audited."""

import csv
import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from communities.models import Community
from surveys.models import Wave
from tests.dashboards.survey_results import OVERALL, keep, make_results


def fetch(client: Client, user: User, wave: Wave, *place: str, **choices: str):
    """Return the answer to a file's address."""
    client.force_login(user)
    return client.get(reverse("dashboards:survey-file", args=[wave.pk, *place]), choices)


def test_csv_of_a_question_equals_its_table(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    lines = list(
        csv.reader(
            io.StringIO(fetch(client, street_officer, wave, "results", "overall", "csv").content.decode("utf-8-sig"))
        )
    )

    assert [int(line[1]) for line in lines[2:7]] == list(OVERALL)
    assert lines[6][2:4] == ["400", "37.5"]
    assert "少于 10 份的不显示" in lines[0][0]
    assert "答卷 400 份" in lines[0][0]


def test_xlsx_of_a_question_has_an_empty_cell_where_the_page_has_a_dash(
    client: Client, wave: Wave, street_officer: User
):
    keep(wave, make_results())

    answer = fetch(client, street_officer, wave, "results", "joined", "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active

    assert [sheet.cell(row, 2).value for row in range(3, 7)] == [210, 180, None, 90]


def test_workbook_holds_all_that_is_shown_with_codes(
    client: Client, wave: Wave, street_officer: User, community: Community, neighbour_community: Community
):
    keep(wave, make_results(community, neighbour_community))
    client.force_login(street_officer)

    answer = client.get(reverse("dashboards:survey-workbook", args=[wave.pk]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    assert book.sheetnames == ["结果", "按社区", "编码"]
    rows = [row for row in book["结果"].iter_rows(min_row=3, values_only=True) if row[0] == "overall"]
    assert [row[4] for row in rows] == list(OVERALL)
    assert ("places.room", "1 + 2", 30) in [
        (row[0], row[2], row[4]) for row in book["结果"].iter_rows(values_only=True)
    ]
    assert book["编码"].max_row > 20


def test_workbook_of_a_worker_holds_her_own_community_only(
    client: Client, wave: Wave, worker: User, community: Community, neighbour_community: Community
):
    keep(wave, make_results(community, neighbour_community))
    client.force_login(worker)

    answer = client.get(reverse("dashboards:survey-workbook", args=[wave.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["按社区"]

    assert {row[2] for row in sheet.iter_rows(min_row=3, max_row=7, values_only=True)} == {community.name}
    assert neighbour_community.name not in str([*sheet.values])


def test_files_are_audited_without_figures(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    fetch(client, street_officer, wave, "compare", "waves", "csv", variable="overall")

    event = AuditEvent.objects.get(action="survey_results.export")
    assert event.detail == {"page": "compare", "table": "waves", "format": "csv", "query": "variable=overall"}


@pytest.mark.parametrize(
    "place", [("results", "nothing", "csv"), ("nothing", "overall", "csv"), ("results", "overall", "pdf")]
)
def test_missing_files_are_not_found(client: Client, wave: Wave, street_officer: User, place: tuple[str, ...]):
    keep(wave, make_results())

    assert fetch(client, street_officer, wave, *place).status_code == 404


def test_nothing_leaves_before_there_are_results(client: Client, wave: Wave, street_officer: User):
    assert fetch(client, street_officer, wave, "results", "overall", "csv").status_code == 404
    assert client.get(reverse("dashboards:survey-workbook", args=[wave.pk])).status_code == 404
