"""Whatever breaks in the plugin, the shopper's order stands, and is found again later."""

import logging

import pytest
from django.core.management import call_command
from django.utils import timezone
from kombu.exceptions import OperationalError
from saleor.order.models import Order

from saleor_returns_plugin import tasks
from saleor_returns_plugin.models import OrderRecord, Vendor, VendorShipment
from saleor_returns_plugin.services import split
from tests.builders import a_vendor, sells

from .shopping import buy, for_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def variant():
    return sells(a_vendor("Oak"), for_sale("Chair"))


def the_split(order_id):
    shipment = VendorShipment.objects.get(record__order_id=order_id)
    return shipment.vendor.name, [line.quantity for line in shipment.lines.all()]


def mails_to_oak(mailoutbox):
    return [mail for mail in mailoutbox if mail.to == ["oak@vendors.example"]]


def test_a_checkout_is_split(variant, mailoutbox):
    order_id = buy([variant], quantity=2)
    assert the_split(order_id) == ("Oak", [2])
    assert len(mails_to_oak(mailoutbox)) == 1


def test_a_split_that_blows_up_leaves_the_order_and_backfill_heals_it(
    variant, mailoutbox, monkeypatch
):
    tried = []

    def blow_up(*args):
        tried.append(args)
        raise RuntimeError("the split is broken")

    with monkeypatch.context() as broken:
        broken.setattr(split, "follow", blow_up)
        order_id = buy([variant])
    assert tried
    assert Order.objects.get(pk=order_id).lines.count() == 1
    assert not OrderRecord.objects.exists()
    assert not mails_to_oak(mailoutbox)

    call_command("returns_backfill")
    assert the_split(order_id) == ("Oak", [1])
    assert len(mails_to_oak(mailoutbox)) == 1


def test_a_failing_statement_does_not_poison_the_checkout(variant, monkeypatch):
    def break_the_connection(*args):
        Vendor.objects.raw("SELECT nothing FROM nowhere")[0]

    with monkeypatch.context() as broken:
        broken.setattr(split, "follow", break_the_connection)
        order_id = buy([variant])
    assert Order.objects.filter(pk=order_id).exists()
    assert not OrderRecord.objects.exists()


def test_a_broker_that_is_down_leaves_the_order_and_the_sweep_finds_it(
    variant, mailoutbox, monkeypatch, caplog
):
    def refuse(*args, **kwargs):
        raise OperationalError("Connection refused")

    with monkeypatch.context() as down, caplog.at_level(logging.ERROR):
        down.setattr(tasks.split_order, "apply_async", refuse)
        order_id = buy([variant])
    assert "was not queued" in caplog.text
    assert Order.objects.filter(pk=order_id).exists()
    assert not OrderRecord.objects.exists()

    assert split.sweep(now=timezone.now()) == 1
    assert the_split(order_id) == ("Oak", [1])
    assert len(mails_to_oak(mailoutbox)) == 1


def test_a_webhook_that_raises_is_swallowed(variant, monkeypatch, caplog):
    from saleor_returns_plugin.services import queue

    def refuse(*args):
        raise RuntimeError("the queue is broken")

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(queue, "on_commit", refuse)
        order_id = buy([variant])
    assert "An order event was not queued" in caplog.text
    assert Order.objects.filter(pk=order_id).exists()
