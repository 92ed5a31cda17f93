"""Party organisations: a tree of its own, what of the area each is for, its terms and who holds which post."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community
from communities.ranges import one_at_a_time
from grids.models import Building, Grid, SpellQuerySet, spell_order
from grids.validators import refuse_forbidden


class OrganisationQuerySet(models.QuerySet):
    """Party organisations of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the organisations of the user's communities: their structure and numbers, not their members."""
        return self.filter(community__in=user.communities())

    def led_by(self, user: User, day: date) -> Self:
        """Keep those that the user leads as secretary on the day, with the groups and households below them.

        The only row rule for persons: who are members, who came and who did not (lessons of left-out.md, S2-110).
        """
        led = self._led_directly(user, day)
        below = Organisation.Kind.GROUP, Organisation.Kind.HOUSEHOLD
        groups = Q(parent__in=led, kind__in=below)
        households = Q(parent__kind=Organisation.Kind.GROUP, parent__parent__in=led, kind=Organisation.Kind.HOUSEHOLD)
        return self.visible_to(user).filter(Q(pk__in=led) | groups | households)

    def above_led_by(self, user: User, day: date) -> Self:
        """Keep the organisations directly below one that the user leads, other branches too: a higher one checks."""
        return self.visible_to(user).filter(parent__in=self._led_directly(user, day))

    @staticmethod
    def _led_directly(user: User, day: date) -> models.QuerySet:
        offices = Office.objects.on(day).filter(user=user, post=Office.Post.SECRETARY)
        return offices.values("organisation")

    def existing_on(self, day: date) -> Self:
        """Keep those that were founded by the day and not dissolved yet."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), founded_on__lte=day)

    def current(self) -> Self:
        """Keep those not dissolved."""
        return self.filter(closed_on=None)


class Organisation(models.Model):
    """党组织: 党委/党总支 → 党支部 → 党小组 → 党员中心户. Closed, never deleted.

    `community` is its seat and counts its figures; where it works is said by its links. `has_committee`: a branch with
    a 支委会 (from seven full members on), which then has to meet.
    """

    class Kind(models.TextChoices):
        """From the top of the tree down."""

        COMMITTEE = "committee", _("党委")
        GENERAL_BRANCH = "general_branch", _("党总支")
        BRANCH = "branch", _("党支部")
        GROUP = "group", _("党小组")
        HOUSEHOLD = "household", _("党员中心户")

    # Which kinds may stand directly below which; None: at the top.
    PARENTS: dict[str, tuple[str | None, ...]] = {
        "committee": (None, "committee"),
        "general_branch": (None, "committee"),
        "branch": (None, "committee", "general_branch"),
        "group": ("branch",),
        "household": ("branch", "group"),
    }

    kind = models.CharField(_("类型"), max_length=16, choices=Kind)
    name = models.CharField(_("名称"), max_length=60, validators=[refuse_forbidden])
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级党组织")
    )
    community = models.ForeignKey(Community, models.PROTECT, related_name="organisations", verbose_name=_("所在社区"))
    has_committee = models.BooleanField(_("设支委会"), default=False)
    founded_on = models.DateField(_("成立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("党组织")
        ordering = ["community", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(closed_on=None),
                name="party_organisation_name",
                violation_error_message=_("本社区已有同名的党组织"),
            ),
            models.CheckConstraint(
                name="party_organisation_order",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("founded_on")),
                violation_error_message=_("撤销日期不能早于成立日期"),
            ),
            models.CheckConstraint(
                name="party_organisation_below_another",
                condition=~Q(kind__in=["group", "household"]) | Q(parent__isnull=False),
                violation_error_message=_("党小组和党员中心户要有上级党组织"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_branch(self) -> bool:
        """Whether people are members of it directly."""
        return self.kind == self.Kind.BRANCH


class OrganisationLink(models.Model):
    """What an organisation is for, for a time: a community, a grid or a building (exactly one of them)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="links", verbose_name=_("党组织"))
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("社区")
    )
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格"))
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("楼栋")
    )
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("党组织联系区域")
        ordering = ["since", "id"]
        constraints = [
            spell_order("party_link_order"),
            models.CheckConstraint(
                name="party_link_one_place",
                condition=Q(community__isnull=False, grid=None, building=None)
                | Q(community=None, grid__isnull=False, building=None)
                | Q(community=None, grid=None, building__isnull=False),
            ),
            *(
                one_at_a_time(
                    f"party_link_once_{place}",
                    "organisation",
                    place,
                    condition=Q(**{f"{place}__isnull": False}),
                    message=_("这个区域已经由这个党组织联系"),
                )
                for place in ("community", "grid", "building")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.place}"

    @property
    def place(self) -> Community | Grid | Building:
        """The area linked."""
        return self.community or self.grid or self.building  # type: ignore[return-value]


class Term(models.Model):
    """任期: from an election until the next is due. A term that is over without a new one is overdue."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="terms", verbose_name=_("党组织"))
    starts_on = models.DateField(_("换届日期"))
    ends_on = models.DateField(_("任期届满"))

    class Meta:
        verbose_name = _("任期")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "starts_on"], name="party_term_once"),
            models.CheckConstraint(
                name="party_term_order",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("届满日期要晚于换届日期"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"


class OfficeQuerySet(SpellQuerySet):
    """Posts held in organisations."""

    def visible_to(self, user: User) -> Self:
        """Keep the posts in organisations of the user's communities."""
        return self.filter(organisation__community__in=user.communities())


class Office(models.Model):
    """A post in an organisation, held for a time by a member, or by somebody with an account (who may be a member too).

    An account that is SECRETARY is what opens an organisation's pages to somebody: OrganisationQuerySet.led_by.
    """

    class Post(models.TextChoices):
        """Posts of party organisations."""

        SECRETARY = "secretary", _("书记")
        DEPUTY = "deputy", _("副书记")
        ORGANISATION = "organisation", _("组织委员")
        PUBLICITY = "publicity", _("宣传委员")
        DISCIPLINE = "discipline", _("纪检委员")
        GROUP_LEADER = "group_leader", _("党小组组长")
        HOUSEHOLD_HEAD = "household_head", _("中心户户长")

    # Posts that an organisation of a kind must have filled; of a branch with a committee also OF_COMMITTEE.
    REQUIRED: dict[str, tuple[str, ...]] = {
        "committee": ("secretary", "deputy"),
        "general_branch": ("secretary",),
        "branch": ("secretary",),
        "group": ("group_leader",),
        "household": ("household_head",),
    }
    OF_COMMITTEE = (Post.ORGANISATION, Post.PUBLICITY)
    ON_COMMITTEE = (Post.SECRETARY, Post.DEPUTY, Post.ORGANISATION, Post.PUBLICITY, Post.DISCIPLINE)

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="offices", verbose_name=_("党组织"))
    post = models.CharField(_("职务"), max_length=16, choices=Post)
    member = models.ForeignKey(
        "party.Member", models.CASCADE, null=True, blank=True, related_name="offices", verbose_name=_("党员")
    )
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="party_offices", verbose_name=_("账号")
    )
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("党内职务")
        ordering = ["since", "id"]
        constraints = [
            spell_order("party_office_order"),
            models.CheckConstraint(
                name="party_office_somebody",
                condition=Q(member__isnull=False) | Q(user__isnull=False),
                violation_error_message=_("请选择一位党员或一个账号"),
            ),
            one_at_a_time(
                "party_office_one_secretary",
                "organisation",
                condition=Q(post="secretary"),
                message=_("这段时间已有书记，请先登记前任的卸任日期"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.get_post_display()}"
