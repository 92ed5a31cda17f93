"""The answers of a named wave, for the workers who call back: the form promises that nobody else reads them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import Fresh, StaffRequest, access
from accounts.roles import Permission
from grids.search import read_key
from surveys.models import NamedAnswer, Wave, WaveLink
from surveys.named import delete_named, list_named, unmask_named
from surveys.views.waves import make_trail_below

PAGE = 50


def get_named(request: StaffRequest, pk: int) -> NamedAnswer:
    """Return an answer of the user's communities; 404 for others."""
    rows = NamedAnswer.objects.filter(link__community__in=request.user.communities())
    return get_object_or_404(rows.select_related("link__community", "link__wave__version__survey"), pk=pk)


@access(Permission.READ_NAMED_ANSWERS, personal=True)
def show_named(request: StaffRequest, pk: int) -> HttpResponse:
    """List who answered what, masked, the newest first."""
    links = WaveLink.objects.filter(community__in=request.user.communities(), wave__mode=Wave.Mode.NAMED)
    link = get_object_or_404(links.select_related("wave__version__survey", "community"), pk=pk)
    start = read_key(request.GET.get("before", "")) or None
    found = list_named(link, before=start, size=PAGE + 1)
    context = {
        "link": link,
        "wave": link.wave,
        "trail": make_trail_below(link.wave),
        "rows": found[:PAGE],
        "next_url": f"?before={found[PAGE - 1].row.pk}" if len(found) > PAGE else "",
        "is_first": start is None,
    }
    return render(request, "surveys/named.html", context)


@access(Permission.READ_NAMED_ANSWERS, methods=("POST",), personal=True, fresh=Fresh.UNMASK)
def show_contact(request: StaffRequest, named: int) -> HttpResponse:
    """Show name and phone in full, once that has been written down."""
    row = get_named(request, named)
    context: dict[str, Any] = {"row": row, "link": row.link, "trail": make_trail_below(row.link.wave)}
    try:
        context["contact"] = unmask_named(row, by=request.user)
    except ValidationError as error:
        context["refusal"] = error.messages[0]
    return render(request, "surveys/named_contact.html", context)


@access(Permission.READ_NAMED_ANSWERS, methods=("POST",), personal=True)
def delete(request: StaffRequest, named: int) -> HttpResponse:
    """Delete an answer on request of its giver."""
    row = get_named(request, named)
    delete_named(row, by=request.user)
    messages.success(request, _("已删除。"))
    return redirect("surveys:named", row.link_id)
