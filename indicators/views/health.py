"""The page on how the figures are doing, and trying a parked community again."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import REFRESH, ring
from indicators.engine.repairs import retry_community
from indicators.health import is_unchecked, list_checks, list_health
from indicators.version import get_code_version


@access(Permission.VIEW_HEALTH)
def show_health(request: StaffRequest) -> HttpResponse:
    """Show freshness, parked communities and the latest checks of one's own area."""
    communities = list_health(request.user)
    context = {
        "communities": communities,
        "parked": [row for row in communities if row.is_parked],
        "stalled": [row for row in communities if row.is_stalled],
        "checks": list_checks(request.user),
        "is_unchecked": is_unchecked(timezone.now()),
        # Numbers of a cell may be as small as one person: only for who may see the persons.
        "shows_numbers": request.user.may(Permission.VIEW_RESIDENTS),
        "code_version": get_code_version(),
    }
    return render(request, "indicators/health.html", context)


@access(Permission.RETRY_FIGURES, methods=("POST",))
def retry(request: StaffRequest, parked: int) -> HttpResponse:
    """Have a parked community tried again."""
    community = get_object_or_404(request.user.communities(), pk=parked)
    try:
        retry_community(community, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        ring(REFRESH)
        messages.success(request, _("正在重新计算“%(name)s”的指标，几秒钟后刷新本页看结果。") % {"name": community})
    return redirect("indicators:health")
