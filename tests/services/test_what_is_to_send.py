"""Nobody is asked for goods that were declined or that the shopper keeps."""

from datetime import timedelta
from typing import Any

import pytest

from saleor_returns_plugin.console import waiting
from saleor_returns_plugin.console.rows import items_of
from saleor_returns_plugin.domain.requested import DeclinedUnits
from saleor_returns_plugin.enums import EventKind, Resolution
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.selectors.deadlines import needing_action
from saleor_returns_plugin.services import deadlines, resolutions, return_requests, vendor_returns
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
from tests.saleor_rows import a_product

from .telling import LOCMEM, a_portal, last, sent_of

E = EventKind
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(db: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


def of_chairs_and_lamps(**values: Any) -> VendorReturn:
    """Requested: two chairs and two lamps of one vendor."""
    vendor = a_vendor(**values)
    chair, lamp = sells(vendor, a_product("Chair")), sells(vendor, a_product("Lamp"))
    record = an_order([(chair, 2, "10.00"), (lamp, 2, "5.00")])
    return a_request(record, 2).vendor_returns.get()


def without_chairs(part: VendorReturn) -> list[DeclinedUnits]:
    return [DeclinedUnits(line_of(part, "Chair").pk, 2, "Final sale.")]


def line_of(part: VendorReturn, name: str) -> Any:
    return part.lines.get(shipment_line__product_name=name)


def approve(part: VendorReturn, **values: Any) -> None:
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW, **values)


def accept(part: VendorReturn, **values: Any) -> VendorReturn:
    actor = acts_for(part.vendor)
    return vendor_returns.accept(vendor_return_id=part.pk, actor=actor, now=NOW, **values)


def asked_for(message: Any) -> str:
    """The mail up to what it says of declined items."""
    return str(message.body).partition("declined")[0]


def test_the_vendor_is_asked_for_what_the_store_left() -> None:
    part = of_chairs_and_lamps()
    approve(part, declined=without_chairs(part))
    body = sent_of(last(E.APPROVED))["return_approved_vendor"].body
    assert "2 × Lamp" in body
    assert "Chair" not in body


def test_the_shopper_is_asked_for_what_was_accepted() -> None:
    part = of_chairs_and_lamps()
    approve(part)
    accept(part, declined=without_chairs(part))
    body = asked_for(sent_of(last(E.ACCEPTED))["return_accepted_shopper"])
    assert "2 × Lamp" in body
    assert "Chair" not in body
    deadlines.run(now=NOW + timedelta(days=12))
    reminder = sent_of(last(E.REMINDED))["reminder_shopper"].body
    deadlines.run(now=NOW + timedelta(days=18))
    warning = sent_of(last(E.EXPIRY_WARNED))["expiry_warned_shopper"].body
    for body in (reminder, warning):
        assert "2 × Lamp" in body
        assert "Chair" not in body


def test_a_list_names_what_was_accepted_or_all_that_was_declined() -> None:
    part = of_chairs_and_lamps()
    approve(part, declined=without_chairs(part))
    assert [item.split(" (")[0][:8] for item in items_of(part)] == ["2 × Lamp"]
    part.lines.update(declined=2)
    assert len(items_of(VendorReturn.objects.get(pk=part.pk))) == 2


@pytest.fixture
def kept() -> VendorReturn:
    """Accepted by a vendor without an address: lamps to keep, chairs declined."""
    part = of_chairs_and_lamps(return_address={})
    resolutions.change(
        return_line_id=line_of(part, "Lamp").pk,
        actor=MERCHANT,
        resolution=Resolution.REFUND,
        send_back=False,
        now=NOW,
    )
    approve(part, declined=without_chairs(part))
    return accept(part)


def test_no_address_is_needed_where_nothing_is_to_come(kept: VendorReturn) -> None:
    assert kept.status == "accepted"
    body = sent_of(last(E.ACCEPTED))["return_accepted_shopper"].body
    assert "You need not send anything back" in body


def test_nothing_expires_where_nothing_is_to_come(kept: VendorReturn) -> None:
    outcome = deadlines.run(now=NOW + timedelta(days=40))
    assert (outcome.warned, outcome.expired) == (0, 0)
    shopper = shopper_of(kept.request.record)
    assert not needing_action(VendorReturn.objects.all(), shopper).exists()
    queue = next(each for each in waiting.QUEUES if each.key == "shopper")
    assert not waiting.rows_of(queue, waiting.returns_of(MERCHANT), MERCHANT, NOW).exists()
