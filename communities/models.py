"""Administrative areas above the grid: districts, streets, communities. Knows nobody above it."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaQuerySet(models.QuerySet):
    """Areas that have existed at some time; an abolished area keeps its row, so past periods stay what they were."""

    def current(self) -> Self:
        """Keep the areas not abolished."""
        return self.filter(valid_to=None)

    def existing_on(self, day: date) -> Self:
        """Keep the areas that were established by the day and not abolished yet."""
        established = models.Q(valid_from=None) | models.Q(valid_from__lte=day)
        return self.filter(established & (models.Q(valid_to=None) | models.Q(valid_to__gt=day)))


class Area(models.Model):
    """What every level shares: a division code, a name, and the days between which it exists.

    Codes nest by prefix (GB/T 2260 and the 12-digit statistical division code): a district's 6 digits begin its
    streets' 9, those begin the communities' 12, and the grids' 15.
    """

    code = models.CharField(_("区划代码"), max_length=15, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


def code_of(digits: int) -> models.CheckConstraint:
    """Return the constraint that an area's code has exactly this many digits."""
    return models.CheckConstraint(
        name="%(app_label)s_%(class)s_code",
        condition=models.Q(code__regex=rf"^\d{{{digits}}}$"),
        violation_error_message=_("区划代码的位数不对"),
    )


class District(Area):
    """区/县/市: six digits."""

    class Meta(Area.Meta):
        verbose_name = _("区县")
        constraints = [code_of(6)]


class Street(Area):
    """街道/镇/乡: nine digits."""

    district = models.ForeignKey(District, models.PROTECT, related_name="streets", verbose_name=_("区县"))

    class Meta(Area.Meta):
        verbose_name = _("街道")
        constraints = [code_of(9)]


class Community(Area):
    """社区/村: twelve digits."""

    street = models.ForeignKey(Street, models.PROTECT, related_name="communities", verbose_name=_("街道"))

    class Meta(Area.Meta):
        verbose_name = _("社区")
        constraints = [code_of(12)]


class Venue(models.Model):
    """场地: a room or a square where a community meets. Without opening hours it is open at any time."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="venues", verbose_name=_("社区"))
    name = models.CharField(_("名称"), max_length=40)
    address = models.CharField(_("地址"), max_length=80, blank=True)
    capacity = models.PositiveIntegerField(_("可容纳人数"), null=True, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("场地")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"],
                name="communities_venue_name",
                violation_error_message=_("本社区已有同名的场地"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class VenueHours(models.Model):
    """When a venue is open on a day of the week, 1 (Monday) to 7."""

    class Weekday(models.IntegerChoices):
        """ISO 8601."""

        MONDAY = 1, _("星期一")
        TUESDAY = 2, _("星期二")
        WEDNESDAY = 3, _("星期三")
        THURSDAY = 4, _("星期四")
        FRIDAY = 5, _("星期五")
        SATURDAY = 6, _("星期六")
        SUNDAY = 7, _("星期日")

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="hours", verbose_name=_("场地"))
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday)
    opens = models.TimeField(_("开放"))
    closes = models.TimeField(_("关闭"))

    class Meta:
        verbose_name = _("开放时间")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="communities_venuehours_order",
                condition=models.Q(closes__gt=models.F("opens")),
                violation_error_message=_("关闭时间要晚于开放时间"),
            ),
            models.CheckConstraint(
                name="communities_venuehours_weekday", condition=models.Q(weekday__gte=1, weekday__lte=7)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
