"""What log-in keeps: sessions that know whose they are, second factors, and which roles need one."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User
from accounts.roles import Role


class Session(AbstractBaseSession):
    """A browser that is signed in, or a visitor's; kept by accounts.sessions.SessionStore."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("账号"))
    device = models.CharField(_("设备"), max_length=60, blank=True)
    signed_in_at = models.DateTimeField(_("登录时间"), null=True)
    seen_at = models.DateTimeField(_("最近使用"), null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("登录会话")  # type: ignore[assignment]


class SecondFactor(models.Model):
    """An account's authenticator app: the secret, encrypted, and the last time step that was used (RFC 6238)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor", verbose_name=_("账号"))
    secret = models.BinaryField(_("密钥"))
    confirmed_at = models.DateTimeField(_("启用时间"), null=True)
    last_step = models.BigIntegerField(_("最近用过的时间步"), default=0)

    class Meta:
        verbose_name = _("动态口令")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code, kept as a keyed hash, that stands in once for a lost phone."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="codes", verbose_name=_("动态口令"))
    digest = models.BinaryField(_("摘要"), max_length=16)
    used_at = models.DateTimeField(_("使用时间"), null=True)

    class Meta:
        verbose_name = _("备用码")

    def __str__(self) -> str:
        return str(self.pk)


class RoleRule(models.Model):
    """What log-in asks of a role; a role without a row is asked for its password only."""

    role = models.CharField(_("角色"), max_length=20, choices=Role, unique=True)
    needs_second_factor = models.BooleanField(_("需要动态口令"), default=False)

    class Meta:
        verbose_name = _("登录要求")

    def __str__(self) -> str:
        return self.role
