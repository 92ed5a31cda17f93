"""The register of processing: what every app declares of personal data, put together. The page: views/register.py."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.roles import PERMISSIONS_OF_ROLE, Role
from communities.personal import Category, Holding
from privacy.holdings import list_holdings
from privacy.retention import RULES_BY_CODE


@dataclass(frozen=True)
class Line:
    """One line of the register, in words."""

    what: str
    fields: str
    purpose: str | Promise
    basis: str | Promise
    category: str | Promise
    is_sensitive: bool
    kept: str | Promise
    seen_by: str


def list_lines() -> Iterator[Line]:
    """Yield the register line by line."""
    for holding in list_holdings():
        yield Line(
            what=str(apps.get_model(holding.model)._meta.verbose_name),
            fields=_("、").join(name_fields(holding)) or _("内容"),
            purpose=holding.purpose,
            basis=holding.basis.label,
            category=holding.category.label,
            is_sensitive=holding.category != Category.BASIC,
            kept=RULES_BY_CODE[holding.rule].kept,
            seen_by=name_readers(holding.seen_by),
        )


def name_fields(holding: Holding) -> list[str]:
    """Return the fields in words, each once; columns that only serve another (hashes, masks) have no words."""
    model = apps.get_model(holding.model)
    named = [say_field(model._meta.get_field(name)) for name in holding.names]
    return list(dict.fromkeys(name for name in named if name))


def say_field(field: Field) -> str:
    """Return the name of a field that was given one, "" for one that only machines read: that was named by Django."""
    return str(field.verbose_name) if isinstance(field.verbose_name, Promise) else ""


def name_readers(seen_by: str) -> str:
    """Return the roles that hold a permission, in words."""
    if seen_by == "self":
        return _("只有本人")
    roles = [str(role.label) for role in Role if seen_by in PERMISSIONS_OF_ROLE.get(role, ())]
    return _("、").join(roles) or _("任何人都看不到")
