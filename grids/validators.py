"""Validators of the register's fields."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids.vocabulary import find_forbidden_term


def refuse_forbidden(text: str) -> None:
    """Raise ValidationError when a name is about what the portal does not keep (grids/vocabulary.py)."""
    if term := find_forbidden_term(text):
        raise ValidationError(
            _("门户只为服务居民，不登记对人的监控、评判、信仰或隐私内容（%(term)s）。") % {"term": term},
            code="forbidden",
        )
