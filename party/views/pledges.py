"""Pledges: a branch's year, making and changing one, mid-year and year-end, publishing; and the public page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import scope
from accounts.access import StaffRequest, access
from accounts.roles import Permission
from grids.search import read_key
from party import pledges as actions
from party.forms.pledges import BranchPledgeForm, ConsentForm, PledgeForm, ReviewForm, SayingForm
from party.models import Member, Organisation, Pledge
from party.pledge_list import (
    describe,
    find_organisation,
    is_signed,
    list_public_years,
    make_token,
    read_public,
    read_year,
)
from party.views.led import get_led_or_404


@access(Permission.LEAD_PARTY, personal=True)
def show_year(request: StaffRequest, organisation: int) -> HttpResponse:
    """Show who has pledged what for a year, and what is to be done next."""
    branch, today = get_led_or_404(request, organisation, Organisation.Kind.BRANCH), timezone.localdate()
    years = actions.years_of(today)
    year = read_key(request.GET["year"]) if "year" in request.GET else today.year
    if year not in years:
        raise Http404
    found, only_missing = read_year(branch, year, today), "missing" in request.GET
    context = {
        "organisation": branch,
        "only_missing": only_missing,
        "pairs": [pair for pair in found.pairs if not (only_missing and is_signed(pair.by_member))],
        "year": year,
        "years": years,
        "found": found,
        "public_url": request.build_absolute_uri(reverse("pledge:list", args=[make_token(branch)])),
        "trail": trail_of(branch)[:1],
    }
    return render(request, "party/pledges.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def add(request: StaffRequest, organisation: int) -> HttpResponse:
    """Enter a member's pledge; the address may name the member."""
    branch = get_led_or_404(request, organisation, Organisation.Kind.BRANCH)
    people = Member.objects.in_on(branch, timezone.localdate()).for_list()
    form = PledgeForm(request.POST or None, people=people, initial=read_initial(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pledge = actions.make_pledge(
                organisation=branch,
                member=data["member"],
                side=Pledge.Side.MEMBER,
                year=data["year"],
                promises=form.promises,
                signed_on=data["signed_on"],
                shows_name=data["shows_name"],
                token=data["token"] or form.initial["token"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存承诺。"))
            return redirect("party:pledge", pledge.pk)
    context = {"form": form, "organisation": branch, "trail": trail_of(branch)}
    return render(request, "party/pledge_form.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def add_for_all(request: StaffRequest, organisation: int) -> HttpResponse:
    """Enter what the branch pledges every member, once for all of them."""
    branch = get_led_or_404(request, organisation, Organisation.Kind.BRANCH)
    form = BranchPledgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            number = actions.pledge_to_all(
                organisation=branch,
                year=data["year"],
                promises=form.promises,
                signed_on=data["signed_on"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = ngettext("已向 %(count)s 位党员作出承诺。", "已向 %(count)s 位党员作出承诺。", number)
            messages.success(request, words % {"count": number} if number else _("这一年对每位党员都已有承诺。"))
            return redirect(f"{reverse('party:pledges', args=[branch.pk])}?year={data['year']}")
    context = {"form": form, "organisation": branch, "for_all": True, "trail": trail_of(branch)}
    return render(request, "party/pledge_form.html", context)


@access(Permission.LEAD_PARTY, personal=True)
def show(request: StaffRequest, pledge: int) -> HttpResponse:
    """Show one pledge with what can be said of it now."""
    return render_pledge(request, get_pledge_or_404(request, pledge))


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def edit(request: StaffRequest, pledge: int) -> HttpResponse:
    """Change a pledge that is not published yet."""
    found = get_pledge_or_404(request, pledge)
    form = PledgeForm(request.POST or None, pledge=found, items=list(found.items.all()))
    if found.side == Pledge.Side.BRANCH:
        del form.fields["shows_name"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {"signed_on": data["signed_on"], "shows_name": data.get("shows_name", False)}
        try:
            actions.change_pledge(found, promises=form.promises, **said, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存承诺。"))
            return redirect("party:pledge", found.pk)
    context = {"form": form, "organisation": found.organisation, "pledge": found, "trail": trail_of(found.organisation)}
    return render(request, "party/pledge_form.html", context)


@access(Permission.LEAD_PARTY, methods=("POST",), personal=True)
def assess(request: StaffRequest, pledge: int) -> HttpResponse:
    """Save what the member says at mid-year."""
    found = get_pledge_or_404(request, pledge)
    form = SayingForm(request.POST, items=found.items.all())
    if form.is_valid() and carry_out(form, lambda: actions.assess_midway(found, said=form.said, by=request.user)):
        messages.success(request, _("已保存年中自评。"))
        return redirect("party:pledge", found.pk)
    return render_pledge(request, found, midway=form)


@access(Permission.LEAD_PARTY, methods=("POST",), personal=True)
def judge(request: StaffRequest, pledge: int) -> HttpResponse:
    """Save the branch's review."""
    found = get_pledge_or_404(request, pledge)
    form = ReviewForm(request.POST, items=found.items.all())
    if form.is_valid() and carry_out(form, lambda: actions.review(found, said=form.said, by=request.user)):
        messages.success(request, _("已保存年终评议。"))
        return redirect("party:pledge", found.pk)
    return render_pledge(request, found, review=form)


@access(Permission.LEAD_PARTY, methods=("POST",), personal=True)
def consent(request: StaffRequest, pledge: int) -> HttpResponse:
    """Save what the member agrees to have published."""
    found = get_pledge_or_404(request, pledge)
    form = ConsentForm(request.POST, pledge=found)
    if not form.is_valid():
        return render_pledge(request, found, consent=form)
    public = [item.pk for item in form.cleaned_data["public"]]
    actions.set_consent(found, public=public, shows_name=form.cleaned_data.get("shows_name", False), by=request.user)
    messages.success(request, _("已保存公开范围。"))
    return redirect("party:pledge", found.pk)


@access(Permission.LEAD_PARTY, methods=("POST",))
def publish(request: StaffRequest, organisation: int, year: int) -> HttpResponse:
    """Publish the signed pledges of a year, as far as agreed."""
    branch = get_led_or_404(request, organisation, Organisation.Kind.BRANCH)
    number = actions.publish_pledges(branch, year=year, by=request.user)
    messages.success(
        request, ngettext("已公示 %(count)s 份承诺。", "已公示 %(count)s 份承诺。", number) % {"count": number}
    )
    return redirect(f"{reverse('party:pledges', args=[branch.pk])}?year={year}")


@access(Permission.LEAD_PARTY, methods=("POST",))
def publish_results(request: StaffRequest, organisation: int, year: int) -> HttpResponse:
    """Publish what became of the pledges of a year, as far as agreed."""
    branch = get_led_or_404(request, organisation, Organisation.Kind.BRANCH)
    number = actions.publish_results(branch, year=year, by=request.user)
    words = ngettext("已公布 %(count)s 项评议结果。", "已公布 %(count)s 项评议结果。", number)
    messages.success(request, words % {"count": number})
    return redirect(f"{reverse('party:pledges', args=[branch.pk])}?year={year}")


@access(public=True)
def show_public(request: HttpRequest, token: str) -> HttpResponse:
    """Show what members of an organisation agreed to publish."""
    organisation = find_organisation(token)
    if organisation is None:
        raise Http404
    scope.open_to(organisation.community_id)
    years = list_public_years(organisation)
    year = read_key(request.GET.get("year", "")) or (years[0] if years else timezone.localdate().year)
    if years and year not in years:
        raise Http404
    by_branch, by_members = read_public(organisation, year)
    context = {
        "organisation": organisation,
        "token": token,
        "years": years,
        "year": year,
        "by_branch": by_branch,
        "by_members": by_members,
    }
    return render(request, "party/public_pledges.html", context)


def render_pledge(request: StaffRequest, pledge: Pledge, **bound: forms.Form) -> HttpResponse:
    """Answer the page of a pledge, with the form that was refused if one was."""
    items = pledge.items.all()
    standing = describe(Pledge.objects.filter(pk=pledge.pk))[0]
    context: dict[str, Any] = {
        "pledge": pledge,
        "standing": standing,
        "midway": SayingForm(items=items),
        "review": ReviewForm(items=items),
        "consent": ConsentForm(pledge=pledge),
        "trail": trail_of(pledge.organisation),
        **bound,
    }
    return render(request, "party/pledge.html", context)


def carry_out(form: forms.Form, action: Any) -> bool:
    """Run an action; False, with the reasons on the form, when it refuses."""
    try:
        action()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def read_initial(request: StaffRequest) -> dict[str, Any]:
    """Return what the address says of member and year."""
    named = {name: read_key(request.GET.get(name, "")) for name in ("member", "year")}
    return {name: key for name, key in named.items() if key}


def get_pledge_or_404(request: StaffRequest, key: int) -> Pledge:
    """Return a pledge in an organisation that the user leads."""
    led = Pledge.objects.led_by(request.user)
    return get_object_or_404(led.select_related("organisation__community", "member__resident"), pk=key)


def trail_of(organisation: Organisation) -> list[tuple[str, str]]:
    """Return the way back."""
    year = (_("承诺 · %(name)s") % {"name": organisation}, reverse("party:pledges", args=[organisation.pk]))
    return [(_("党建"), reverse("party:home")), year]
