"""Writes on accounts that mean something to the user."""

from django.db import transaction

from accounts.audit import record
from accounts.models import RoleRule, User
from accounts.roles import Role
from accounts.sessions import end_session, end_sessions

ENDS_SESSIONS = ("role", "district_id", "street_id", "community_id", "is_active", "password")


@transaction.atomic
def save_account(user: User, *, password: str, by: User) -> User:
    """Save a new or changed account; a non-empty password replaces the old one. Leaves an audit event.

    A password that somebody else has chosen is good for one log-in: then the owner chooses another.
    """
    action = "account.change" if user.pk else "account.create"
    before = User.objects.filter(pk=user.pk).values(*ENDS_SESSIONS).first()
    if password:
        user.set_password(password)
        user.must_change_password = user.pk != by.pk
    user.save()
    if before and before != {name: getattr(user, name) for name in ENDS_SESSIONS}:
        end_sessions(user)
    record(
        action,
        by=by,
        target=user,
        area_code=user.area_code or by.area_code,
        role=user.role,
        active=user.is_active,
        password=bool(password),
    )
    return user


@transaction.atomic
def sign_out_device(user: User, *, handle: str) -> bool:
    """End the session of this handle, one of the user's own; tell whether there was one."""
    found = end_session(user, handle)
    if found:
        record("sign_in.end", by=user, target=user, area_code=user.area_code)
    return found


@transaction.atomic
def sign_out_everywhere(user: User) -> None:
    """End all sessions of one's own."""
    count = end_sessions(user)
    record("sign_in.end_all", by=user, target=user, area_code=user.area_code, sessions=count)


@transaction.atomic
def sign_out_account(user: User, *, by: User) -> int:
    """End all sessions of an account, because its phone is lost or it behaves oddly; return how many."""
    count = end_sessions(user)
    record("sign_in.end_all", by=by, target=user, area_code=user.area_code or by.area_code, sessions=count)
    return count


@transaction.atomic
def set_sign_in_rules(*, roles: list[str], by: User) -> None:
    """Ask these roles for a second factor from their next log-in on, and no others."""
    for role in Role.values:
        rule, _new = RoleRule.objects.select_for_update().get_or_create(role=role)
        needed = role in roles
        if rule.needs_second_factor != needed:
            rule.needs_second_factor = needed
            rule.save(update_fields=["needs_second_factor"])
            record("sign_in_rule.set", by=by, target=rule, area_code=by.area_code, role=role, needed=needed)
