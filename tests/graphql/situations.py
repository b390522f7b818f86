"""Every situation that a vendor's part of a return can be in, each made by the services.

The order has two lines of oak's, two units of each; the return asks for two chairs and one stool.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.apps import apps
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import ReceivedLine, RequestedLine, Tracking
from saleor_returns_plugin.enums import Condition, Resolution, Source
from saleor_returns_plugin.models import (
    ReturnLine,
    ReturnPolicy,
    ReturnRequest,
    Vendor,
    VendorReturn,
)
from saleor_returns_plugin.services import (
    deadlines,
    exchange_orders,
    receptions,
    refunds,
    resolutions,
    return_requests,
    sessions,
    vendor_returns,
)

from ..builders import MERCHANT, a_policy_for, acts_for, an_order, sells, shopper_of
from ..saleor_rows import a_product, a_shipping_method, a_variant
from ..saleor_rows.gateway import RecordedGateway, declines, times_out
from .client import as_guest
from .scene import Scene

Situation = Callable[[Scene], VendorReturn]


def of_two_lines(scene: Scene) -> Scene:
    """The same people around an order of two lines, both oak's."""
    stool = sells(scene.oak, a_product(name="Oak stool", price="7.00", stock=9))
    lines = [(scene.chair, 2, "10.00"), (stool, 2, "7.00")]
    record = an_order(lines, user=scene.record.order.user)
    session = sessions.open_for(record=record, now=timezone.now()).token
    return replace(scene, record=record, session=session, shopper=as_guest(session))


def requested(scene: Scene) -> VendorReturn:
    return _ask(scene, 2, 1).vendor_returns.get()


def approved(scene: Scene) -> VendorReturn:
    part = requested(scene)
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=timezone.now())
    return part


def approved_without_address(scene: Scene) -> VendorReturn:
    Vendor.objects.filter(pk=scene.oak.pk).update(return_address={})
    return approved(scene)


def accepted(scene: Scene) -> VendorReturn:
    part = approved(scene)
    _accept(part)
    return part


def accepted_in_part(scene: Scene) -> VendorReturn:
    part = approved(scene)
    chairs, _ = _lines(part)
    units = vendor_returns.DeclinedUnits(chairs.pk, 2, "Not ours")
    vendor_returns.accept(
        vendor_return_id=part.pk, actor=MERCHANT, declined=[units], now=timezone.now()
    )
    return part


def in_transit(scene: Scene) -> VendorReturn:
    part = accepted(scene)
    vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=shopper_of(part.request.record),
        tracking=Tracking("DHL", "123"),
        now=timezone.now(),
    )
    return part


def partly_received(scene: Scene) -> VendorReturn:
    part = accepted(scene)
    chairs, _ = _lines(part)
    _receive(part, (chairs, 1, Condition.GOOD))
    return part


def partly_received_and_paid(scene: Scene) -> VendorReturn:
    part = partly_received(scene)
    _refund(part)
    return part


def received(scene: Scene) -> VendorReturn:
    part = accepted(scene)
    _receive_all(part)
    return part


def received_twice_and_paid_once(scene: Scene) -> VendorReturn:
    part = partly_received_and_paid(scene)
    _receive_all(part)
    return part


def refused_in_part(scene: Scene) -> VendorReturn:
    part = accepted(scene)
    chairs, stool = _lines(part)
    _receive(part, (chairs, 2, Condition.NOT_ACCEPTABLE), (stool, 1, Condition.GOOD))
    return part


def refused(scene: Scene) -> VendorReturn:
    part = accepted(scene)
    chairs, stool = _lines(part)
    _receive(part, (chairs, 2, Condition.WRONG_ITEM), (stool, 1, Condition.NOT_ACCEPTABLE))
    return part


def overruled(scene: Scene) -> VendorReturn:
    part = refused(scene)
    row = _lines(part)[0].receptions.get()
    receptions.overrule(
        reception_line_id=row.pk, actor=MERCHANT, reason="Goodwill", now=timezone.now()
    )
    return part


