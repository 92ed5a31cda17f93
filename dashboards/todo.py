"""The to-do list: all that waits, most urgent first; stores nothing. Several topics have a *_todo.py of their own."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Permission
from activities.models import Activity, Category, CheckIn
from cadence.slots import Slot, State
from cadence.standing import read_pressing
from dashboards.models import Alert, GapWork
from dashboards.party_todo import list_meetings_due
from dashboards.seating import count_to_tell
from dashboards.survey_todo import list_open_waves, list_ready_results
from dashboards.todo_line import NOW, SOMETIME, SOON, TODAY, TOMORROW, Task
from dashboards.volunteer_todo import list_applications, list_hours
from indicators.reports.slots import FORMS, asked_periods, read_slots
from indicators.reports.slots import Slot as ReportSlot
from visits.due import list_due
from visits.models import Need

INCOMPLETE_DAYS = 14  # afterwards nobody remembers who was in the room: the entry stays as it is
IDENTIFIED = 0.8  # share of people with a name below which reach says too little (S0-20, R-04)
NEED_DAYS = 3  # an answer that is due soon can still be got in time
REPORTS_AGO = 2  # periods back that are still asked for here; older ones stand on their own page


def list_tasks(user: User, now: datetime) -> list[Task]:
    """Return what waits for a worker or grid member, and may be done by her; what is done is not in it any more."""
    today = timezone.localdate(now)
    sources: list[tuple[Permission, Callable[[], Iterable[Task]]]] = [
        (Permission.LOG_ACTIVITIES, lambda: list_activity_tasks(user, now)),
        (Permission.CHECK_IN, lambda: list_refused_check_ins(user)),
        (Permission.PLAN_ACTIVITIES, lambda: list_gap_plans(user, today)),
        (Permission.MANAGE_VISITS, lambda: list_visits(user)),
        (Permission.MANAGE_VISITS, lambda: list_needs(user, today)),
        (Permission.MANAGE_CADENCE, lambda: list_cadence(user, today)),
        (Permission.LEAD_PARTY, lambda: list_meetings_due(user, today)),
        (Permission.MANAGE_VOLUNTEERS, lambda: list_applications(user)),
        (Permission.MANAGE_VOLUNTEERS, lambda: list_hours(user)),
        (Permission.PLAN_ACTIVITIES, lambda: list_sign_ups(user, now)),
        (Permission.REPORT_FIGURES, lambda: list_reports(user, today)),
        (Permission.COLLECT_ANSWERS, lambda: list_open_waves(user, today)),
        (Permission.VIEW_SURVEYS, lambda: list_ready_results(user, now)),
        (Permission.GET_ALERTS, lambda: list_alerts(user)),
    ]
    tasks = [task for permission, source in sources if user.may(permission) for task in source()]
    return sorted(tasks, key=lambda task: (task.urgency, not task.is_late))


def list_activity_tasks(user: User, now: datetime) -> list[Task]:
    """Return activities of today and tomorrow, sent back ones, those to report, incomplete ones: with one query."""
    today = timezone.localdate(now)
    describe = {"soon": describe_soon, "returned": describe_returned, "over": describe_over, "thin": describe_thin}
    return [describe[activity.job](activity, today) for activity in find_activities(user, now)]


def find_activities(user: User, now: datetime) -> Any:
    """Return the activities that wait for something, with what it is as `job`."""
    today = timezone.localdate(now)
    unreported = Q(reported_at=None)
    named = F("people") + F("guests")
    thin = Q(theme=None) | Q(unnamed_count__gt=0, identified__lt=IDENTIFIED)
    recent = Q(status=Activity.Status.HELD, verified_at=None, held_on__gt=today - timedelta(days=INCOMPLETE_DAYS))
    jobs = Case(
        When(Q(returned_at__isnull=False), then=Value("returned")),
        When(unreported & Q(ends_at__lte=now), then=Value("over")),
        When(unreported & Q(held_on__lte=today + timedelta(days=1)), then=Value("soon")),
        When(recent & thin & Q(reported_at__isnull=False, kind__is_confidential=False), then=Value("thin")),
        output_field=CharField(),
    )
    waiting = Q(reported_at=None) | Q(returned_at__isnull=False) | recent
    activities = Activity.objects.visible_to(user).reportable().filter(waiting).with_people().select_related("kind")
    rate = Case(When(unnamed_count=0, then=Value(1.0)), default=named * Value(1.0) / (named + F("unnamed_count")))
    return activities.annotate(identified=rate, job=jobs).filter(job__isnull=False).order_by("starts_at", "pk")


def describe_soon(activity: Activity, today: date) -> Task:
    """An activity of today or tomorrow: the door is to be opened."""
    is_today = activity.held_day <= today
    at = timezone.localtime(activity.starts_at)
    detail = _("今天 %(time)s") if is_today else _("明天 %(time)s")
    page = "activities:detail" if activity.kind.is_confidential else "activities:check-in"
    return Task(
        NOW if is_today else TOMORROW,
        "qr-code-scan",
        activity.title,
        detail % {"time": f"{at:%H:%M}"},
        reverse(page, args=[activity.pk]),
        _("打开") if activity.kind.is_confidential else _("签到"),
    )


def describe_returned(activity: Activity, today: date) -> Task:
    """An activity that the street sent back."""
    detail = _("街道退回：%(reason)s") % {"reason": activity.return_reason}
    return Task(TODAY, "arrow-return-left", activity.title, detail, edit(activity), _("修改"), is_late=True)


def describe_over(activity: Activity, today: date) -> Task:
    """An activity that is over, and nobody has said who came."""
    days = (today - activity.held_day).days
    detail = (
        ngettext("%(days)s 天前办的，还没填谁来了", "%(days)s 天前办的，还没填谁来了", days) % {"days": days}
        if days
        else _("今天办的，还没填谁来了")
    )
    return Task(TODAY, "clipboard-plus", activity.title, detail, edit(activity), _("填报"), is_late=days > 1)


def describe_thin(activity: Activity, today: date) -> Task:
    """An activity whose entry lacks its theme or names."""
    lacks = [_("没有主题")] if activity.theme_id is None else []
    if activity.identified < IDENTIFIED:  # type: ignore[attr-defined]
        lacks.append(_("实名 %(rate)s%%") % {"rate": f"{activity.identified * 100:.1f}"})  # type: ignore[attr-defined]
    detail = " · ".join([f"{activity.held_day:%m-%d}", *lacks])
    return Task(SOMETIME, "pencil-square", activity.title, detail, edit(activity), _("补全"))


def edit(activity: Activity) -> str:
    """Return the address where an activity is reported or changed."""
    return reverse("activities:edit", args=[activity.pk])


def list_refused_check_ins(user: User) -> Iterator[Task]:
    """Yield the activities at whose door somebody was refused, and nobody has looked at it."""
    refused = CheckIn.objects.met_by(user).filter(activity__in=Activity.objects.visible_to(user), settled_at=None)
    rows = refused.exclude(refusal="").values("activity", "activity__title").annotate(number=Count("pk"))
    for row in rows.order_by("activity"):
        number = row["number"]
        detail = ngettext("%(count)s 条签到没认出来", "%(count)s 条签到没认出来", number) % {"count": number}
        url = reverse("activities:check-in", args=[row["activity"]])
        yield Task(TODAY, "person-exclamation", row["activity__title"], detail, url, _("处理"))


def list_gap_plans(user: User, today: date) -> Iterator[Task]:
    """Yield the visit plans that the street made of gaps, until the first visit: then they go with the others."""
    new = GapWork.objects.visible_to(user).open(today).filter(made_by__community=None, plan__visits=None)
    for work in new.select_related("plan").annotate(doors=Count("plan__households")).order_by("pk"):
        title = ngettext("街道安排：补缺走访 %(count)s 户", "街道安排：补缺走访 %(count)s 户", work.doors)
        url = f"{reverse('visits:list')}?plan={work.plan_id}&grid={work.grid_id}"
        yield Task(SOON, "signpost-2", title % {"count": work.doors}, str(work.plan), url, _("去走访"))


def list_visits(user: User) -> Iterator[Task]:
    """Yield the visits due on the user's own beat, in one line."""
    if doors := list_due(user):
        late = sum(door.is_overdue for door in doors)
        number = len(doors)
        title = ngettext("%(count)s 户该走访了", "%(count)s 户该走访了", number) % {"count": number}
        detail = ngettext("其中 %(count)s 户超期", "其中 %(count)s 户超期", late) % {"count": late} if late else ""
        yield Task(SOON, "door-open", title, detail, reverse("visits:list"), _("去走访"), is_late=late > 0)


