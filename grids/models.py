"""Grids, homes, residents with dated spells and groups, appointments, resident imports. Counting: population.py."""

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Area, AreaQuerySet, Community, Street, code_of
from grids.masking import mask_id_number, mask_name, mask_phone


class GridQuerySet(AreaQuerySet):
    """Grids of communities."""

    def visible_to(self, user: User) -> Self:
        """Keep the grids of the user's communities."""
        return self.filter(community__in=user.communities())

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
            models.UniqueConstraint(fields=["community", "name"], name="grids_grid_name_in_community"),
        ]


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

    def __str__(self) -> str:
        return " ".join(part for part in (self.building.name, self.unit, self.room) if part)


class PopulationGroup(models.Model):
    """A group that community work must reach (the nine of seed 000, and those an administrator adds).

    Groups overlap: each is shown alone, never summed.
    """

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("人群类别")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Sex(models.IntegerChoices):
    """GB/T 2261.1."""

    UNKNOWN = 0, _("未知")
    MALE = 1, _("男")
    FEMALE = 2, _("女")
    UNSPECIFIED = 9, _("未说明")


class ResidentQuerySet(models.QuerySet):
    """Residents of the register."""

    def visible_to(self, user: User) -> Self:
        """Keep the residents of the user's communities."""
        return self.filter(community__in=user.communities())

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

    ID number and phone are kept encrypted, with a keyed hash for matching and the few plain characters of the mask.
    `community`, `grid` and `household` are where the person lives now; the dated truth is Residence.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="residents", verbose_name=_("社区"))
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="residents", verbose_name=_("网格"))
    household = models.ForeignKey(
        Household, models.SET_NULL, related_name="residents", null=True, blank=True, verbose_name=_("户")
    )
    name = models.CharField(_("姓名"), max_length=60)
    sex = models.PositiveSmallIntegerField(_("性别"), choices=Sex)
    birth_date = models.DateField(_("出生日期"))
    id_number = models.BinaryField(_("身份证号"), null=True)
    id_hash = models.BinaryField(null=True, unique=True)
    id_kept = models.CharField(max_length=6, blank=True)
    phone = models.BinaryField(_("手机号"), null=True)
    phone_hash = models.BinaryField(null=True)
    phone_kept = models.CharField(max_length=7, blank=True)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("居民")
        indexes = [models.Index(fields=["community", "id"], name="grids_resident_keyset")]

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


