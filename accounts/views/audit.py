"""The auditor's pages: searching the log, one event, whether the log is whole, and unusual access."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import chain, deeds
from accounts.access import StaffRequest, access
from accounts.forms.audit import AuditSearch, DayForm
from accounts.models import AuditEvent, AuditLink, User
from accounts.roles import Permission
from accounts.unusual import find_unusual
from communities.doorbell import ring
from communities.models import Community, District, Street

PAGE_SIZE = 50
CHECKS_SHOWN = 10


@dataclass(frozen=True)
class Entry:
    """An event in words."""

    event: AuditEvent
    words: str | Promise
    target: str
    area: str
    detail: list[tuple[str | Promise, str]]


def describe(events: list[AuditEvent]) -> list[Entry]:
    """Put events into words; the names of their areas are looked up together."""
    names = name_areas({event.area_code for event in events})
    return [
        Entry(
            event,
            deeds.describe_action(event.action),
            deeds.describe_object(event.object_type, event.object_id),
            names.get(event.area_code, event.area_code or _("平台")),
            list(deeds.describe_detail(event.detail)),
        )
        for event in events
    ]


def name_areas(codes: set[str]) -> dict[str, str]:
    """Return the names of these areas; what lies below a community is named by it."""
    whole = {code[:12] for code in codes}
    rows = [
        row
        for model in (District, Street, Community)
        for row in model.objects.filter(code__in=whole).values_list("code", "name")
    ]
    names = dict(rows)
    return {code: names[code[:12]] for code in codes if code[:12] in names}


@access(Permission.VIEW_AUDIT)
def search_audit(request: StaffRequest) -> HttpResponse:
    """The audit log of one's own area, newest first, narrowed by what is asked for."""
    form = AuditSearch(request.GET)
    after = request.GET.get("after", "")
    events = form.find(request.user)
    if after.isdecimal() and int(after) < 2**63:
        events = events.filter(pk__lt=int(after))
    found = list(events[: PAGE_SIZE + 1])
    context = {
        "form": form,
        "is_narrow": bool(form.errors) or form.is_used,
        "entries": describe(found[:PAGE_SIZE]),
        "next_url": address(request, after=found[PAGE_SIZE - 1].pk) if len(found) > PAGE_SIZE else None,
        "first_url": address(request) if after else None,
        "alert": find_alert(request.user),
        "check": find_checks()[:1],
    }
    return render(request, "accounts/audit_list.html", context)


def address(request: HttpRequest, **change: Any) -> str:
    """Return this page's address with the same search, from the key `after` on or from the beginning."""
    query = request.GET.copy()
    query.pop("after", None)
    query.update(change)
    return f"?{query.urlencode()}"


def find_alert(user: User) -> AuditEvent | None:
    """Return yesterday's count of accounts with unusual access, when there were any."""
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    counts = AuditEvent.objects.filter(action="audit.unusual", area_code=user.area_code, detail__day=yesterday)
    return counts.filter(detail__accounts__gt=0).first()


def find_checks() -> Any:
    """Return the last checks of the chain, newest first."""
    return AuditEvent.objects.of("auditlink", "").filter(action="audit.verify").order_by("-pk")[:CHECKS_SHOWN]


@access(Permission.VIEW_AUDIT)
def show_event(request: StaffRequest, event: int) -> HttpResponse:
    """One event, with its place in the chain and whether it is what was linked."""
    events = AuditEvent.objects.visible_to(request.user) | AuditEvent.objects.above(request.user)
    found = events.filter(pk=event).first() if event < 2**63 else None
    if found is None:
        raise Http404
    link = AuditLink.objects.select_related("event").filter(event=found).first()
    untouched = chain.is_untouched(link) if link else None
    context = {"entry": describe([found])[0], "link": link, "is_untouched": untouched}
    return render(request, "accounts/audit_event.html", context)


@access(Permission.VIEW_AUDIT, methods=("GET", "POST"))
def show_chain(request: StaffRequest) -> HttpResponse:
    """Whether the log is whole: the last checks, and the head to note down; a POST has it checked now."""
    if request.method == "POST":
        ring("accounts.tasks.verify_audit_log")
        messages.success(request, _("已开始核对，记录多时要一两分钟。稍后刷新本页看结果。"))
        return redirect("accounts:audit-chain")
    checks = [(check, describe_check(check.detail)) for check in find_checks()]
    last = AuditLink.objects.order_by("-position").first()
    head = chain.Head(last.position, bytes(last.digest).hex()) if last else None
    return render(request, "accounts/audit_chain.html", {"checks": checks, "head": head})


def describe_check(detail: dict[str, Any]) -> list[tuple[str | Promise, str]]:
    """Return how much was checked, and the first place that is wrong."""
    told = {key: detail.get(key) for key in ("events", "position", "event")}
    kind = [(_("第一处"), str(chain.Kind(detail["first"]).label))] if detail.get("first") in chain.Kind.values else []
    return kind + list(deeds.describe_detail(told))


@access(Permission.VIEW_AUDIT)
def show_unusual(request: StaffRequest) -> HttpResponse:
    """Which accounts had an unusual day, and in what."""
    yesterday = timezone.localdate() - timedelta(days=1)
    form = DayForm({"day": request.GET.get("day") or yesterday.isoformat()})
    day = form.cleaned_data["day"] if form.is_valid() else None
    found = find_unusual(AuditEvent.objects.visible_to(request.user), day) if day else {}
    return render(request, "accounts/audit_unusual.html", {"form": form, "day": day, "found": found})
