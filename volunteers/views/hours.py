"""Hours for staff: what waits to be confirmed, collecting from check-ins, typing in, correcting, withdrawing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.models import Activity
from grids.search import read_key
from volunteers.forms.hours import LATEST, VOLUNTEER, AddHoursForm, CorrectForm, WithdrawForm
from volunteers.hours_due import find_servable, find_uncollected
from volunteers.models import ServiceRecord, Volunteer
from volunteers.service import Outcome, add_record, collect, confirm_records, correct_record, withdraw_record
from volunteers.stays import find_hands, find_stays

WAITING, RECENT = 200, 30  # rows on a page


@access(Permission.CONFIRM_HOURS, personal=True)
def list_hours(request: StaffRequest) -> HttpResponse:
    """Show what waits to be confirmed, what waits to be collected, and what was confirmed lately."""
    records = ServiceRecord.objects.visible_to(request.user).for_list()
    waiting = list(records.unconfirmed().select_related("corrects")[: WAITING + 1])
    hands = find_hands(waiting[:WAITING])
    context = {
        "waiting": [row for row in waiting[:WAITING] if request.user.pk not in hands[row.pk]],
        "own": [row for row in waiting[:WAITING] if request.user.pk in hands[row.pk]],
        "is_cut": len(waiting) > WAITING,
        "activities": find_uncollected(request.user)[:RECENT],
        "confirmed": records.confirmed().order_by("-confirmed_at", "-pk")[:RECENT],
        "here": "hours",
    }
    return render(request, "volunteers/hours.html", context)


@access(Permission.CONFIRM_HOURS, methods=("POST",), personal=True)
def confirm(request: StaffRequest) -> HttpResponse:
    """Confirm the records that were ticked."""
    keys = {read_key(text) for text in request.POST.getlist("records")}
    records = list(ServiceRecord.objects.visible_to(request.user).filter(pk__in=keys))
    if not records:
        messages.error(request, _("请先勾选要确认的记录。"))
        return redirect("volunteers:hours")
    outcome = confirm_records(records, by=request.user)
    for is_good, text in describe(outcome):
        (messages.success if is_good else messages.warning)(request, text)
    return redirect("volunteers:hours")


def describe(outcome: Outcome) -> list[tuple[bool, str]]:
    """Return in words what became of the records, and whether each of the sentences is good news."""
    told = []
    if count := len(outcome.confirmed):
        told.append((True, ngettext("已确认 %(n)s 条。", "已确认 %(n)s 条。", count) % {"n": count}))
    for name, count in outcome.earlier.items():
        words = ngettext("%(n)s 条刚由 %(name)s 确认过。", "%(n)s 条刚由 %(name)s 确认过。", count)
        told.append((False, words % {"n": count, "name": name}))
    if count := outcome.own:
        words = ngettext("%(n)s 条是您记的，要请同事确认。", "%(n)s 条是您记的，要请同事确认。", count)
        told.append((False, words % {"n": count}))
    if count := outcome.withdrawn:
        words = ngettext("%(n)s 条刚被同事撤回或更正。", "%(n)s 条刚被同事撤回或更正。", count)
        told.append((False, words % {"n": count}))
    return told


@access(Permission.CONFIRM_HOURS, methods=("GET", "POST"), personal=True)
def collect_hours(request: StaffRequest, activity: int) -> HttpResponse:
    """Show what check-in and check-out say of an activity's volunteers; make records of it when told to."""
    rows = Activity.objects.managed_by(request.user).gatherings().select_related("community", "kind")
    row = get_object_or_404(rows, pk=activity)
    if request.method == "POST":
        try:
            stays = collect(row, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            count = len(stays.ready)
            words = ngettext("已收集 %(n)s 条，等同事确认。", "已收集 %(n)s 条，等同事确认。", count)
            messages.success(request, words % {"n": count} if count else _("没有新的时长可收集。"))
        return redirect("volunteers:hours-collect", row.pk)
    return render(request, "volunteers/hours_collect.html", {"activity": row, "stays": find_stays(row)})


@access(Permission.CONFIRM_HOURS, methods=("GET", "POST"), personal=True)
def add(request: StaffRequest) -> HttpResponse:
    """Type in what no check-in tells: `?activity=` and `?volunteer=` fill the form in."""
    activities = find_servable(request.user)
    volunteers = Volunteer.objects.visible_to(request.user).filter(registered_on__isnull=False)
    asked = read_key(request.GET.get("activity", ""))
    chosen = activities.filter(pk=asked).first()
    initial: dict[str, Any] = {"activity": chosen, "person": read_key(request.GET.get("volunteer", ""))}
    if chosen:
        initial |= {"starts_at": chosen.starts_at, "ends_at": chosen.ends_at}
    form = AddHoursForm(request.POST or None, initial=initial, activities=activities, volunteers=volunteers)
    if request.method == "POST" and form.is_valid() and save_new(request, form):
        return redirect("volunteers:hours")
    key = read_key(str(form["person"].value() or "").removeprefix(VOLUNTEER))
    person = volunteers.select_related("resident__grid").filter(pk=key).first()
    shown = {activity.pk: activity for activity in activities[:LATEST]}
    form.fields["activity"].queryset = activities.filter(pk__in=[*shown, asked])  # type: ignore[attr-defined]
    context = {"form": form, "person": person}
    return render(request, "volunteers/hours_add.html", context)


def save_new(request: StaffRequest, form: AddHoursForm) -> bool:
    """Write the record; False, with the reasons on the form, when the action refuses."""
    data = {**form.cleaned_data}
    try:
        row = add_record(data.pop("person"), by=request.user, **data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    words = _("已记下 %(name)s 的 %(n)s 分钟，等同事确认。")
    about = {"name": row.volunteer.masked_name, "n": row.minutes}
    messages.success(request, words % about, extra_tags="hours-add")
    return True


@access(Permission.CONFIRM_HOURS, methods=("GET", "POST"), personal=True)
def correct(request: StaffRequest, record: int) -> HttpResponse:
    """Replace a record by one with the right times, or go on to take it back."""
    row = find_record(request, record)
    if row.withdrawn_at:
        messages.info(request, _("这条记录已经撤回或更正过了。"))
        return redirect("volunteers:hours")
    initial = {"starts_at": row.starts_at, "ends_at": row.ends_at}
    form = CorrectForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            correct_record(row, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("已更正，等同事确认。原来的记录留着备查。"))
            return redirect("volunteers:hours")
    context = {"form": form, "record": row, "withdraw_form": WithdrawForm(auto_id="withdraw_%s")}
    return render(request, "volunteers/hours_correct.html", context)


@access(Permission.CONFIRM_HOURS, methods=("POST",), personal=True)
def withdraw(request: StaffRequest, record: int) -> HttpResponse:
    """Take a record back."""
    row = find_record(request, record)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有撤回：请选一个原因。"))
        return redirect("volunteers:hours-correct", row.pk)
    try:
        withdraw_record(row, reason=form.cleaned_data["reason"], by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已撤回，不再计入时长。"))
    return redirect("volunteers:hours")


def find_record(request: StaffRequest, pk: int) -> ServiceRecord:
    """Return a record of one's communities, or answer that there is none."""
    return get_object_or_404(ServiceRecord.objects.visible_to(request.user).for_list(), pk=pk)
