"""The page on which a street sets targets, for itself and where it wants for single communities."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from indicators.areas import AreaRef, get_area_or_404
from indicators.forms.targets import TargetsForm
from indicators.models import AreaLevel
from indicators.targets import copy_targets, find_inherited, find_own, list_choices, set_targets


@access(Permission.SET_TARGETS)
def show_own_targets(request: StaffRequest) -> HttpResponse:
    """Send the user to the targets of the own street and this year."""
    return redirect("indicators:targets", request.user.area_code, timezone.localdate().year)


@access(Permission.SET_TARGETS, methods=("GET", "POST"))
def edit_targets(request: StaffRequest, code: str, year: int) -> HttpResponse:
    """Show and save the area's targets of a year."""
    area = get_target_area_or_404(request, code, year)
    own = find_own(area, year)
    form = TargetsForm(request.POST or None, own=own, inherited=find_inherited(area, year))
    if request.method == "POST" and form.is_valid():
        changed = set_targets(area=area, year=year, values=form.values, by=request.user)
        words = ngettext("已保存，改了 %(n)s 个目标。", "已保存，改了 %(n)s 个目标。", changed) % {"n": changed}
        messages.success(request, words if changed else _("没有改动。"))
        return redirect("indicators:targets", area.code, year)
    context = {
        "area": area,
        "year": year,
        "years": offer_years(),
        "form": form,
        "choices": list_choices(request.user.area_code, year),
        "can_copy": bool(find_own(area, year - 1).keys() - own.keys()),
    }
    return render(request, "indicators/targets.html", context)


@access(Permission.SET_TARGETS, methods=("POST",))
def copy_last_year(request: StaffRequest, code: str, year: int) -> HttpResponse:
    """Take over the targets of the year before where there are none yet."""
    area = get_target_area_or_404(request, code, year)
    copied = copy_targets(area=area, year=year, by=request.user)
    words = ngettext("从上一年复制了 %(n)s 个目标。", "从上一年复制了 %(n)s 个目标。", copied) % {"n": copied}
    messages.success(request, words if copied else _("上一年没有可复制的目标。"))
    return redirect("indicators:targets", area.code, year)


def get_target_area_or_404(request: StaffRequest, code: str, year: int) -> AreaRef:
    """Return the street or community; 404 for areas out of reach and for years that nobody plans."""
    area = get_area_or_404(request.user, code)
    if area.level not in (AreaLevel.STREET, AreaLevel.COMMUNITY) or year not in offer_years():
        raise Http404
    return area


def offer_years() -> list[int]:
    """Return the years that can be edited: the one before, this one, the one to come."""
    year = timezone.localdate().year
    return [year - 1, year, year + 1]
