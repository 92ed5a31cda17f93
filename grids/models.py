"""Grids, homes, residents with dated spells and groups, appointments, exports. Counting: population.py."""

from datetime import date, timedelta
from typing import Self

import pgtrigger
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.keys import guard_trigger, key_triggers
from communities.models import Area, AreaQuerySet, Community, Street, code_of
from grids.codes import EDUCATION, ETHNIC_GROUPS, OCCUPATIONS
from grids.groupings import RESERVED_CODES
from grids.masking import mask_id_number, mask_name, mask_phone
from grids.triggers import no_overlap, stamp_changes, stamp_person
from grids.validators import refuse_forbidden


class GridQuerySet(AreaQuerySet):
    """Grids of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the grids of the user's communities, or only the own ones of who is bound to them."""
        found = self.filter(community__in=user.communities())
        return found.in_charge_of(user) if user.is_bound_to_grids else found

    def in_charge_of(self, user: User) -> Self:
        """Keep the grids in which the user holds a post today, of the grid itself and not of a building."""
        posts = Appointment.objects.on(timezone.localdate()).filter(user=user, building=None)
        return self.filter(pk__in=posts.values("grid"))

    def appointed_to(self, user: User) -> Self:
        """Keep the grids in which the user holds a post today."""
        return self.filter(pk__in=Appointment.objects.on(timezone.localdate()).filter(user=user).values("grid"))


class Grid(Area):
    """网格: the smallest area of community work, 15 digits (community code and three more)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="grids", verbose_name=_("社区"))

    objects = GridQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Area.Meta):
        verbose_name = _("网格")
        constraints = [
            code_of(15),
            # An abolished grid leaves its name to a successor.
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(valid_to=None),
                name="grids_grid_name_in_community",
                violation_error_message=_("这个社区已有同名的网格"),
            ),
        ]
        triggers = [guard_trigger([("grids_resident", "grid_id"), ("grids_residence", "grid_id")])]


class GridBoundaryQuerySet(models.QuerySet):
    """Boundaries of grids."""

    def visible_to(self, user: User) -> Self:
        """Keep the boundaries of grids of the user's communities."""
        return self.filter(grid__community__in=user.communities())


class GridBoundary(models.Model):
    """Where a grid lies: a GeoJSON Polygon or MultiPolygon, longitude and latitude in degrees, already simplified.

    The box around it stands beside it. An abolished grid keeps its boundary, so maps of past periods stay what they
    were. Reading and checking files: grids.boundaries.
    """

    grid = models.OneToOneField(Grid, models.CASCADE, related_name="boundary", verbose_name=_("网格"))
    geometry = models.JSONField(_("边界"))
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now)

    objects = GridBoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("网格边界")
        constraints = [
            models.CheckConstraint(
                name="grids_gridboundary_box",
                condition=Q(west__gte=-180, east__lte=180, south__gte=-90, north__lte=90)
                & Q(west__lt=F("east"), south__lt=F("north")),
            )
        ]

    def __str__(self) -> str:
        return str(self.grid)


class Building(models.Model):
    """楼栋 of a grid."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="buildings", verbose_name=_("网格"))
    name = models.CharField(_("楼栋"), max_length=30)

    class Meta:
        verbose_name = _("楼栋")
        constraints = [models.UniqueConstraint(fields=["grid", "name"], name="grids_building_name_in_grid")]

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    """户: a door in a building. Without a unit, `unit` is ""."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="households", verbose_name=_("楼栋"))
    unit = models.CharField(_("单元"), max_length=10, blank=True)
    room = models.CharField(_("房号"), max_length=10)

    class Meta:
        verbose_name = _("户")
        constraints = [
            models.UniqueConstraint(fields=["building", "unit", "room"], name="grids_household_door_in_building")
        ]
        triggers = [guard_trigger([("grids_resident", "household_id")])]

    def __str__(self) -> str:
        return " ".join(part for part in (self.building.name, self.unit, self.room) if part)


class PopulationGroup(models.Model):
    """A group that community work must reach (the nine of seed 000, and those an administrator adds).

    Groups overlap: each is shown alone, never summed.
    """

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=30, unique=True, validators=[refuse_forbidden])
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("人群类别")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="grids_populationgroup_code_not_reserved",
                condition=~Q(code__in=sorted(RESERVED_CODES)),
                violation_error_message=_("这个代码留给门户自己用，请换一个"),
            )
        ]
        triggers = [guard_trigger([("grids_groupmembership", "group_id")])]

    def __str__(self) -> str:
        return self.name


class GuardedCommunity(Community):
    """Community with the trigger that keeps it while residents name it."""

    class Meta:
        proxy = True
        triggers = [guard_trigger([("grids_resident", "community_id")])]


