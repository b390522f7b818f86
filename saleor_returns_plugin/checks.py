"""System checks: what is wrong with the installation, in plain words."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

PLUGIN = "saleor_returns_plugin.plugin.ReturnsPlugin"
NO_MAIL = ("", "django.core.mail.backends.dummy.EmailBackend")


@register("returns")
def host_is_known(**kwargs: Any) -> list[Any]:
    from . import host

    version = host.current.version()
    found = re.match(r"(\d+)\.(\d+)", version)
    if found and (found[1], found[2]) in {("2", "10"), *(("3", str(n)) for n in range(20, 25))}:
        return []
    return [
        Warning(
            f"Saleor {version} is not a version this plugin was tested on.",
            hint="Tested are 2.10.1 and 3.20 to 3.24; look for a newer plugin.",
            id="returns.W003",
        )
    ]


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
def names_are_free(**kwargs: Any) -> list[Any]:
    from .graphql import extension

    return [
        Error(
            f"This Saleor has a GraphQL name of ours too: {name}. None of ours was added.",
            hint="Remove the other extension that brings it, or look for a newer plugin.",
            id="returns.E002",
        )
        for name in extension.conflicts
    ]


@register("returns")
def mail_can_be_sent(**kwargs: Any) -> list[Any]:
    if (settings.EMAIL_BACKEND or "") not in NO_MAIL:
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
    """Eager tasks run, but where they should not: in the web process, while somebody waits."""
    problem = _tasks_problem()
    if not problem:
        return []
    return [
        Warning(
            problem,
            hint="Set CELERY_BROKER_URL (2.10: CLOUDAMQP_URL), leave CELERY_TASK_ALWAYS_EAGER off, "
            "and start a worker with beat.",
            id="returns.W002",
        )
    ]


def _tasks_problem() -> str:
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        return (
            "Celery runs tasks at once (CELERY_TASK_ALWAYS_EAGER): requests wait for splits and "
            "mails, and the sweep for missed orders runs only where beat does."
        )
    if not getattr(settings, "CELERY_BROKER_URL", None):
        return "No Celery broker: nobody takes the tasks that split orders and send mails."
    return ""


@register("returns")
def switched_mails_exist(**kwargs: Any) -> list[Any]:
    from .services.notifications import unknown_kinds

    unknown = unknown_kinds()
    if not unknown:
        return []
    return [
        Warning(
            f"RETURNS_MAILS names what is no mail: {', '.join(unknown)}.",
            hint="The mails and their names are in docs/reference/notifications.md.",
            id="returns.W005",
        )
    ]


@register("returns")
def carriers_can_be_made(**kwargs: Any) -> list[Any]:
    from .services import carriers

    problems = carriers.problems()
    return [
        Error(
            f"RETURNS_CARRIERS: {problem}",
            hint="docs/how-to/carriers.md shows what a carrier is.",
            id="returns.E003",
        )
        for problem in problems
    ]


@register(Tags.database)
def store_has_a_return_address(databases: Any = None, **kwargs: Any) -> list[Any]:
    """Runs with `check --database default` and with `migrate`, as checks of data do."""
    from django.db import DatabaseError

    from . import host
    from .domain.addresses import is_complete
    from .models import Vendor

    if not databases:
        return []
    try:
        with host.current.allow_writer():
            vendor = Vendor.objects.filter(is_in_house=True).first()
    except DatabaseError:  # not migrated yet
        return []
    if vendor is not None and is_complete(vendor.return_address):
        return []
    return [
        Warning(
            "The in-house vendor has no return address: it cannot accept returns.",
            hint="Set it with the mutation vendorUpdate (docs/how-to/vendors.md).",
            id="returns.W004",
        )
    ]
