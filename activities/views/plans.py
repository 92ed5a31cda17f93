"""Planning: the form of a plan, empty, from a template, from an earlier activity, or of a plan that is changed."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.forms.plan import PlanForm, QuotaRows, make_quota_rows
from activities.models import Activity, ActivityTemplate
from activities.planning import (
    MAX_DAYS_AHEAD,
    Links,
    change_plan,
    describe_source,
    find_next_time,
    find_sent,
    plan_activity,
)
from activities.series import claim_slot, find_free_day, starts_on
from activities.versions import Difference, StaleError
from activities.views.log import draft_suffix
from communities.doorbell import REFRESH, ring
from grids.search import read_key

USUAL_HOUR = 9


@access(Permission.PLAN_ACTIVITIES, methods=("GET", "POST"))
def plan(request: StaffRequest) -> HttpResponse:
    """Plan an activity: `?template=` says from which template, `?day=` on which day, `?kind=` and `?theme=` which."""
    number = request.GET.get("template", "")
    if not number:
        asked = {name: request.GET[name] for name in ("kind", "theme") if name in request.GET}
        key = f"plan-new{draft_suffix(request)}"
        return plan_new(request, Activity(), asked | {"starts_at": propose_day(request, None)}, key=key)
    templates = ActivityTemplate.objects.visible_to(request.user).active().select_related("kind", "venue")
    template = get_object_or_404(templates, pk=read_key(number))
    starts_at = propose_day(request, template)
    initial = describe_source(template) | {"starts_at": starts_at}
    initial["ends_at"] = starts_at + timedelta(minutes=template.minutes)
    if template.sign_up_days is not None:
        initial["sign_up_opens_at"] = starts_at - timedelta(days=template.sign_up_days)
        initial["sign_up_closes_at"] = starts_at
    return plan_new(request, Activity(template=template), initial, key=f"plan-template-{template.pk}")


@access(Permission.PLAN_ACTIVITIES, methods=("GET", "POST"))
def copy(request: StaffRequest, pk: int) -> HttpResponse:
    """Plan an activity like an earlier one, a whole number of weeks later."""
    earlier = get_object_or_404(Activity.objects.managed_by(request.user), pk=pk)
    starts_at = find_next_time(earlier.starts_at)
    moved = starts_at - earlier.starts_at
    initial = describe_source(earlier) | {"starts_at": starts_at, "ends_at": earlier.ends_at + moved}
    if earlier.sign_up_opens_at and earlier.sign_up_closes_at:
        initial["sign_up_opens_at"] = earlier.sign_up_opens_at + moved
        initial["sign_up_closes_at"] = earlier.sign_up_closes_at + moved
    activity = Activity(template=earlier.template)
    return plan_new(request, activity, initial, key=f"plan-copy-{pk}", source=earlier)


def plan_new(
    request: StaffRequest, activity: Activity, initial: dict[str, Any], *, key: str, source: Activity | None = None
) -> HttpResponse:
    """Answer the form of a new plan."""
    activity.community = request.user.community  # type: ignore[assignment]
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(sent, instance=activity, initial=initial, by=request.user)
    quotas = make_quota_rows(sent, source)
    if sent is not None:
        saved = find_earlier(request) or (save_new(form, quotas, request, key) if is_good(form, quotas) else None)
        if saved:
            return redirect("activities:detail", saved.pk)
    return show(request, form, quotas, key, source=source)


def find_earlier(request: StaffRequest) -> Activity | None:
    """Return what this form has saved already: a double tap, or a retry after a lost connection."""
    try:
        return find_sent(uuid.UUID(request.POST.get("token", "")), request.user)
    except ValueError:
        return None


def save_new(form: PlanForm, quotas: QuotaRows, request: StaffRequest, key: str) -> Activity | None:
    """Save a new plan; None, with the reasons on the form, when the action refuses."""
    claim_slot(form.instance)
    links, token = Links(form.links, quotas.seats), form.cleaned_data["token"]
    try:
        activity, _new = plan_activity(form.instance, links=links, token=token, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    words = _("已列入计划：%(title)s。确定要办时请点“发布”。")
    messages.success(request, words % {"title": activity.title}, extra_tags=key)
    ring(REFRESH)
    return activity


@access(Permission.PLAN_ACTIVITIES, methods=("GET", "POST"))
def edit_plan(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a plan."""
    saved = get_object_or_404(Activity.objects.managed_by(request.user), pk=pk)
    if not saved.is_planned:
        messages.info(request, _("这项活动已经办过或撤销，计划不能再改。"))
        return redirect("activities:detail", pk)
    key = f"plan-{pk}"
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(sent, instance=saved, by=request.user)
    quotas = make_quota_rows(sent, saved)
    if sent is not None and is_good(form, quotas) and save_change(form, quotas, request, key):
        return redirect("activities:detail", pk)
    return show(request, form, quotas, key)


