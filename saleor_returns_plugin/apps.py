"""What happens when Django starts with the plugin installed."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "saleor_returns_plugin"
    label = "saleor_returns_plugin"
    verbose_name = "Returns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks, startup  # noqa: F401 - registers the system checks

        startup.run(self)
