"""What goes back of the delivery that was paid, by the policy's rule (docs/adr/0004)."""

from decimal import Decimal as D

import pytest

from saleor_returns_plugin.enums import ShippingRule
from saleor_returns_plugin.models import ReturnPolicy
from saleor_returns_plugin.services import refunds, return_requests, vendor_returns
from tests.builders import MERCHANT, NOW, a_request, a_vendor, an_order, receive_all, sells
from tests.saleor_rows import a_product
from tests.saleor_rows.gateway import PATH, RecordedGateway

# A refund calls the gateway outside any transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def gateway(settings):
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()


def returned(record):
    """Refund one unit more of each line; what of it is delivery."""
    request = a_request(record)
    part = request.vendor_returns.get()
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    receive_all(part, MERCHANT)
    refund = refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    return refund.shipping_gross


@pytest.mark.parametrize(
    ("rule", "paid_back"),
    [
        (ShippingRule.NEVER, ["0", "0", "0"]),
        (ShippingRule.ON_FULL_RETURN, ["0", "0", "10"]),
        (ShippingRule.PROPORTIONAL, ["3.33", "3.34", "3.33"]),
    ],
)
def test_three_refunds_of_one_order(rule, paid_back):
    ReturnPolicy.objects.create(shipping_refund=rule.value)
    chair = sells(a_vendor("Oak"), a_product("Chair"))
    record = an_order([(chair, 3, "20")], shipping="10")
    assert [returned(record) for _ in range(3)] == [D(amount) for amount in paid_back]
