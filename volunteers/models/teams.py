"""Teams, organisations and self-organised groups of volunteers, who belongs to them, and what they did."""

from typing import Self

from django.db import models
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity
from communities.models import Community
from communities.ranges import one_at_a_time
from grids.models import Resident, SpellQuerySet, spell_order
from grids.validators import refuse_forbidden
from volunteers.models.catalogue import ServiceField
from volunteers.models.people import Volunteer


class TeamQuerySet(models.QuerySet):
    """Teams and groups of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the teams of the user's communities."""
        return self.filter(community__in=user.communities())

    def current(self) -> Self:
        """Keep those not closed."""
        return self.filter(closed_on=None)

    def for_list(self) -> Self:
        """Fetch what the list of teams shows: members today, and the day of the last activity on record up to today."""
        today = timezone.localdate()
        inside = TeamMember.objects.on(today).filter(team=OuterRef("pk")).order_by()
        done = Activity.objects.filter(teams=OuterRef("pk"), held_on__lte=today, status=Activity.Status.HELD).order_by()
        return self.select_related("community", "parent", "field").annotate(
            strength=Coalesce(Subquery(inside.values("team").annotate(n=Count("pk")).values("n")), 0),
            last_active=Subquery(done.values("teams").annotate(day=Max("held_on")).values("day")[:1]),
        )


class Team(models.Model):
    """志愿服务组织, 志愿服务队, and 自组织 (合唱团, 舞蹈队, 宣讲团): filed, active, closed.

    `activities` is the record of what a group did; whether it sleeps is derived from the last of them.
    """

    class Kind(models.TextChoices):
        """What it is."""

        ORGANISATION = "organisation", _("志愿服务组织")
        TEAM = "team", _("志愿服务队")
        GROUP = "group", _("居民自组织")

    community = models.ForeignKey(Community, models.PROTECT, related_name="teams", verbose_name=_("社区"))
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    name = models.CharField(_("名称"), max_length=40, validators=[refuse_forbidden])
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("所属组织")
    )
    field = models.ForeignKey(
        ServiceField, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("服务领域")
    )
    filed_on = models.DateField(_("备案日期"))
    closed_on = models.DateField(_("注销日期"), null=True, blank=True)
    activities = models.ManyToManyField(Activity, blank=True, related_name="teams", verbose_name=_("活动记录"))

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("团队")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(closed_on=None),
                name="volunteers_team_name",
                violation_error_message=_("本社区已有同名的团队"),
            ),
            models.CheckConstraint(
                name="volunteers_team_parent",
                condition=Q(parent=None) | Q(kind="team"),
                violation_error_message=_("只有志愿服务队可以属于志愿服务组织"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """A spell in a team, as leader or member: a volunteer, or in a self-organised group any resident."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members", verbose_name=_("团队"))
    volunteer = models.ForeignKey(
        Volunteer, models.CASCADE, null=True, blank=True, related_name="team_spells", verbose_name=_("志愿者")
    )
    resident = models.ForeignKey(
        Resident, models.CASCADE, null=True, blank=True, related_name="team_spells", verbose_name=_("居民")
    )
    is_leader = models.BooleanField(_("负责人"), default=False)
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("团队成员")
        ordering = ["-is_leader", "since", "id"]
        constraints = [
            spell_order("volunteers_teammember_order"),
            models.CheckConstraint(
                name="volunteers_teammember_one_person",
                condition=Q(volunteer__isnull=False, resident=None) | Q(volunteer=None, resident__isnull=False),
            ),
            one_at_a_time(
                "volunteers_teammember_volunteer_once",
                "team",
                "volunteer",
                condition=Q(volunteer__isnull=False),
                message=_("这位已经在队里"),
            ),
            one_at_a_time(
                "volunteers_teammember_resident_once",
                "team",
                "resident",
                condition=Q(resident__isnull=False),
                message=_("这位已经在队里"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.volunteer_id or self.resident_id}"

    @property
    def masked_name(self) -> str:
        """张*安."""
        return (self.volunteer or self.resident).masked_name  # type: ignore[union-attr]
