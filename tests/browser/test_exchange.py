"""An exchange as its shopper sees it: chosen, reserved, gone, chosen anew, and sent."""

from collections.abc import Callable

import pytest
from django.apps import apps

from saleor_returns_plugin.domain.requested import Tracking
from saleor_returns_plugin.enums import ExchangeStatus
from saleor_returns_plugin.models import Exchange, ReturnRequest
from saleor_returns_plugin.services import return_requests, shipments, vendor_returns
from tests.builders import (
    MERCHANT,
    NOW,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
)
from tests.portal.test_exchange_choice import settles
from tests.saleor_rows import a_product, a_variant
from tests.services.exchange_shop import Shop, exchange_of, fresh, new_shipment

from .conftest import WIDTHS, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("exchanges_offered")]


@pytest.mark.parametrize("width", WIDTHS)
def test_an_exchange(person: Callable[..., Person], width: int) -> None:
    shirts = Shop()
    settles(shirts)
    a_variant(shirts.small, "XL, organic cotton", price="12.00", stock=2)
    a_variant(shirts.small, "XS", price="7.00")
    bowl = sells(a_vendor("Clay Studio"), a_product(name="Stoneware Bowl", price="38.00", stock=0))
    record = an_order(
        [(shirts.small, 2, "10.00"), (bowl, 1, "38.00")], email="ada@example.com", shipping="9.50"
    )
    shopper = person("exchange", width)
    shopper.go("/returns", "sign-in")
    shopper.type("Order number", record.number)
    shopper.type("E-mail address", "ada@example.com")
    shopper.press("Find my order", "order")
    shopper.sees("It cannot be exchanged at the moment")
    variants = shopper.page.get_by_label("Exchange for")
    assert not variants.is_visible()
    shopper.choose("What would you like?", "Exchange")
    assert variants.is_visible()
    shopper.look("order-exchange")
    shopper.type("How many?", "1", 0)
    shopper.type("How many?", "1", 1)
    shopper.press("Review return", "order-problem")
    shopper.sees("Choose what you would like in exchange.")
    shopper.choose("Exchange for", "Shirt, XL, organic cotton · + $2.00 each · only 2 left")
    shopper.press("Review return", "review")
    shopper.sees(
        "Instead you get: 1 × Shirt, XL, organic cotton (+ $2.00)",
        "You pay $2.00 once the store has accepted.",
        "In total you get back $38.00",
    )
    shopper.press("Change something", "order-again")
    assert variants.is_visible()
    shopper.choose("Exchange for", "Shirt, XS · − $3.00 back each")
    shopper.press("Review return", "review-cheaper")
    shopper.sees("In total you get back $41.00")
    shopper.press("Change something", "order-once-more")
    shopper.choose("Exchange for", "Shirt, L")
    shopper.press("Review return", "review-even")
    shopper.press("Submit return request", "confirmation")
    shopper.press("View status", "status-requested")

    request = ReturnRequest.objects.get()
    status = f"/returns/requests/{request.pk}/"
    part = request.vendor_returns.get(vendor=shirts.vendor)
    stocks = apps.get_model("warehouse.Stock").objects
    stocks.filter(product_variant=shirts.large).update(quantity=0)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(shirts.vendor), now=NOW)
    shopper.go(status, "status-failed")
    shopper.sees("Not ordered", "Shirt, L is not available any more.")
    shopper.press("Choose this", "instead-problem", exact=False)
    shopper.sees("Choose what you would like instead.")
    shopper.choose("What would you like instead?", "Shirt · the same again")
    shopper.press("Choose this", "status-reserved", exact=False)
    shopper.sees("Your choice is saved.", "It is reserved for you, and sent once your return")

    Exchange.objects.filter(pk=exchange_of(part).pk).update(
        status=ExchangeStatus.AWAITING_PAYMENT.value, difference=2, expires_at=NOW
    )
    shopper.go(status, "status-to-pay")
    shopper.sees("Waiting for payment", "Please pay $2.00 by")
    Exchange.objects.filter(pk=exchange_of(part).pk).update(status=ExchangeStatus.ORDERED.value)

    receive_all(fresh(part), acts_for(shirts.vendor))
    shopper.go(status, "status-released")
    shopper.sees("To be sent", "the store makes it ready")
    shipments.fulfil(
        shipment_id=new_shipment(part).pk,
        actor=acts_for(shirts.vendor),
        tracking=Tracking("UPS", "1Z999AA10123456784", "https://ups.example/1Z9"),
        now=NOW,
    )
    shopper.go(status, "status-sent")
    shopper.sees("It is on its way to you.", "1Z999AA10123456784")
