"""Log-in by account and password. Demo accounts, whose password is public, do not get in in production."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class PortalBackend(ModelBackend):
    """Django's password check, with one more reason to say no; permissions come from roles.py, not from Django."""

    def user_can_authenticate(self, user) -> bool:  # type: ignore[no-untyped-def]
        """Refuse closed accounts, and demo accounts in production."""
        return super().user_can_authenticate(user) and not (settings.PRODUCTION and user.is_demo)
