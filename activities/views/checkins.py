"""The door as staff sees it: the check-in page, which works without network, its queue's address, refused check-ins."""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.checkin_entries import Result
from activities.checkins import apply_check_ins, check_open, settle_check_in
from activities.forms.checkins import EntriesForm, SettleForm
from activities.models import Activity, CheckIn
from communities.doorbell import REFRESH, ring
from grids.models import Grid
from grids.search import best_matches, fold_text, match, people_of

LOG_LENGTH = 30


def fetch(request: StaffRequest, pk: int) -> Activity:
    """Return an activity of the user's communities, or answer 404; who was met at a visit is said by its own form."""
    visible = Activity.objects.managed_by(request.user).gatherings().select_related("kind", "community")
    return get_object_or_404(visible, pk=pk)


def find_closed(activity: Activity) -> str:
    """Return why the activity takes no check-ins now; "" when it does."""
    try:
        check_open(activity, timezone.now())
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@access(Permission.CHECK_IN)
def show_check_in(request: StaffRequest, pk: int) -> HttpResponse:
    """The page that a device keeps to work without network: it holds no names, they are fetched when it is open."""
    activity = fetch(request, pk)
    grids = list(Grid.objects.visible_to(request.user).current())
    own = Grid.objects.appointed_to(request.user).first()
    context = {
        "activity": activity,
        "closed": find_closed(activity),
        "grids": grids,
        "grid": own or next(iter(grids), None),
    }
    return render(request, "activities/check_in.html", context)


@access(Permission.CHECK_IN, methods=("POST",), personal=True)
def sync_check_ins(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a batch of check-ins and say what became of each; without entries, say who is here already (keys only).

    A queue that somebody else left on the device waits until they sign in again.
    """
    activity = fetch(request, pk)
    if request.POST.get("user", str(request.user.pk)) != str(request.user.pk):
        raise PermissionDenied
    form = EntriesForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"closed": " ".join(map(str, form.errors["entries"]))}, status=400)
    entries = form.cleaned_data["entries"]
    try:
        results = apply_check_ins(activity, entries, by=request.user)
    except ValidationError as error:
        return JsonResponse({"closed": " ".join(error.messages)})
    if entries:
        ring(REFRESH)
    damaged = [{"id": key, "state": "refused", "reason": _("这一条记录不完整")} for key in form.damaged]
    answer: dict[str, Any] = {"results": [describe(result) for result in results] + damaged}
    if not entries:
        answer["present"] = list(activity.participations.values_list("resident", flat=True))
    return JsonResponse(answer)


def describe(result: Result) -> dict[str, Any]:
    """Return what a device may show of a result: a masked name at most."""
    reason = str(CheckIn.Refusal(result.refusal).label) if result.refusal else ""
    about = {"id": str(result.entry.client_id), "state": result.state, "reason": reason, "name": result.name}
    return about | {"resident": result.resident}


@access(Permission.CHECK_IN, personal=True)
def list_check_ins(request: StaffRequest, pk: int) -> HttpResponse:
    """The latest check-ins, and the refused ones that wait for somebody to look at them (htmx)."""
    activity = fetch(request, pk)
    rows = activity.check_ins.met_by(request.user).select_related("resident", "outsider").order_by("-pk")
    context = {
        "activity": activity,
        "people": activity.participations.count(),
        "guests": activity.outsiders.count(),
        "unsettled": rows.exclude(refusal="").filter(settled_at=None)[:LOG_LENGTH],  # more follow as these go
        "check_ins": rows.filter(refusal="")[:LOG_LENGTH],
    }
    return render(request, "activities/_check_in_log.html", context)


@access(Permission.CHECK_IN, methods=("GET", "POST"), personal=True)
def settle(request: StaffRequest, pk: int, check_in: int) -> HttpResponse:
    """Say who a refused check-in was: a resident, somebody from elsewhere, or nobody."""
    activity = fetch(request, pk)
    refused = get_object_or_404(activity.check_ins.met_by(request.user).exclude(refusal=""), pk=check_in)
    form = SettleForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            settle_check_in(refused, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            ring(REFRESH)
            messages.success(request, _("已处理。"))
            return redirect("activities:check-in", pk)
    context = {"activity": activity, "check_in": refused, "form": form} | search(request)
    return render(request, "activities/check_in_settle.html", context)


def search(request: StaffRequest) -> dict[str, Any]:
    """Return whom the query finds among the user's residents (rule R3), or what is wrong with it."""
    text = fold_text(request.GET.get("q", ""))
    if not text:
        return {}
    try:
        people, more = best_matches(people_of(request.user).filter(match(text)), text)
    except ValidationError as error:
        return {"text": text, "search_error": " ".join(error.messages)}
    return {"text": text, "people": people, "more": more}


@access(public=True)
def serve_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the check-in page: under the pages' own address, or it could not serve them."""
    return HttpResponse(read_worker(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@cache
def read_worker() -> bytes:
    """Return the script."""
    return (settings.BASE_DIR / "static" / "js" / "checkin-worker.js").read_bytes()
