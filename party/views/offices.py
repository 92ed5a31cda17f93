"""Links, terms and posts of an organisation: adding and ending."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.models import Community
from grids.models import Building, Grid
from grids.search import read_key
from party import offices, organisations
from party.forms.offices import AccountOfficeForm, EndOfficeForm, MemberOfficeForm, OwnMemberForm
from party.forms.organisations import PLACES, EndLinkForm, LinkForm, TermForm
from party.models import Office, Organisation, OrganisationLink
from party.views.led import get_led_or_404, led_organisations
from party.views.organisations import act, find_or_404, make_trail, show_step


@access(Permission.MANAGE_ORGANISATIONS, methods=("GET", "POST"))
def add_link(request: StaffRequest) -> HttpResponse:
    """Link an organisation to an area; the address may name either, and the community whose areas are offered."""
    organisation, place, community = read_link(request)
    if community is None:
        return redirect("party:organisations")
    initial = {"organisation": organisation, "place": place}
    form = LinkForm(request.POST or None, community=community, by=request.user, initial=initial)
    made = act(
        request,
        form,
        lambda: organisations.add_link(
            organisation=form.cleaned_data["organisation"],
            since=form.cleaned_data["since"],
            by=request.user,
            **form.place_chosen,
        ),
    )
    if made:
        messages.success(request, _("已登记联系区域：%(place)s。") % {"place": made.place})
        return redirect("party:organisation", made.organisation_id)
    context = {
        "form": form,
        "community": community,
        "communities": request.user.communities().current().order_by("code"),  # type: ignore[attr-defined]
        "organisation": organisation,
        "trail": make_trail(organisation),
    }
    return render(request, "party/link_form.html", context)


def read_link(request: StaffRequest) -> tuple[Organisation | None, str, Community | None]:
    """Return the organisation, the area (as the form's choice) and the community that the address names.

    What it does not name, or names wrongly, is left open; the community is then the organisation's, or the first.
    """
    keys = read_keys(request)
    found = Organisation.objects.visible_to(request.user).current().select_related("community")
    organisation = found.filter(pk=keys["organisation"]).first()
    here = request.user.communities().current()  # type: ignore[attr-defined]
    building = Building.objects.filter(grid__community__in=here, pk=keys["building"]).select_related("grid").first()
    grid = Grid.objects.visible_to(request.user).current().filter(pk=keys["grid"]).first()
    place = f"building-{building.pk}" if building else f"grid-{grid.pk}" if grid else ""
    inside = building.grid if building else grid
    community = here.filter(pk=inside.community_id if inside else keys["community"]).first()
    if community and not place and not organisation:
        place = f"community-{community.pk}"
    if community is None:
        community = organisation.community if organisation else here.order_by("code").first()
    return organisation, place, community


def read_keys(request: StaffRequest) -> dict[str, int]:
    """Return the keys that the address names; where a form was sent, of the area that was chosen in it."""
    given = {name: request.GET.get(name, "") for name in ("organisation", *PLACES)}
    column, _dash, key = request.POST.get("place", "").partition("-")
    if column in PLACES:
        given |= dict.fromkeys(PLACES, "") | {column: key}
    return {name: read_key(text) for name, text in given.items()}


@access(Permission.MANAGE_ORGANISATIONS, methods=("GET", "POST"))
def end_link(request: StaffRequest, area_link: int) -> HttpResponse:
    """End a link on a day."""
    links = OrganisationLink.objects.filter(organisation__in=Organisation.objects.visible_to(request.user))
    found = get_object_or_404(
        links.select_related("organisation__community", "community", "grid", "building__grid"), pk=area_link
    )
    form = EndLinkForm(request.POST or None)
    if act(request, form, lambda: organisations.end_link(found, until=form.cleaned_data["until"], by=request.user)):
        messages.success(request, _("已登记结束联系。"))
        return redirect("party:organisation", found.organisation_id)
    title = _("结束联系：%(place)s") % {"place": found.place}
    return show_step(request, found.organisation, form, {"title": title, "button": _("登记结束")})


@access(Permission.MANAGE_ORGANISATIONS, methods=("GET", "POST"))
def add_term(request: StaffRequest, organisation: int) -> HttpResponse:
    """Register an election."""
    found = find_or_404(request, organisation)
    form = TermForm(request.POST or None)
    if act(request, form, lambda: organisations.add_term(organisation=found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("已登记换届。"))
        return redirect("party:organisation", found.pk)
    return show_step(request, found, form, {"title": _("登记换届"), "button": _("保存任期")})


@access(Permission.MANAGE_ORGANISATIONS, methods=("GET", "POST"))
def appoint_secretary(request: StaffRequest, organisation: int) -> HttpResponse:
    """Make an account secretary."""
    found = find_or_404(request, organisation)
    if found.kind not in offices.BY_ACCOUNT:
        raise Http404
    form = AccountOfficeForm(request.POST or None, organisation=found)
    if act(request, form, lambda: offices.appoint_account(organisation=found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("已登记任职。"))
        return redirect("party:organisation", found.pk)
    words = {
        "title": _("任命书记") if found.is_branch else _("任命正副书记"),
        "button": _("登记任职"),
        "note": "" if form.fields["user"].queryset.exists() else _("本社区还没有可选的账号，请账号管理员先开账号。"),  # type: ignore[attr-defined]
    }
    return show_step(request, found, form, words)


@access(Permission.MANAGE_ORGANISATIONS, methods=("GET", "POST"))
def end_secretary(request: StaffRequest, office: int) -> HttpResponse:
    """End the post of an account on a day: the organisation is then closed to it."""
    held = Office.objects.visible_to(request.user).filter(user__isnull=False)
    return end(request, get_object_or_404(held.select_related("organisation__community", "user"), pk=office))


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def appoint_member(request: StaffRequest, organisation: int) -> HttpResponse:
    """Let a member of one's own organisation hold a post; the address may name the post."""
    today = timezone.localdate()
    found = get_led_or_404(request, organisation)
    initial = {"post": request.GET.get("post", "")}
    form = MemberOfficeForm(request.POST or None, organisation=found, by=request.user, day=today, initial=initial)
    if act(request, form, lambda: offices.appoint_member(organisation=found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("已登记任职。"))
        return redirect("party:organisation", found.pk)
    has_members = form.fields["member"].queryset.exists()  # type: ignore[attr-defined]
    note = "" if has_members else _("这里还没有您管理的党员可选。请先在“党员”里登记，或者编入党小组。")
    return show_step(request, found, form, {"title": _("安排职务"), "button": _("登记任职"), "note": note})


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def end_member(request: StaffRequest, office: int) -> HttpResponse:
    """End the post of a member of one's own organisation on a day."""
    held = Office.objects.filter(organisation__in=led_organisations(request.user), user=None)
    return end(
        request, get_object_or_404(held.select_related("organisation__community", "member__resident"), pk=office)
    )


@access(Permission.LEAD_PARTY, methods=("POST",))
def name_member(request: StaffRequest, office: int) -> HttpResponse:
    """Let a secretary say which member of her branch she is."""
    today = timezone.localdate()
    own = offices.find_own_offices(request.user, today).select_related("organisation")
    found = get_object_or_404(own, pk=office)
    form = OwnMemberForm(request.POST, organisation=found.organisation, day=today)
    if act(request, form, lambda: offices.name_member(found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("已保存，支委会的应到名单里有您了。"))
    else:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect("party:organisation", found.organisation_id)


def end(request: StaffRequest, office: Office) -> HttpResponse:
    """End a post that the user may end."""
    form = EndOfficeForm(request.POST or None)
    if act(request, form, lambda: offices.end_office(office, until=form.cleaned_data["until"], by=request.user)):
        messages.success(request, _("已登记卸任。"))
        return redirect("party:organisation", office.organisation_id)
    holder = office.user or (office.member.resident.masked_name if office.member else "")
    title = _("卸任：%(post)s %(holder)s") % {"post": office.get_post_display(), "holder": holder}
    return show_step(request, office.organisation, form, {"title": title, "button": _("登记卸任")})
