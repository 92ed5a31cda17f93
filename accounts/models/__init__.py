"""Accounts and what they lend each other, log-in, and the audit log."""

from accounts.models.audit import AuditEvent, AuditEventQuerySet, AuditLink
from accounts.models.grants import Grant, GrantQuerySet
from accounts.models.sign_in import RecoveryCode, RoleRule, SecondFactor, Session
from accounts.models.users import User, UserManager, UserQuerySet

__all__ = [
    "AuditEvent",
    "AuditEventQuerySet",
    "AuditLink",
    "Grant",
    "GrantQuerySet",
    "RecoveryCode",
    "RoleRule",
    "SecondFactor",
    "Session",
    "User",
    "UserManager",
    "UserQuerySet",
]
