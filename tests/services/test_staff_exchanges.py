"""What staff send instead, with and without goods that come back."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import (
    Action,
    ErrorCode,
    EventKind,
    ExchangeStatus,
    RequestStatus,
    Resolution,
    ReturnStatus,
    ShipmentStatus,
    Source,
    Task,
    Unavailable,
)
from saleor_returns_plugin.errors import (
    ExchangeUnavailable,
    IdempotencyConflict,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    QuantityExceedsReturnable,
    ReturnsError,
)
from saleor_returns_plugin.models import (
    Exchange,
    LedgerEntry,
    NotificationLog,
    OrderRecord,
    ReturnPortal,
    ReturnRequest,
    VendorReturn,
)
from saleor_returns_plugin.selectors import deadlines
from saleor_returns_plugin.selectors.events import REPLACEMENT_CANCELLED
from saleor_returns_plugin.selectors.vendor_returns import allowed_actions
from saleor_returns_plugin.services import (
    exchange_orders,
    exchanges,
    ledger,
    resolutions,
    return_requests,
    split,
    staff_exchanges,
)
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits
from tests.builders import (
    MERCHANT,
    NOW,
    a_request,
    a_vendor,
    acts_for,
    an_order,
    sells,
    shopper_of,
)
from tests.saleor_rows import a_product, a_variant, make_digital, make_gift_card, order_line

from .exchange_shop import (
    Shop,
    allocated,
    differences,
    exchange_of,
    fresh,
    new_shipment,
    on_statement,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]
D = Decimal


@pytest.fixture(autouse=True)
def writer():
    with host.current.allow_writer():
        yield


@pytest.fixture
def shop() -> Shop:
    return Shop()


def line_of(record: OrderRecord, variant: Any) -> Any:
    order = apps.get_model("order.Order").objects.get(pk=record.order_id)
    return order_line(order, variant).pk


def send(record: OrderRecord, *lines: ExchangedUnits, **values: Any) -> Any:
    return staff_exchanges.create(
        actor=MERCHANT, record_id=record.pk, lines=lines, now=NOW, **values
    )


def test_a_replacement_is_sent_without_anything_coming_back(shop):
    record = shop.order()
    exchange = send(
        record, ExchangedUnits(shop.large.pk, 1, order_line_id=line_of(record, shop.small))
    )
    exchange.refresh_from_db()
    part = fresh(exchange.vendor_return)
    assert exchange.status == ExchangeStatus.RELEASED.value
    assert part.status == ReturnStatus.SETTLED.value
    assert new_shipment(part).status == ShipmentStatus.OPEN.value
    assert new_shipment(part).lines.get().total_gross == 10
    # The unit is replaced: only the other one can be returned.
    with pytest.raises(QuantityExceedsReturnable):
        shop.ask(record, units=2)
    assert differences(*OrderRecord.objects.all()) == []


def test_one_line_becomes_several_variants_and_an_item_comes_on_top(shop):
    record = shop.order(quantity=3)
    medium, belt = a_variant(shop.small, "M"), sells(shop.vendor, a_product(name="Belt"))
    line = line_of(record, shop.small)
    exchange = send(
        record,
        ExchangedUnits(shop.large.pk, 2, order_line_id=line),
        ExchangedUnits(medium.pk, 1, order_line_id=line),
        ExchangedUnits(belt.pk, 1),
    )
    part = fresh(exchange.vendor_return)
    worth = {row.variant_id: row.total_gross for row in new_shipment(part).lines.all()}
    assert worth == {shop.large.pk: 20, medium.pk: 10, belt.pk: 0}
    assert differences(*OrderRecord.objects.all()) == []


def test_it_need_not_wait_for_the_goods_of_a_return(shop):
    part = shop.accept(shop.ask(shop.order(), units=1))
    # The store takes over what the shopper had asked for.
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Other", now=NOW)
    exchange = send(
        part.request.record, ExchangedUnits(shop.large.pk, 1, return_line_id=part.lines.get().pk)
    )
    exchange.refresh_from_db()
    assert exchange.status == ExchangeStatus.RELEASED.value
    assert fresh(part).status == ReturnStatus.ACCEPTED.value
    assert shop.receive(fresh(part)).status == ReturnStatus.SETTLED.value


def test_goods_of_another_vendor_move_the_sale_to_that_vendor(shop):
    elm = a_vendor("Elm", commission_rate="20")
    coat = sells(elm, a_product(name="Coat", price="10.00"))
    record = shop.order(quantity=1)
    sold = on_statement(shop.vendor)
    assert sold > 0
    exchange = send(record, ExchangedUnits(coat.pk, 1, order_line_id=line_of(record, shop.small)))
    assert on_statement(shop.vendor) == 0
    kinds = LedgerEntry.objects.filter(vendor_id=elm.pk).values_list("kind", "amount")
    assert dict(kinds)["sale"] == 10
    assert -2 <= dict(kinds)["commission"] < -1
    assert differences(*OrderRecord.objects.all()) == []
    host.current.cancel_exchange_order(exchange_of(exchange.vendor_return).order_id)
    split.split_order(order_id=exchange_of(exchange.vendor_return).order_id, now=NOW)
    assert (on_statement(shop.vendor), on_statement(elm)) == (sold, 0)
    assert differences(*OrderRecord.objects.all()) == []


@pytest.mark.parametrize("is_of_another", [True, False])
def test_a_unit_that_staff_take_back_after_it_was_exchanged_leaves_once(shop, is_of_another):
    elm = a_vendor("Elm", commission_rate="20")
    coat = sells(elm, a_product(name="Coat", price="10.00")) if is_of_another else shop.large
    record = shop.order(quantity=1)
    sold = on_statement(shop.vendor)
    exchange = send(record, ExchangedUnits(coat.pk, 1, order_line_id=line_of(record, shop.small)))
    record.refresh_from_db()
    stands = on_statement(shop.vendor), on_statement(elm)
    assert stands[0] == (0 if is_of_another else sold)
    line = record.shipments.get().lines.get()
    line.quantity_taken_back = 1
    line.save()
    ledger.follow(record, [line])
    assert (on_statement(shop.vendor), on_statement(elm)) == stands
    assert [text for text in differences(record) if "statement" in text] == []
    # What came for it never did: it is gone all the same.
    order_id = exchange_of(exchange.vendor_return).order_id
    host.current.cancel_exchange_order(order_id)
    split.split_order(order_id=order_id, now=NOW)
    assert (on_statement(shop.vendor), on_statement(elm)) == (0, 0)
    assert [text for text in differences(record) if "statement" in text] == []


def test_a_preview_stores_nothing(shop):
    record = shop.order()
    plan = staff_exchanges.preview(
        actor=MERCHANT,
        record=record,
        lines=[ExchangedUnits(shop.large.pk, 2, order_line_id=line_of(record, shop.small))],
    )
    assert (plan.total, plan.vendors) == (0, (shop.vendor.name,))
    assert [(line.name, line.quantity) for line in plan.lines] == [("Shirt, L", 2)]
    assert ReturnRequest.objects.count() == 0


def test_the_same_key_orders_once(shop):
    record = shop.order()
    units = ExchangedUnits(shop.large.pk, 1, order_line_id=line_of(record, shop.small))
    first = send(record, units, idempotency_key="a")
    assert send(record, units, idempotency_key="a") == first
    assert allocated(shop.large) == 1
    with pytest.raises(IdempotencyConflict):
        send(record, units, idempotency_key="a", charges_vendor=True)


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"quantity": 0}, InvalidInput, "quantity"),
        ({"quantity": 3}, QuantityExceedsReturnable, "quantity"),
        ({"unit_price": D("-1")}, InvalidInput, "unit_price"),
        ({"unit_price": D("1.001")}, InvalidInput, "unit_price"),
        ({"unit_price": D("NaN")}, InvalidInput, "unit_price"),
        ({"unit_price": D("1.00")}, InvalidInput, "unit_price"),
        ({"variant_id": 999_999}, NotFound, "variant_id"),
        ({"order_line_id": None}, ReturnsError, "lines"),
    ],
)
def test_bad_input_changes_nothing(shop, change, refusal, field):
    record = shop.order()
    given = {
        "variant_id": shop.large.pk,
        "quantity": 1,
        "order_line_id": line_of(record, shop.small),
        **change,
    }
    with pytest.raises(refusal) as refused:
        send(record, ExchangedUnits(**given))
    assert refused.value.field == field
    assert ReturnRequest.objects.count() == 0


def test_too_many_are_named_where_they_stand(shop):
    record = shop.order()
    line, belt = line_of(record, shop.small), sells(shop.vendor, a_product(name="Belt"))
    with pytest.raises(QuantityExceedsReturnable) as refused:
        send(
            record,
            ExchangedUnits(belt.pk, 1),
            ExchangedUnits(shop.large.pk, 2, order_line_id=line),
            ExchangedUnits(shop.small.pk, 1, order_line_id=line),
        )
    assert (refused.value.field, refused.value.index) == ("quantity", [2])


def test_what_is_out_of_stock_is_refused_before_anything_is_written(shop):
    record = shop.order()
    gone = a_variant(shop.small, "XL", stock=0)
    with pytest.raises(ExchangeUnavailable) as refused:
        send(record, ExchangedUnits(gone.pk, 1, order_line_id=line_of(record, shop.small)))
    assert refused.value.code is ErrorCode.EXCHANGE_UNAVAILABLE
    assert ReturnRequest.objects.count() == 0


def test_history_names_all_that_comes_for_what_was_to_be_paid_back(shop):
    part = shop.accept(a_request(shop.order(), 2).vendor_returns.get())
    key = part.lines.get().pk
    send(
        part.request.record,
        ExchangedUnits(shop.large.pk, 1, return_line_id=key),
        ExchangedUnits(shop.small.pk, 1, return_line_id=key),
    )
    changed = part.events.get(kind=EventKind.RESOLUTION_CHANGED.value)
    assert changed.data["exchange_name"] == "1 × Shirt, L, 1 × Shirt"


@pytest.mark.parametrize("make", [make_digital, make_gift_card])
def test_what_is_no_goods_is_not_replaced(shop, make):
    record = shop.order()
    belt = sells(shop.vendor, a_product(name="Belt", stock=9))
    if not make(shop.small):
        pytest.skip("Saleor sells none.")
    with pytest.raises(InvalidInput, match="cannot be exchanged") as refused:
        send(record, ExchangedUnits(belt.pk, 1, order_line_id=line_of(record, shop.small)))
    assert (refused.value.field, refused.value.index) == ("order_line_id", [0])
    assert ReturnRequest.objects.count() == 0


def test_only_staff_may(shop):
    record = shop.order()
    units = ExchangedUnits(shop.large.pk, 1, order_line_id=line_of(record, shop.small))
    with pytest.raises((NotFound, NotPermitted)):
        staff_exchanges.create(
            actor=acts_for(shop.vendor), record_id=record.pk, lines=[units], now=NOW
        )


def test_nobody_else_learns_by_its_key_that_there_is_one(shop):
    record = shop.order()
    units = ExchangedUnits(shop.large.pk, 1, order_line_id=line_of(record, shop.small))
    send(record, units, idempotency_key="a")
    for actor in (acts_for(shop.vendor), shopper_of(record)):
        with pytest.raises((NotFound, NotPermitted)):
            staff_exchanges.create(
                actor=actor, record_id=record.pk, lines=[units], now=NOW, idempotency_key="a"
            )


def test_units_that_are_exchanged_are_not_exchanged_again(shop):
    record = shop.order(quantity=1)
    units = ExchangedUnits(shop.large.pk, 1, order_line_id=line_of(record, shop.small))
    send(record, units)
    with pytest.raises(QuantityExceedsReturnable):
        send(record, units)


def test_a_return_with_a_standing_exchange_has_one_already(shop):
    part = shop.accepted()
    with pytest.raises(InvalidTransition):
        send(
            part.request.record,
            ExchangedUnits(shop.large.pk, 1, return_line_id=part.lines.get().pk),
        )


def test_what_was_to_be_paid_back_is_exchanged_instead(shop):
    record = shop.order()
    part = shop.accept(a_request(record).vendor_returns.get())
    line = part.lines.get()
    assert line.resolution == Resolution.REFUND.value
    exchange = send(record, ExchangedUnits(shop.large.pk, 1, return_line_id=line.pk))
    changed = part.events.get(kind=EventKind.RESOLUTION_CHANGED.value)
    assert changed.data["resolution"] == Resolution.EXCHANGE.value
    assert changed.data["exchange_name"] == exchange.lines.get().name
    assert not NotificationLog.objects.filter(kind="resolution_changed_shopper").exists()
    assert D(changed.data["quote"]["goods"]["gross"]) == 0
    assert shop.receive(fresh(part)).status == ReturnStatus.SETTLED.value
    assert part.refunds.count() == 0
    assert differences(*OrderRecord.objects.all()) == []


def can_be_paid() -> None:
    ReturnPortal.objects.create(checkout_url="https://shop.example/pay/{token}")


def raising(error: Exception) -> Any:
    def refuse(**_: Any) -> None:
        raise error

    return refuse


def cancel(part: VendorReturn) -> None:
    exchanges.cancel(exchange_id=exchange_of(part).pk, actor=MERCHANT, reason="Torn", now=NOW)


def rows_of(exchange: Exchange) -> set[tuple[Any, ...]]:
    rows = exchange.lines.all()
    return {
        (row.return_line_id, row.variant_id, row.quantity, row.unit_price, row.carried_gross)
        for row in rows
    }


def sent(shop: Shop, price: str = "0", **values: Any) -> VendorReturn:
    """Two large ones and a small one for three that come back, and a belt."""
    record = shop.order(quantity=3)
    part = shop.accept(shop.back(record))
    return _sent(shop, record, price, {"return_line_id": part.lines.get().pk}, values)


def unasked(shop: Shop, price: str = "0", **values: Any) -> VendorReturn:
    """The same for three that nobody returns."""
    record = shop.order(quantity=3)
    return _sent(shop, record, price, {"order_line_id": line_of(record, shop.small)}, values)


def _sent(
    shop: Shop, record: OrderRecord, price: str, line: dict[str, Any], values: dict[str, Any]
) -> VendorReturn:
    belt = sells(shop.vendor, a_product(name="Belt", price="3.00", stock=9))
    return send(
        record,
        ExchangedUnits(shop.large.pk, 2, **line),
        ExchangedUnits(shop.small.pk, 1, **line),
        ExchangedUnits(belt.pk, 1, unit_price=D(price)),
        **values,
    ).vendor_return


class TestUnasked:
    """Nothing comes back: the return is but for what is sent."""

    def ended(self, part: VendorReturn) -> None:
        part = fresh(part)
        assert part.status == ReturnStatus.CANCELLED.value
        assert part.request.status == RequestStatus.CANCELLED.value
        assert part.due_at is None
        assert [line.payable for line in part.lines.all()] == [0]
        assert exchange_of(part).status == ExchangeStatus.CANCELLED.value
        assert part.refunds.count() == 0
        for actor in (MERCHANT, shopper_of(part.request.record)):
            assert allowed_actions(part, actor) == []
        assert differences(*OrderRecord.objects.all()) == []

    def test_it_ends_with_its_replacement(self, shop):
        part = unasked(shop)
        assert fresh(part).status == ReturnStatus.SETTLED.value
        cancel(part)
        self.ended(part)
        assert part.events.last().data["code"] == REPLACEMENT_CANCELLED
        # Its units are free: to be returned, as here, or replaced.
        assert shop.accept(shop.back(part.request.record)).lines.get().accepted == 3

    def test_it_ends_with_its_order_in_saleor(self, shop):
        part = unasked(shop)
        host.current.cancel_exchange_order(exchange_of(part).order_id)
        self.ended(part)

    def test_its_units_are_replaced_anew(self, shop):
        part = unasked(shop)
        cancel(part)
        record = part.request.record
        units = ExchangedUnits(shop.large.pk, 3, order_line_id=line_of(record, shop.small))
        anew = send(record, units).vendor_return
        assert fresh(anew).status == ReturnStatus.SETTLED.value

    @pytest.mark.parametrize("is_over", [False, True])
    def test_an_offer_can_be_ended_with_or_without_its_return(self, shop, is_over):
        can_be_paid()
        part = unasked(shop, "4.00")
        exchange = exchange_of(part)
        if is_over:
            exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
        assert Action.CANCEL in allowed_actions(fresh(part), MERCHANT)
        if is_over:
            return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        else:
            cancel(part)
        self.ended(part)

    def test_what_could_not_be_ordered_can_be_ended(self, shop, monkeypatch):
        with monkeypatch.context() as patch:
            refuse = ExchangeUnavailable("No.", reason=Unavailable.OUT_OF_STOCK)
            patch.setattr(host.current, "create_exchange_order", raising(refuse))
            part = unasked(shop)
        assert exchange_of(part).status == ExchangeStatus.FAILED.value
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        self.ended(part)

    def test_a_return_that_staff_wrote_for_the_shopper_stays_to_be_decided(self, shop):
        record = shop.order()
        part = shop.accept(a_request(record, 2, source=Source.STAFF).vendor_returns.get())
        line = part.lines.get()
        resolutions.change(
            return_line_id=line.pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            send_back=False,
            now=NOW,
        )
        send(record, ExchangedUnits(shop.large.pk, 2, return_line_id=line.pk))
        assert fresh(part).status == ReturnStatus.SETTLED.value
        cancel(part)
        assert fresh(part).status == ReturnStatus.RECEIVED.value


class TestOrderedAgain:
    def test_it_is_all_that_staff_chose(self, shop):
        part = sent(shop, charges_vendor=True, notifies_customer=False)
        before = exchange_of(part)
        cancel(part)
        exchanges.retry(exchange_id=before.pk, actor=acts_for(shop.vendor))
        anew = exchange_of(part)
        assert anew != before
        assert anew.status == ExchangeStatus.RELEASED.value
        assert rows_of(anew) == rows_of(before)
        assert len(rows_of(anew)) == 3
        for field in ("release_rule", "charges_vendor", "notifies_customer", "is_by_staff"):
            assert getattr(anew, field) == getattr(before, field)
        assert fresh(part).status == ReturnStatus.ACCEPTED.value
        assert differences(*OrderRecord.objects.all()) == []

    def test_it_is_offered_at_the_same_price(self, shop):
        can_be_paid()
        part = sent(shop, "4.00")
        before = exchange_of(part)
        cancel(part)
        exchanges.retry(exchange_id=before.pk, actor=acts_for(shop.vendor))
        anew = exchange_of(part)
        assert anew.status == ExchangeStatus.AWAITING_PAYMENT.value
        assert (anew.difference, rows_of(anew)) == (4, rows_of(before))

    def test_it_is_not_once_something_else_is_wanted(self, shop):
        part = sent(shop)
        before = exchange_of(part)
        cancel(part)
        resolutions.change(
            return_line_id=part.lines.get().pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            now=NOW,
        )
        with pytest.raises(InvalidTransition):
            exchanges.retry(exchange_id=before.pk, actor=MERCHANT)
        assert exchange_of(part) == before

    def test_an_older_one_is_not(self, shop):
        """By the return's lines alone the newer one would be lost."""
        part = shop.accept(shop.ask(shop.order(), units=2))
        first = exchange_of(part)
        cancel(part)
        line = part.lines.get()
        send(
            part.request.record,
            ExchangedUnits(shop.large.pk, 1, return_line_id=line.pk),
            ExchangedUnits(shop.small.pk, 1, return_line_id=line.pk),
        )
        second = exchange_of(part)
        cancel(part)
        with pytest.raises(InvalidTransition):
            exchanges.retry(exchange_id=first.pk, actor=MERCHANT)
        exchanges.retry(exchange_id=second.pk, actor=MERCHANT)
        assert rows_of(exchange_of(part)) == rows_of(second)


