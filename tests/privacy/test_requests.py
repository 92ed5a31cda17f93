"""People who ask about their own data: to see it, to have it mended, to have it deleted."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.encryption import decrypt
from accounts.models import AuditEvent
from activities.models import Participation, PersonalCode
from communities.personal import Fate
from grids.masking import FORGOTTEN
from grids.models import Building, Household, Residence, Resident
from privacy.files import make_copy
from privacy.holdings import list_holdings
from privacy.models import SubjectRequest
from privacy.requests import delete_person, due_on, finish_request, open_request
from privacy.subjects import group_by_model, list_going, list_kept, list_sections
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def ask(person, by, kind="show"):
    return open_request(person, kind=kind, asker="self", asked_on=timezone.localdate(), by=by)


@pytest.fixture
def known(resident, register, community, worker):
    """The resident with an activity, a card and a volunteer's entry."""
    register.activity(community, worker, resident)
    PersonalCode.objects.create(resident=resident)
    Volunteer.objects.create(community=community, resident=resident, registered_on=date(2024, 1, 1))
    return resident


@pytest.fixture
def gone(known):
    """The same, moved out last month."""
    day = timezone.localdate() - timedelta(days=30)
    Residence.objects.filter(resident=known).update(until=day, end_reason="moved_out")
    return known


def test_deadline_counts_working_days():
    assert due_on(date(2026, 11, 20)) == date(2026, 12, 11)  # three weekends on the way, and a Friday


def test_everything_held_is_shown_masked(known):
    sections = {section.title: section for section in list_sections(known, in_full=False)}
    assert {"居民", "居住时段", "参与", "个人码", "志愿者"} <= set(sections)
    text = str([section.rows for section in sections.values()])
    assert "欧**英" in text
    assert "欧阳秀英" not in text
    assert "19912345678" not in text


def test_rows_have_the_same_headings_in_every_language(known):
    before = [len(section.headings) for section in list_sections(known, in_full=False)]
    with translation.override("en"):
        assert [len(section.headings) for section in list_sections(known, in_full=False)] == before
    assert min(before) > 0


def test_copy_holds_full_numbers_as_text(known):
    number = decrypt(known.id_number, purpose="id_number")
    book = openpyxl.load_workbook(io.BytesIO(make_copy(list_sections(known, in_full=True), [])))
    cells = [cell.value for sheet in book for row in sheet for cell in row]
    assert {"欧阳秀英", "19912345678", number} <= set(cells)


def test_rows_of_one_kind_take_one_query(known, register, community, worker, django_assert_num_queries):
    with django_assert_num_queries(len(group_by_model())) as few:
        list(list_sections(known, in_full=False))
    for _number in range(4):
        register.activity(community, worker, known)
    with django_assert_num_queries(len(few)):
        list(list_sections(known, in_full=False))


def test_rows_that_are_named_after_others_take_no_more(resident, grids, django_assert_num_queries):
    building = Building.objects.create(grid=grids[0], name="1号楼")
    resident.household = Household.objects.create(building=building, room="101")
    resident.save()
    with django_assert_num_queries(len(group_by_model())):
        sections = list(list_sections(resident, in_full=False))
    assert "1号楼 101" in sections[0].rows[0]


def test_deletion_of_who_lives_here_takes_what_was_freely_given(known, admin):
    case = ask(known, admin, "delete")
    delete_person(case, known, by=admin)
    known.refresh_from_db()
    assert (known.name, known.phone, known.phone_kept) == ("欧阳秀英", None, "")
    assert known.id_number
    assert not PersonalCode.objects.exists()
    assert SubjectRequest.objects.get().outcome["deleted"] == {"activities.PersonalCode": 1}


def test_deletion_of_who_left_leaves_counts_without_a_name(gone, admin):
    delete_person(ask(gone, admin, "delete"), gone, by=admin)
    gone.refresh_from_db()
    assert (gone.name, gone.id_number, gone.phone) == (FORGOTTEN, None, None)
    assert gone.birth_date == date(1980, 5, 1)
    assert Participation.objects.filter(resident=gone).count() == 1
    assert Residence.objects.filter(resident=gone).count() == 1
    event = AuditEvent.objects.get(action="subject_request.delete")
    assert "欧阳" not in str(event.detail)


