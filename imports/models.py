"""Resident imports: the upload and its life, staged rows, messages, reviews, remembered mappings, what undo needs."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community, Street
from grids.models import Grid, Residence, Resident


class ResidentImportQuerySet(models.QuerySet):
    """Imports of resident workbooks."""

    def visible_to(self, user: User) -> Self:
        """Keep the imports of the user's street."""
        return self.filter(street__code__startswith=user.area_code) if user.area_code else self.none()

    def for_list(self) -> Self:
        """Fetch what the list of imports shows, newest first."""
        return self.select_related("by", "community").order_by("-id")


class ResidentImport(models.Model):
    """One upload of a resident list: file, rehearsal report, decision, result, undo.

    `counts` maps outcome (create, update, unchanged, warn, refuse, review, skip) to rows; "warn" counts rows that are
    written all the same, so it overlaps with the first three. `changes` maps field to rows in which it changes.
    `layout` is what was found in the file: a list of sheets (see imports.headings.Layout.as_dict). `mapping` is what
    the user said about headings: folded heading -> column key, "" for a column to leave out. `compared_under` is the
    horizon of the rehearsal (see imports.matching.read_horizon).
    """

    class Status(models.TextChoices):
        """Where the import stands."""

        QUEUED = "queued", _("等待预演")
        REHEARSING = "rehearsing", _("正在预演")
        MAPPING = "mapping", _("等待对应列")
        REHEARSED = "rehearsed", _("等待确认")
        CONFIRMED = "confirmed", _("等待写入")
        WRITING = "writing", _("正在写入")
        DONE = "done", _("已写入")
        REFUSED = "refused", _("文件未被接受")
        DISCARDED = "discarded", _("已放弃")
        FAILED = "failed", _("未能完成")
        UNDOING = "undoing", _("正在撤销")
        UNDONE = "undone", _("已撤销")

    RUNNING = (Status.QUEUED, Status.REHEARSING, Status.CONFIRMED, Status.WRITING, Status.UNDOING)

    street = models.ForeignKey(Street, models.PROTECT, verbose_name=_("街道"))
    community = models.ForeignKey(Community, models.PROTECT, null=True, blank=True, verbose_name=_("社区"))
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("操作人"))
    file_name = models.CharField(_("文件"), max_length=200)
    effective_date = models.DateField(_("生效日期"))
    is_complete = models.BooleanField(_("全员名单"), default=False)
    reads_hidden_rows = models.BooleanField(_("读取隐藏的行"), default=True)
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.QUEUED)
    layout = models.JSONField(default=list)
    sheets = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    compared_under = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    rehearsed_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(_("写入时间"), null=True, blank=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

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
    def rows_accepted(self) -> int:
        """Rows that a confirmation would write."""
        return self.counts.get("create", 0) + self.counts.get("update", 0)

    @property
    def undo_until(self) -> datetime | None:
        """The moment up to which a written import can be undone; None for one that is not written."""
        return self.written_at + timedelta(days=settings.IMPORT_UNDO_DAYS) if self.written_at else None

    @property
    def can_be_undone(self) -> bool:
        """Whether the import is written and still young enough to be undone."""
        return self.status == self.Status.DONE and self.undo_until is not None and timezone.now() < self.undo_until

    def communities(self) -> models.QuerySet[Community]:
        """Return the communities the import may write to: the chosen one, or all of the street."""
        communities = Community.objects.current().filter(street=self.street_id)
        return communities.filter(pk=self.community_id) if self.community_id else communities


class ImportFile(models.Model):
    """The uploaded file, encrypted; deleted IMPORT_KEEP_DAYS after the upload, and at once when refused."""

    resident_import = models.OneToOneField(ResidentImport, models.CASCADE, related_name="file")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("导入文件")

    def __str__(self) -> str:
        return str(self.resident_import_id)


class ImportProgress(models.Model):
    """How far a running import is; written by a connection of its own, so that it shows inside a transaction too."""

    class Stage(models.TextChoices):
        """What the worker is at."""

        READING = "reading", _("正在读取文件")
        CHECKING = "checking", _("正在检查各行")
        COMPARING = "comparing", _("正在与底册比对")
        WRITING = "writing", _("正在写入底册")
        UNDOING = "undoing", _("正在撤销")

    resident_import = models.OneToOneField(
        ResidentImport, models.CASCADE, related_name="progress", primary_key=True, db_constraint=False
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.READING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("导入进度")

    def __str__(self) -> str:
        return f"{self.stage} {self.done}/{self.total}"

    @property
    def percent(self) -> int:
        """Done of total, 0 to 100; 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def rate(self) -> int:
        """Rows a second of this stage so far, 0 at its beginning."""
        seconds = (self.beat_at - self.started_at).total_seconds()
        return int(self.done / seconds) if seconds > 0 else 0

    @property
    def seconds_left(self) -> int | None:
        """Seconds that the rest of this stage will take at this rate; None while that is unknown."""
        return -(-(self.total - self.done) // self.rate) if self.rate and self.total >= self.done else None


class StagedRowQuerySet(models.QuerySet):
    """Rows between rehearsal and write."""

    def of_closed_grids(self) -> Self:
        """Keep the rows whose grid has been abolished since."""
        return self.filter(grid_id__in=Grid.objects.exclude(valid_to=None).values("pk"))


class StagedRow(models.Model):
    """A cleaned row between rehearsal and write. The table is unlogged: after a crash the file is read again.

    `outcome` and `resident_id` are set by imports.matching; `changes` are the fields that differ from the register. A
    row that the file's checks refused is kept with outcome "named": whoever it names is not missing from the list.
    Rows under review stay after the write, until somebody decides or the file's time is over.
    """

    pk = models.CompositePrimaryKey("resident_import", "position")
    resident_import = models.ForeignKey(
        ResidentImport, models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    position = models.IntegerField()
    sheet = models.CharField(max_length=200)
    row = models.IntegerField()
    community_id = models.BigIntegerField(null=True)
    grid_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=60)
    initials = models.CharField(max_length=60)
    sex = models.SmallIntegerField(null=True)
    birth_date = models.DateField(null=True)
    id_number = models.BinaryField(null=True)
    id_hash = models.BinaryField(null=True)
    id_kept = models.CharField(max_length=6)
    id_tail = models.IntegerField(null=True)
    phone = models.BinaryField(null=True)
    phone_hash = models.BinaryField(null=True)
    phone_kept = models.CharField(max_length=7)
    education = models.CharField(max_length=2)
    ethnic_group = models.CharField(max_length=2)
    occupation = models.CharField(max_length=2)
    building = models.CharField(max_length=30)
    unit = models.CharField(max_length=10)
    room = models.CharField(max_length=10)
    groups = ArrayField(models.BigIntegerField(), null=True)
    since = models.DateField(null=True)
    outcome = models.CharField(max_length=10, db_default="create")
    resident_id = models.BigIntegerField(null=True)
    changes = ArrayField(models.CharField(max_length=20), null=True)

    objects = StagedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("待写入的行")

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"


class ImportMessageQuerySet(models.QuerySet):
    """Messages of imports."""

    def count_warned_rows(self) -> int:
        """Return the number of rows with a remark that are accepted all the same."""
        places = self.values("sheet", "row")
        out = [ImportMessage.Severity.REFUSE, ImportMessage.Severity.SKIP]
        return places.filter(severity="remark").difference(places.filter(severity__in=out)).count()

    def count_refused_by_file(self) -> int:
        """Return the number of rows that the checks of the file refused."""
        found = self.filter(severity=ImportMessage.Severity.REFUSE, found_by=ImportMessage.FoundBy.FILE)
        return found.values("sheet", "row").distinct().count()

    def by_reason(self) -> models.QuerySet:
        """Group by severity and code: `rows` concerned, most first, and the `first` places."""
        return (
            self.values("severity", "code")
            .annotate(rows=Count("id"), first=Min("row"))
            .order_by("severity", "-rows", "code")
        )


class ImportMessage(models.Model):
    """What is to be said about a row, and where: never a cell's content that could be personal.

    `found_by` tells the check of the file from the comparison with the register, which runs again before the write.
    """

    class Severity(models.TextChoices):
        """What becomes of the row."""

        REFUSE = "refuse", _("拒绝")
        REVIEW = "review", _("待核对")
        REMARK = "remark", _("提醒")
        SKIP = "skip", _("跳过")

    class FoundBy(models.TextChoices):
        """Which step found it."""

        FILE = "file", _("检查文件")
        REGISTER = "register", _("与底册比对")

    resident_import = models.ForeignKey(ResidentImport, models.CASCADE, related_name="messages", db_index=False)
    sheet = models.CharField(_("工作表"), max_length=200)
    row = models.IntegerField(_("行"))
    column = models.CharField(_("列"), max_length=3)
    heading = models.CharField(_("列名"), max_length=100)
    severity = models.CharField(max_length=7, choices=Severity)
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=200)
    found_by = models.CharField(max_length=8, choices=FoundBy)

    objects = ImportMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入消息")
        indexes = [models.Index(fields=["resident_import", "severity", "code", "id"], name="imports_message_reasons")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row} {self.code}"


class ImportReviewQuerySet(models.QuerySet):
    """Rows that a person must decide on."""

    def open(self) -> Self:
        """Keep what is not decided."""
        return self.filter(decision="")

    def visible_to(self, user: User) -> Self:
        """Keep the reviews one may decide: of one's street's imports, and of one's own people named elsewhere."""
        if not user.area_code:
            return self.none()
        own_people = Resident.objects.visible_to(user)
        return self.filter(
            Q(resident_import__street__code__startswith=user.area_code)
            | Q(kind=ImportReview.Kind.ELSEWHERE, resident__in=own_people)
        )


class ImportReview(models.Model):
    """A row that is not certain: who may it be? Decided by a person, then written by the import's own statements.

    SIMILAR: no ID number, name and birth date agree with `candidates`, nothing confirms it.
    ELSEWHERE: the ID number belongs to `resident` outside the import's communities; those who keep that person decide
    whether he or she moved (rule R9: the importing side learns no more than that somebody else has the person).
    """

    class Kind(models.TextChoices):
        """Why it is not certain."""

        SIMILAR = "similar", _("可能是同一个人")
        ELSEWHERE = "elsewhere", _("已在其他单位登记")

    class Decision(models.TextChoices):
        """What was decided."""

        SAME = "same", _("是同一个人")
        NEW = "new", _("是另一个人，新增")
        MOVED = "moved", _("已搬来，转入")
        STAYS = "stays", _("没有搬走")
        DROPPED = "dropped", _("不导入这一行")

    resident_import = models.ForeignKey(ResidentImport, models.CASCADE, related_name="reviews")
    position = models.IntegerField()
    kind = models.CharField(_("情形"), max_length=10, choices=Kind)
    resident = models.ForeignKey(Resident, models.CASCADE, null=True, blank=True, related_name="+")
    candidates = ArrayField(models.BigIntegerField(), default=list)
    decision = models.CharField(_("决定"), max_length=8, choices=Decision, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ImportReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("待核对的行")
        constraints = [
            models.UniqueConstraint(fields=["resident_import", "position"], name="imports_review_one_per_row"),
            models.CheckConstraint(
                name="imports_review_decided_by_somebody",
                condition=Q(decision="", decided_by=None) | (~Q(decision="") & Q(decided_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident_import_id}/{self.position} {self.kind}"


class ImportMissing(models.Model):
    """Somebody of the register whom a complete list does not name, and what the administrator says about it."""

    resident_import = models.ForeignKey(ResidentImport, models.CASCADE, related_name="missing", db_index=False)
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    decision = models.CharField(
        _("处理"),
        max_length=12,
        blank=True,
        choices=[
            (reason.value, reason.label)
            for reason in (Residence.EndReason.MOVED_OUT, Residence.EndReason.DIED, Residence.EndReason.ERROR)
        ],
    )

    class Meta:
        verbose_name = _("名单里没有的人")
        constraints = [models.UniqueConstraint(fields=["resident_import", "resident"], name="imports_missing_once")]

    def __str__(self) -> str:
        return f"{self.resident_import_id}/{self.resident_id}"


class HeadingMapping(models.Model):
    """What a street or community once said about a set of headings; used again when the same set comes back."""

    street = models.ForeignKey(Street, models.CASCADE)
    community = models.ForeignKey(Community, models.CASCADE, null=True, blank=True)
    headings_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("列的对应")
        constraints = [
            models.UniqueConstraint(
                fields=["street", "community", "headings_hash"],
                nulls_distinct=False,
                name="imports_headingmapping_once",
            )
        ]

    def __str__(self) -> str:
        return self.headings_hash[:8]


class ImportTrace(models.Model):
    """Which rows a written import created, and the times of its transactions; gone with the right to undo it.

    A row of the register whose `changed_at` is none of `moments` was edited by somebody else since.
    """

    resident_import = models.OneToOneField(ResidentImport, models.CASCADE, related_name="trace", primary_key=True)
    residents = ArrayField(models.BigIntegerField(), default=list)
    households = ArrayField(models.BigIntegerField(), default=list)
    buildings = ArrayField(models.BigIntegerField(), default=list)
    moments = ArrayField(models.DateTimeField(), default=list)

    class Meta:
        verbose_name = _("导入新建的行")

    def __str__(self) -> str:
        return str(self.resident_import_id)


class ImportBefore(models.Model):
    """A resident as he or she stood before a written import: row, spells and memberships as PostgreSQL writes JSON."""

    resident_import = models.ForeignKey(ResidentImport, models.CASCADE, related_name="before", db_index=False)
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    person = models.JSONField()
    spells = models.JSONField()
    memberships = models.JSONField()

    class Meta:
        verbose_name = _("导入前的居民")
        constraints = [models.UniqueConstraint(fields=["resident_import", "resident"], name="imports_before_once")]

    def __str__(self) -> str:
        return f"{self.resident_import_id}/{self.resident_id}"
