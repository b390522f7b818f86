"""Every situation that a vendor's part of a return can be in, each made by the services.

The order has two lines of oak's, two units of each; the return asks for two chairs and one stool.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import ReceivedLine, RequestedLine, Tracking
from saleor_returns_plugin.enums import Condition, ExchangePricing, Resolution, Source
from saleor_returns_plugin.models import (
    ReturnLine,
    ReturnPolicy,
    ReturnRequest,
    Vendor,
    VendorReturn,
    VendorShipment,
)
from saleor_returns_plugin.services import (
    branding,
    deadlines,
    exchange_orders,
    exchanges,
    receptions,
    refunds,
    resolutions,
    return_requests,
    sessions,
    shipments,
    staff_exchanges,
    vendor_returns,
)
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits

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


def exchange_requested(scene: Scene) -> VendorReturn:
    """Of both chairs for large ones; of the stool the money."""
    exchanges_are_offered(scene)
    return _ask(scene, 2, 1, instead=_large(scene)).vendor_returns.get()


def exchange_approved(scene: Scene) -> VendorReturn:
    part = exchange_requested(scene)
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=timezone.now())
    return part


def exchange_pending(scene: Scene) -> VendorReturn:
    part = exchange_approved(scene)
    _accept(part)
    return part


def exchange_in_transit(scene: Scene) -> VendorReturn:
    part = exchange_held(scene)
    vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=shopper_of(part.request.record),
        tracking=Tracking("DHL", "123"),
        now=timezone.now(),
    )
    return part


def exchange_offered(scene: Scene) -> VendorReturn:
    """It waits for 2.00 a chair."""
    branding.update(
        actor=MERCHANT, channel=None, values={"checkout_url": "https://shop.example/{token}"}
    )
    exchanges_are_offered(scene, exchange_pricing=ExchangePricing.SETTLED.value)
    part = _ask(scene, 2, 1, instead=_large(scene, "12.00")).vendor_returns.get()
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=timezone.now())
    _accept(part)
    _order_exchange(part)
    return part


def exchange_offer_ended(scene: Scene) -> VendorReturn:
    part = exchange_offered(scene)
    _end_offer(part)
    return part


def _end_offer(part: VendorReturn) -> None:
    with host.current.allow_writer():
        exchange_orders.end(exchange_id=part.exchanges.get().pk, now=timezone.now())


def exchange_held(scene: Scene) -> VendorReturn:
    part = exchange_pending(scene)
    _order_exchange(part)
    return part


def exchange_held_and_partly_received(scene: Scene) -> VendorReturn:
    part = exchange_held(scene)
    _receive(part, (_lines(part)[0], 1, Condition.GOOD))
    return part


def exchange_refused(scene: Scene) -> VendorReturn:
    """Held, as the chairs are not what was sold."""
    part = exchange_held(scene)
    _refuse_chairs(part)
    return part


def exchange_let_go(scene: Scene) -> VendorReturn:
    part = exchange_held(scene)
    exchanges.release(exchange_id=part.exchanges.get().pk, actor=MERCHANT, now=timezone.now())
    return part


def exchange_sent(scene: Scene) -> VendorReturn:
    """Before anything came back."""
    part = exchange_let_go(scene)
    _send_replacement(part)
    return part


def exchange_sent_and_the_rest_kept(scene: Scene) -> VendorReturn:
    part = exchange_sent(scene)
    _keep(_lines(part)[1])
    return part


def exchange_sent_and_received(scene: Scene) -> VendorReturn:
    part = exchange_sent(scene)
    _receive_all(part)
    return part


def exchange_settled(scene: Scene) -> VendorReturn:
    part = exchange_sent_and_received(scene)
    _refund(part)
    return part


def exchange_overruled(scene: Scene) -> VendorReturn:
    """A chair never came, and the store forgives it."""
    part = exchange_sent(scene)
    chairs, stool = _lines(part)
    _receive(
        part,
        (chairs, 1, Condition.GOOD),
        (chairs, 1, Condition.MISSING),
        (stool, 1, Condition.GOOD),
    )
    _refund(part)
    row = chairs.receptions.get(condition=Condition.MISSING.value)
    receptions.overrule(
        reception_line_id=row.pk, actor=MERCHANT, reason="Goodwill", now=timezone.now()
    )
    return part


def exchange_closed(scene: Scene) -> VendorReturn:
    """The chairs came, the stool did not."""
    part = exchange_held(scene)
    _receive(part, (_lines(part)[0], 2, Condition.GOOD))
    receptions.close(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())
    return part


def exchange_released_for_goods(scene: Scene) -> VendorReturn:
    part = exchange_held(scene)
    _receive_all(part)
    return part


def exchange_released_for_the_first_parcel(scene: Scene) -> VendorReturn:
    """The stool came in the second, which can be undone."""
    part = exchange_held(scene)
    chairs, stool = _lines(part)
    _receive(part, (chairs, 2, Condition.GOOD))
    _receive(part, (stool, 1, Condition.GOOD))
    return part


def exchange_sent_for_goods(scene: Scene) -> VendorReturn:
    part = exchange_released_for_goods(scene)
    _send_replacement(part)
    return part


def exchange_anew_for_what_came_after_all(scene: Scene) -> VendorReturn:
    part = exchange_came_after_all(scene)
    exchanges.retry(exchange_id=part.exchanges.get().pk, actor=MERCHANT)
    _order_exchange(part)
    return part


def exchange_sent_for_what_came_after_all(scene: Scene) -> VendorReturn:
    part = exchange_anew_for_what_came_after_all(scene)
    _send_replacement(part)
    return part


def exchange_sold_out(scene: Scene) -> VendorReturn:
    part = exchange_pending(scene)
    with _sold_out(part):
        _order_exchange(part)
    return part


def exchange_sold_out_and_received(scene: Scene) -> VendorReturn:
    part = exchange_sold_out(scene)
    _receive_all(part)
    return part


def exchange_sold_out_and_the_rest_paid(scene: Scene) -> VendorReturn:
    part = exchange_sold_out_and_received(scene)
    _refund(part)
    return part


def exchange_sold_out_without_address(scene: Scene) -> VendorReturn:
    """All of it stays with the shopper, and nowhere can it be sent to."""
    Vendor.objects.filter(pk=scene.oak.pk).update(return_address={})
    exchanges_are_offered(scene, send_back=False)
    part = _ask(scene, 2, 1, instead=_large(scene)).vendor_returns.get()
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=timezone.now())
    _accept(part)
    with _sold_out(part):
        _order_exchange(part)
    return part


def exchange_sold_out_and_refused(scene: Scene) -> VendorReturn:
    part = exchange_sold_out(scene)
    _refuse_chairs(part)
    return part


def exchange_offered_and_refused(scene: Scene) -> VendorReturn:
    part = exchange_offered(scene)
    _refuse_chairs(part)
    return part


def exchange_offer_ended_as_refused(scene: Scene) -> VendorReturn:
    part = exchange_offered_and_refused(scene)
    _end_offer(part)
    return part


def exchange_given_up(scene: Scene) -> VendorReturn:
    part = exchange_held(scene)
    exchanges.cancel(
        exchange_id=part.exchanges.get().pk, actor=MERCHANT, reason="Broken", now=timezone.now()
    )
    return part


def exchange_given_up_and_received(scene: Scene) -> VendorReturn:
    part = exchange_given_up(scene)
    _receive_all(part)
    return part


def exchange_became_money(scene: Scene) -> VendorReturn:
    part = exchange_held(scene)
    _pay_instead(part)
    return part


def exchange_cancelled_with_return(scene: Scene) -> VendorReturn:
    part = exchange_held(scene)
    return_requests.cancel(
        request_id=part.request_id, actor=shopper_of(part.request.record), now=timezone.now()
    )
    return part


def exchange_came_after_all(scene: Scene) -> VendorReturn:
    part = exchange_cancelled_with_return(scene)
    _receive_all(part)
    return part


def exchange_never_begun_came_after_all(scene: Scene) -> VendorReturn:
    """Cancelled before it was accepted."""
    part = exchange_approved(scene)
    return_requests.cancel(
        request_id=part.request_id, actor=shopper_of(part.request.record), now=timezone.now()
    )
    _receive_all(part)
    return part


def staff_chose(scene: Scene) -> VendorReturn:
    """For the chairs two different ones; of the stool the money."""
    return _chosen_by_staff(scene)


def staff_chose_and_gave_up(scene: Scene) -> VendorReturn:
    part = _chosen_by_staff(scene)
    exchanges.cancel(
        exchange_id=part.exchanges.get().pk, actor=MERCHANT, reason="Broken", now=timezone.now()
    )
    return part


def staff_chose_what_was_not_paid(scene: Scene) -> VendorReturn:
    part = _chosen_by_staff(scene, price="2.00")
    _order_exchange(part)
    _end_offer(part)
    return part


def what_staff_asked_a_price_for_became_money(scene: Scene) -> VendorReturn:
    part = _chosen_by_staff(scene, price="2.00")
    _pay_instead(part)
    return part


def staff_chose_for_all_and_it_was_not_to_be_had(scene: Scene) -> VendorReturn:
    part = _chosen_by_staff(scene, is_of_all=True)
    large = part.exchanges.get().lines.get(name__contains="Large").variant_id
    stock = apps.get_model("warehouse.Stock").objects.filter(product_variant_id=large)
    stock.update(quantity=0)
    _order_exchange(part)
    stock.update(quantity=9)
    return part


def staff_chose_for_all_and_one_became_money(scene: Scene) -> VendorReturn:
    """What they chose for the stool nobody orders by itself."""
    part = _chosen_by_staff(scene, is_of_all=True)
    _pay_instead(part)
    return part


def exchange_ordered(scene: Scene) -> VendorReturn:
    """A chair for a large one, which is held until the chair is there."""
    part = _accepted_exchange(scene)
    _order_exchange(part)
    return part


def exchange_failed(scene: Scene) -> VendorReturn:
    """The large chair was sold out when it was ordered; by now there are some again."""
    part = _accepted_exchange(scene)
    with _sold_out(part):
        _order_exchange(part)
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


EXCHANGES: tuple[Situation, ...] = (
    exchange_requested,
    exchange_approved,
    exchange_pending,
    exchange_in_transit,
    exchange_offered,
    exchange_offer_ended,
    exchange_held,
    exchange_held_and_partly_received,
    exchange_refused,
    exchange_let_go,
    exchange_sent,
    exchange_sent_and_the_rest_kept,
    exchange_sent_and_received,
    exchange_settled,
    exchange_overruled,
    exchange_closed,
    exchange_released_for_goods,
    exchange_released_for_the_first_parcel,
    exchange_sent_for_goods,
    exchange_sold_out,
    exchange_sold_out_and_received,
    exchange_sold_out_and_the_rest_paid,
    exchange_sold_out_without_address,
    exchange_given_up,
    exchange_given_up_and_received,
    exchange_became_money,
    exchange_cancelled_with_return,
    exchange_came_after_all,
    staff_chose,
    staff_chose_and_gave_up,
    staff_chose_what_was_not_paid,
    what_staff_asked_a_price_for_became_money,
    staff_chose_for_all_and_it_was_not_to_be_had,
    staff_chose_for_all_and_one_became_money,
    exchange_anew_for_what_came_after_all,
    exchange_sent_for_what_came_after_all,
    exchange_sold_out_and_refused,
    exchange_offered_and_refused,
    exchange_offer_ended_as_refused,
    exchange_never_begun_came_after_all,
)
"""In a store that has turned exchanges on, and whose policy offers them."""


def exchanges_are_offered(scene: Scene, **values: Any) -> None:
    """By the store, and to where the order was sent."""
    offered = [Resolution.REFUND.value, Resolution.EXCHANGE.value]
    ReturnPolicy.objects.create(resolutions=offered, **values)
    a_shipping_method()


def _ask(scene: Scene, chairs: int, stools: int, instead: Any = None) -> ReturnRequest:
    """`instead`: the variant that the chairs are to be exchanged for."""
    lines = list(scene.shipment(scene.oak).lines.order_by("product_name"))
    wanted = [
        RequestedLine(line.pk, units)
        for line, units in zip(lines, (chairs, stools), strict=True)
        if units
    ]
    if instead is not None:
        wanted[0] = replace(
            wanted[0], resolution=Resolution.EXCHANGE, exchange_variant_id=instead.pk
        )
    return return_requests.create(
        actor=shopper_of(scene.record),
        record_id=scene.record.pk,
        lines=wanted,
        source=Source.PORTAL,
        now=timezone.now(),
    )


def _large(scene: Scene, price: str | None = None) -> Any:
    return a_variant(scene.chair, "Large", price=price)


def _accepted_exchange(scene: Scene) -> VendorReturn:
    exchanges_are_offered(scene)
    request = _ask(scene, 1, 0, instead=_large(scene))
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=timezone.now())
    part = request.vendor_returns.get()
    _accept(part)
    return part


def _chosen_by_staff(scene: Scene, *, price: str = "0", is_of_all: bool = False) -> VendorReturn:
    branding.update(
        actor=MERCHANT, channel=None, values={"checkout_url": "https://shop.example/{token}"}
    )
    exchanges_are_offered(scene)
    request = _ask(scene, 2, 1)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=timezone.now())
    part = request.vendor_returns.get()
    _accept(part)
    chair, stool = _lines(part)
    large = _large(scene)
    lines = [
        ExchangedUnits(large.pk, 1, unit_price=Decimal(price), return_line_id=chair.pk),
        ExchangedUnits(chair.shipment_line.variant_id, 1, return_line_id=chair.pk),
    ]
    if is_of_all:
        lines.append(ExchangedUnits(stool.shipment_line.variant_id, 1, return_line_id=stool.pk))
    staff_exchanges.create(
        actor=MERCHANT, record_id=scene.record.pk, lines=lines, now=timezone.now()
    )
    return part


def _pay_instead(part: VendorReturn) -> None:
    """Staff make its first line one of money."""
    resolutions.change(
        return_line_id=_lines(part)[0].pk,
        actor=MERCHANT,
        resolution=Resolution.REFUND,
        now=timezone.now(),
    )


@contextmanager
def _sold_out(part: VendorReturn) -> Iterator[None]:
    """Nothing is left for a while of what is wanted."""
    wanted = part.lines.get(resolution=Resolution.EXCHANGE.value).exchange_variant_id
    stock = apps.get_model("warehouse.Stock").objects.filter(product_variant_id=wanted)
    stock.update(quantity=0)
    yield
    stock.update(quantity=9)


def _send_replacement(part: VendorReturn) -> None:
    order_id = part.exchanges.latest("created_at").order_id
    shipment = VendorShipment.objects.get(record__order_id=order_id)
    with host.current.allow_writer():
        shipments.fulfil(shipment_id=shipment.pk, actor=MERCHANT, now=timezone.now())


def _order_exchange(part: VendorReturn) -> None:
    with host.current.allow_writer():
        exchange = part.exchanges.latest("created_at")
        exchange_orders.order(exchange_id=exchange.pk, now=timezone.now())


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


def _refuse_chairs(part: VendorReturn) -> None:
    chairs, stool = _lines(part)
    _receive(part, (chairs, 2, Condition.WRONG_ITEM), (stool, 1, Condition.GOOD))


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
