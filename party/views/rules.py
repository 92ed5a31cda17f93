"""Rules of an organisation's life: what holds, what changes when, and changing it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from party.forms.rules import RuleForm
from party.models import MeetingKind, MeetingRule, Organisation
from party.rule_changes import change_rule, withdraw_rule
from party.rules import USUAL, Stretch, holds, list_stretches
from party.views.led import get_led_or_404, led_organisations

AHEAD = timedelta(days=400)  # the next whole period of any rule begins before


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def show_rules(request: StaffRequest, organisation: int) -> HttpResponse:
    """Show which rules hold for an organisation, and change one from a month on."""
    found = get_led_or_404(request, organisation)
    kinds = [kind for kind in MeetingKind if holds(found, kind)]
    form = RuleForm(request.POST or None, kinds=kinds)
    if request.method == "POST" and form.is_valid() and save_rule(form, found, request):
        return redirect("party:rules", found.pk)
    context = {
        "organisation": found,
        "form": form,
        "kinds": describe_kinds(found, kinds),
        "trail": [(_("党建"), reverse("party:home")), (str(found), reverse("party:slots", args=[found.pk]))],
    }
    return render(request, "party/rules.html", context)


def save_rule(form: RuleForm, organisation: Organisation, request: StaffRequest) -> bool:
    """Carry out what the form says; False, with the reasons on the form, when the action refuses."""
    data = form.cleaned_data
    kind, every = MeetingKind(data["kind"]), MeetingRule.Every(data["every"])
    said = {"grace_days": data["grace_days"], "starts_on": data["starts_on"]}
    try:
        change_rule(organisation, kind=kind, every=every, **said, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("规则已改：%(kind)s，%(every)s。") % {"kind": kind.label, "every": every.label})
    return True


def describe_kinds(organisation: Organisation, kinds: list[MeetingKind]) -> list[dict[str, Any]]:
    """Return for each kind what holds today, what holds later, and whether that is the usual."""
    today = timezone.localdate()
    stretches = list_stretches([organisation])
    rows = MeetingRule.objects.filter(organisation=organisation, starts_on__gt=today)
    changes = {(rule.kind, rule.starts_on): rule.pk for rule in rows}
    found = []
    for kind in kinds:
        mine = [one for one in stretches if one.kind == kind and (one.last is None or one.last >= today)]
        later = [
            {"stretch": one, "change": changes.get((kind, one.first)), "effect": describe_effect(one)}
            for one in mine
            if one.first > today
        ]
        now = next((one for one in mine if one.first <= today), None)
        back_from = max([today.replace(day=1), *(one.first for one in mine if one.first > today)])
        last, usual = mine[-1] if mine else None, USUAL[kind]
        found.append(
            {
                "kind": kind,
                "now": now,
                "effect": describe_effect(now) if now else "",
                "later": later,
                "usual": usual,
                "is_usual": last is None or (last.every, last.grace_days) == (usual.every, usual.grace_days),
                "back_from": back_from.isoformat(),
            }
        )
    return found


def describe_effect(stretch: Stretch) -> str:
    """Say what a rule asks for next: its first whole period from today on, and by when it can be made up."""
    if stretch.every == MeetingRule.Every.NEVER:
        return _("不用开，也不计入按期率。")
    today = timezone.localdate()
    span = next(iter(stretch.list_spans(max(today, stretch.first), max(today, stretch.first) + AHEAD)), None)
    if span is None:
        return _("规则改变之前没有完整的时段，不再要求。")
    said = {"first": span.start, "last": span.end, "until": span.end + timedelta(days=stretch.grace_days)}
    if stretch.grace_days:
        return _("%(first)s 到 %(last)s 要开一次，最晚 %(until)s 前补开。") % said
    return _("%(first)s 到 %(last)s 要开一次，过期不能补开。") % said


@access(Permission.LEAD_PARTY, methods=("POST",))
def withdraw(request: StaffRequest, rule: int) -> HttpResponse:
    """Take back a change that has not begun."""
    rules = MeetingRule.objects.filter(organisation__in=led_organisations(request.user))
    row = get_object_or_404(rules, pk=rule)
    try:
        withdraw_rule(row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("这项改变已撤回，原来的规则继续有效。"))
    return redirect("party:rules", row.organisation_id)
