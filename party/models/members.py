"""Members of branches, for how long; who need not attend; whom each keeps in touch with; who registered from a unit.

Persons: read through OrganisationQuerySet.led_by only. Nothing here says what anybody thinks.
"""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.ranges import one_at_a_time
from grids.models import Building, Grid, Household, Resident, SpellQuerySet, spell_order
from grids.validators import refuse_forbidden
from party.models.organisations import Organisation


class MemberQuerySet(models.QuerySet):
    """Party members among the residents."""

    def led_by(self, user: User, day: date | None = None) -> Self:
        """Keep the members who are, on the day (today), in a branch that the user leads."""
        day = day or timezone.localdate()
        spells = Membership.objects.on(day).filter(organisation__in=Organisation.objects.led_by(user, day))
        return self.filter(Exists(spells.filter(member=OuterRef("pk"))))

    def in_on(self, organisation: Organisation, day: date) -> Self:
        """Keep the members of a branch, or of one of its groups, on the day."""
        column = "group" if organisation.kind == Organisation.Kind.GROUP else "organisation"
        return self.filter(Exists(Membership.objects.on(day).filter(member=OuterRef("pk"), **{column: organisation})))

    def due_on(self, day: date) -> Self:
        """Leave out who need not attend on the day."""
        return self.filter(~Exists(Exemption.objects.on(day).filter(member=OuterRef("pk"))))

    def for_list(self) -> Self:
        """Fetch what a roster shows."""
        return self.select_related("resident__grid", "resident__household__building").order_by(
            "resident__initials", "pk"
        )


