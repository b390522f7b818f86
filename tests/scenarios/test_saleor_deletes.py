"""Saleor deletes what our rows point at: it may, in each of its ways, and the returns stay readable."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from graphene import Node
from saleor.account.models import User
from saleor.order.models import Order
from saleor.payment.models import Payment, Transaction
from saleor.product.models import Product, ProductVariant
from saleor.warehouse.models import Warehouse

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import Condition
from saleor_returns_plugin.errors import ReturnsError
from saleor_returns_plugin.models import NotificationLog, ReturnEvent, ReturnPortal, VendorReturn
from saleor_returns_plugin.services import (
    deadlines,
    notifications,
    receptions,
    refunds,
    shipments,
    split,
)
from tests.builders import MERCHANT, receive_all
from tests.console.conftest import sign_in
from tests.graphql import situations
from tests.graphql.client import as_user
from tests.graphql.scene import Scene, a_scene, global_id
from tests.graphql.situations import of_two_lines
from tests.graphql.walk import everything
from tests.invariants import broken
from tests.portal.test_way_through import signed_in
from tests.saleor_rows import a_staff_user

pytestmark = pytest.mark.django_db

OURS = "saleor_returns_plugin"


def _raw_delete(rows: QuerySet) -> None:
    """Past Django's collector, which would set our keys to null: `clearorders` does so."""
    keys = list(rows.values_list("pk", flat=True))
    model = rows.model
    if not keys:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        is_backward = relation.auto_created and not relation.concrete
        if not is_backward or not (relation.one_to_many or relation.one_to_one):
            continue
        other = relation.related_model
        if other._meta.app_label == OURS or other is model:
            continue
        _raw_delete(other._base_manager.filter(**{f"{relation.field.name}__in": keys}))
    own = model._base_manager.filter(pk__in=keys)
    own._raw_delete(own.db)


def _payments_first() -> None:
    """They protect their order."""
    Transaction.objects.all().delete()
    Payment.objects.all().delete()


def order(part: VendorReturn) -> None:
    _payments_first()
    Order.objects.filter(pk=part.request.record.order_id).delete()


def order_raw(part: VendorReturn) -> None:
    _raw_delete(Order.objects.filter(pk=part.request.record.order_id))


def order_lines(part: VendorReturn) -> None:
    part.request.record.order.lines.all().delete()


def order_line_raw(part: VendorReturn) -> None:
    _raw_delete(part.request.record.order.lines.all())


def fulfilments(part: VendorReturn) -> None:
    part.request.record.order.fulfillments.all().delete()


def products(part: VendorReturn) -> None:
    Product.objects.all().delete()


def products_raw(part: VendorReturn) -> None:
    # Saleor keeps the lines of its orders.
    part.request.record.order.lines.update(variant=None)
    _raw_delete(Product.objects.all())


def variants(part: VendorReturn) -> None:
    ProductVariant.objects.all().delete()


def warehouses(part: VendorReturn) -> None:
    Warehouse.objects.all().delete()


def customers(part: VendorReturn) -> None:
    User.objects.exclude(is_staff=True).delete()


def customers_raw(part: VendorReturn) -> None:
    Order.objects.update(user=None)
    _raw_delete(User.objects.exclude(is_staff=True))


def everything_there_is(part: VendorReturn) -> None:
    call_command("cleardb", stdout=StringIO())


def orders_by_command(part: VendorReturn) -> None:
    call_command("clearorders", "--delete-customers", stdout=StringIO())


def expired_order(part: VendorReturn) -> None:
    """As an order that nobody paid: it expires, and is deleted some days later."""
    from saleor.order.tasks import delete_expired_orders_task

    _payments_first()
    long_ago = timezone.now() - timedelta(days=90)
    sold = Order.objects.get(pk=part.request.record.order_id)
    Order.objects.filter(pk=sold.pk).update(status="expired", expired_at=long_ago)
    type(sold.channel).objects.update(delete_expired_orders_after=timedelta(days=60))
    delete_expired_orders_task()
    assert not Order.objects.filter(pk=sold.pk).exists()


def channel(part: VendorReturn) -> None:
    """Through Saleor's own mutation, which moves the orders to another channel."""
    old = part.request.record.order.channel
    new = type(old).objects.create(
        slug="new", name="New", currency_code=old.currency_code, default_country="US"
    )
    owner = a_staff_user("root@example.com")
    User.objects.filter(pk=owner.pk).update(is_superuser=True)
    ids = [Node.to_global_id("Channel", each.pk) for each in (old, new)]
    payload = as_user(owner)(
        "mutation($id: ID!, $to: ID!) { channelDelete(id: $id, input: {channelId: $to}) "
        "{ errors { message } } }",
        id=ids[0],
        to=ids[1],
    )
    assert payload["channelDelete"]["errors"] == []
    assert not type(old).objects.filter(pk=old.pk).exists()


