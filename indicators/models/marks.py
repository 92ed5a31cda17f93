"""The log of dirty marks, how fresh each community's figures are, and the tables whose changes leave marks."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Feedback, Outsider, Participation
from cadence.models import CadenceNote, CadenceRule
from communities.models import Community
from grids.models import (
    Appointment,
    Building,
    Grid,
    GroupMembership,
    Household,
    PopulationGroup,
    Residence,
    Resident,
)
from indicators import marks
from indicators.models.reports import FigureReport, ReportedFigure
from visits.models import Need, Visit, VisitPlan


class DirtyMark(models.Model):
    """A line of the append-only log: figures of this grid (or, without grid, of the community's work) have moved.

    Written by triggers only. Keys are not constrained: a mark for what is gone meanwhile is claimed like any other.
    """

    community = models.ForeignKey(Community, models.DO_NOTHING, db_constraint=False)
    grid = models.ForeignKey(Grid, models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("待算标记")

    def __str__(self) -> str:
        return f"{self.community_id}/{self.grid_id}"


UNTALLIED = Q(tallied_for=None) | ~Q(tallied_for=F("computed_at"))  # tallies are not those of the cells yet


class FreshnessQuerySet(models.QuerySet):
    """How fresh communities are."""

    def untallied(self) -> Self:
        """Keep those whose tallies are not those of their cells yet."""
        return self.filter(UNTALLIED)


class Freshness(models.Model):
    """When a community's cells were last computed, and which day they take for today.

    Tallies follow a little later, so that a storm of changes is counted once: they are those of `computed_at` when
    `tallied_for` equals it, and otherwise wait for their turn.
    """

    community = models.OneToOneField(Community, models.CASCADE, related_name="freshness")
    computed_at = models.DateTimeField(_("计算时间"))
    as_of = models.DateField(_("基准日"))
    tallied_for = models.DateTimeField(null=True)
    tallied_at = models.DateTimeField(_("其他指标的计算时间"), null=True)

    objects = FreshnessQuerySet.as_manager()

    class Meta:
        verbose_name = _("新鲜度")

    def __str__(self) -> str:
        return f"{self.community_id} {self.computed_at:%F %T}"


class RefreshAttemptQuerySet(models.QuerySet):
    """Communities that are being computed, or could not be."""

    def parked(self) -> Self:
        """Keep those that are not tried any more."""
        return self.filter(attempts__gte=settings.REFRESH_ATTEMPTS)


class RefreshAttempt(models.Model):
    """A community whose figures are being computed, or could not be: gone once they are.

    Written before the work begins, so that a worker that is killed leaves it behind. After REFRESH_ATTEMPTS the
    community is parked: its marks wait until an administrator has it tried again.
    """

    community = models.OneToOneField(Community, models.CASCADE, related_name="refresh_attempt", primary_key=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    started_at = models.DateTimeField(_("开始时间"))
    reason = models.CharField(_("原因"), max_length=300, blank=True)

    objects = RefreshAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("未算成的社区")

    def __str__(self) -> str:
        return f"{self.community_id} {self.attempts}"


class MarkedParticipation(Participation):
    """Participation with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.PARTICIPATION_MARKS, columns=("activity_id", "resident_id"))


class MarkedActivity(Activity):
    """Activity with its triggers; who took part is marked through Participation when an activity is deleted."""

    class Meta:
        proxy = True
        triggers = marks.activity_triggers()


class MarkedOutsider(Outsider):
    """Outsider with its triggers: outsiders move activity cells only."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_ACTIVITY, columns=("activity_id",))


class MarkedFeedback(Feedback):
    """Ratings with their triggers: what may be shown marks, no single rating does, which would leave its time here."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.OF_ACTIVITY, columns=("shown_raters",), operations=("update", "delete"), key="activity_id"
        )


class MarkedTarget(Activity.target_groups.through):  # type: ignore[name-defined]
    """The groups that an activity is for, with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_ACTIVITY, columns=("activity_id",))


class MarkedResidence(Residence):
    """Residence with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.RESIDENCE_MARKS, columns=("grid_id", "since", "until", "end_reason", "resident_id")
        )


class MarkedMembership(GroupMembership):
    """Group membership with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.GRIDS_OF_RESIDENTS, columns=("group_id", "since", "until", "resident_id")
        )


class MarkedGroup(PopulationGroup):
    """Population group with its trigger: a new code is a new key of cells. Deleting one takes its memberships along."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.GRIDS_OF_GROUPS, columns=("code",), operations=("update",))


class MarkedGrid(Grid):
    """Grid with its triggers: one that changes its community, or its days, is counted elsewhere."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.AREA_MARKS, columns=("community_id", "valid_from", "valid_to"))


class MarkedResident(Resident):
    """Resident with its trigger: birth date, sex and occupation decide about groupings, the door about coverage."""

    class Meta:
        proxy = True
        triggers = marks.resident_triggers()


class MarkedBuilding(Building):
    """Building with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_GRID, columns=("grid_id",))


class MarkedHousehold(Household):
    """Household with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_BUILDING, columns=("building_id", "unit", "room"))


class MarkedAppointment(Appointment):
    """Posts with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.OF_GRID,
            columns=("grid_id", "building_id", "post", "since", "until", "user_id", "resident_id"),
        )


class MarkedVisit(Visit):
    """Visits with their triggers: those in which nobody was met are no activity."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.OF_DOOR,
            columns=("community_id", "household_id", "outcome", "visited_at", "withdrawn_at", "kind_id"),
        )


class MarkedVisitOfPlan(Visit.plans.through):  # type: ignore[name-defined]
    """Which plans a visit was made for, with triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_VISIT, columns=("visit_id", "visitplan_id"))


class MarkedPlan(VisitPlan):
    """Visit plans with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.OF_COMMUNITY,
            columns=("community_id", "interval_days", "starts_on", "ends_on", "closed_at", "kind_id"),
        )


class MarkedNeed(Need):
    """Needs with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.OF_VISIT, columns=("visit_id", "kind_id", "due_on", "closed_at", "result")
        )


class MarkedCadenceRule(CadenceRule):
    """Cadence rules with their triggers; one of a street marks all its communities."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.OF_RULE,
            columns=(
                "street_id", "community_id", "every", "weekdays", "per", "times", "category", "programme_id",
                "min_people", "grace_days", "starts_on", "ends_on",
            ),
        )  # fmt: skip


class MarkedCadenceNote(CadenceNote):
    """Notes on slots with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.OF_COMMUNITY, columns=("rule_id", "community_id", "kind", "activity_id")
        )


class MarkedReport(FigureReport):
    """Reports of a community with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_COMMUNITY, columns=("community_id", "period", "first_submitted_at"))


class MarkedReportedFigure(ReportedFigure):
    """Reported figures with their triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OF_REPORT, columns=("report_id", "indicator", "value"))
