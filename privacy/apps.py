"""Registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("个人信息")

    def ready(self) -> None:
        from privacy import checks  # noqa: F401 - registers the check; models are not loaded before ready()
