"""Certificates: what they hold, that they stand, that they can be checked and revoked; the PDF says the same."""

import io
import re
from datetime import date, timedelta
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import AuditEvent
from grids.models import Resident
from tests.register import make_id_number
from volunteers import certificates
from volunteers.certificate_pdf import GlyphMissingError, draw_certificate, find_missing
from volunteers.certificates import RevokeReason, issue_certificate, revoke_certificate, unseal
from volunteers.models import Certificate, RecordEntry
from volunteers.models.service import make_certificate_code

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


@pytest.fixture
def issue(coordinator):
    def issue(volunteer, **changes):
        asked = {"first_day": FIRST, "last_day": LAST, "with_id": False, "typed_id": "", "phone": "024-1234567"}
        return issue_certificate(volunteer, by=coordinator, **asked | changes)

    return issue


@pytest.fixture
def served(volunteer, make_record):
    make_record(volunteer, date(2025, 5, 1), "09:00", 120)
    make_record(volunteer, date(2025, 5, 1), "10:00", 90)
    make_record(volunteer, date(2025, 5, 2), "09:00", 60, confirmed=False)
    return volunteer


def withdraw(record, by):
    record.withdrawn_by, record.withdrawn_at, record.withdraw_reason = by, timezone.now(), "时间记错"
    record.save()


def squeeze(text):
    return re.sub(r"\s", "", text)


def draw(certificate):
    return draw_certificate(unseal(certificate), code=certificate.code, url="http://testserver/v/check/X/")


# --- Issuing


def test_certificate_holds_each_confirmed_service_and_counts_minutes_once(issue, served):
    content = unseal(issue(served))

    assert [row[4] for row in content.served] == ["09:00–11:00", "10:00–11:30"]
    assert content.total == "2 小时 30 分钟"


def test_certificate_cuts_a_service_at_the_midnight_of_its_days(issue, volunteer, make_record):
    make_record(volunteer, date(2024, 12, 31), "23:00", 150)

    certificate = issue(volunteer)

    assert certificate.minutes == 90
    assert unseal(certificate).served[0][4] == "00:00–01:30"


def test_certificate_is_refused_without_confirmed_service(issue, volunteer, make_record):
    make_record(volunteer, date(2025, 5, 2), confirmed=False)

    with pytest.raises(ValidationError, match="没有已确认的服务"):
        issue(volunteer)


def test_certificate_stands_when_a_record_is_withdrawn(issue, served, worker):
    certificate = issue(served)
    before = unseal(certificate)

    withdraw(served.records.earliest("starts_at"), worker)

    certificate.refresh_from_db()
    assert unseal(certificate) == before
    assert certificates.count_in_days(served, FIRST, LAST) == 90 != certificate.minutes


def test_certificate_content_is_sealed(issue, served):
    certificate = issue(served)

    assert served.resident.name.encode() not in bytes(certificate.content)
    assert unseal(certificate).name == served.resident.name


def test_certificate_has_the_id_number_only_when_asked_and_the_look_is_audited(issue, served):
    assert unseal(issue(served)).id_number == ""

    number = unseal(issue(served, with_id=True)).id_number

    assert len(number) == 18
    assert AuditEvent.objects.filter(action="resident.unmask", detail__field="id_number").exists()


def test_id_number_of_a_resident_who_moved_away_is_not_read(issue, served, foreign_grid):
    Resident.objects.filter(pk=served.resident.pk).update(community=foreign_grid.community, grid=foreign_grid)
    served.refresh_from_db()

    with pytest.raises(ValidationError, match="不在本社区底册"):
        issue(served, with_id=True)


def test_name_of_a_resident_who_moved_away_is_not_read(issue, served, foreign_grid):
    Resident.objects.filter(pk=served.resident.pk).update(community=foreign_grid.community, grid=foreign_grid)
    served.refresh_from_db()

    with pytest.raises(ValidationError, match="姓名看不到了"):
        issue(served)


def test_typed_id_number_stays_only_with_a_certificate(issue, outsider_volunteer, make_record, monkeypatch):
    make_record(outsider_volunteer, date(2025, 6, 1))
    with monkeypatch.context() as broken:
        broken.setattr(certificates, "compose", Mock(side_effect=ValidationError("满了")))
        with pytest.raises(ValidationError, match="满了"):
            issue(outsider_volunteer, with_id=True, typed_id=make_id_number())
    outsider_volunteer.refresh_from_db()
    assert outsider_volunteer.id_number is None
    assert not AuditEvent.objects.filter(action="volunteer.id_number").exists()

    issue(outsider_volunteer, with_id=True, typed_id=make_id_number())

    assert AuditEvent.objects.filter(action="volunteer.id_number").count() == 1


