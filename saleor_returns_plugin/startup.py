"""Joins the plugin to the running host: schema, URLs, beat; and makes the in-house vendor."""

import logging
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import DatabaseError, router, transaction
from django.db.models.signals import post_migrate

from .conf import setting

logger = logging.getLogger(__name__)


def run(app: AppConfig) -> None:
    from . import host, tasks  # noqa: F401 - host first: on 2.10 it closes a circle of imports
    from .graphql import extension

    extension.install()
    _answer_for_offers()
    _mount_urls()
    _schedule()
    post_migrate.connect(_make_in_house_vendor, sender=app)


def _make_in_house_vendor(**kwargs: Any) -> None:
    """After `migrate`, of whatever app and connection: the store is a vendor from the first day on."""
    from . import host
    from .models import Vendor
    from .services import vendors

    try:
        with host.current.allow_writer(), transaction.atomic(using=router.db_for_write(Vendor)):
            vendors.in_house()
    except DatabaseError:  # our tables are not there, or not yet as they should be
        logger.info("The in-house vendor is made on first use.", exc_info=True)


def _answer_for_offers() -> None:
    """The host asks at every checkout of an offer whether it may still be paid, and for what."""
    from . import host
    from .services import exchange_orders

    host.current.ask_offers_of(exchange_orders.offer_of)


def _mount_urls() -> None:
    """Put the pages in front of Saleor's own URLs, unless the store has a URL module of its own."""
    if setting("RETURNS_MOUNT_URLS") and settings.ROOT_URLCONF == "saleor.urls":
        settings.ROOT_URLCONF = "saleor_returns_plugin.root_urls"


_BEAT = {
    "returns-sweep": ("sweep_orders", "RETURNS_SWEEP_SECONDS"),
    "returns-deadlines": ("run_deadlines", "RETURNS_DEADLINES_SECONDS"),
    "returns-reconcile": ("reconcile_refunds", "RETURNS_RECONCILE_SECONDS"),
    "returns-exchanges": ("sweep_exchanges", "RETURNS_EXCHANGES_SECONDS"),
    "returns-watch-refunds": ("watch_refunds", "RETURNS_WATCH_REFUNDS_SECONDS"),
    "returns-close-ledger": ("close_ledger_days", "RETURNS_CLOSE_LEDGER_SECONDS"),
    "returns-resend": ("resend_mails", "RETURNS_RESEND_SECONDS"),
}


def _schedule() -> None:
    """Entries that the store has already, by these names, stay as they are."""
    schedule = getattr(settings, "CELERY_BEAT_SCHEDULE", None)
    if schedule is None:
        schedule = settings.CELERY_BEAT_SCHEDULE = {}
    for name, (task, seconds) in _BEAT.items():
        schedule.setdefault(
            name, {"task": f"saleor_returns_plugin.tasks.{task}", "schedule": setting(seconds)}
        )
