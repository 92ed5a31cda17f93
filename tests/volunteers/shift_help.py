"""What tests of shifts and hours share: volunteers, a shift of tomorrow, and a stay at an activity of yesterday."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from activities.models import Activity
from communities.models import Community
from tests.register import Register
from volunteers.identities import set_phone
from volunteers.models import ServiceRecord, Shift, ShiftNeed, Volunteer

LONG_AGO = date(2020, 1, 1)
PHONE = "19912345678"


def make_helper(community: Community, name: str = "王小明", phone: str = PHONE, **fields: Any) -> Volunteer:
    """Return a registered volunteer from outside the register."""
    row = Volunteer(community=community, name=name, birth_date=date(1980, 5, 1), registered_on=LONG_AGO)
    set_phone(row, phone)
    for field, value in fields.items():
        setattr(row, field, value)
    row.save()
    return row


def make_shift(community: Community, by: User, *, number: int = 1, skill: Any = None, **fields: Any) -> Shift:
    """Return a shift of tomorrow with one need, at an activity that is firm."""
    begin = fields.pop("starts_at", timezone.now().replace(second=0, microsecond=0) + timedelta(days=1))
    end = fields.pop("ends_at", begin + timedelta(hours=2))
    activity = Register().activity(
        community, by, kind="志愿服务", status="published", starts_at=begin, ends_at=end, title="清扫"
    )
    title = fields.pop("title", "搬运组")
    shift = Shift.objects.create(activity=activity, title=title, starts_at=begin, ends_at=end, created_by=by, **fields)
    ShiftNeed.objects.create(shift=shift, skill=skill, number=number)
    return shift


def make_service_day(community: Community, by: User) -> Activity:
    """Return an activity of yesterday at which hours count."""
    return Register().activity(community, by, kind="志愿服务", day=timezone.localdate() - timedelta(days=1))


def make_record(volunteer: Volunteer, activity: Activity, **fields: Any) -> ServiceRecord:
    """Return an hour that waits to be confirmed."""
    begin: datetime = fields.pop("starts_at", activity.starts_at)
    end = fields.pop("ends_at", begin + timedelta(hours=1))
    fields = {"source": "typed"} | fields
    return ServiceRecord.objects.create(volunteer=volunteer, activity=activity, starts_at=begin, ends_at=end, **fields)