class Sex(models.IntegerChoices):
    """GB/T 2261.1."""

    UNKNOWN = 0, _("未知")
    MALE = 1, _("男")
    FEMALE = 2, _("女")
    UNSPECIFIED = 9, _("未说明")


class ResidentQuerySet(models.QuerySet):
    """Residents of the register."""

    def visible_to(self, user: User) -> Self:
        """Keep the residents of the user's communities, or only of the own grids of who is bound to them."""
        found = self.filter(community__in=user.communities())
        return found.filter(grid__in=Grid.objects.visible_to(user).values("pk")) if user.is_bound_to_grids else found

    def named_like(self, text: str) -> Self:
        """Keep those whose name contains the text."""
        return self.filter(name__contains=text)

    def by_door(self) -> Self:
        """Order as one walks: building, unit, room."""
        return self.select_related("household__building", "grid").order_by(
            "household__building__name", "household__unit", "household__room", "id"
        )

    def after(self, pk: int) -> Self:
        """Return the next page's residents by key, newest page last (keyset paging)."""
        return self.filter(pk__gt=pk).order_by("pk")


class Resident(models.Model):
    """A person of the register: the minimum that serving people needs. No other free text about a person (R29).

    ID number and phone are kept encrypted, with a keyed hash for matching and the few plain characters of the mask;
    `id_tail` is a keyed hash of the ID's last four characters (accounts.encryption.tail_index), for searching by them.
    `community`, `grid` and `household` are where the person lives now (or lived last); the dated truth is Residence.
    `changed_at` is when the person's row, spells or memberships last changed, kept by triggers.
    """

    community = models.ForeignKey(
        Community,
        models.PROTECT,
        related_name="residents",
        db_constraint=False,
        db_index=False,
        verbose_name=_("社区"),
    )
    grid = models.ForeignKey(
        Grid, models.PROTECT, related_name="residents", db_constraint=False, verbose_name=_("网格")
    )
    household = models.ForeignKey(
        Household,
        models.SET_NULL,
        related_name="residents",
        null=True,
        blank=True,
        db_constraint=False,
        verbose_name=_("户"),
    )
    name = models.CharField(_("姓名"), max_length=60)
    initials = models.CharField(_("拼音首字母"), max_length=60, blank=True)
    sex = models.PositiveSmallIntegerField(_("性别"), choices=Sex)
    birth_date = models.DateField(_("出生日期"))
    id_number = models.BinaryField(_("身份证号"), null=True)
    id_hash = models.BinaryField(null=True, unique=True)
    id_kept = models.CharField(max_length=6, blank=True)
    id_tail = models.IntegerField(null=True)
    phone = models.BinaryField(_("手机号"), null=True)
    phone_hash = models.BinaryField(null=True)
    phone_kept = models.CharField(max_length=7, blank=True)
    education = models.CharField(_("学历"), max_length=2, blank=True, db_default="")
    ethnic_group = models.CharField(_("民族"), max_length=2, blank=True, db_default="")
    occupation = models.CharField(_("从业状况"), max_length=2, blank=True, db_default="")
    changed_at = models.DateTimeField(_("最近更新"), db_default=TransactionNow(), editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("居民")
        indexes = [models.Index(fields=["community", "id"], name="grids_resident_keyset")]
        triggers = [
            stamp_changes(),
            guard_trigger([("grids_residence", "resident_id"), ("grids_groupmembership", "resident_id")]),
            *key_triggers(
                "grids_resident",
                [
                    ("community_id", "communities_community"),
                    ("grid_id", "grids_grid"),
                    ("household_id", "grids_household"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        """张*安."""
        return mask_name(self.name)

    @property
    def masked_id_number(self) -> str:
        """1101************34."""
        return mask_id_number(self.id_kept)

    @property
    def masked_phone(self) -> str:
        """199****1234."""
        return mask_phone(self.phone_kept)

    @property
    def education_name(self) -> str:
        """The level of education in words, "" when not known."""
        return EDUCATION.get(self.education, "")

    @property
    def ethnic_group_name(self) -> str:
        """The ethnic group in words, "" when not known."""
        return ETHNIC_GROUPS.get(self.ethnic_group, "")

    @property
    def occupation_name(self) -> str:
        """The occupation status in words, "" when not known."""
        return OCCUPATIONS.get(self.occupation, "")

    @property
    def age(self) -> int:
        """Completed years today."""
        today = timezone.localdate()
        had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - (not had_birthday)


class SpellQuerySet(models.QuerySet):
    """Rows with `since` (first day) and `until` (first day no longer)."""

    def on(self, day: date) -> Self:
        """Keep the spells that cover the day."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


def spell_order(name: str) -> models.CheckConstraint:
    """Return the constraint that a spell does not end before it begins."""
    return models.CheckConstraint(
        name=name,
        condition=Q(until=None) | Q(until__gte=F("since")),
        violation_error_message=_("结束日期不能早于开始日期"),
    )


class Residence(models.Model):
    """A spell of living in a grid, from `since` up to but not including `until`. One person is in one grid a day.

    `end_reason` says why a closed spell ended. An entry made in error ends on the day it began and so covers no day.
    """

    class EndReason(models.TextChoices):
        """Why a spell ended."""

        MOVED_WITHIN = "moved_within", _("搬到其他网格")
        MOVED_OUT = "moved_out", _("迁出")
        DIED = "died", _("去世")
        ERROR = "error", _("登记有误")
        AREA_CHANGE = "area_change", _("区划调整")

    resident = models.ForeignKey(
        Resident,
        models.CASCADE,
        related_name="spells",
        db_constraint=False,
        db_index=False,
        verbose_name=_("居民"),
    )
    grid = models.ForeignKey(
        Grid, models.PROTECT, related_name="spells", db_constraint=False, db_index=False, verbose_name=_("网格")
    )
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)
    end_reason = models.CharField(_("结束原因"), max_length=12, choices=EndReason, blank=True, db_default="")
    changed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("居住时段")
        indexes = [models.Index(fields=["grid", "since"], name="grids_residence_in_grid")]
        constraints = [
            spell_order("grids_residence_order"),
            models.UniqueConstraint(fields=["resident"], condition=Q(until=None), name="grids_residence_one_open"),
            models.UniqueConstraint(fields=["resident", "since"], name="grids_residence_one_start"),
        ]
        triggers = [
            no_overlap(pgtrigger.Insert),
            no_overlap(pgtrigger.Update),
            stamp_changes(),
            stamp_person(),
            *key_triggers("grids_residence", [("resident_id", "grids_resident"), ("grid_id", "grids_grid")]),
        ]

    def __str__(self) -> str:
        return f"{self.since}–{self.until or ''}"


class GroupMembership(models.Model):
    """A spell of belonging to a population group."""

    resident = models.ForeignKey(
        Resident, models.CASCADE, related_name="memberships", db_constraint=False, verbose_name=_("居民")
    )
    group = models.ForeignKey(
        PopulationGroup, models.CASCADE, related_name="memberships", db_constraint=False, verbose_name=_("人群类别")
    )
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)
    changed_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("人群归属")
        constraints = [
            spell_order("grids_groupmembership_order"),
            models.UniqueConstraint(
                fields=["resident", "group"], condition=Q(until=None), name="grids_groupmembership_one_open"
            ),
        ]
        triggers = [
            stamp_changes(),
            stamp_person(),
            *key_triggers(
                "grids_groupmembership", [("resident_id", "grids_resident"), ("group_id", "grids_populationgroup")]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since}–{self.until or ''}"


class AppointmentQuerySet(SpellQuerySet):
    """Posts held."""

    def visible_to(self, user: User) -> Self:
        """Keep the posts in the user's communities, or only in the own grids of who is bound to them."""
        found = self.filter(grid__community__in=user.communities())
        return found.filter(grid__in=Grid.objects.visible_to(user).values("pk")) if user.is_bound_to_grids else found


class Appointment(models.Model):
    """A post in a grid, or in one of its buildings, held for a time by a member of staff or by a resident."""

    class Post(models.TextChoices):
        """Posts of grid work (seed 001: 四级网格)."""

        GRID_HEAD = "grid_head", _("网格长")
        GRID_WORKER = "grid_worker", _("网格员")
        LIAISON = "liaison", _("包片干部")
        BUILDING_HEAD = "building_head", _("楼栋长")
        UNIT_HEAD = "unit_head", _("单元长")
        PARTY_HOUSEHOLD = "party_household", _("党员中心户")

    IN_EVERY_GRID = (Post.GRID_HEAD, Post.GRID_WORKER)
    IN_EVERY_BUILDING = (Post.BUILDING_HEAD,)

    user = models.ForeignKey(
        User, models.CASCADE, related_name="appointments", null=True, blank=True, verbose_name=_("工作人员")
    )
    resident = models.ForeignKey(
        Resident, models.CASCADE, related_name="appointments", null=True, blank=True, verbose_name=_("居民")
    )
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="appointments", verbose_name=_("网格"))
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="appointments", null=True, blank=True, verbose_name=_("楼栋")
    )
    post = models.CharField(_("岗位"), max_length=20, choices=Post, default=Post.GRID_WORKER)
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        constraints = [
            spell_order("grids_appointment_order"),
            models.CheckConstraint(
                name="grids_appointment_one_person",
                condition=Q(user=None, resident__isnull=False) | Q(user__isnull=False, resident=None),
                violation_error_message=_("请选择一位工作人员或一位居民"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid} {self.get_post_display()}"


class AreaChangeQuerySet(models.QuerySet):
    """Reorganisations of areas."""

    def visible_to(self, user: User) -> Self:
        """Keep the changes in the user's street."""
        return self.filter(street__code__startswith=user.area_code) if user.area_code else self.none()


class AreaChange(models.Model):
    """A merge or split of communities or grids, done on a day. What it did stands in `detail`.

    `detail` = {"from": [[code, name], …], "to": [[code, name], …], "residents": number moved, "grids": number,
    "buildings": number}. Areas themselves keep their days in valid_from and valid_to.
    """

    class Kind(models.TextChoices):
        """What was done."""

        MERGE_COMMUNITIES = "merge_communities", _("社区合并")
        SPLIT_COMMUNITY = "split_community", _("社区拆分")
        MERGE_GRIDS = "merge_grids", _("网格合并")
        SPLIT_GRID = "split_grid", _("网格拆分")

    street = models.ForeignKey(Street, models.PROTECT, verbose_name=_("街道"))
    kind = models.CharField(_("调整"), max_length=20, choices=Kind)
    effective_date = models.DateField(_("生效日期"))
    detail = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("操作人"))
    done_at = models.DateTimeField(_("时间"), default=timezone.now)

    objects = AreaChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("区划调整")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_date}"


class ResidentExportQuerySet(models.QuerySet):
    """Exports of the register."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own: a download is bound to who asked for it (rule R5)."""
        return self.filter(by=user) if user.is_active else self.none()

    def recent(self) -> Self:
        """Keep those of the last day, without their files."""
        return self.filter(created_at__gte=timezone.now() - timedelta(days=1)).defer("content")

    def downloadable(self) -> Self:
        """Keep those whose file is there and may still be fetched."""
        return self.filter(content__isnull=False, expires_at__gt=timezone.now())


class ResidentExport(models.Model):
    """A list of residents made for download: filters, purpose, and for a day the encrypted file (rule R5)."""

    class Format(models.TextChoices):
        """What kind of file."""

        XLSX = "xlsx", _("Excel 工作簿 (.xlsx)")
        CSV = "csv", _("文本表格 (.csv)")

    class Purpose(models.TextChoices):
        """Why the list is needed: a closed list, so that no free text about people arises (rule R29)."""

        VISIT = "visit", _("上门走访")
        NOTICE = "notice", _("通知联系")
        SERVICE = "service", _("办理服务")
        CHECK = "check", _("核对底册")
        STATISTICS = "statistics", _("统计汇总")

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("等待生成")
        RUNNING = "running", _("正在生成")
        DONE = "done", _("可以下载")
        FAILED = "failed", _("未能生成")

    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("操作人"))
    purpose = models.CharField(_("用途"), max_length=12, choices=Purpose)
    format = models.CharField(_("格式"), max_length=4, choices=Format, default=Format.XLSX)
    is_masked = models.BooleanField(_("号码和姓名只显示一部分"), default=True)
    filters = models.JSONField(default=dict)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.QUEUED)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    content = models.BinaryField(null=True)
    created_at = models.DateTimeField(_("时间"), default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("可下载至"), null=True, blank=True)

    objects = ResidentExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("居民名单导出")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {timezone.localtime(self.created_at):%F %T}"

    @property
    def is_running(self) -> bool:
        """Whether a worker has it, or is to take it."""
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def is_expired(self) -> bool:
        """Whether the day of its file is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def percent(self) -> int:
        """Rows done of rows, 0 to 100; 0 while the number of rows is unknown."""
        return min(100, self.rows_done * 100 // self.rows) if self.rows else 0


class GuardianConsent(models.Model):
    """That a guardian agreed to what a child under fourteen takes part in (PIPL, article 31)."""

    class Guardian(models.TextChoices):
        """Who agreed."""

        PARENT = "parent", _("父母")
        GRANDPARENT = "grandparent", _("祖父母、外祖父母")
        OTHER = "other", _("其他监护人")

    class Form(models.TextChoices):
        """How it was given."""

        PAPER = "paper", _("书面")
        IN_PERSON = "in_person", _("当面")
        PHONE = "phone", _("电话")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="consents", verbose_name=_("居民"))
    guardian = models.CharField(_("监护人"), max_length=20, choices=Guardian)
    form = models.CharField(_("方式"), max_length=20, choices=Form)
    given_on = models.DateField(_("同意日期"))
    withdrawn_on = models.DateField(_("撤回日期"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("经办人"))

    class Meta:
        verbose_name = _("监护人同意")
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(withdrawn_on=None), name="grids_guardian_consent_one_at_a_time"
            ),
            models.CheckConstraint(
                name="grids_guardian_consent_days",
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=models.F("given_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_guardian_display()} {self.given_on:%F}"
