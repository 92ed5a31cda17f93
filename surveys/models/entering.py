"""What waits between paper or a result workbook and the pool of answers; deleted once it got there."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from surveys.models.asking import Wave, WaveLink


class PaperSheet(models.Model):
    """One paper questionnaire as typed in by one person. `number` is written on the sheet by whoever types."""

    link = models.ForeignKey(WaveLink, models.PROTECT, related_name="sheets", verbose_name=_("调查链接"))
    number = models.PositiveIntegerField(_("纸卷编号"))
    round = models.PositiveSmallIntegerField(_("第几遍录入"), default=1)
    answers = models.BinaryField(_("回答"))  # encrypted
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("录入人"))
    entered_on = models.DateField(_("录入日期"), default=timezone.localdate)

    class Meta:
        verbose_name = _("纸卷")
        ordering = ["link", "number", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "number", "round"],
                name="surveys_sheet_number",
                violation_error_message=_("这个编号的纸卷已经录入过"),
            ),
            models.CheckConstraint(name="surveys_sheet_round", condition=models.Q(round__in=(1, 2))),
        ]

    def __str__(self) -> str:
        return f"{self.link} #{self.number}"


class ResultMapping(models.Model):
    """How the headings and option texts of a result workbook were read last time."""

    survey = models.ForeignKey("surveys.Survey", models.CASCADE, related_name="mappings", verbose_name=_("调查"))
    signature = models.CharField(_("表头指纹"), max_length=64)
    mapping = models.JSONField(_("对应关系"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("确认人"))
    confirmed_at = models.DateTimeField(_("确认时间"), default=timezone.now)

    class Meta:
        verbose_name = _("答卷表的对应关系")
        constraints = [models.UniqueConstraint(fields=["survey", "signature"], name="surveys_mapping_signature")]

    def __str__(self) -> str:
        return str(self.survey)


class ResultImport(models.Model):
    """That a result workbook was taken in, so that it is not taken in twice. The file itself is not kept."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="imports", verbose_name=_("轮次"))
    digest = models.CharField(_("文件指纹"), max_length=64)
    rows = models.PositiveIntegerField(_("答卷数"))
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("导入人"))
    imported_at = models.DateTimeField(_("导入时间"), default=timezone.now)

    class Meta:
        verbose_name = _("答卷导入")
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "digest"],
                name="surveys_import_once",
                violation_error_message=_("这个文件已经导入过了"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.wave} × {self.rows}"
