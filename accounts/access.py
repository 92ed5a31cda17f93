"""How a view declares who may open it. An undeclared view is refused by the middleware and fails the build."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.roles import Permission


class StaffRequest(HttpRequest):
    """What a view receives once the middleware has let it run: a signed-in user, and htmx's headers."""

    user: User
    htmx: HtmxDetails
    read_residents: list[int]  # what a view adds for the log of looks (accounts/reads.py)
    read_count: int


class Fresh(StrEnum):
    """How lately the password must have been given; the windows stand in the settings (FRESH_SECONDS)."""

    EXPORT = "export"
    UNMASK = "unmask"


@dataclass(frozen=True)
class Access:
    """A view's declaration.

    `permission` is what the user needs (None: any signed-in user), `public` lets everyone in, `methods` are the
    HTTP methods answered, `personal` says that the answer may hold personal data and must not be cached,
    `fresh` asks for the password again when this session has not given it for a while.
    """

    permission: Permission | None
    methods: tuple[str, ...]
    public: bool
    personal: bool
    fresh: Fresh | None = None


def access(
    permission: Permission | None = None,
    *,
    methods: tuple[str, ...] = ("GET",),
    public: bool = False,
    personal: bool = False,
    fresh: bool | Fresh = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a view's access. On a class: `@method_decorator(access(...), name="dispatch")`.

    `fresh=True` is the short window, that of exports.
    """
    window = Fresh.EXPORT if fresh is True else fresh or None

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        view.access = Access(permission, methods, public, personal, window)  # type: ignore[attr-defined]
        return view

    return declare
