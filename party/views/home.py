"""The start page of party work: what waits for who leads an organisation, and for the street."""

from collections import Counter
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from party.agenda import count_without_secretary, list_unchecked, read_agenda
from party.models import Organisation
from party.post_reviews import list_due


@access(Permission.VIEW_PARTY)
def show_home(request: StaffRequest) -> HttpResponse:
    """Show what is due in the organisations that the user leads; to the street what waits to be checked."""
    user, today = request.user, timezone.localdate()
    is_street = user.may(Permission.MANAGE_ORGANISATIONS)
    context = describe_street(user) if is_street else describe_led(user)
    context |= {"today": today, "is_street": is_street, "area": user.community or user.street}
    return render(request, "party/home.html", context)


def describe_street(user: User) -> dict[str, Any]:
    """Return what waits for the street: minutes to be checked, organisations that nobody can open."""
    here = Organisation.objects.visible_to(user)
    return {
        "to_check": list_unchecked(user, here),
        "without_secretary": count_without_secretary(user, timezone.localdate()),
        "organisations": here.current().count(),
    }


def describe_led(user: User) -> dict[str, Any]:
    """Return what waits in the organisations that the user leads, and those organisations."""
    today = timezone.localdate()
    led = list(
        Organisation.objects.led_by(user, today)
        .existing_on(today)
        .select_related("community", "parent")
        .order_by("parent_id", "name", "pk")
    )
    above = sorted(led, key=lambda one: list(Organisation.Kind).index(Organisation.Kind(one.kind)))
    if not led:
        return {"led": []}
    return {"led": above, "agenda": read_agenda(user, led, today), "reviews": count_reviews(above, today)}


def count_reviews(led: list[Organisation], today: date) -> list[tuple[Organisation, int]]:
    """Return the branches among those led that owe reviews of duties, each with how many."""
    branches = [one for one in led if one.is_branch]
    counts = Counter(one.claim.post.organisation_id for one in list_due(branches, today))
    return [(branch, counts[branch.pk]) for branch in branches if counts[branch.pk]]
