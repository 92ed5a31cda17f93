"""Cells of figures, the log of dirty marks, and how fresh each community's figures are. Computing: cells.py."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, ActivityKind, Outsider, Participation
from communities.models import Community
from grids.models import Grid, GroupMembership, Residence, Resident
from indicators import marks


class AreaLevel(models.TextChoices):
    """Levels at which cells are kept."""

    GRID = "grid", _("网格")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区县")


class CellQuerySet(models.QuerySet):
    """Cells by area and period."""

    def of(self, level: str, area_ids: list[int], period: str) -> Self:
        """Keep the cells of these areas in the period of this code."""
        return self.filter(level=level, area_id__in=area_ids, period=period)


class Cell(models.Model):
    """What every cell shares: whose figure it is. Numerators and denominators are stored; division comes last."""

    level = models.CharField(max_length=10, choices=AreaLevel)
    area_id = models.BigIntegerField()
    period = models.CharField(max_length=7)

    objects = CellQuerySet.as_manager()

    class Meta:
        abstract = True


class ReachCell(Cell):
    """How many people of a group lived there on the reference date, and how many of them were reached in the period.

    `grouping` is "all", the code of an age band, or the code of a PopulationGroup. Groups overlap: never sum over them,
    nor over periods. Sums over areas are exact, because a person is in one grid on the reference date.
    """

    grouping = models.CharField(max_length=30)
    population = models.PositiveIntegerField(_("人数"))
    reached = models.PositiveIntegerField(_("触达人数"))
    contacts = models.PositiveIntegerField(_("人次"))
    newcomers = models.PositiveIntegerField(_("首次参加人数"))
    active = models.PositiveIntegerField(_("经常参加人数"))
    settled = models.PositiveIntegerField(_("住满一年人数"))
    never = models.PositiveIntegerField(_("其中从未触达人数"))

    class Meta:
        verbose_name = _("触达单元")
        constraints = [
            models.UniqueConstraint(fields=["level", "area_id", "period", "grouping"], name="indicators_reachcell_key"),
            models.CheckConstraint(
                name="indicators_reachcell_reached_within_population",
                condition=models.Q(reached__lte=models.F("population")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}:{self.area_id} {self.period} {self.grouping}"


class ActivityCell(Cell):
    """What was held in a period, by kind: activities, 人次 by whose name is known, online, not assigned from above.

    `named` are residents of the register, `outsiders` others who gave a name, `unnamed` the rest of the heads.
    """

    kind = models.ForeignKey(ActivityKind, models.CASCADE, verbose_name=_("类型"))
    held = models.PositiveIntegerField(_("场次"))
    named = models.PositiveIntegerField(_("登记姓名的人次"))
    outsiders = models.PositiveIntegerField(_("非本社区登记姓名的人次"), default=0)
    unnamed = models.PositiveIntegerField(_("未登记姓名的人次"))
    online = models.PositiveIntegerField(_("线上场次"))
    own = models.PositiveIntegerField(_("自选场次"))

    class Meta:
        verbose_name = _("活动单元")
        constraints = [
            models.UniqueConstraint(fields=["level", "area_id", "period", "kind"], name="indicators_activitycell_key")
        ]

    def __str__(self) -> str:
        return f"{self.level}:{self.area_id} {self.period} {self.kind_id}"


class DirtyMark(models.Model):
    """A line of the append-only log: figures of this grid (or, without grid, the community's activities) have moved.

    Written by triggers only. Keys are not constrained: a mark for what is gone meanwhile is claimed like any other.
    """

    community = models.ForeignKey(Community, models.DO_NOTHING, db_constraint=False)
    grid = models.ForeignKey(Grid, models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("待算标记")

    def __str__(self) -> str:
        return f"{self.community_id}/{self.grid_id}"


class Freshness(models.Model):
    """When a community's figures were last computed, and which day they take for today."""

    community = models.OneToOneField(Community, models.CASCADE, related_name="freshness")
    computed_at = models.DateTimeField(_("计算时间"))
    as_of = models.DateField(_("基准日"))

    class Meta:
        verbose_name = _("新鲜度")

    def __str__(self) -> str:
        return f"{self.community_id} {self.computed_at:%F %T}"


class MarkedParticipation(Participation):
    """Participation with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.PARTICIPATION_MARKS, columns=("activity_id", "resident_id"))


class MarkedActivity(Activity):
    """Activity with its triggers; who took part is marked through Participation when an activity is deleted."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.ACTIVITY_MARKS,
            columns=("community_id", "kind_id", "starts_at", "status", "mode", "origin", "unnamed_count"),
        )


class MarkedOutsider(Outsider):
    """Outsider with its triggers: outsiders move activity cells only."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.OUTSIDER_MARKS, columns=("activity_id",))


class MarkedResidence(Residence):
    """Residence with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.RESIDENCE_MARKS, columns=("grid_id", "since", "until", "resident_id"))


class MarkedMembership(GroupMembership):
    """Group membership with its triggers."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(
            marks.GRIDS_OF_RESIDENTS, columns=("group_id", "since", "until", "resident_id")
        )


class MarkedResident(Resident):
    """Resident with its trigger: a corrected birth date changes age bands."""

    class Meta:
        proxy = True
        triggers = marks.marking_triggers(marks.RESIDENT_MARKS, columns=("birth_date",), operations=("update",))
