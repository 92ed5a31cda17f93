"""Waves for staff: setting one up, changing and ending it, and the page from which everything about it is reached."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.qr import draw_qr
from surveys.asked import name_grouping
from surveys.forms.waves import WHAT_IS_KEPT, WaveForm
from surveys.links import list_links
from surveys.models import Wave, WaveLink
from surveys.views.surveys import get_own_survey, make_trail
from surveys.waves import add_wave, change_wave, close_wave


@access(Permission.VIEW_SURVEYS)
def show_wave(request: StaffRequest, wave: int) -> HttpResponse:
    """Show where a wave stands, and for each community within reach its address, cards and answers."""
    found = get_object_or_404(Wave.objects.visible_to(request.user).with_survey(), pk=wave)
    rows = list_links(found, request.user)
    context = describe(found) | {
        "rows": [(row, build_address(request, row.link)) for row in rows],
        "is_owner": request.user.may(Permission.DESIGN_SURVEYS)
        and Wave.objects.owned_by(request.user).filter(pk=found.pk).exists(),
        "may_export": request.user.may(Permission.EXPORT_ANSWERS),
        "may_collect": request.user.may(Permission.COLLECT_ANSWERS),
        "may_deliver": request.user.may(Permission.DELIVER_CARDS),
        "may_see_names": request.user.may(Permission.DELIVER_CARDS) and found.mode == Wave.Mode.NAMED,
    }
    return render(request, "surveys/wave.html", context)


def build_address(request: StaffRequest, link: WaveLink) -> tuple[str, str]:
    """Return what residents open, and its QR code."""
    address = request.build_absolute_uri(reverse("answer:form", args=[link.public_id]))
    return address, draw_qr(address, scale=4)


def describe(wave: Wave) -> dict[str, Any]:
    """Return what every page of a wave shows."""
    survey = wave.version.survey
    return {
        "wave": wave,
        "survey": survey,
        "phase": wave.get_phase(),
        "grouping_name": name_grouping(wave.grouping),
        "what_is_kept": WHAT_IS_KEPT[Wave.Mode(wave.mode)],
        "trail": make_trail(survey),
    }


def describe_below(wave: Wave) -> dict[str, Any]:
    """Return what every page below that of a wave shows."""
    return describe(wave) | {"trail": make_trail_below(wave)}


def make_trail_below(wave: Wave) -> list[tuple[Any, str]]:
    """Return the way from the list down to a page below that of a wave."""
    return [*make_trail(wave.version.survey), (wave.name, reverse("surveys:wave", args=[wave.pk]))]


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def add(request: StaffRequest, survey: int) -> HttpResponse:
    """Set up a wave that asks what was published last."""
    found = get_own_survey(request, survey)
    context: dict[str, Any] = {"survey": found, "trail": make_trail(found), "draft_key": f"wave-new-{found.pk}"}
    if (version := found.latest) is None:
        return render(request, "surveys/wave_form.html", context)
    sent = request.POST if request.method == "POST" else None
    form = WaveForm(sent, instance=Wave(version=version))
    if form.is_bound and form.is_valid():
        try:
            wave, _new = add_wave(
                form.instance, communities=form.chosen, token=form.cleaned_data["token"], by=request.user
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            is_open = wave.get_phase() == Wave.Phase.OPEN
            words = _("已建好。居民现在就能打开。") if is_open else _("已建好。到开始那天，居民就能打开。")
            messages.success(request, words, extra_tags=context["draft_key"])
            return redirect("surveys:wave", wave.pk)
    return render(request, "surveys/wave_form.html", context | {"form": form, "version": version})


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def edit(request: StaffRequest, wave: int) -> HttpResponse:
    """Change a wave that is not over."""
    found = find_own_wave(request, wave)
    key = f"wave-{found.pk}"
    if found.is_closed:
        messages.info(request, _("这一轮已经结束，不能再改。"))
        return redirect("surveys:wave", found.pk)
    sent = request.POST if request.method == "POST" else None
    form = WaveForm(sent, instance=found)
    if form.is_bound and form.is_valid():
        try:
            change_wave(form.instance, communities=form.chosen, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存。"), extra_tags=key)
            return redirect("surveys:wave", found.pk)
    saved = get_object_or_404(Wave.objects.with_survey(), pk=found.pk)
    context = describe_below(saved) | {"form": form, "version": saved.version, "draft_key": key, "is_change": True}
    return render(request, "surveys/wave_form.html", context)


@access(Permission.DESIGN_SURVEYS, methods=("GET", "POST"))
def close(request: StaffRequest, wave: int) -> HttpResponse:
    """Ask whether to end a wave before its last day, and end it."""
    found = find_own_wave(request, wave)
    if request.method == "POST":
        try:
            close_wave(found, by=request.user)
        except ValidationError as error:
            messages.info(request, error.messages[0])
        else:
            messages.success(request, _("已结束，不再收答卷。几分钟后就能看结果。"))
        return redirect("surveys:wave", found.pk)
    if found.is_closed:
        return redirect("surveys:wave", found.pk)
    return render(request, "surveys/wave_close.html", describe_below(found))


@access(Permission.COLLECT_ANSWERS)
def show_poster(request: StaffRequest, link: int) -> HttpResponse:
    """Show a page to print and put up: why, until when, and a code that leads to the questions."""
    found = find_link(request, link)
    address, _small = build_address(request, found)
    context = describe(found.wave) | {"link": found, "address": address, "code": draw_qr(address, scale=8)}
    return render(request, "surveys/poster.html", context)


def find_own_wave(request: StaffRequest, pk: int) -> Wave:
    """Return a wave of the user's very own area, or answer that there is none."""
    return get_object_or_404(Wave.objects.owned_by(request.user).with_survey(), pk=pk)


def find_link(request: StaffRequest, pk: int) -> WaveLink:
    """Return a wave's link in one of the user's communities, or answer that there is none."""
    related = ("wave__version__survey__street", "wave__version__survey__community", "community")
    links = WaveLink.objects.filter(community__in=request.user.communities())
    return get_object_or_404(links.select_related(*related), pk=pk)
