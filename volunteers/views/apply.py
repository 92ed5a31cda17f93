"""The residents' page for applying as a volunteer, and the poster that leads there. No account, no list of persons."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import scope
from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.qr import draw_qr
from communities.models import Community
from communities.throttle import allow_visitor
from volunteers.applications import apply, find_community, make_apply_token
from volunteers.forms.apply import ApplyForm


@access(public=True, methods=("GET", "POST"), personal=True)
def show_form(request: HttpRequest, token: str) -> HttpResponse:
    """Take an application: the same answer for whoever it is."""
    community = get_community(token)
    form = ApplyForm(request.POST or None, initial={"token": uuid.uuid4()})
    status = 200
    if request.method == "POST" and form.is_valid():
        if allow_visitor(request, "volunteer", f"community:{community.pk}"):
            data = form.cleaned_data
            with scope.of(community.pk):
                apply(community, person=form.person, guardian=form.guardian, offer=form.offer, token=data["token"])
            return redirect("volunteer:applied", token)
        form.add_error(None, _("这会儿报名的人很多。请等几分钟再按一次“我要报名”，填好的内容还在。"))
        status = 429
    context = {"form": form, "community": community, "token": token}
    return render(request, "volunteers/apply.html", context, status=status)


@access(public=True)
def show_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Say that the application has arrived: everybody sees the same."""
    return render(request, "volunteers/applied.html", {"community": get_community(token), "token": token})


def get_community(token: str) -> Community:
    """Return the community of an address that was given out, or answer that there is none."""
    community = find_community(token)
    if community is None:
        raise Http404
    return community


@access(Permission.MANAGE_VOLUNTEERS)
def show_poster(request: StaffRequest) -> HttpResponse:
    """Show a page to print and put up, with a code that leads to the form."""
    community: Community = request.user.community  # type: ignore[assignment]  # both roles belong to a community
    link = request.build_absolute_uri(reverse("volunteer:apply", args=[make_apply_token(community)]))
    return render(
        request, "volunteers/apply_poster.html", {"community": community, "link": link, "code": draw_qr(link)}
    )