def save_change(form: PlanForm, quotas: QuotaRows, request: StaffRequest, key: str) -> bool:
    """Save a changed plan and tell whether that went well; if not, the form says why."""
    links, seen = Links(form.links, quotas.seats), form.cleaned_data["version"]
    try:
        change_plan(form.instance, seen=seen, links=links, by=request.user)
    except StaleError:
        show_conflict(form, quotas)
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("计划已修改。"), extra_tags=key)
    ring(REFRESH)
    return True


def show_conflict(form: PlanForm, quotas: QuotaRows) -> None:
    """Put what somebody else has saved beside what was typed."""
    fresh = Activity.objects.get(pk=form.instance.pk)
    form.show_conflict(fresh)
    stored = {quota.group_id: quota.seats for quota in fresh.quotas.all()}
    theirs = {name: stored[group] for group, name in quotas.names.items() if group in stored}
    mine = {name: quotas.seats[group] for group, name in quotas.names.items() if group in quotas.seats}
    if theirs != mine and form.conflict is not None:
        form.conflict.append(Difference(_("保留名额"), list_seats(theirs), list_seats(mine)))


def list_seats(seats: dict[str, int]) -> str:
    """Return kept seats in a line."""
    return _("、").join(f"{name} {number}" for name, number in seats.items()) or "—"


def is_good(form: PlanForm, quotas: QuotaRows) -> bool:
    """Tell whether the whole form may be saved; every part is looked at, so that all errors show at once."""
    good, fits = form.is_valid(), quotas.is_valid()
    if fits and "capacity" not in form.errors:
        fits = quotas.fits(form.cleaned_data["capacity"])
    return good and fits and not form.refuse_twin(form.instance)


def propose_day(request: StaffRequest, template: ActivityTemplate | None) -> datetime:
    """Return when the form proposes to begin: on the day asked for, the next free day of a series, or tomorrow."""
    day = read_day(request) or (find_free_day(template) if template else None)
    day = day or timezone.localdate() + timedelta(days=1)
    if template:
        return starts_on(template, day)
    usual = timezone.make_aware(datetime(day.year, day.month, day.day, USUAL_HOUR))
    next_hour = timezone.localtime().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return next_hour if day == timezone.localdate() and usual < next_hour else usual


def read_day(request: StaffRequest) -> date | None:
    """Return the day that the address asks for, if it is one that can be planned."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        return None
    today = timezone.localdate()
    return day if day and today <= day <= today + timedelta(days=MAX_DAYS_AHEAD) else None


def show(
    request: StaffRequest, form: PlanForm, quotas: QuotaRows, key: str, *, source: Activity | None = None
) -> HttpResponse:
    """Show the form."""
    context = {
        "form": form,
        "quotas": quotas,
        "activity": form.instance if form.instance.pk else None,
        "template": form.instance.template,
        "source": source,
        "draft_key": key,
        **form.describe_folds(),
    }
    context["open_seats"] = context["open_seats"] or any(quotas.errors)
    return render(request, "activities/plan_form.html", context)
