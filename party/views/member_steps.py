"""What is done to a member, a form each: correcting, regrouping, leaving, withdrawing an entry, exemption."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from party.departures import find_duties, transfer_out
from party.exemptions import end_exemption, exempt_member
from party.forms.members import (
    ConfirmForm,
    EndExemptionForm,
    ExemptForm,
    FactsForm,
    RegroupForm,
    TransferForm,
    add_errors,
)
from party.members import edit_member, regroup_member, withdraw_entry
from party.models import Exemption, Member
from party.views.members import get_member


def take_step(
    request: StaffRequest,
    form: forms.Form,
    act: Callable[..., Any],
    member: Member,
    *,
    done: str,
    to: tuple[str, int] | None = None,
    **words: Any,
) -> HttpResponse:
    """Carry out what a form about a member says; else show the form, again with the reasons when it was refused."""
    if request.method == "POST" and form.is_valid():
        try:
            act(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, done)
            return redirect(*(to or ("party:member", member.pk)))
    return render(request, "party/member_step.html", {"form": form, "member": member, **words})


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def edit(request: StaffRequest, member: int) -> HttpResponse:
    """Correct standing and dates."""
    person = get_member(request, member)
    initial = {name: getattr(person, name) for name in FactsForm.base_fields}
    form = FactsForm(request.POST or None, initial=initial)
    words: dict[str, Any] = {"heading": _("修改党员资料"), "button": _("保存")}
    return take_step(request, form, partial(edit_member, person), person, done=_("已保存。"), **words)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def regroup(request: StaffRequest, member: int) -> HttpResponse:
    """Put a member into another group."""
    person = get_member(request, member)
    spell = person.spell  # type: ignore[attr-defined]
    form = RegroupForm(request.POST or None, branch=spell.organisation, initial={"group": spell.group_id})
    words: dict[str, Any] = {"heading": _("调整党小组"), "button": _("保存")}
    act = partial(regroup_member, person)
    return take_step(request, form, act, person, done=_("已调整党小组。"), **words)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def leave(request: StaffRequest, member: int) -> HttpResponse:
    """Let a member leave the branch, after saying what ends with that."""
    person = get_member(request, member)
    spell = person.spell  # type: ignore[attr-defined]
    words: dict[str, Any] = {
        "heading": _("转出或离开"),
        "button": _("登记离开"),
        "duties": find_duties(person, timezone.localdate()),
        "advice": _("名册、考勤和会议记录都会保留，离开以前的统计不变。"),
    }
    act = partial(transfer_out, person)
    to = ("party:members", spell.organisation_id)
    return take_step(request, TransferForm(request.POST or None), act, person, done=_("已登记离开。"), to=to, **words)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def withdraw(request: StaffRequest, member: int) -> HttpResponse:
    """Withdraw an entry made in error."""
    person = get_member(request, member)
    spell = person.spell  # type: ignore[attr-defined]
    is_regrouped = spell.begin == spell.Begin.REGROUPED
    words: dict[str, Any] = {
        "heading": _("登记有误"),
        "button": _("撤销这段登记"),
        "duties": None if is_regrouped else find_duties(person, spell.since),
        "advice": _("最近一次党小组调整会撤销，恢复到调整以前。")
        if is_regrouped
        else _("这段组织关系会撤销，一天也不算。只在登记错了的时候使用；真正离开请用“转出”。"),
    }
    act = partial(withdraw_entry, person)
    to = ("party:member", person.pk) if is_regrouped else ("party:members", spell.organisation_id)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    return take_step(request, form, act, person, done=_("已撤销登记。"), to=to, **words)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def exempt(request: StaffRequest, member: int) -> HttpResponse:
    """Exempt a member from attending for a time."""
    person = get_member(request, member)
    words: dict[str, Any] = {
        "heading": _("免修"),
        "button": _("登记免修"),
        "advice": _("免修期间不计入应到人数；来了照样算到会。只选原因，不写身体情况。"),
    }
    act = partial(exempt_member, person)
    return take_step(request, ExemptForm(request.POST or None), act, person, done=_("已登记免修。"), **words)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def stop_exemption(request: StaffRequest, exemption: int) -> HttpResponse:
    """End an exemption early."""
    led = Member.objects.led_by(request.user)
    row = get_object_or_404(Exemption.objects.filter(member__in=led).select_related("member"), pk=exemption)
    person = get_member(request, row.member_id)
    words: dict[str, Any] = {"heading": _("结束免修"), "button": _("结束免修"), "advice": row.get_reason_display()}
    act = partial(end_exemption, row)
    form = EndExemptionForm(request.POST or None)
    return take_step(request, form, act, person, done=_("已结束免修。"), **words)
