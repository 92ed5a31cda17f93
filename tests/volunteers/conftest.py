"""Volunteers and what they served, in one line each."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from volunteers.models import ServiceField, ServiceRecord, Volunteer

REGISTERED = date(2024, 1, 1)


@pytest.fixture
def volunteer(resident: Any, community: Any) -> Volunteer:
    """A resident of the first grid, registered for long."""
    return Volunteer.objects.create(community=community, resident=resident, registered_on=REGISTERED)


@pytest.fixture
def outsider_volunteer(community: Any) -> Volunteer:
    """A registered volunteer who is not in the register."""
    born = date(1990, 3, 4)
    return Volunteer.objects.create(community=community, name="诸葛孔明", birth_date=born, registered_on=REGISTERED)


@pytest.fixture
def make_record(register: Any, community: Any, worker: Any, coordinator: Any) -> Callable[..., ServiceRecord]:
    """Make a record of so many minutes from a local time of a day, confirmed by the coordinator unless told not to."""

    def make(
        volunteer: Volunteer, day: date, at: str = "09:00", minutes: int = 120, *, confirmed: bool = True, **fields: Any
    ) -> ServiceRecord:
        starts = timezone.make_aware(datetime.fromisoformat(f"{day}T{at}"))
        activity = fields.pop("activity", None) or register.activity(community, worker, day=day, title="河边清扫")
        known = {"field": ServiceField.objects.get(name="环境保护"), "source": "typed", "recorded_by": worker}
        if confirmed:
            known |= {"confirmed_by": coordinator, "confirmed_at": timezone.now()}
        ends = starts + timedelta(minutes=minutes)
        facts = {"volunteer": volunteer, "activity": activity, "starts_at": starts, "ends_at": ends}
        return ServiceRecord.objects.create(**facts | known | fields)

    return make
