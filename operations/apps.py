"""Registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = _("运行")

    def ready(self) -> None:
        from operations import checks  # noqa: F401 - importing registers them
