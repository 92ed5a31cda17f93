"""The rules that hold for one's communities, and changing one's own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from cadence import actions
from cadence.forms import RuleForm
from cadence.models import CadenceRule
from cadence.presets import PRESETS


@access(Permission.MANAGE_CADENCE)
def list_rules(request: StaffRequest) -> HttpResponse:
    """Show the rules in force, those that have ended, and rules to start from."""
    rules = list(CadenceRule.objects.visible_to(request.user).for_page())
    today = timezone.localdate()
    rows = [(rule, rule.may_be_changed_by(request.user)) for rule in rules]
    context = {
        "rows": [row for row in rows if not row[0].has_ended(today)],
        "ended": [row for row in rows if row[0].has_ended(today)],
        "presets": PRESETS.values(),
        "trail": [(_("频次"), reverse("cadence:slots"))],
    }
    return render(request, "cadence/rule_list.html", context)


@access(Permission.MANAGE_CADENCE, methods=("GET", "POST"))
def add_rule(request: StaffRequest) -> HttpResponse:
    """Make a rule for one's own area, perhaps from a preset."""
    preset = PRESETS.get(request.GET.get("preset", ""))
    form = RuleForm(request.POST or None, initial=preset.fill() if preset else None)
    if request.method == "POST" and form.is_valid():
        rule = actions.add_rule(form.save(commit=False), **form.sets, by=request.user)
        messages.success(request, _("规则已建立：%(name)s。") % {"name": rule.name})
        return redirect("cadence:rules")
    return render(request, "cadence/rule_form.html", {"form": form, "area": request.user.area, "trail": make_trail()})


@access(Permission.MANAGE_CADENCE, methods=("GET", "POST"))
def edit_rule(request: StaffRequest, rule: int) -> HttpResponse:
    """Change a rule of one's own area; a worker cannot change the street's."""
    found = get_object_or_404(CadenceRule.objects.visible_to(request.user), pk=rule)
    if not found.may_be_changed_by(request.user):
        raise PermissionDenied
    form = RuleForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.change_rule(form.save(commit=False), **form.sets, by=request.user)
        messages.success(request, _("规则已修改：%(name)s。") % {"name": found.name})
        return redirect("cadence:rules")
    context = {"form": form, "rule": found, "area": found.area, "trail": make_trail()}
    return render(request, "cadence/rule_form.html", context)


def make_trail() -> list[tuple[str, str]]:
    """Return (name, address) of the pages above a rule."""
    return [(_("频次"), reverse("cadence:slots")), (_("频次规则"), reverse("cadence:rules"))]