WAYS: list[Callable[[VendorReturn], None]] = [
    order,
    order_raw,
    order_lines,
    order_line_raw,
    fulfilments,
    products,
    products_raw,
    variants,
    warehouses,
    customers,
    customers_raw,
    everything_there_is,
]
if host.IS_V3:
    WAYS += [orders_by_command, expired_order, channel]

SITUATIONS = [situations.accepted, situations.received_twice_and_paid_once]


@pytest.fixture
def scene(settings: Any, caplog: Any) -> Scene:
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DEBUG = True  # else `cleardb` refuses
    RecordedGateway.reset()
    scene = of_two_lines(a_scene())
    ReturnPortal.objects.create(channel="", merchant_emails=["returns@shop.example"])
    return scene


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("way", WAYS, ids=lambda each: each.__name__)
def test_it_works_and_the_returns_stay_readable(
    scene: Scene, caplog: Any, way: Callable[[VendorReturn], None], situation: Any
) -> None:
    part = VendorReturn.objects.get(pk=situation(scene).pk)
    before = _ours()
    with host.current.allow_writer():
        way(part)
        connection.check_constraints()
    assert _ours() == before
    caplog.clear()
    part = VendorReturn.objects.select_related("request__record", "vendor", "shipment").get()
    with host.current.allow_writer():
        _api(scene, part)
        _pages(part)
        _mails()
        _beat()
        _goes_on(part)
        _api(scene, part)
        _pages(part)
    # A deleted fulfilment was never shipped: an open return of its units is shown as in conflict.
    assert [each for each in broken() if not each.endswith(" shipped")] == []
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert [text for text in errors if not text.startswith("A query had")] == []


def _ours() -> tuple[int, ...]:
    return (VendorReturn.objects.count(), ReturnEvent.objects.count())


def _merchant() -> Any:
    """`cleardb` takes the store's staff, too."""
    staff = User.objects.filter(email="staff@example.com").first()
    return staff or a_staff_user("staff@example.com")


def _api(scene: Scene, part: VendorReturn) -> None:
    callers = {"merchant": as_user(_merchant()), "shopper": scene.shopper}
    for who, caller in callers.items():
        for name, row in (
            ("vendorReturn", part),
            ("returnRequest", part.request),
            ("vendorShipment", part.shipment),
        ):
            kind = type(row).__name__
            query = f'{{ {name}(id: "{global_id(row)}") {{ {everything(kind, 3)} }} }}'
            assert caller(query)[name]["number"], (who, name)
        for name, kind in (
            ("vendorReturns", "VendorReturn"),
            ("returnRequests", "ReturnRequest"),
            ("vendorShipments", "VendorShipment"),
        ):
            query = (
                f"{{ {name}(first: 9) {{ totalCount edges {{ node {{ {everything(kind, 2)} }} }} "
                "} }"
            )
            assert caller(query)[name]["edges"], (who, name)
    caller("{ returnableOrder { shipments { lines { returnableQuantity refusal { code } } } } }")


def _pages(part: VendorReturn) -> None:
    merchant = sign_in(_merchant().email)
    shopper = signed_in(part.request.record)
    for browser, page, words in (
        (merchant, reverse("returns:console-return", args=[part.pk]), part.number),
        (merchant, reverse("returns:console-returns"), part.number),
        (merchant, reverse("returns:console-shipments"), part.shipment.number),
        (shopper, reverse("returns:portal-status", args=[part.request_id]), part.request.number),
        (shopper, reverse("returns:portal-order"), part.request.record.number),
    ):
        seen = browser.get(page)
        assert seen.response.status_code == 200, page
        assert words in seen.text, page


def _mails() -> None:
    """Everybody is told of everything once more."""
    NotificationLog.objects.all().delete()
    for event in ReturnEvent.objects.all():
        notifications.tell(event_id=event.pk, now=timezone.now())
    for log in NotificationLog.objects.filter(sent_at=None):
        notifications.deliver(log_ids=[log.pk], now=timezone.now())
    assert not NotificationLog.objects.filter(sent_at=None).exists()


def _beat() -> None:
    now = timezone.now()
    split.sweep(now=now)
    notifications.resend(now=now)
    # To a time when everybody is late, and back.
    savepoint = transaction.savepoint()
    for days in (2, 30, 60):
        deadlines.run(now=now + timedelta(days=days))
    transaction.savepoint_rollback(savepoint)
    call_command("returns_backfill", stdout=StringIO(), stderr=StringIO())


def _goes_on(part: VendorReturn) -> None:
    """Whatever can be done is done, or refused in words."""
    for act in (
        lambda: receive_all(part, MERCHANT),
        lambda: receive_all(part, MERCHANT, Condition.DAMAGED),
        lambda: shipments.tell_returned(record_id=part.request.record_id, now=timezone.now()),
        lambda: (
            receptions.void(
                reception_id=part.receptions.latest("created_at").pk,
                actor=MERCHANT,
                reason="It was not ours",
                now=timezone.now(),
            )
            if part.receptions.exists()
            else None
        ),
        lambda: refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now()),
        lambda: split.split_order(order_id=part.request.record.order_id, now=timezone.now()),
    ):
        with suppress(ReturnsError):
            act()
