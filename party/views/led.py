"""The organisations that a user leads today, as the pages fetch them: what is led by another is not found."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import StaffRequest
from accounts.models import User
from party.models import Organisation
from party.models.organisations import OrganisationQuerySet


def led_organisations(user: User) -> OrganisationQuerySet:
    """Return the organisations that the user leads today."""
    return Organisation.objects.led_by(user, timezone.localdate()).select_related("community", "parent")


def leads(user: User, organisation: Organisation) -> bool:
    """Tell whether the user leads an organisation today."""
    return led_organisations(user).filter(pk=organisation.pk).exists()


def get_led_or_404(request: StaffRequest, key: int, *kinds: str) -> Organisation:
    """Return an organisation that the user leads today, of one of the kinds if any are named."""
    led = led_organisations(request.user)
    return get_object_or_404(led.filter(kind__in=kinds) if kinds else led, pk=key)
