"""Invents volunteers: residents with skills and free times, teams, shifts past and to come, hours, applications."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from activities.models import Activity, ActivityKind, Participation
from communities.models import Community
from grids.groupings import years_before
from grids.models import Resident
from volunteers.models import (
    FreeTime,
    ServiceField,
    ServiceRecord,
    Shift,
    ShiftNeed,
    ShiftSignUp,
    Skill,
    Team,
    TeamMember,
    Volunteer,
)

VOLUNTEERS = 45
DAYS_OF_SERVICE = 400
TEAMS = (("红马甲志愿服务队", "team"), ("巧手维修队", "team"), ("夕阳红合唱团", "group"), ("银铃舞蹈队", "group"))
SHIFTS = (("上门帮老人理发", "居家养老"), ("小区门口文明劝导", "文明劝导"), ("楼道清扫", "环境保护"))


def organise_volunteers(communities: Iterable[Community], today: date, users: Mapping[str, User]) -> None:
    """Invent the volunteers of each community that has a member of staff."""
    for community in communities:
        staff = [user for user in users.values() if user.community_id == community.pk]
        if staff:
            Coordinator(community, today, staff[0]).recruit()


class Coordinator:
    """Invents what the volunteers of one community did."""

    def __init__(self, community: Community, today: date, by: User) -> None:
        self.community, self.today, self.by = community, today, by
        self.fields = list(ServiceField.objects.all())

    def recruit(self) -> None:
        """Register volunteers, and let them serve."""
        volunteers = self.register()
        teams = self.found_teams(volunteers)
        self.serve(volunteers)
        self.plan_shifts(volunteers, teams)

    def register(self) -> list[Volunteer]:
        """Register those who came to voluntary service before; a few have applied and wait."""
        came = Participation.objects.filter(
            activity__community=self.community, activity__kind__category="volunteer", activity__status="held"
        )
        people = Resident.objects.filter(
            pk__in=came.values("resident"),
            spells__until=None,
            community=self.community,
            birth_date__lte=years_before(self.today, 18),
        )
        people = list(people.distinct().order_by("pk")[: VOLUNTEERS + 3])
        skills = list(Skill.objects.filter(kind=Skill.Kind.SKILL))
        times = list(FreeTime.objects.all())
        volunteers = []
        for number, resident in enumerate(people):
            registered = self.today - timedelta(days=500 - number * 9)
            volunteer = Volunteer.objects.create(
                community=self.community,
                resident=resident,
                registered_on=registered if number < VOLUNTEERS else None,
                registered_by=self.by if number < VOLUNTEERS else None,
                paused_since=self.today - timedelta(days=20) if number % 17 == 9 and number < VOLUNTEERS else None,
            )
            volunteer.skills.set([skills[number % len(skills)], skills[number * 7 % len(skills)]])
            volunteer.free_times.set([times[number % len(times)], times[(number + 3) % len(times)]])
            if number < VOLUNTEERS:
                volunteers.append(volunteer)
        return volunteers

    def found_teams(self, volunteers: list[Volunteer]) -> list[Team]:
        """Found teams with leaders and members."""
        teams = []
        for number, (name, kind) in enumerate(TEAMS):
            team = Team.objects.create(
                community=self.community, kind=kind, name=name, filed_on=self.today - timedelta(days=700)
            )
            TeamMember.objects.bulk_create(
                TeamMember(team=team, volunteer=volunteer, is_leader=place == 0, since=volunteer.registered_on)
                for place, volunteer in enumerate(volunteers[number * 10 : number * 10 + 10])
            )
            teams.append(team)
        held = Activity.objects.held().filter(community=self.community, kind__category="culture").order_by("-starts_at")
        teams[2].activities.set(held[:6])
        return teams

    def serve(self, volunteers: list[Volunteer]) -> None:
        """Turn attendance at voluntary service into records, confirmed but for the latest."""
        by_resident = {volunteer.resident_id: volunteer for volunteer in volunteers}
        came = Participation.objects.filter(
            resident__in=by_resident,
            activity__kind__category="volunteer",
            activity__status="held",
            activity__held_on__gt=self.today - timedelta(days=DAYS_OF_SERVICE),
        )
        records = []
        for number, row in enumerate(came.select_related("activity").order_by("activity__starts_at", "pk")):
            volunteer, begin = by_resident[row.resident_id], row.activity.starts_at.replace(second=0, microsecond=0)
            if volunteer.registered_on and row.activity.held_on < volunteer.registered_on:
                continue
            waits = (self.today - row.activity.held_on).days < 10
            records.append(
                ServiceRecord(
                    volunteer=volunteer,
                    activity=row.activity,
                    field=self.fields[number % len(self.fields)],
                    starts_at=begin,
                    ends_at=begin + timedelta(minutes=60 + number % 4 * 30),
                    source=ServiceRecord.Source.CHECKED,
                    recorded_at=begin + timedelta(hours=4),
                    confirmed_by=None if waits else self.by,
                    confirmed_at=None if waits else begin + timedelta(days=1),
                )
            )
        ServiceRecord.objects.bulk_create(records)

    def plan_shifts(self, volunteers: list[Volunteer], teams: list[Team]) -> None:
        """Plan shifts of the next two weeks, some of their places taken."""
        kind = ActivityKind.objects.active().filter(category="volunteer").order_by("position").first()
        for number, (title, field) in enumerate(SHIFTS):
            day = self.today + timedelta(days=3 + number * 4)
            begin = timezone.make_aware(datetime.combine(day, time(9)))
            activity = Activity.objects.create(
                community=self.community,
                kind=kind,
                title=title,
                starts_at=begin,
                ends_at=begin + timedelta(hours=3),
                place="社区广场",
                status=Activity.Status.PUBLISHED,
                is_public=True,
                recorded_by=self.by,
            )
            shift = Shift.objects.create(
                activity=activity,
                title=title,
                place="社区广场",
                field=ServiceField.objects.filter(name=field).first(),
                team=teams[number % 2],
                starts_at=begin,
                ends_at=begin + timedelta(hours=3),
                created_by=self.by,
            )
            needs = [ShiftNeed.objects.create(shift=shift, number=4)]
            if number == 0:
                needs.append(ShiftNeed.objects.create(shift=shift, skill=Skill.objects.get(name="理发"), number=1))
            ShiftSignUp.objects.bulk_create(
                ShiftSignUp(need=needs[0], volunteer=volunteer, source=ShiftSignUp.Source.ASKED, created_by=self.by)
                for volunteer in volunteers[number * 3 : number * 3 + 2]
            )
