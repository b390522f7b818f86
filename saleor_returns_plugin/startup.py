"""Joins the plugin to the running host: schema, URLs, beat."""

from django.conf import settings

from .conf import setting


def run() -> None:
    from . import host, tasks  # noqa: F401 - host first: on 2.10 it closes a circle of imports
    from .graphql import extension

    extension.install()
    _mount_urls()
    _schedule_sweep()


def _mount_urls() -> None:
    """Put the pages in front of Saleor's own URLs, unless the store has a URL module of its own."""
    if setting("RETURNS_MOUNT_URLS") and settings.ROOT_URLCONF == "saleor.urls":
        settings.ROOT_URLCONF = "saleor_returns_plugin.root_urls"


def _schedule_sweep() -> None:
    schedule = getattr(settings, "CELERY_BEAT_SCHEDULE", None)
    if schedule is None:
        schedule = settings.CELERY_BEAT_SCHEDULE = {}
    schedule.setdefault(
        "returns-sweep",
        {
            "task": "saleor_returns_plugin.tasks.sweep_orders",
            "schedule": setting("RETURNS_SWEEP_SECONDS"),
        },
    )