def test_outsiders_id_number_is_typed_once_and_sealed(issue, outsider_volunteer, make_record):
    make_record(outsider_volunteer, date(2025, 6, 1))
    number = make_id_number()

    issue(outsider_volunteer, with_id=True, typed_id=number)
    again = issue(outsider_volunteer, with_id=True)

    assert unseal(again).id_number == number
    assert number.encode() not in bytes(outsider_volunteer.id_number)


def test_certificate_names_trainings_and_honours_of_its_days(issue, served, worker):
    known = {"volunteer": served, "by_unit": "两邻街道", "recorded_by": worker}
    RecordEntry.objects.create(kind="training", title="急救培训", on=date(2025, 3, 1), hours="4.0", **known)
    RecordEntry.objects.create(kind="honour", title="优秀志愿者", on=date(2024, 3, 1), **known)

    content = unseal(issue(served))

    assert content.trainings == [["2025-03-01", "急救培训", "两邻街道", "4 学时"]]
    assert content.honours == []


def test_audit_of_a_certificate_names_nobody(issue, served):
    certificate = issue(served)

    event = AuditEvent.objects.get(action="volunteer_certificate.issue")
    assert event.object_id == str(certificate.pk)
    assert served.resident.name not in str(event.detail)


# --- PDF


def test_pdf_says_every_text_of_the_certificate(issue, served):
    certificate = issue(served, with_id=True)

    pages = PdfReader(io.BytesIO(draw(certificate))).pages

    text = squeeze("".join(page.extract_text() for page in pages))
    assert [one for one in unseal(certificate).texts if squeeze(one) not in text] == []
    assert certificates.split_code(certificate.code) in text


@pytest.mark.parametrize("name", ["张㛃", "李䶮", "王𬍛"])
def test_pdf_has_rare_characters_of_names(issue, served, name):
    Resident.objects.filter(pk=served.resident.pk).update(name=name)
    served.refresh_from_db()

    text = PdfReader(io.BytesIO(draw(issue(served)))).pages[0].extract_text()

    assert name in text


def test_pdf_is_refused_rather_than_showing_a_box(issue, served, client, coordinator):
    Resident.objects.filter(pk=served.resident.pk).update(name="张𪚥")
    served.refresh_from_db()
    certificate = issue(served)
    assert find_missing(unseal(certificate)) == "𪚥"
    with pytest.raises(GlyphMissingError):
        draw(certificate)
    client.force_login(coordinator)

    answer = client.post(reverse("volunteers:certificate-pdf", args=[certificate.pk]))

    assert "请用“打印网页”" in answer.content.decode()
    paper = client.post(reverse("volunteers:certificate-paper", args=[certificate.pk]))
    assert "张𪚥" in paper.content.decode()


def test_pdf_of_a_long_record_is_small_and_has_several_pages(
    issue, volunteer, make_record, register, community, worker
):
    activity = register.activity(community, worker, title="社区居家养老服务暨邻里互助日活动")
    for day in range(1, 29):
        for month in (3, 4):
            make_record(volunteer, date(2025, month, day), activity=activity)

    file = draw(issue(volunteer))

    assert len(file) < 300_000
    assert len(PdfReader(io.BytesIO(file)).pages) > 1


# --- Revoking and checking


def test_revoked_certificate_says_so_at_once(client, issue, served, coordinator):
    certificate = issue(served)
    url = reverse("volunteer:certificate", args=[certificate.code])
    assert "证明属实" in client.get(url).content.decode()

    revoke_certificate(certificate, reason=RevokeReason.HOURS, by=coordinator)

    text = client.get(url).content.decode()
    assert "已作废" in text
    assert "证明属实" not in text


def test_certificate_is_revoked_once(issue, served, coordinator):
    certificate = issue(served)
    revoke_certificate(certificate, reason=RevokeReason.TWICE, by=coordinator)

    with pytest.raises(ValidationError, match="已经作废"):
        revoke_certificate(certificate, reason=RevokeReason.FACTS, by=coordinator)


def test_revoked_certificate_gives_no_pdf(client, issue, served, coordinator):
    certificate = issue(served)
    revoke_certificate(certificate, reason=RevokeReason.FACTS, by=coordinator)
    client.force_login(coordinator)

    answer = client.post(reverse("volunteers:certificate-pdf", args=[certificate.pk]))

    assert answer["Content-Type"].startswith("text/html")


