"""Gaps that were turned into work: what was missed then, and the plan that is to change it."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity
from grids.models import Grid
from visits.models import VisitPlan


class GapWorkQuerySet(models.QuerySet):
    """Work made of gaps."""

    def visible_to(self, user: User) -> Self:
        """Keep the work in grids of the user's communities."""
        return self.filter(grid__community__in=user.communities())

    def of(self, grid: int, grouping: str, period: str) -> Self:
        """Keep the work made of one gap."""
        return self.filter(grid=grid, grouping=grouping, period=period)

    def open(self, day: date) -> Self:
        """Keep what is still to be done on the day: the plan runs, or the activity is to be held."""
        runs = Q(plan__closed_at=None) & (Q(plan__ends_on=None) | Q(plan__ends_on__gte=day))
        planned = Q(activity__status__in=Activity.PLANNED_STATUSES)
        return self.filter(Q(plan__isnull=False) & runs | planned)

    def for_list(self) -> Self:
        """Fetch what lists show, newest first."""
        return self.select_related("grid__community", "plan", "activity").order_by("-id")


class GapWork(models.Model):
    """A gap (people of a grouping, in a grid and period, whom nothing had reached) and what was planned for it.

    The numbers are those of that moment; what they are now is read from the cells. Nobody is named.
    """

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+", verbose_name=_("网格"))
    grouping = models.CharField(_("人群"), max_length=20)
    period = models.CharField(_("时段"), max_length=7, db_collation="C")
    population = models.PositiveIntegerField(_("当时在册人数"))
    reached = models.PositiveIntegerField(_("当时触达人数"))
    plan = models.ForeignKey(VisitPlan, models.CASCADE, null=True, related_name="+", verbose_name=_("走访计划"))
    activity = models.ForeignKey(Activity, models.CASCADE, null=True, related_name="+", verbose_name=_("活动"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    made_at = models.DateTimeField(_("建立时间"), default=timezone.now)

    objects = GapWorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("补缺工作")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="dashboards_gap_work_one",
                condition=Q(plan__isnull=False, activity=None) | Q(plan=None, activity__isnull=False),
            ),
            models.CheckConstraint(
                name="dashboards_gap_work_numbers", condition=Q(reached__lte=models.F("population"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid_id} {self.grouping} {self.period}"

    @property
    def missed(self) -> int:
        """People missed when the work was planned."""
        return self.population - self.reached
