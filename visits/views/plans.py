"""Visit plans: the list with how far each is, adding, changing, ending."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from visits.due import find_asks, sum_up
from visits.forms.plans import ExtentForm, PlanForm
from visits.models import VisitPlan
from visits.plans import close_plan, measure, save_plan, save_terms

ENDED = 20


@access(Permission.MANAGE_VISITS)
def list_plans(request: StaffRequest) -> HttpResponse:
    """Show the plans of the community with how far they are."""
    today = timezone.localdate()
    plans = VisitPlan.objects.visible_to(request.user).for_list()
    current = list(plans.current(today))
    running = [plan for plan in current if plan.starts_on <= today]
    context = {
        "running": sum_up(running, find_asks(running)),
        "coming": [plan for plan in current if plan.starts_on > today],
        "ended": plans.over(today)[:ENDED],
    }
    return render(request, "visits/plans.html", context)


@access(Permission.MANAGE_VISITS, methods=("GET", "POST"))
def add(request: StaffRequest) -> HttpResponse:
    """Make a plan."""
    form = PlanForm(request.POST or None, instance=VisitPlan(community=request.user.community), by=request.user)
    if request.method == "POST" and form.is_valid() and save_form(form, request):
        return redirect("visits:plans")
    return show_form(request, form)


@access(Permission.MANAGE_VISITS, methods=("GET", "POST"))
def edit(request: StaffRequest, plan: int) -> HttpResponse:
    """Change a plan; what was visited for it stays."""
    row = get_object_or_404(VisitPlan.objects.visible_to(request.user).select_related("community"), pk=plan)
    listed = row.households.count()
    form = PlanForm(request.POST or None, instance=row, by=request.user, is_listed=bool(listed))
    if request.method == "POST" and form.is_valid() and save_form(form, request):
        return redirect("visits:plans")
    return show_form(request, form, listed=listed)


def show_form(request: StaffRequest, form: PlanForm, **context: Any) -> HttpResponse:
    """Answer the form with whom its plan means as it stands."""
    if "groups" in form.fields:
        chosen = {name: form[name].value() or [] for name in ("groups", "grids")}
        context |= describe_extent(request, chosen)
    return render(request, "visits/plan_form.html", {"form": form, "draft_key": draft_key(form.instance.pk), **context})


def draft_key(plan: int | None) -> str:
    """Return the name under which the browser keeps what was typed; the saved message tells it to forget."""
    return f"visit-plan-{plan or 'new'}"


def save_form(form: PlanForm, request: StaffRequest) -> bool:
    """Carry out what the form says; False, with the reasons on the form, when the action refuses."""
    data, key = form.cleaned_data, draft_key(form.instance.pk)
    try:
        if "groups" in data:
            groups, grids, token = data["groups"], data["grids"], data["token"] or form.instance.client_token
            save_plan(form.instance, groups=groups, grids=grids, token=token, by=request.user)
        else:
            save_terms(form.instance, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("计划已保存：%(plan)s。") % {"plan": form.instance}, extra_tags=key)
    return True


@access(Permission.MANAGE_VISITS)
def preview(request: StaffRequest) -> HttpResponse:
    """Answer the form with how many doors and people its groups and grids mean."""
    return render(request, "visits/_extent.html", describe_extent(request, request.GET))


def describe_extent(request: StaffRequest, chosen: Any) -> dict[str, Any]:
    """Return whom the chosen groups and grids mean; nothing for a choice that is none."""
    form = ExtentForm(chosen, by=request.user)
    if not form.is_valid():
        return {}
    data = form.cleaned_data
    return {"extent": measure(request.user.communities(), data["groups"], data["grids"])}


@access(Permission.MANAGE_VISITS, methods=("POST",))
def close(request: StaffRequest, plan: int) -> HttpResponse:
    """End a plan."""
    row = get_object_or_404(VisitPlan.objects.visible_to(request.user), pk=plan)
    try:
        close_plan(row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("计划已结束：%(plan)s。") % {"plan": row})
    return redirect("visits:plans")