def closed(scene: Scene) -> VendorReturn:
    part = partly_received(scene)
    receptions.close(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())
    return part


def voided(scene: Scene) -> VendorReturn:
    part = received(scene)
    reception = part.receptions.get()
    receptions.void(
        reception_id=reception.pk, actor=MERCHANT, reason="Wrong parcel", now=timezone.now()
    )
    return part


def kept(scene: Scene) -> VendorReturn:
    ReturnPolicy.objects.create(send_back=False)
    return accepted(scene)


def kept_in_part(scene: Scene) -> VendorReturn:
    part = accepted(scene)
    _keep(_lines(part)[1])
    return part


def kept_in_part_and_paid(scene: Scene) -> VendorReturn:
    part = kept_in_part(scene)
    _refund(part)
    return part


def kept_in_part_and_received(scene: Scene) -> VendorReturn:
    part = kept_in_part(scene)
    _receive_all(part)
    return part


def refund_unknown(scene: Scene) -> VendorReturn:
    part = received(scene)
    RecordedGateway.answers_with(times_out)
    _refund(part)
    RecordedGateway.reset()
    return part


def refund_failed(scene: Scene) -> VendorReturn:
    part = received(scene)
    RecordedGateway.answers_with(declines)
    _refund(part)
    RecordedGateway.reset()
    return part


def only_the_store_refunds(scene: Scene) -> VendorReturn:
    part = received(scene)
    ReturnPolicy.objects.create(vendor=scene.oak, vendor_may_refund=False)
    return part


def above_the_vendors_limit(scene: Scene) -> VendorReturn:
    """27.00 are due, of two chairs and a stool."""
    part = received(scene)
    _limit(part, "26.99")
    return part


def within_the_vendors_limit(scene: Scene) -> VendorReturn:
    part = received(scene)
    _limit(part, "27.00")
    return part


def settled(scene: Scene) -> VendorReturn:
    part = received(scene)
    _refund(part)
    return part


def settled_with_refused(scene: Scene) -> VendorReturn:
    part = refused_in_part(scene)
    _refund(part)
    return part


def declined(scene: Scene) -> VendorReturn:
    part = requested(scene)
    return_requests.decline(
        request_id=part.request_id, actor=MERCHANT, reason="Worn", now=timezone.now()
    )
    return part


def declined_by_vendor(scene: Scene) -> VendorReturn:
    part = approved(scene)
    vendor_returns.decline(
        vendor_return_id=part.pk, actor=acts_for(scene.oak), reason="Worn", now=timezone.now()
    )
    return part


def cancelled(scene: Scene) -> VendorReturn:
    part = accepted(scene)
    return_requests.cancel(
        request_id=part.request_id, actor=shopper_of(part.request.record), now=timezone.now()
    )
    return part


def expired(scene: Scene) -> VendorReturn:
    part = accepted(scene)
    for days in (60, 90):  # first the warning
        deadlines.run(now=timezone.now() + timedelta(days=days))
    return part


def came_after_all(scene: Scene) -> VendorReturn:
    part = cancelled(scene)
    _receive_all(part)
    return part


def in_a_newer_return(earlier: Situation) -> Situation:
    """It ended, and the shopper asked for its chairs once more."""

    def situation(scene: Scene) -> VendorReturn:
        part = earlier(scene)
        _ask(scene, 2, 0)
        return part

    situation.__name__ = f"{earlier.__name__}_with_units_in_a_newer_return"
    return situation


def wholly_in_a_newer_return(scene: Scene) -> VendorReturn:
    part = cancelled(scene)
    _ask(scene, 2, 2)
    return part


def exchangeable(scene: Scene) -> VendorReturn:
    """The stool that is not in the return can be replaced: the store delivers."""
    part = requested(scene)
    a_shipping_method()
    return part


