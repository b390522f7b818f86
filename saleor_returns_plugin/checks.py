"""System checks: what is wrong with the installation, in plain words. Filled in below models."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Warning, register

PLUGIN = "saleor_returns_plugin.plugin.ReturnsPlugin"


@register("returns")
def plugin_is_listed(**kwargs: Any) -> list[Any]:
    if PLUGIN in settings.PLUGINS:
        return []
    return [
        Error(
            "The returns plugin is installed but Saleor does not load it.",
            hint=f'Add "{PLUGIN}" to PLUGINS, first.',
            id="returns.E001",
        )
    ]


@register("returns")
def mail_can_be_sent(**kwargs: Any) -> list[Any]:
    if settings.EMAIL_BACKEND:
        return []
    return [
        Warning(
            "No mail backend: nobody will hear of returns.",
            hint="Set EMAIL_URL.",
            id="returns.W001",
        )
    ]


@register("returns")
def tasks_will_run(**kwargs: Any) -> list[Any]:
    if getattr(settings, "CELERY_BROKER_URL", None) or settings.CELERY_TASK_ALWAYS_EAGER:
        return []
    return [
        Warning(
            "No Celery broker: mails and the sweep for missed orders will not run.",
            hint="Set CELERY_BROKER_URL (or CLOUDAMQP_URL) and start a worker with beat.",
            id="returns.W002",
        )
    ]
