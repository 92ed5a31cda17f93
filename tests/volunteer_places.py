"""Volunteers for each place of the access matrix: one registered, one who applied, a team, a shift, hours."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from activities.models import Activity
from communities.models import Community
from grids.models import Resident
from volunteers.certificates import Content, seal
from volunteers.models import (
    Certificate,
    RecordEntry,
    ServiceField,
    ServiceRecord,
    Shift,
    ShiftNeed,
    ShiftSignUp,
    Team,
    TeamMember,
    Volunteer,
)

LONG_AGO = date(2020, 1, 1)
TEAM, SHIFT = "队", "班"  # what follows the mark of the place in names


def make_volunteers(community: Community, mark: str, by: User, people: list[Resident], activity: Activity) -> None:
    """Let the community have a volunteer whose hours wait to be confirmed, an applicant, a team, a shift to come."""
    volunteer = Volunteer.objects.create(community=community, resident=people[0], registered_on=LONG_AGO)
    Volunteer.objects.create(community=community, resident=people[1])
    team = Team.objects.create(community=community, kind="team", name=f"{mark}{TEAM}", filed_on=LONG_AGO)
    TeamMember.objects.create(team=team, volunteer=volunteer, is_leader=True, since=LONG_AGO)
    team.activities.add(activity)
    begin = timezone.now() + timedelta(days=3)
    shift = Shift.objects.create(
        activity=activity, title=f"{mark}{SHIFT}", starts_at=begin, ends_at=begin + timedelta(hours=2), created_by=by
    )
    need = ShiftNeed.objects.create(shift=shift, number=2)
    ShiftSignUp.objects.create(need=need, volunteer=volunteer)
    served = timezone.now().replace(second=0, microsecond=0) - timedelta(days=5)
    ServiceRecord.objects.create(
        volunteer=volunteer,
        activity=activity,
        field=ServiceField.objects.first(),
        starts_at=served,
        ends_at=served + timedelta(hours=2),
        source="checked",
    )
    RecordEntry.objects.create(
        volunteer=volunteer, kind="training", title="急救培训", by_unit="街道", on=LONG_AGO, recorded_by=by
    )
    certify(volunteer, mark, by)


def certify(volunteer: Volunteer, mark: str, by: User) -> None:
    """Give the volunteer a certificate; printed in full, its name looks like a mask, for full names are for nobody."""
    texts = dict.fromkeys(("sex", "id_number", "number", "registered_on", "first_day", "last_day", "total"), "")
    rows: dict[str, list] = {"served": [], "trainings": [], "honours": []}
    rest = {"issuer": volunteer.community.name, "handler": by.name, "phone": "", "issued_on": "2026-01-01"}
    content = Content(name=f"{mark}*安", **texts, **rows, **rest)
    Certificate.objects.create(
        volunteer=volunteer, first_day=LONG_AGO, last_day=LONG_AGO, minutes=60, content=seal(content), issued_by=by
    )