def exchange_ordered(scene: Scene) -> VendorReturn:
    """A chair for a large one, which is held until the chair is there."""
    part = _accepted_exchange(scene)
    _order_exchange(part)
    return part


def exchange_failed(scene: Scene) -> VendorReturn:
    """The large chair was sold out when it was ordered; by now there are some again."""
    part = _accepted_exchange(scene)
    wanted = part.lines.get().exchange_variant_id
    stock = apps.get_model("warehouse.Stock").objects.filter(product_variant_id=wanted)
    stock.update(quantity=0)
    _order_exchange(part)
    stock.update(quantity=9)
    return part


SITUATIONS: tuple[Situation, ...] = (
    requested,
    approved,
    approved_without_address,
    accepted,
    accepted_in_part,
    in_transit,
    partly_received,
    partly_received_and_paid,
    received,
    received_twice_and_paid_once,
    refused_in_part,
    refused,
    overruled,
    closed,
    voided,
    kept,
    kept_in_part,
    kept_in_part_and_paid,
    kept_in_part_and_received,
    refund_unknown,
    refund_failed,
    only_the_store_refunds,
    above_the_vendors_limit,
    within_the_vendors_limit,
    settled,
    settled_with_refused,
    declined,
    declined_by_vendor,
    cancelled,
    expired,
    came_after_all,
    in_a_newer_return(declined),
    in_a_newer_return(cancelled),
    in_a_newer_return(expired),
    wholly_in_a_newer_return,
)


def _ask(scene: Scene, chairs: int, stools: int) -> ReturnRequest:
    lines = list(scene.shipment(scene.oak).lines.order_by("product_name"))
    return return_requests.create(
        actor=shopper_of(scene.record),
        record_id=scene.record.pk,
        lines=[
            RequestedLine(line.pk, units)
            for line, units in zip(lines, (chairs, stools), strict=True)
            if units
        ],
        source=Source.PORTAL,
        now=timezone.now(),
    )


def _accepted_exchange(scene: Scene) -> VendorReturn:
    ReturnPolicy.objects.create(resolutions=[Resolution.REFUND.value, Resolution.EXCHANGE.value])
    large = a_variant(scene.chair, "Large")
    a_shipping_method()
    wanted = RequestedLine(
        scene.shipment(scene.oak).lines.order_by("product_name")[0].pk,
        1,
        resolution=Resolution.EXCHANGE,
        exchange_variant_id=large.pk,
    )
    request = return_requests.create(
        actor=shopper_of(scene.record),
        record_id=scene.record.pk,
        lines=[wanted],
        source=Source.PORTAL,
        now=timezone.now(),
    )
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=timezone.now())
    part = request.vendor_returns.get()
    _accept(part)
    return part


def _order_exchange(part: VendorReturn) -> None:
    with host.current.allow_writer():
        exchange_orders.order(exchange_id=part.exchanges.get().pk, now=timezone.now())


def _lines(part: VendorReturn) -> list[ReturnLine]:
    return list(part.lines.order_by("shipment_line__product_name"))


def _accept(part: VendorReturn) -> None:
    vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=timezone.now())


def _receive(part: VendorReturn, *units: tuple[ReturnLine, int, Condition]) -> None:
    receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        lines=[
            ReceivedLine(line.pk, quantity, condition, note="As it came")
            for line, quantity, condition in units
        ],
        now=timezone.now(),
    )


def _receive_all(part: VendorReturn) -> None:
    still = [(line, line.expected, Condition.GOOD) for line in _lines(part) if line.expected]
    _receive(part, *still)


def _keep(line: ReturnLine) -> None:
    resolutions.change(
        return_line_id=line.pk,
        actor=MERCHANT,
        resolution=Resolution.REFUND,
        send_back=False,
        now=timezone.now(),
    )


def _refund(part: VendorReturn) -> None:
    refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())


def _limit(part: VendorReturn, limit: str) -> None:
    a_policy_for(part.request.record, vendor_refund_limit=limit)
