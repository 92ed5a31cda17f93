"""Whose rows the work in hand may meet, as PostgreSQL is told; the policies that ask stand in privacy/row_security.py.

The second line of defence, behind `visible_to`: a forgotten filter returns no rows of others. A request begins with
nothing; ScopeMiddleware gives it the communities of who is signed in, a public page those its token names. Nothing here
talks to the database: config/postgres tells each connection before each statement, if it has not been told yet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:  # the database backend imports this module before there are models
    from accounts.access import Access
    from accounts.models import User

TELL = """
    select set_config('app.communities', coalesce(({communities}), ''), false),
           set_config('app.user', %s, false)
"""
LIST = "select string_agg(c.id::text, ',') from ({query} union select unnest(%s::bigint[])) as c (id)"


class Scope:
    """Some communities, and perhaps those of who is signed in; each scope is told to PostgreSQL anew."""

    def __init__(self, communities: tuple[int, ...] = (), user: "User | None" = None) -> None:
        self.communities = communities
        self.user = user

    def as_sql(self) -> tuple[str, tuple]:
        """Return the statement that tells a session; a user's communities are looked up by that very statement."""
        if self.user is None:
            return TELL.format(communities="%s"), (",".join(map(str, self.communities)), "")
        try:
            query, values = self.user.communities().order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # an account without an area
            query, values = "select null", ()
        return TELL.format(communities=LIST.format(query=query)), (*values, list(self.communities), str(self.user.pk))


NOTHING = Scope()
_current: ContextVar[Scope] = ContextVar("scope", default=NOTHING)


def current() -> Scope:
    """Return what the work in hand may see."""
    return _current.get()


@contextmanager
def narrowed_to(scope: Scope) -> Iterator[None]:
    """Let the block see this, and nothing else."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def of(*communities: int) -> Any:
    """Let the block see the rows of these communities: for public pages, once the token that names one is checked."""
    return narrowed_to(Scope(communities))


def also(*communities: int) -> Any:
    """Let the block see these communities too: for a deed that is about two sides, once the user may do it."""
    now = current()
    return narrowed_to(Scope((*now.communities, *communities), now.user))


def open_to(community: int) -> None:
    """Let the rest of the request see the rows of a community: where a whole page is about what its token names."""
    _current.set(Scope((community,)))


def of_user(user: "User") -> Any:
    """Let the block see what the user may: what her pages would show."""
    return narrowed_to(Scope(user=user))


class ScopeMiddleware:
    """Gives a request the communities of who is signed in, once the view is known; public pages begin with nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with narrowed_to(NOTHING):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: tuple, kwargs: dict) -> None:
        """Look up who is signed in, unless the view answers everybody alike."""
        declared: Access | None = getattr(view, "access", None)
        if declared and not declared.public and request.user.is_authenticated:
            _current.set(Scope(user=request.user))