def test_what_goes_and_what_stays_are_told_beforehand(gone):
    going, kept = ([part.title for part in parts] for parts in (list_going(gone), list_kept(gone)))
    assert any(title.startswith("居民（姓名") for title in going)
    assert "个人码" in going
    assert {"居住时段", "参与"} <= set(kept)
    assert all(str(part.reason) for part in list_kept(gone))


def test_deletion_that_fails_half_way_deletes_nothing(gone, admin, monkeypatch):
    case = ask(gone, admin, "delete")
    monkeypatch.setattr("privacy.requests.list_kept", lambda person: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        delete_person(case, gone, by=admin)
    assert Resident.objects.get(pk=gone.pk).name == "欧阳秀英"
    assert PersonalCode.objects.exists()


def test_deletion_is_of_the_person_who_asked(known, register, grids, admin):
    case = ask(known, admin, "delete")
    other = register.resident(grids[0])
    with pytest.raises(ValidationError, match="不是这位居民"):
        delete_person(case, other, by=admin)


def test_same_question_twice_is_one_request(known, admin):
    case = ask(known, admin)
    with pytest.raises(ValidationError, match="已经在办"):
        ask(known, admin)
    finish_request(case, by=admin)
    ask(known, admin)


@pytest.mark.django_db(transaction=True)
def test_same_question_at_the_same_moment_is_one_request(resident, admin):
    is_asked = Event()

    def ask_first():
        with transaction.atomic():
            ask(resident, admin)
            is_asked.set()
            time.sleep(0.5)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask_first)
        is_asked.wait(10)
        with pytest.raises(ValidationError, match="已经在办"):
            ask(resident, admin)
        first.result()


def test_open_requests_come_first_and_the_list_takes_as_many_queries_for_many(
    known, register, grids, admin, client, django_assert_num_queries
):
    finish_request(ask(known, admin), by=admin)
    ask(known, admin, "delete")
    client.force_login(admin)
    page = client.get("/privacy/requests/").content.decode()
    assert page.index("删除 ·") < page.index("查阅、复制 ·")
    with CaptureQueriesContext(connection) as few:
        client.get("/privacy/requests/")
    for _number in range(5):
        ask(register.resident(grids[0]), admin)
    with django_assert_num_queries(len(few)):
        client.get("/privacy/requests/")


def test_request_goes_its_way_over_the_pages(known, admin, client):
    client.force_login(admin)
    form = {"kind": "show", "asker": "self", "asked_on": timezone.localdate()}
    answer = client.post(f"/privacy/residents/{known.pk}/", form, follow=True)
    page = answer.content.decode()
    assert "谁看过" in page
    assert "19912345678" not in page
    case = SubjectRequest.objects.get()
    client.post(f"/privacy/requests/{case.pk}/finish/")
    assert SubjectRequest.objects.get().done_at


def test_day_to_come_is_refused_and_the_rest_stays(known, admin, client):
    client.force_login(admin)
    form = {"kind": "show", "asker": "self", "asked_on": timezone.localdate() + timedelta(days=2)}
    page = client.post(f"/privacy/residents/{known.pk}/", form).content.decode()
    assert "不能在将来" in page
    assert not SubjectRequest.objects.exists()


def test_register_is_shown_to_everybody_who_works_here(client, worker):
    client.force_login(worker)
    page = client.get("/privacy/register/").content.decode()
    assert "居民底册" in page
    assert "只存摘要" in page
    assert client.get("/privacy/register/file/").content.startswith(b"PK")


def test_what_is_said_to_go_is_gone_and_what_is_said_to_stay_is_there(gone, admin):
    Resident.objects.filter(pk=gone.pk).update(education="20", ethnic_group="01", occupation="27")
    fates = {
        name: holding.fate for holding in list_holdings() if holding.model == "grids.Resident" for name in holding.names
    }
    before = Resident.objects.values().get(pk=gone.pk)
    delete_person(ask(gone, admin, "delete"), gone, by=admin)
    after = Resident.objects.values().get(pk=gone.pk)
    column = {"household": "household_id"}
    assert {name for name, fate in fates.items() if fate == Fate.KEEP} == {"sex", "birth_date", "occupation"}
    for name, fate in fates.items():
        place = column.get(name, name)
        kept = after[place] == before[place]
        assert kept == (fate == Fate.KEEP) or before[place] is None, name