class TestChosenAnew:
    """After staff chose, the lines of the return do not say what is sent."""

    @pytest.fixture
    def both(self, shop) -> VendorReturn:
        """A shirt and a mug, for which staff send a shirt each, one at a price."""
        can_be_paid()
        mug = sells(shop.vendor, a_product(name="Mug", price="4.00", stock=5))
        record = an_order([(shop.small, 1, "10.00"), (mug, 1, "4.00")])
        return send(
            record,
            ExchangedUnits(shop.large.pk, 1, order_line_id=line_of(record, shop.small)),
            ExchangedUnits(
                shop.small.pk, 1, unit_price=D("5.00"), order_line_id=line_of(record, mug)
            ),
        ).vendor_return

    def change(self, part: VendorReturn, name: str, resolution: Resolution, **values: Any) -> None:
        resolutions.change(
            **{
                "return_line_id": part.lines.get(shipment_line__product_name=name).pk,
                "actor": MERCHANT,
                "now": NOW,
                "resolution": resolution,
                **values,
            }
        )

    def test_what_staff_chose_for_other_items_is_not_made_up(self, shop, both):
        before = exchange_of(both)
        with pytest.raises(InvalidTransition) as refused:
            self.change(both, "Shirt", Resolution.EXCHANGE, exchange_variant_id=shop.small.pk)
        assert refused.value.field == "resolution"
        self.change(both, "Shirt", Resolution.REFUND)
        before.refresh_from_db()
        assert before.status == ExchangeStatus.CANCELLED.value
        assert list(both.exchanges.all()) == [before]  # nothing for the mug, least of all free
        with pytest.raises(InvalidTransition):
            exchanges.retry(exchange_id=before.pk, actor=acts_for(shop.vendor))
        with pytest.raises(InvalidTransition):
            self.change(both, "Shirt", Resolution.EXCHANGE, exchange_variant_id=shop.small.pk)
        mug = both.lines.get(shipment_line__product_name="Mug")
        send(both.request.record, ExchangedUnits(shop.small.pk, 1, return_line_id=mug.pk))
        assert exchange_of(both).status == ExchangeStatus.RELEASED.value

    def test_one_item_alone_is_chosen_for_by_its_own_price(self, shop):
        part = sent(shop)
        cancel(part)
        self.change(
            part,
            "Shirt",
            Resolution.EXCHANGE,
            exchange_variant_id=shop.small.pk,
            actor=acts_for(shop.vendor),
        )
        [row] = exchange_of(part).lines.all()
        assert (row.variant_id, row.quantity, row.unit_price) == (shop.small.pk, 3, 0)
        assert not exchange_of(part).is_by_staff

    def test_what_has_a_price_only_staff_can_give_for_free(self, shop):
        can_be_paid()
        part = sent(shop, "4.00")
        exchange = exchange_of(part)
        exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
        for variant in (shop.small, shop.large):
            with pytest.raises(InvalidTransition) as refused:
                self.change(
                    part,
                    "Shirt",
                    Resolution.EXCHANGE,
                    exchange_variant_id=variant.pk,
                    actor=acts_for(shop.vendor),
                )
            assert refused.value.field == "resolution"
        assert exchange_of(part) == exchange
        self.change(part, "Shirt", Resolution.EXCHANGE, exchange_variant_id=shop.small.pk)
        assert exchange_of(part).difference == 0

    def test_not_even_a_vendor_who_makes_money_of_it_first(self, shop):
        can_be_paid()
        part = shop.accept(a_request(shop.order(), 2).vendor_returns.get())
        units = ExchangedUnits(
            shop.large.pk, 2, unit_price=D("2.00"), return_line_id=part.lines.get().pk
        )
        send(part.request.record, units)
        vendor = acts_for(shop.vendor)
        self.change(part, "Shirt", Resolution.REFUND, actor=vendor)
        with pytest.raises(InvalidTransition):
            self.change(
                part,
                "Shirt",
                Resolution.EXCHANGE,
                exchange_variant_id=shop.large.pk,
                actor=vendor,
            )
        assert Action.CHANGE_RESOLUTION not in allowed_actions(fresh(part), vendor)
        assert Action.CHANGE_RESOLUTION in allowed_actions(fresh(part), MERCHANT)
        self.change(part, "Shirt", Resolution.EXCHANGE, exchange_variant_id=shop.large.pk)
        assert exchange_of(part).difference == 0

    def test_the_shopper_makes_no_money_of_what_nobody_asked_for(self, shop):
        can_be_paid()
        part = unasked(shop, "4.00")
        exchange = exchange_of(part)
        exchange_orders.end(exchange_id=exchange.pk, now=exchange.expires_at)
        part, shopper = fresh(part), shopper_of(part.request.record)
        for resolution in (Resolution.REFUND, Resolution.EXCHANGE):
            with pytest.raises(NotPermitted):
                self.change(part, "Shirt", resolution, actor=shopper)
        assert Action.CHANGE_RESOLUTION not in allowed_actions(part, shopper)
        # It is for those to decide who wanted it.
        assert deadlines.task_of(part) is Task.EXCHANGE
        rows = VendorReturn.objects.all()
        assert deadlines.needing_action(rows, acts_for(shop.vendor)).get() == part
        assert not deadlines.needing_action(rows, shopper).exists()

    def test_where_goods_go_changes_nothing_of_it(self, shop):
        can_be_paid()
        part = shop.accept(a_request(shop.order(), 2).vendor_returns.get())
        line = part.lines.get()
        send(
            part.request.record,
            ExchangedUnits(shop.large.pk, 1, unit_price=D("2.00"), return_line_id=line.pk),
            ExchangedUnits(shop.small.pk, 1, return_line_id=line.pk),
        )
        before = exchange_of(part)
        self.change(part, "Shirt", Resolution.EXCHANGE, send_back=False)
        assert exchange_of(part) == before
        assert before.status == ExchangeStatus.AWAITING_PAYMENT.value
        cancel(part)
        self.change(part, "Shirt", Resolution.EXCHANGE, send_back=True)
        assert exchange_of(part) == before  # what was cancelled stays so
