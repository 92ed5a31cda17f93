"""Organisation life (E6): what an organisation has to hold how often, meetings, and what is said of who did not come.

A meeting is an activity of the category party life; who was there are its participations. Slots, expected rosters and
how each member stands are derived: party/slots.py and party/rosters.py.
"""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity
from grids.validators import refuse_forbidden
from party.models.members import Member
from party.models.organisations import Organisation


class MeetingKind(models.TextChoices):
    """三会一课 and 主题党日."""

    MEMBERS = "members", _("支部党员大会")
    COMMITTEE = "committee", _("支委会")
    GROUP = "group", _("党小组会")
    LECTURE = "lecture", _("党课")
    PARTY_DAY = "party_day", _("主题党日")


THREE_MEETINGS = (MeetingKind.MEMBERS, MeetingKind.COMMITTEE, MeetingKind.GROUP, MeetingKind.LECTURE)  # 三会一课
EDUCATION = (MeetingKind.LECTURE, MeetingKind.PARTY_DAY)


class MeetingRule(models.Model):
    """What an organisation does otherwise than the usual (party/rules.py): from a day on, how often, or not at all."""

    class Every(models.TextChoices):
        """How long a period is."""

        MONTH = "month", _("每月")
        QUARTER = "quarter", _("每季度")
        HALF_YEAR = "half_year", _("每半年")
        NEVER = "never", _("不要求")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="meeting_rules", verbose_name=_("党组织")
    )
    kind = models.CharField(_("会议"), max_length=12, choices=MeetingKind)
    every = models.CharField(_("频次"), max_length=12, choices=Every)
    grace_days = models.PositiveSmallIntegerField(_("几天内可以补开"), default=15)
    starts_on = models.DateField(_("从哪天起"))

    class Meta:
        verbose_name = _("组织生活规则")
        ordering = ["kind", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "starts_on"], name="party_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_every_display()}"


class SlotExemption(models.Model):
    """免: an organisation need not hold a meeting in a period, for a reason that somebody gives."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="slot_exemptions", verbose_name=_("党组织")
    )
    kind = models.CharField(_("会议"), max_length=12, choices=MeetingKind)
    slot_start = models.DateField(_("所属时段"))
    reason = models.CharField(_("原因"), max_length=60, validators=[refuse_forbidden])
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"), default=timezone.now)

    class Meta:
        verbose_name = _("免开说明")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "slot_start"], name="party_slot_exempt_once"),
            models.CheckConstraint(
                name="party_slot_exempt_why",
                condition=~Q(reason=""),
                violation_error_message=_("免开要写明原因"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.slot_start}"


class MeetingQuerySet(models.QuerySet):
    """Meetings of party organisations."""

    def visible_to(self, user: User) -> Self:
        """Keep the meetings of organisations in the user's communities: that they were held, not who came."""
        return self.filter(organisation__in=Organisation.objects.visible_to(user))

    def led_by(self, user: User, day: date | None = None) -> Self:
        """Keep the meetings of organisations that the user leads on the day (today): who came, who did not."""
        return self.filter(organisation__in=Organisation.objects.led_by(user, day or timezone.localdate()))

    def held(self) -> Self:
        """Keep what really took place."""
        return self.filter(activity__status=Activity.Status.HELD)

    def standing(self) -> Self:
        """Leave out what was withdrawn."""
        return self.exclude(activity__status=Activity.Status.CANCELLED)

    def for_list(self) -> Self:
        """Fetch what a list of meetings shows, newest first."""
        return self.select_related("activity", "organisation").order_by("-activity__starts_at", "-pk")


class Meeting(models.Model):
    """A meeting of an organisation. `slot_start` is the first day of the period for which it is held.

    `first_item` is the first item of the agenda, `is_first_topic` that it was 第一议题. A higher organisation or the
    street checks the minutes, not who wrote them.
    """

    activity = models.OneToOneField(
        Activity, models.CASCADE, primary_key=True, related_name="party_meeting", verbose_name=_("活动")
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="meetings", verbose_name=_("党组织"))
    kind = models.CharField(_("会议"), max_length=12, choices=MeetingKind)
    slot_start = models.DateField(_("所属时段"))
    first_item = models.CharField(_("第一项议程"), max_length=80, blank=True)
    is_first_topic = models.BooleanField(_("落实第一议题"), default=False)
    minutes = models.TextField(_("会议纪要"), max_length=6000, blank=True)
    minutes_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("记录人")
    )
    minutes_at = models.DateTimeField(_("纪要时间"), null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("核验人")
    )
    checked_at = models.DateTimeField(_("核验时间"), null=True, blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("组织生活")
        indexes = [models.Index(fields=["organisation", "kind", "slot_start"], name="party_meeting_of_slot")]
        constraints = [
            models.CheckConstraint(
                name="party_meeting_checked_by_another",
                condition=Q(checked_at=None, checked_by=None)
                | Q(checked_at__isnull=False, checked_by__isnull=False)
                & ~Q(minutes="")
                & ~Q(checked_by=F("minutes_by")),
                violation_error_message=_("纪要要由另一位来核验"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.get_kind_display()} {self.slot_start}"


class AttendanceNote(models.Model):
    """请假 and 补课: what is said of a member who was expected at a meeting. Who was there needs no note.

    A member who asked for leave may make up later; both then stand in the one note.
    """

    class Leave(models.TextChoices):
        """Why somebody asked for leave: from a list, nobody's life is written down."""

        WORK = "work", _("公务或上班")
        HEALTH = "health", _("身体原因")
        FAMILY = "family", _("家中有事")
        AWAY = "away", _("外出")
        OTHER = "other", _("其他")

    class MakeUp(models.TextChoices):
        """How somebody made up."""

        READ = "read", _("自学会议材料")
        BROUGHT = "brought", _("送学上门")
        ONLINE = "online", _("线上补课")
        JOINED = "joined", _("参加另一场")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="notes", verbose_name=_("会议"))
    member = models.ForeignKey(Member, models.CASCADE, related_name="attendance_notes", verbose_name=_("党员"))
    leave = models.CharField(_("请假原因"), max_length=8, choices=Leave, blank=True)
    made_up_on = models.DateField(_("补课日期"), null=True, blank=True)
    made_up_how = models.CharField(_("补课方式"), max_length=8, choices=MakeUp, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"), default=timezone.now)

    class Meta:
        verbose_name = _("考勤说明")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="party_note_once"),
            models.CheckConstraint(
                name="party_note_says_something",
                condition=~Q(leave="") | Q(made_up_on__isnull=False),
            ),
            models.CheckConstraint(
                name="party_note_make_up_whole",
                condition=Q(made_up_on=None, made_up_how="") | Q(made_up_on__isnull=False) & ~Q(made_up_how=""),
                violation_error_message=_("补课要写明日期和方式"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}:{self.member_id}"
