"""Children under fourteen: a guardian decides, and may change his or her mind."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from grids.consents import give_consent, lacks_consent, withdraw_consent
from grids.export_files import list_rows, to_cells
from grids.models import GuardianConsent, Resident
from grids.unmasking import Field, Purpose, unmask_resident

TODAY = timezone.localdate


@pytest.fixture
def child(register, grids):
    """Somebody of about six years."""
    return register.resident(grids[0], name="李小云", born=TODAY() - timedelta(days=6 * 366), since=TODAY())


def agree(child, by):
    return give_consent(child, guardian="parent", form="paper", given_on=TODAY(), by=by)


def test_age_is_that_of_today(register, grids):
    today = TODAY()
    fourteen = today.replace(year=today.year - 14, day=min(today.day, 28))
    assert not lacks_consent(register.resident(grids[0], born=fourteen))
    assert lacks_consent(register.resident(grids[0], born=fourteen + timedelta(days=40)))


@pytest.mark.django_db(transaction=True)
def test_numbers_of_a_child_are_shown_for_services_only(child, worker):
    with pytest.raises(ValidationError, match="监护人同意"):
        unmask_resident(child, field=Field.PHONE, purpose=Purpose.CALL, by=worker)
    assert unmask_resident(child, field=Field.PHONE, purpose=Purpose.SERVICE, by=worker) == "19912345678"
    assert AuditEvent.objects.filter(action="resident.unmask_no_consent").count() == 1


@pytest.mark.django_db(transaction=True)
def test_consent_opens_and_withdrawal_closes_at_once(child, worker):
    agree(child, worker)
    assert unmask_resident(child, field=Field.PHONE, purpose=Purpose.CALL, by=worker)
    withdraw_consent(child, by=worker)
    with pytest.raises(ValidationError, match="监护人同意"):
        unmask_resident(child, field=Field.PHONE, purpose=Purpose.CALL, by=worker)


def test_consent_is_given_once_and_anew_after_withdrawal(child, worker):
    agree(child, worker)
    with pytest.raises(ValidationError, match="已经登记过"):
        agree(child, worker)
    withdraw_consent(child, by=worker)
    agree(child, worker)
    assert GuardianConsent.objects.count() == 2


def test_nobody_agrees_for_a_grown_up(resident, worker):
    with pytest.raises(ValidationError, match="不需要监护人同意"):
        agree(resident, worker)


def test_page_of_a_child_says_what_is_missing(child, resident, worker, client):
    client.force_login(worker)
    assert "还没有监护人同意" in client.get(f"/residents/{child.pk}/").content.decode()
    assert "监护人同意" not in client.get(f"/residents/{resident.pk}/").content.decode()


def test_consent_is_noted_and_withdrawn_on_pages(child, worker, client):
    client.force_login(worker)
    url = f"/residents/{child.pk}/consent/"
    assert "请选是谁同意的" in client.post(url, {"form": "paper", "given_on": TODAY()}).content.decode()
    client.post(url, {"guardian": "parent", "form": "paper", "given_on": TODAY()})
    assert "父母已同意" in client.get(f"/residents/{child.pk}/").content.decode()
    client.post(f"{url}withdraw/")
    assert GuardianConsent.objects.get().withdrawn_on == TODAY()


def test_full_list_holds_the_numbers_of_a_child_once_the_guardian_agreed(child, worker):
    def read_numbers():
        rows = list_rows(Resident.objects.filter(pk=child.pk), masked=False, today=TODAY())
        _name, number, _sex, _born, phone, *_rest = to_cells(rows[0], masked=False)
        return bool(number), bool(phone)

    assert read_numbers() == (False, False)
    agree(child, worker)
    assert read_numbers() == (True, True)
    withdraw_consent(child, by=worker)
    assert read_numbers() == (False, False)