def test_public_page_shows_the_proof_and_nothing_else(client, issue, served):
    certificate = issue(served, with_id=True)

    answer = client.get(reverse("volunteer:certificate", args=[certificate.code]))

    text, content = answer.content.decode(), unseal(certificate)
    assert "欧**英" in text
    assert "2 小时 30 分钟" in text
    for hidden in (content.name, content.id_number, content.number, content.phone, content.handler, "河边清扫"):
        assert hidden not in text
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_unknown_code_is_answered_by_a_page_of_the_same_shape(client, issue, served):
    known = client.get(reverse("volunteer:certificate", args=[issue(served).code])).content.decode()

    answer = client.get(reverse("volunteer:certificate", args=["ABCDEFGHJKMN"]))

    unknown = answer.content.decode()
    assert answer.status_code == 404
    assert "没有查到" in unknown
    assert re.findall(r"<(?:h1|h2|dt)[^>]*>([^<]*)", unknown) == re.findall(r"<(?:h1|h2|dt)[^>]*>([^<]*)", known)


@pytest.mark.parametrize("write", [str.lower, lambda c: f" {c[:4]}-{c[4:8]} {c[8:]} ", lambda c: "－".join(c)])
def test_code_is_understood_however_it_is_typed(client, issue, served, write):
    certificate = issue(served)

    answer = client.post(reverse("volunteer:check"), {"code": write(certificate.code)})

    assert answer["Location"] == reverse("volunteer:certificate", args=[certificate.code])


def test_code_with_letters_that_none_has_is_explained(client, db):
    answer = client.post(reverse("volunteer:check"), {"code": "O234-5678-9ABC"})

    text = answer.content.decode()
    assert "没有字母 O、I、L" in text
    assert "O234-5678-9ABC" in text


def test_codes_are_drawn_from_a_space_too_large_to_try():
    codes = {make_certificate_code() for _number in range(2000)}

    assert len(codes) == 2000
    assert set("".join(codes)) == set("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
    assert {len(code) for code in codes} == {12}


def test_too_many_checks_are_put_off(client, db, settings, issue, served):
    settings.PUBLIC_PER_ADDRESS = 0

    answer = client.get(reverse("volunteer:certificate", args=[issue(served).code]))

    assert answer.status_code == 429
    assert "证明属实" not in answer.content.decode()


def test_certificate_of_another_community_is_not_there(client, issue, served, outsider, coordinator):
    url = reverse("volunteers:certificate", args=[issue(served).pk])
    client.force_login(outsider)
    assert client.get(url).status_code == 404
    client.force_login(coordinator)
    assert client.get(url).status_code == 200


def test_page_of_a_certificate_is_masked_and_the_paper_audited(client, issue, served, coordinator):
    certificate = issue(served)
    client.force_login(coordinator)
    assert (
        served.resident.name
        not in client.get(reverse("volunteers:certificate", args=[certificate.pk])).content.decode()
    )

    paper = client.post(reverse("volunteers:certificate-paper", args=[certificate.pk]))

    assert served.resident.name in paper.content.decode()
    assert AuditEvent.objects.filter(action="volunteer_certificate.read").count() == 1


def test_form_keeps_what_was_typed_when_it_is_refused(client, served, coordinator):
    client.force_login(coordinator)
    sent = {"first_day": "2025-06-01", "last_day": "2025-05-01", "phone": "024-7654321"}

    text = client.post(reverse("volunteers:certificate-add", args=[served.pk]), sent).content.decode()

    assert "不能早于" in text
    assert "024-7654321" in text
    assert not Certificate.objects.exists()


def test_form_issues_a_certificate(client, served, coordinator):
    client.force_login(coordinator)
    sent = {"first_day": "2025-01-01", "last_day": "2025-12-31", "phone": ""}

    answer = client.post(reverse("volunteers:certificate-add", args=[served.pk]), sent)

    assert answer["Location"] == reverse("volunteers:certificate", args=[Certificate.objects.get().pk])


def add_with(client, volunteer, day):
    sent = {"first_day": str(day), "last_day": "2025-12-31", "phone": ""}
    return client.post(reverse("volunteers:certificate-add", args=[volunteer.pk]), sent)


@pytest.mark.parametrize("registered", [date(2024, 3, 1), date(2025, 5, 9), None])
def test_form_begins_with_the_first_possible_day_and_refuses_the_day_before(client, served, coordinator, registered):
    served.registered_on, first = registered, date(2024, 3, 1) if registered == date(2024, 3, 1) else date(2025, 5, 1)
    served.save()
    client.force_login(coordinator)

    form = client.get(reverse("volunteers:certificate-add", args=[served.pk])).context["form"]
    refused = add_with(client, served, first - timedelta(days=1))

    assert form["first_day"].value() == first
    assert f"“服务起”最早是 {first}" in refused.content.decode()
    assert not Certificate.objects.exists()
    assert add_with(client, served, first).status_code == 302