def no_overlap(operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """Return the statement trigger that refuses two spells of one person on one day, closed ones included.

    An exclusion constraint would need btree_gist, which the embedded server does not have.
    """
    return pgtrigger.Trigger(
        name=f"no_overlap_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="new_rows"),
        func="""
            if exists (
                select from new_rows n join grids_residence o on o.resident_id = n.resident_id and o.id <> n.id
                where daterange(o.since, o.until) && daterange(n.since, n.until)
            ) then
                raise exclusion_violation using message = 'two residence spells of one person overlap';
            end if;
            return null;
        """,
    )


class Residence(models.Model):
    """A spell of living in a grid, from `since` up to but not including `until`. One person is in one grid a day."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="spells", verbose_name=_("居民"))
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="spells", verbose_name=_("网格"))
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("居住时段")
        indexes = [models.Index(fields=["grid", "since"], name="grids_residence_in_grid")]
        constraints = [
            spell_order("grids_residence_order"),
            models.UniqueConstraint(fields=["resident"], condition=Q(until=None), name="grids_residence_one_open"),
            models.UniqueConstraint(fields=["resident", "since"], name="grids_residence_one_start"),
        ]
        triggers = [no_overlap(pgtrigger.Insert), no_overlap(pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.since}–{self.until or ''}"


class GroupMembership(models.Model):
    """A spell of belonging to a population group."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="memberships", verbose_name=_("居民"))
    group = models.ForeignKey(PopulationGroup, models.CASCADE, related_name="memberships", verbose_name=_("人群类别"))
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("人群归属")
        constraints = [
            spell_order("grids_groupmembership_order"),
            models.UniqueConstraint(
                fields=["resident", "group"], condition=Q(until=None), name="grids_groupmembership_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since}–{self.until or ''}"


class Appointment(models.Model):
    """A post in a grid held by a member of staff for a time."""

    class Post(models.TextChoices):
        """Posts of grid work (seed 001: 四级网格)."""

        GRID_HEAD = "grid_head", _("网格长")
        GRID_WORKER = "grid_worker", _("网格员")

    user = models.ForeignKey(User, models.CASCADE, related_name="appointments", verbose_name=_("用户"))
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="appointments", verbose_name=_("网格"))
    post = models.CharField(_("岗位"), max_length=20, choices=Post, default=Post.GRID_WORKER)
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        constraints = [spell_order("grids_appointment_order")]

    def __str__(self) -> str:
        return f"{self.grid} {self.get_post_display()}"


class ResidentImportQuerySet(models.QuerySet):
    """Imports of resident workbooks."""

    def visible_to(self, user: User) -> Self:
        """Keep the imports of the user's street."""
        return self.filter(street__code__startswith=user.area_code) if user.area_code else self.none()

    def for_list(self) -> Self:
        """Fetch what the list of imports shows, newest first."""
        return self.select_related("by", "community").defer("messages").order_by("-id")


class ResidentImport(models.Model):
    """One upload of a resident workbook: file, rehearsal report, decision, result.

    `counts` maps outcome (create, update, unchanged, refuse) to rows; `reasons` maps reason code to rows refused;
    `messages` holds the first IMPORT_MESSAGES_KEPT located messages as dicts (sheet, row, column, heading, code,
    detail), never a cell's content that could be personal.
    """

    class Status(models.TextChoices):
        """Where the import stands."""

        QUEUED = "queued", _("等待预演")
        REHEARSING = "rehearsing", _("正在预演")
        REHEARSED = "rehearsed", _("等待确认")
        CONFIRMED = "confirmed", _("等待写入")
        WRITING = "writing", _("正在写入")
        DONE = "done", _("已写入")
        REFUSED = "refused", _("文件未被接受")
        DISCARDED = "discarded", _("已放弃")
        FAILED = "failed", _("未能完成")

    RUNNING = (Status.QUEUED, Status.REHEARSING, Status.CONFIRMED, Status.WRITING)

    street = models.ForeignKey(Street, models.PROTECT, verbose_name=_("街道"))
    community = models.ForeignKey(Community, models.PROTECT, null=True, blank=True, verbose_name=_("社区"))
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("操作人"))
    file_name = models.CharField(_("文件"), max_length=200)
    effective_date = models.DateField(_("生效日期"))
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.QUEUED)
    rows_total = models.PositiveIntegerField(_("总行数"), default=0)
    rows_done = models.PositiveIntegerField(_("已处理行数"), default=0)
    counts = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    messages = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    objects = ResidentImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("居民导入")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        """Whether a worker has the job, or is to take it."""
        return self.status in self.RUNNING

    @property
    def percent(self) -> int:
        """Rows done of rows to do, 0 to 100; 0 while the number of rows is unknown."""
        return min(100, self.rows_done * 100 // self.rows_total) if self.rows_total else 0

    def communities(self) -> models.QuerySet[Community]:
        """Return the communities the import may write to: the chosen one, or all of the street."""
        communities = Community.objects.current().filter(street=self.street_id)
        return communities.filter(pk=self.community_id) if self.community_id else communities

    @property
    def rows_accepted(self) -> int:
        """Rows that a confirmation would write."""
        return self.counts.get("create", 0) + self.counts.get("update", 0)


class ImportFile(models.Model):
    """The uploaded workbook, encrypted; deleted once the import is written, refused or discarded."""

    resident_import = models.OneToOneField(ResidentImport, models.CASCADE, related_name="file")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("导入文件")

    def __str__(self) -> str:
        return str(self.resident_import_id)