class Member(models.Model):
    """A party member: one for each resident. In which branch, and since when, is said by Membership."""

    class Standing(models.TextChoices):
        """Full or probationary (GB/T 4762: 01, 02)."""

        FULL = "full", _("正式党员")
        PROBATIONARY = "probationary", _("预备党员")

    resident = models.OneToOneField(Resident, models.PROTECT, related_name="party_member", verbose_name=_("居民"))
    standing = models.CharField(_("党员身份"), max_length=12, choices=Standing, default=Standing.FULL)
    joined_on = models.DateField(_("入党日期"), null=True, blank=True)
    full_on = models.DateField(_("转正日期"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("党员")
        constraints = [
            models.CheckConstraint(
                name="party_member_full_after_joining",
                condition=Q(joined_on=None) | Q(full_on=None) | Q(full_on__gte=models.F("joined_on")),
                violation_error_message=_("转正日期不能早于入党日期"),
            )
        ]

    def __str__(self) -> str:
        return self.resident.masked_name

    def take_over(self, other: "Member") -> None:
        """Fill in the dates that only the other entry of the person has, if they fit (grids/merging.py)."""
        joined_on, full_on = self.joined_on or other.joined_on, self.full_on or other.full_on
        if not (joined_on and full_on) or joined_on <= full_on:
            self.joined_on, self.full_on = joined_on, full_on


class Membership(models.Model):
    """A spell in a branch, and in one of its groups: one branch at a time. Another group begins another spell."""

    class Begin(models.TextChoices):
        """How a spell began."""

        ADMITTED = "admitted", _("新发展")
        TRANSFERRED_IN = "transferred_in", _("转入")
        LISTED = "listed", _("建册时已在")
        REGROUPED = "regrouped", _("调整党小组")

    class End(models.TextChoices):
        """How a spell ended."""

        TRANSFERRED_OUT = "transferred_out", _("转出")
        DIED = "died", _("去世")
        LEFT = "left", _("不再是党员")
        REGROUPED = "regrouped", _("调整党小组")
        ERROR = "error", _("登记有误")

    CUT_END = End.REGROUPED  # when two entries of one person merge (grids/merging.py): the spells join one another

    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships", verbose_name=_("党员"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships", verbose_name=_("党支部"))
    group = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("党小组")
    )
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)
    begin = models.CharField(_("如何进入"), max_length=16, choices=Begin, default=Begin.LISTED)
    end = models.CharField(_("如何离开"), max_length=16, choices=End, blank=True)
    other_unit = models.CharField(_("转自或转往"), max_length=60, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("组织关系")
        ordering = ["since", "id"]
        indexes = [models.Index(fields=["organisation", "since"], name="party_membership_in_branch")]
        constraints = [
            spell_order("party_membership_order"),
            one_at_a_time("party_membership_one", "member", message=_("这段时间已有组织关系，请先办理转出")),
            models.CheckConstraint(
                name="party_membership_end_said",
                condition=Q(until=None, end="") | Q(until__isnull=False) & ~Q(end=""),
                violation_error_message=_("离开要写明日期和情形"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.since}–{self.until or ''}"


class Exemption(models.Model):
    """免修: a member need not attend for a time. The reason is from a list: nobody's health is written down."""

    class Reason(models.TextChoices):
        """Why a branch exempts somebody."""

        AGED = "aged", _("年老体弱或行动不便")
        AWAY = "away", _("长期外出")
        POSTED = "posted", _("外派或学习")
        CARE = "care", _("照护家人")
        OTHER = "other", _("支部同意的其他情况")

    member = models.ForeignKey(Member, models.CASCADE, related_name="exemptions", verbose_name=_("党员"))
    reason = models.CharField(_("原因"), max_length=8, choices=Reason)
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("免修")
        ordering = ["since", "id"]
        constraints = [
            spell_order("party_exemption_order"),
            one_at_a_time("party_exemption_one", "member", message=_("这段时间已经免修")),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.get_reason_display()}"


class ServiceLink(models.Model):
    """党员入格, 党员联户, 干部包楼: a member, or a cadre with an account, is there for a grid, home or building."""

    member = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="service_links", verbose_name=_("党员")
    )
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="service_links", verbose_name=_("干部")
    )
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格"))
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("户")
    )
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("楼栋")
    )
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("联系服务")
        ordering = ["since", "id"]
        constraints = [
            spell_order("party_servicelink_order"),
            models.CheckConstraint(
                name="party_servicelink_one_holder",
                condition=Q(member__isnull=False, user=None) | Q(member=None, user__isnull=False),
            ),
            models.CheckConstraint(
                name="party_servicelink_one_place",
                condition=Q(grid__isnull=False, household=None, building=None)
                | Q(grid=None, household__isnull=False, building=None)
                | Q(grid=None, household=None, building__isnull=False),
            ),
            # A household is linked by one member: whom to turn to must be plain.
            one_at_a_time(
                "party_servicelink_one_of_household",
                "household",
                condition=Q(household__isnull=False),
                message=_("这一户已有党员联系"),
            ),
            one_at_a_time(
                "party_servicelink_one_grid",
                "member",
                condition=Q(grid__isnull=False),
                message=_("这位党员已经编入一个网格"),
            ),
            one_at_a_time(
                "party_servicelink_cadre_once",
                "user",
                "building",
                condition=Q(user__isnull=False, building__isnull=False),
                message=_("这栋楼已由这位干部联系"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id or self.user_id}"


class Registration(models.Model):
    """双报到: a member who works elsewhere registers where he or she lives. No member of the branch: not due to attend.

    `unit` is the organisation where the person's membership lies.
    """

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="party_registrations", verbose_name=_("居民"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="registrations", verbose_name=_("报到的党组织")
    )
    unit = models.CharField(_("所在单位党组织"), max_length=60, validators=[refuse_forbidden])
    since = models.DateField(_("报到日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("在职党员报到")
        ordering = ["-since", "-id"]
        constraints = [
            spell_order("party_registration_order"),
            one_at_a_time("party_registration_one", "resident", message=_("这位在职党员已经报到")),
        ]

    def __str__(self) -> str:
        return self.resident.masked_name
