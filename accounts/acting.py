"""Working as a grant: request.user carries the lent role and area, in memory and for this request only.

Giving and withdrawing grants is accounts.grants. The session holds the grant's key and nothing else: every request
reads the grant anew, so that one that has ended is of no use from then on.
"""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Grant, User

CHOSEN, ENDED = "acting_grant", "acting_ended"  # keys of the session


class ActingMiddleware:
    """Puts the user who works as a grant in the place of the one who signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user
        # Lazily, as Django's own: a public page that asks for no user reads no session.
        request.user = SimpleLazyObject(lambda: put_to_work(request, signed_in))  # type: ignore[assignment]
        return self.get_response(request)


def put_to_work(request: HttpRequest, user: User | AnonymousUser) -> User | AnonymousUser:
    """Return the user as the session's grant has it; as he or she is when there is none, or when it has ended."""
    if not user.is_authenticated or CHOSEN not in request.session:
        return user
    grant = Grant.objects.filter(pk=request.session[CHOSEN], user=user.pk).with_people().first()
    if grant and grant.is_valid(timezone.localdate()):
        return carry(user, grant)
    request.session[ENDED] = request.session.pop(CHOSEN)
    return user


def carry(user: User, grant: Grant) -> User:
    """Give the user the grant's role and area. Saving these is refused by User.save()."""
    user.role = grant.role
    user.district, user.street, user.community = grant.district, grant.street, grant.community
    user.acting = grant
    return user


def begin(request: HttpRequest, grant: Grant) -> None:
    """Work as the grant from the next request on."""
    request.session.pop(ENDED, None)
    request.session[CHOSEN] = grant.pk


def end(request: HttpRequest) -> None:
    """Work as oneself from the next request on."""
    request.session.pop(CHOSEN, None)


def take_ended(request: HttpRequest) -> bool:
    """Tell, once and on a whole page, that the grant ended while the user was working."""
    if getattr(request, "htmx", False) or ENDED not in request.session:
        return False
    del request.session[ENDED]
    return True