def list_needs(user: User, today: date) -> Iterator[Task]:
    """Yield the residents' needs whose answer is due, in one line."""
    due = Need.objects.visible_to(user).open().filter(due_on__lte=today + timedelta(days=NEED_DAYS))
    found = due.aggregate(number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    number, late = found["number"], found["late"]
    if number:
        title = ngettext("%(count)s 件居民需求要答复", "%(count)s 件居民需求要答复", number) % {"count": number}
        detail = ngettext("其中 %(count)s 件超期", "其中 %(count)s 件超期", late) % {"count": late} if late else ""
        yield Task(SOON, "chat-left-heart", title, detail, reverse("visits:needs"), _("去答复"), is_late=late > 0)


def list_cadence(user: User, today: date) -> Iterator[Task]:
    """Yield the slots of rules to be done now, those of several grids in one line."""
    slots = read_pressing(user, today)
    for (left, _name, _key, _start), together in groupby(
        slots, key=lambda slot: (slot.days_left, slot.rule.name, slot.rule.pk, slot.span.start)
    ):
        same = list(together)
        where = _("、").join(slot.grid.name for slot in same if slot.grid)
        url, button = find_way(same, today)
        detail = " · ".join(filter(None, (where, same[0].label, describe_time(same[0]))))
        urgency = TODAY if left == 0 else SOON
        is_late = same[0].state == State.MISSED
        yield Task(urgency, "repeat", same[0].rule.name, detail, url, button, is_late=is_late)


def describe_time(slot: Slot) -> str:
    """Return how long there is."""
    if slot.state == State.MISSED and not slot.days_left:
        return _("缺，今天是补做的最后一天")
    if slot.state == State.MISSED:
        words = ngettext("缺，%(count)s 天内可以补做", "缺，%(count)s 天内可以补做", slot.days_left)
    elif slot.days_left:
        words = ngettext("还剩 %(count)s 天", "还剩 %(count)s 天", slot.days_left)
    else:
        words = _("今天最后一天")
    return words % {"count": slot.days_left}


def find_way(slots: list[Slot], today: date) -> tuple[str, str]:
    """Return address and words of the button: where what the slots want is done."""
    slot = slots[0]
    if slot.rule.category == Category.VISIT and slot.state == State.DUE:
        return reverse("visits:list"), _("去走访")
    if len(slots) > 1:
        return reverse("cadence:slots"), _("看一看")
    if slot.state == State.MISSED:
        query = f"?grid={slot.grid.pk}" if slot.grid else ""
        start = slot.span.start.isoformat()
        return reverse("cadence:note", args=[slot.rule.pk, slot.community.pk, start]) + query, _("去补做")
    if slot.days_left == 0:
        return f"{reverse('activities:log')}?{slot.wanted}", _("记活动")
    return f"{reverse('activities:plan')}?day={today.isoformat()}&{slot.wanted}".rstrip("&"), _("去安排")


def list_reports(user: User, today: date) -> Iterator[Task]:
    """Yield the forms of numbers that are to be reported; several that are late stand in one line."""
    communities = list(user.communities().current())  # type: ignore[attr-defined]
    periods = [period for form in FORMS for period in asked_periods(form, today, REPORTS_AGO)]
    waiting = [slot for slot in read_slots(communities, periods, today) if slot.report is None]
    for slot in waiting:
        if not slot.is_settled:
            left = (slot.due - today).days
            words = ngettext("还剩 %(count)s 天", "还剩 %(count)s 天", left) if left else _("今天最后一天")
            detail = words % {"count": left}
            yield Task(SOON if left else TODAY, "clipboard-data", name_form(slot), detail, find_form(slot), _("去填"))
    late = [slot for slot in waiting if slot.is_settled]
    if len(late) == 1:
        days = (today - late[0].due).days
        detail = ngettext("已过期 %(count)s 天", "已过期 %(count)s 天", days) % {"count": days}
        yield Task(TODAY, "clipboard-data", name_form(late[0]), detail, find_form(late[0]), _("补报"), is_late=True)
    elif late:
        title = ngettext("%(count)s 期数字没有报送", "%(count)s 期数字没有报送", len(late)) % {"count": len(late)}
        url = reverse("indicators:reports")
        yield Task(TODAY, "clipboard-data", title, _("都已过期"), url, _("补报"), is_late=True)


def name_form(slot: ReportSlot) -> str:
    """Return the title of a form."""
    return _("%(period)s数字报送") % {"period": slot.period.label}


def find_form(slot: ReportSlot) -> str:
    """Return the address of a form."""
    return reverse("indicators:report", args=[slot.community.code, slot.period.code])


def list_sign_ups(user: User, now: datetime) -> Iterator[Task]:
    """Yield the coming activities for which somebody has a seat and does not know yet."""
    for activity, number in count_to_tell(Activity.objects.visible_to(user).upcoming()).items():
        detail = ngettext("%(count)s 人有名额，还没通知", "%(count)s 人有名额，还没通知", number) % {"count": number}
        url = reverse("activities:sign-ups", args=[activity.pk])
        urgency = TODAY if timezone.localdate(activity.starts_at) <= timezone.localdate(now) else SOON
        yield Task(urgency, "telephone", activity.title, detail, url, _("去通知"))


def list_alerts(user: User) -> Iterator[Task]:
    """Yield in one line how many figures of the community will miss their targets at the present pace."""
    number = Alert.objects.visible_to(user).open().aggregate(number=Count("indicator", distinct=True))["number"]
    if number:
        words = ngettext("%(count)s 项指标照现在的进度达不到目标", "%(count)s 项指标照现在的进度达不到目标", number)
        url = reverse("dashboards:page", args=[user.area_code, "targets"])
        yield Task(SOMETIME, "bullseye", words % {"count": number}, _("看差在哪里、下一步做什么"), url, _("去看"))
