"""Posts of a branch: the list with reviews due, one post, opening, changing, closing, claiming, leaving, reviewing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from party.forms.members import add_errors
from party.forms.posts import HAND_OVER, MEMBER, REGISTRATION, ClaimEndForm, ClaimForm, PostForm, ReviewForm
from party.models import Organisation, PostClaim, PostReview, ServicePost
from party.post_reviews import is_asked, list_due, list_years, review_claim
from party.posts import (
    EXAMPLES,
    PostLine,
    claim_post,
    close_post,
    end_claim,
    hand_over,
    list_posts,
    save_post,
    with_holders,
)
from party.views.led import get_led_or_404, led_organisations

CLOSED_SHOWN = 20


def get_post(request: StaffRequest, pk: int, *, is_open: bool = True) -> ServicePost:
    """Return a post of a branch that the user leads today; or there is none."""
    branches = led_organisations(request.user).filter(kind=Organisation.Kind.BRANCH)
    posts = ServicePost.objects.filter(organisation__in=branches).select_related("organisation__community")
    return get_object_or_404(posts.open() if is_open else posts, pk=pk)


def get_claim(request: StaffRequest, pk: int) -> PostClaim:
    """Return a claim of an open post of a branch that the user leads today; or there is none."""
    claim = get_object_or_404(with_holders(PostClaim.objects.all()), pk=pk)
    claim.post = get_post(request, claim.post_id)
    return claim


@access(Permission.LEAD_PARTY, personal=True)
def list_all(request: StaffRequest, organisation: int) -> HttpResponse:
    """Show the posts of a branch: places, who holds one, what is free, and which reviews are due."""
    branch, today = get_led_or_404(request, organisation, Organisation.Kind.BRANCH), timezone.localdate()
    lines = list_posts(branch, today)
    context = {
        "organisation": branch,
        "lines": lines,
        "held": sum(len(line.holders) for line in lines),
        "free": sum(line.free for line in lines),
        "due": list_due([branch], today),
        "closed": branch.service_posts.exclude(closed_on=None).order_by("-closed_on", "pk")[:CLOSED_SHOWN],
    }
    return render(request, "party/post_list.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def add(request: StaffRequest, organisation: int) -> HttpResponse:
    """Open a post."""
    branch = get_led_or_404(request, organisation, Organisation.Kind.BRANCH)
    form = PostForm(request.POST or None, instance=ServicePost(organisation=branch))
    if request.method == "POST" and form.is_valid():
        form.instance.client_token = form.cleaned_data["token"] or form.instance.client_token
        if save_form(request, form, f"party-post-new-{branch.pk}"):
            return redirect("party:posts", branch.pk)
    context = {"form": form, "organisation": branch, "examples": EXAMPLES, "draft_key": f"party-post-new-{branch.pk}"}
    return render(request, "party/post_form.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"))
def edit(request: StaffRequest, post: int) -> HttpResponse:
    """Change a post."""
    found = get_post(request, post)
    form = PostForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid() and save_form(request, form, f"party-post-{found.pk}"):
        return redirect("party:post", found.pk)
    context = {"form": form, "organisation": found.organisation, "draft_key": f"party-post-{found.pk}"}
    return render(request, "party/post_form.html", context)


def save_form(request: StaffRequest, form: PostForm, key: str) -> bool:
    """Save what the form says; False, with the reasons on the form, when it is refused."""
    try:
        post = save_post(form.instance, by=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("岗位已保存：%(post)s。") % {"post": post}, extra_tags=key)
    return True


@access(Permission.LEAD_PARTY, methods=("POST",))
def close(request: StaffRequest, post: int) -> HttpResponse:
    """Close a post; who holds it is released."""
    found = get_post(request, post)
    try:
        close_post(found, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("岗位已撤销：%(post)s。") % {"post": found})
    return redirect("party:posts", found.organisation_id)


@access(Permission.LEAD_PARTY, personal=True)
def show_post(request: StaffRequest, post: int) -> HttpResponse:
    """Show a post: duty, who holds it, who held it, and its reviews."""
    found, today = get_post(request, post, is_open=False), timezone.localdate()
    claims = list(with_holders(found.claims.all()).prefetch_related("reviews").order_by("-since", "-pk"))
    years = list_years(today)
    for claim in claims:
        done = {review.year for review in claim.reviews.all()}
        claim.years_due = [year for year in years if is_asked(claim, year) and year not in done]
    present = [claim for claim in claims if claim.until is None or claim.until > today]
    context = {
        "post": found,
        "organisation": found.organisation,
        "line": PostLine(found, present),
        "past": [claim for claim in claims if claim not in present],
        "today": today,
    }
    return render(request, "party/post_detail.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def claim(request: StaffRequest, post: int) -> HttpResponse:
    """Let somebody take a post."""
    found = get_post(request, post)
    form = ClaimForm(request.POST or None, branch=found.organisation, taken=list_taken(found))
    if request.method == "POST" and form.is_valid():
        try:
            claim_post(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已登记认领：%(post)s。") % {"post": found})
            return redirect("party:post", found.pk)
    return render(request, "party/post_claim.html", {"form": form, "post": found, "organisation": found.organisation})


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def end(request: StaffRequest, claim: int) -> HttpResponse:
    """End a claim, or hand it over to somebody else."""
    held = get_claim(request, claim)
    form = ClaimEndForm(request.POST or None, branch=held.post.organisation, taken=list_taken(held.post))
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            if data["how"] == HAND_OVER:
                hand_over(held, holder=data["holder"], day=data["day"], by=request.user)
            else:
                end_claim(held, until=data["day"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            done = _("已登记移交：%(post)s。") if data["how"] == HAND_OVER else _("已登记退岗：%(post)s。")
            messages.success(request, done % {"post": held.post})
            return redirect("party:post", held.post_id)
    context = {"form": form, "claim": held, "post": held.post, "organisation": held.post.organisation}
    return render(request, "party/post_claim_end.html", context)


@access(Permission.LEAD_PARTY, methods=("GET", "POST"), personal=True)
def review(request: StaffRequest, claim: int) -> HttpResponse:
    """Review a duty for a year."""
    held, today = get_claim(request, claim), timezone.localdate()
    done = set(PostReview.objects.filter(claim=held).values_list("year", flat=True))
    years = [year for year in list_years(today) if is_asked(held, year) and year not in done]
    is_open = held.until is None
    form = ReviewForm(request.POST or None, years=years, is_open=is_open)
    if request.method == "POST" and form.is_valid():
        try:
            review_claim(held, by=request.user, **form.cleaned_data | {"goes_on": bool(form.cleaned_data["goes_on"])})
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("评议已登记：%(post)s。") % {"post": held.post})
            return redirect("party:post", held.post_id)
    context = {"form": form, "claim": held, "post": held.post, "years": years, "is_open": is_open}
    return render(request, "party/post_review.html", context)


def list_taken(post: ServicePost) -> set[str]:
    """Return who has the post today, as the form names them."""
    claims = PostClaim.objects.on(timezone.localdate()).filter(post=post)
    return {f"{MEMBER}{one.member_id}" if one.member_id else f"{REGISTRATION}{one.registration_id}" for one in claims}
