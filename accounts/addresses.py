"""The addresses of the portal with what their views declare, read from the URLconf. Showing them is a view's matter."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.access import Access
from accounts.roles import PERMISSIONS_OF_ROLE, Role


@dataclass(frozen=True)
class Address:
    """An entry of the URLconf: full name, route, names of its arguments, and what its view declares."""

    name: str
    route: str
    arguments: tuple[str, ...]
    access: Access | None

    @property
    def app(self) -> str:
        """The namespace of the name; "" for the few addresses without one."""
        return self.name.rpartition(":")[0]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods it answers; HEAD goes with GET and is not named."""
        return self.access.methods if self.access else ()

    @property
    def roles(self) -> list[Role]:
        """The roles that may open it, in the order of the table; nobody while undeclared."""
        if self.access is None:
            return []
        needed = self.access.permission
        return [role for role in Role if needed is None or needed in PERMISSIONS_OF_ROLE[role]]


def list_addresses() -> list[Address]:
    """Return all addresses of the portal, in the order of the URLconf."""
    return list(walk(get_resolver(), "", "/", ()))


def walk(resolver: URLResolver, namespace: str, route: str, arguments: tuple[str, ...]) -> Iterator[Address]:
    """Yield every address below the resolver, however deep."""
    for entry in resolver.url_patterns:
        path, inner = f"{route}{entry.pattern}", (*arguments, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            below = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry, below, path, inner)
        elif isinstance(entry, URLPattern):
            yield Address(f"{namespace}{entry.name}", path, inner, getattr(entry.callback, "access", None))
