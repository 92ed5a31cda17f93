"""Log-in by account and password. Demo accounts, whose password is public, do not get in in production."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from accounts.models import User


class PortalBackend(ModelBackend):
    """Django's password check, with one more reason to say no; permissions come from roles.py, not from Django."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account with its area, which every page asks for."""
        user = User.objects.select_related("district", "street", "community").filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Refuse closed accounts, and demo accounts in production."""
        is_demo = isinstance(user, User) and user.is_demo
        return super().user_can_authenticate(user) and not (settings.PRODUCTION and is_demo)
