"""Writes on accounts that mean something to the user."""

from django.db import transaction

from accounts.audit import record
from accounts.models import User


@transaction.atomic
def save_account(user: User, *, password: str, by: User) -> User:
    """Save a new or changed account; a non-empty password replaces the old one. Leaves an audit event."""
    action = "account.change" if user.pk else "account.create"
    if password:
        user.set_password(password)
    user.save()
    record(
        action,
        by=by,
        target=user,
        area_code=user.area_code or by.area_code,
        role=user.role,
        active=user.is_active,
    )
    return user
