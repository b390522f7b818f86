"""What the store says of itself, and its notes."""

from typing import Any

import pytest
from django.contrib.sites.models import Site

from saleor_returns_plugin import host
from tests.builders import an_order
from tests.saleor_rows import a_customer, a_product, a_saleor_order, a_staff_user

pytestmark = pytest.mark.django_db


def test_both_hosts_offer_the_same_names() -> None:
    from importlib import import_module
    from pathlib import Path

    folder = Path(str(import_module("saleor_returns_plugin.host").__file__)).parent
    other = (folder / ("v2" if host.IS_V3 else "v3") / "__init__.py").read_text()
    for name in host.current.__all__:
        assert f'"{name}"' in other


def test_a_version_can_be_named() -> None:
    assert host.current.version()[0].isdigit()


def test_the_store_has_a_name_an_address_and_a_sender(settings: Any) -> None:
    site = Site.objects.get_current()
    site.name = "Ada's Chairs"
    site.save()
    Site.objects.clear_cache()
    settings.DEFAULT_FROM_EMAIL = "shop@example.com"

    assert host.current.store_name() == "Ada's Chairs"
    assert "shop@example.com" in host.current.default_email()
    assert host.current.public_url().startswith("http")
    assert not host.current.public_url().endswith("/")


def test_without_a_sender_there_is_none_to_use(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = None

    assert host.current.default_email() == ""


def test_orders_of_a_channel_have_one_currency(settings: Any) -> None:
    record = an_order([(a_product(), 1, "10.00")])
    assert host.current.currency_of(record.channel) == record.currency
    assert host.current.currency_of("nowhere") is None
    if not host.current.capabilities.channels:
        settings.DEFAULT_CURRENCY = "EUR"
    assert host.current.currency_of("") == (None if host.IS_V3 else "EUR")


def test_a_note_stands_in_the_orders_history() -> None:
    order = a_saleor_order([(a_product(), 1, "10.00")])
    staff = a_staff_user()

    host.current.add_order_note(order.pk, "Return 1001-R1 was requested.")
    host.current.add_order_note(order.pk, "Approved.", staff.pk)

    notes = order.events.filter(type="note_added").order_by("pk")
    assert [note.parameters["message"] for note in notes] == [
        "Return 1001-R1 was requested.",
        "Approved.",
    ]
    assert [note.user_id for note in notes] == [None, staff.pk]


def test_a_customers_note_needs_no_permission() -> None:
    user = a_customer("ada@example.com")
    order = a_saleor_order([(a_product(), 1, "10.00")], user=user)

    host.current.add_order_note(order.pk, "Return 1001-R1 was cancelled.", user.pk)

    assert order.events.filter(type="note_added", user=user).count() == 1
