"""What open returns are still to be paid, and what they were promised."""

from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_returns_plugin.domain.money import ZERO
from saleor_returns_plugin.domain.requested import RequestedLine
from saleor_returns_plugin.enums import Condition, ShippingRule
from saleor_returns_plugin.models import ReturnPolicy, VendorReturn, VendorShipmentLine
from saleor_returns_plugin.selectors import mail_facts, quotes
from saleor_returns_plugin.services import refunds, return_requests, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
    a_request,
    a_vendor,
    an_order,
    receive_all,
    sells,
)
from tests.saleor_rows import a_product
from tests.saleor_rows.gateway import PATH, RecordedGateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def variants():
    oak, elm = a_vendor("Oak & Sons"), a_vendor("Elm & Co")
    return [
        sells(oak, a_product("Chair")),
        sells(elm, a_product("Lamp")),
        sells(elm, a_product("Rug")),
    ]


def parts_of(record) -> list[VendorReturn]:
    rows = VendorReturn.objects.filter(request__record=record)
    return list(rows.select_related("request__record", "vendor", "shipment").order_by("number"))


def accept_all(record) -> None:
    for request in record.requests.all():
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    for part in parts_of(record):
        vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)


@given(
    prices=st.lists(st.integers(1, 5000), min_size=3, max_size=3),
    bought=st.lists(st.integers(1, 4), min_size=3, max_size=3),
    asked=st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=3),
    rule=st.sampled_from(list(ShippingRule)),
    received=st.integers(0, 4),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_open_parts_are_expected_to_pay_what_they_were_promised(
    variants, prices, bought, asked, rule, received
):
    ReturnPolicy.objects.update_or_create(
        channel="",
        vendor=None,
        defaults={"shipping_refund": rule.value, "restocking_fee_percent": D("7.5")},
    )
    sold = zip(variants, bought, prices, strict=True)
    record = an_order([(v, n, str(D(p) / 100)) for v, n, p in sold], shipping="9.99")
    rows = VendorShipmentLine.objects.filter(shipment__record=record).order_by("product_name")
    left = {row.pk: row.quantity for row in rows}
    for units in asked:
        lines = []
        for row, wanted in zip(rows, units, strict=True):
            if taken := min(wanted, left[row.pk]):
                left[row.pk] -= taken
                lines.append(RequestedLine(shipment_line_id=row.pk, quantity=taken))
        if lines:
            a_request(record, lines=lines)
    accept_all(record)
    for part in parts_of(record)[:received]:
        receive_all(part, MERCHANT)
    parts = parts_of(record)
    promised = [quotes.promised(part) for part in parts]
    expected = [each.expected for each in quotes.owed(parts)]
    assert [q.refund for q in expected] == [q.refund for q in promised]
    assert [q.steps for q in expected] == [q.steps for q in promised]
    assert [quotes.expected(part) for part in parts] == expected


class TestOfTwoVendors:
    @pytest.fixture
    def record(self, variants):
        chair, lamp, _rug = variants
        record = an_order([(chair, 1, "10"), (lamp, 1, "5")], shipping="4")
        a_request(record)
        return record

    def test_delivery_stands_on_the_last_part(self, record):
        first, last = (quotes.expected(part) for part in parts_of(record))
        assert (first.shipping.gross, last.shipping.gross) == (ZERO, D(4))
        assert (first.refund, last.refund) == (D(10), D(9))

    def test_mails_say_the_same(self, record):
        assert [mail_facts._worth(part).refund for part in parts_of(record)] == [D(10), D(9)]

    def test_delivery_does_not_come_back_once_a_sibling_is_declined(self, record):
        first, last = parts_of(record)
        return_requests.decline(
            request_id=first.request_id,
            actor=MERCHANT,
            reason="Worn",
            now=NOW,
            vendor_return_ids=[first.pk],
        )
        assert quotes.promised(last).shipping.gross == D(4)
        assert quotes.expected(last).refund == mail_facts._worth(last).refund == D(5)

    def test_a_refund_pays_no_delivery_before_the_sibling_is_paid(self, record):
        accept_all(record)
        last = parts_of(record)[-1]
        receive_all(last, MERCHANT)
        assert quotes.due_now(last).refund == D(5)
        assert quotes.expected(last).refund == D(9)

    def test_goods_that_arrived_damaged_count_as_back(self, record):
        accept_all(record)
        first, last = parts_of(record)
        receive_all(first, MERCHANT, Condition.DAMAGED)
        assert quotes.expected(last).refund == D(9)

    def test_the_statements_do_not_grow_with_the_parts(
        self, record, variants, django_assert_num_queries
    ):
        chair, lamp, rug = variants
        big = an_order([(chair, 3, "10"), (lamp, 3, "5"), (rug, 3, "2")], shipping="4")
        for _ in range(3):
            a_request(big)
        for each in (record, big):
            parts = parts_of(each)
            with django_assert_num_queries(3):
                _ = [owed.expected for owed in quotes.owed(parts)]


@pytest.mark.django_db(transaction=True)
def test_once_a_part_is_paid_the_other_is_expected_to_bring_the_delivery(variants, settings):
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    chair, lamp, _rug = variants
    record = an_order([(chair, 1, "10"), (lamp, 1, "5")], shipping="4")
    a_request(record)
    accept_all(record)
    first, last = parts_of(record)
    receive_all(last, MERCHANT)
    refunds.release(vendor_return_id=last.pk, actor=MERCHANT, now=NOW)
    assert quotes.expected(first).refund == D(14)
    receive_all(first, MERCHANT)
    assert quotes.due_now(first).refund == D(14)
