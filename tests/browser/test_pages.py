"""Every page that the whole return does not come by, and ways to use them without a mouse."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import Condition, ShipmentStatus
from saleor_returns_plugin.models import ReturnRequest, VendorReturn, VendorShipment
from saleor_returns_plugin.services import receptions, return_requests, sessions, vendor_returns
from tests.builders import MERCHANT, NOW, a_request, an_order, sells
from tests.console.conftest import Shop
from tests.saleor_rows import a_product, a_staff_user

from .checks import FINDINGS
from .conftest import WIDTHS, Person
from .test_whole_return import CONSOLE, of_the_vendor, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
"""A word that no line can hold: it has to break, not push the page wide."""


@pytest.mark.parametrize("width", WIDTHS)
def test_the_consoles_other_pages(person: Callable[..., Person], shop: Shop, width: int) -> None:
    to_send = an_order(
        [(sells(shop.oak, a_product(name=LONG, stock=5)), 2, "1234567.00")], fulfilled=False
    ).shipments.get()
    held = an_order([(a_product(name="Lamp"), 1, "7.00")], fulfilled=False).shipments.get()
    VendorShipment.objects.filter(pk=held.pk).update(
        status=ShipmentStatus.HELD.value, hold_reason="Waits for the payment of an exchange."
    )
    waiting, second = a_request(shop.record, note=LONG), a_request(shop.record)
    part = _in_conflict(shop)
    merchant = person("console", width)
    sign_in(merchant, a_staff_user("staff@example.com").email)
    merchant.sees("Overdue")
    merchant.press("Decide on several at once", "decide")
    merchant.press("Approve what is ticked", "decide-nothing-ticked")
    merchant.page.get_by_label(waiting.number).check()
    merchant.page.get_by_label(second.number).check()
    return_requests.decline(request_id=second.pk, actor=MERCHANT, reason="No", now=NOW)
    merchant.press("Approve what is ticked", "decided")
    merchant.sees("Could not be decided", second.number)
    merchant.go(f"{CONSOLE}returns/", "returns")
    merchant.go(f"{CONSOLE}returns/?search=nothing", "returns-none")
    merchant.go(f"{CONSOLE}returns/{part.pk}/", "conflict")
    merchant.sees("Saleor's order says something else", "Overdue")
    for summary in ("Undo this reception", "Decline this return", "Change what becomes"):
        if merchant.page.locator("summary", has_text=summary).count():
            merchant.open(summary)
    merchant.look("conflict-open")
    merchant.go(f"{CONSOLE}shipments/", "shipments")
    merchant.go(f"{CONSOLE}shipments/{held.pk}/", "shipment-held")
    merchant.go(f"{CONSOLE}shipments/{held.pk}/packing-slip/", "packing-slip-held")
    merchant.sees("do not send it yet")
    merchant.go(f"{CONSOLE}shipments/{to_send.pk}/packing-slip/", "packing-slip")
    merchant.sees("Ship to", to_send.number)
    merchant.go(f"{CONSOLE}shipments/{to_send.pk}/", "shipment-to-send")
    merchant.open("Attach a label")
    merchant.press("Attach the label", "label-problem")
    merchant.sees("Give a file or a link.")
    merchant.type("Or a link to it", "https://carrier.example/label")
    merchant.press("Attach the label", "label-attached")
    merchant.sees("The label is attached.")
    merchant.type("Units that leave now", "9")
    merchant.press("Record as sent", "shipment-problem")
    merchant.type("Units that leave now", "1")
    merchant.type("Tracking number", "1Z999")
    merchant.press("Record as sent", "shipment-sent")
    merchant.sees("Recorded in Saleor as sent.", "1Z999")
    merchant.open("Mark as delivered")
    merchant.look("shipment-delivered")
    merchant.go(f"{CONSOLE}vendors/", "vendors")
    merchant.go(f"{CONSOLE}nothing/", "not-found")


def _in_conflict(shop: Shop) -> VendorReturn:
    """Partly received, overdue, and of an order whose goods staff took back in Saleor."""
    record = an_order([(sells(shop.oak, a_product(name="Stool")), 3, "20.00")])
    part = a_request(record, units=3).vendor_returns.get()
    return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW)
    vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
    lines = [ReceivedLine(part.lines.get().pk, 1, Condition.WRONG_ITEM, note=LONG)]
    receptions.receive(vendor_return_id=part.pk, actor=MERCHANT, lines=lines, now=NOW)
    sold = part.lines.get().shipment_line
    sold.quantity_taken_back = 1
    sold.save()
    VendorReturn.objects.filter(pk=part.pk).update(
        waiting_since=NOW - timedelta(days=9), due_at=NOW - timedelta(days=1)
    )
    return part


def test_a_tab_that_another_has_overtaken(person: Callable[..., Person], shop: Shop) -> None:
    request = a_request(shop.record)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    part = request.vendor_returns.get(vendor=shop.oak)
    first = person("tabs")
    sign_in(first, of_the_vendor(shop.oak, "oak@example.com"))
    second = Person("tabs", first.page.context.new_page(), first.home)
    for tab in (first, second):
        tab.go(f"{CONSOLE}returns/{part.pk}/", "same-return")
    second.press("Accept", "accepted")
    first.open("Decline this return")
    first.type("Reason, which the shopper will read", "It is worn.", -1)
    first.press("Decline", "overtaken")
    first.sees("has changed since you looked at it", "It is worn.", "Accepted")
    part.refresh_from_db()
    assert part.status == "accepted"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_portals_other_pages(person: Callable[..., Person], shop: Shop, width: int) -> None:
    request = a_request(shop.record, units=2)
    shopper = person("portal", width)
    shopper.go("/returns/open/forged", "closed-link")
    shopper.go("/returns/order/", "sign-in-again")
    shopper.open("I do not have the order number")
    shopper.type("Your e-mail address", "ada")
    shopper.press("Mail me a link", "link-problem")
    shopper.type("Your e-mail address", "ada@example.com")
    shopper.press("Mail me a link", "link-sent")
    token = sessions.link_token(shop.record, NOW)
    shopper.go(reverse("returns:portal-open", args=[token]), "opened-by-link")
    assert token not in shopper.page.url
    shopper.sees(request.number)
    shopper.go("/returns/nothing/", "not-found")
    shopper.press("To the start", "order-with-returns")
    shopper.press(request.number, "status")
    shopper.press("Cancel this return", "cancel")
    for box in shopper.page.get_by_role("checkbox").all():
        box.uncheck()
    shopper.press("Cancel what is ticked", "cancel-problem")
    shopper.page.get_by_role("checkbox").first.check()
    shopper.press("Cancel what is ticked", "cancelled")
    shopper.sees("Cancelled. You keep the goods")


def test_the_portal_needs_no_mouse(person: Callable[..., Person], shop: Shop) -> None:
    shopper = person("keyboard")
    keyboard = shopper.page.keyboard
    shopper.go("/returns/", "start")
    keyboard.press("Tab")
    assert shopper.page.locator(":focus").inner_text() == "Skip to content"
    _tab_to(shopper, "#order")
    keyboard.type(shop.record.number)
    keyboard.press("Tab")
    keyboard.type("ada@example.com")
    _enter(shopper, "/order/")
    _tab_to(shopper, "input[type=number]")
    keyboard.press("Control+A")
    keyboard.type("1")
    _enter(shopper, "/review/")
    _tab_to(shopper, "form[action$='/submit/'] button")
    _enter(shopper, "/sent/")
    shopper.sees(ReturnRequest.objects.get().number)
    # Back shows what was submitted, and submitting it again makes no second request.
    shopper.page.go_back()
    shopper.sees("Check your return")
    shopper.press("Submit return request", "again")
    assert ReturnRequest.objects.count() == 1


def _enter(shopper: Person, leads_to: str) -> None:
    with shopper.page.expect_navigation():
        shopper.page.keyboard.press("Enter")
    assert shopper.page.url.endswith(leads_to)
    shopper.look("by-keyboard")


def _tab_to(shopper: Person, selector: str) -> None:
    """With the Tab key; what has the focus shows it."""
    for _ in range(40):
        shopper.page.keyboard.press("Tab")
        focused = shopper.page.locator(":focus")
        assert focused.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
        if focused.evaluate("(e, selector) => e.matches(selector)", selector):
            return
    raise AssertionError(f"No way to {selector} by Tab")


def test_the_checks_find_what_is_wrong(person: Callable[..., Person]) -> None:
    """Else a page would pass because nothing was looked at."""
    page = person("checks").page
    page.goto(
        "data:text/html,<html lang=en><body style='width:3000px'><h1>A</h1><h3>B</h3>"
        "<p style='color:rgb(160 160 160)'>Faint</p><input name=x style='border-color:%23eee'>"
        "<a href=x></a><p id=a></p><p id=a></p><label for=none>C</label>"
    )
    found = str(page.evaluate(FINDINGS))
    for wrong in (
        "wider than the window",
        "skips a level",
        "contrast 2.6",
        "no label: x",
        "faint border: x",
        "no name",
        "an id stands there twice",
        "points nowhere",
    ):
        assert wrong in found
