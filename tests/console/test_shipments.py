"""Shipments leave through Saleor, are followed, and arrive."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import Tracking
from saleor_returns_plugin.enums import Condition, ShipmentStatus
from saleor_returns_plugin.errors import InvalidTransition, QuantityExceedsReturnable
from saleor_returns_plugin.models import OrderRecord, VendorReturn, VendorShipment
from saleor_returns_plugin.selectors.shipments import parcels_of
from saleor_returns_plugin.services import shipments, split, staff_exchanges
from saleor_returns_plugin.services.shipments import ShippedUnits
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits
from tests.builders import MERCHANT, NOW, a_vendor, acts_for, an_order, sells
from tests.saleor_rows import a_product, a_site, events_of
from tests.saleor_rows.gateway import PATH, RecordedGateway
from tests.services.exchange_shop import Shop, new_shipment

from .conftest import a_member

pytestmark = pytest.mark.django_db

ACTIONS = ("fulfil", "tracking", "delivered")


@pytest.fixture
def open_one(shop) -> VendorShipment:
    """Two lamps and a shade of the oak vendor, not sent yet."""
    lines = [
        (sells(shop.oak, a_product(name="Lamp", stock=5)), 2, "7.00"),
        (sells(shop.oak, a_product(name="Shade", stock=5)), 1, "3.00"),
    ]
    return an_order(lines, fulfilled=False, email="bob@example.com").shipments.get()


def url_of(shipment: VendorShipment) -> str:
    return reverse("returns:console-shipment", args=[shipment.pk])


def units(shipment: VendorShipment, name: str) -> str:
    return f"fulfil-{shipment.lines.get(product_name=name).pk}-units"


def test_some_of_it_leaves_with_tracking(shop, open_one):
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(url_of(open_one))
    assert dict(page.form("/fulfil/").fields)[units(open_one, "Lamp")] == "2"
    page = browser.fill(
        "/fulfil/",
        {
            units(open_one, "Lamp"): "1",
            units(open_one, "Shade"): "0",
            "fulfil-number": "1Z",
            "fulfil-carrier": "UPS",
            "fulfil-url": "https://ups.example/1Z",
        },
    )
    open_one.refresh_from_db()
    assert open_one.status == ShipmentStatus.PARTIALLY_FULFILLED
    assert "Recorded in Saleor as sent." in page.text
    assert page.links["1Z"] == "https://ups.example/1Z"
    browser.submit("/fulfil/")
    open_one.refresh_from_db()
    assert open_one.status == ShipmentStatus.FULFILLED
    assert not browser.page.has_form("/fulfil/")


def test_pressed_twice_it_leaves_once(shop, open_one):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(open_one))
    form = browser.page.form("/fulfil/")
    given = {**dict(form.fields), units(open_one, "Lamp"): "1", units(open_one, "Shade"): "1"}
    for _again in range(2):
        page = browser.post(form.action, given)
        assert page.response.status_code == 200
        assert "Recorded in Saleor as sent." in page.text
    sent = open_one.lines.order_by("product_name").values_list("quantity_fulfilled", flat=True)
    assert list(sent) == [1, 1]
    assert open_one.record.order.fulfillments.count() == 1


def test_what_another_tab_has_sent_meanwhile_does_not_leave_again(shop, open_one):
    first, second = (a_member(shop.oak, f"{name}@example.com") for name in ("ann", "bob"))
    one = {units(open_one, "Lamp"): "1", units(open_one, "Shade"): "0"}
    for browser in (first, second):
        browser.get(url_of(open_one))
    first.fill("/fulfil/", one)
    page = second.fill("/fulfil/", one)
    assert page.response.status_code == 409
    assert "has changed since you looked at it" in page.text
    assert open_one.lines.get(product_name="Lamp").quantity_fulfilled == 1
    # Who has seen what is left decides again.
    second.submit("/fulfil/")
    assert open_one.lines.get(product_name="Lamp").quantity_fulfilled == 2


def test_a_page_from_before_that_is_sent_again_with_other_units_can_be_sent_after_all(
    shop, open_one
):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(open_one))
    form = browser.page.form("/fulfil/")
    none = {**dict(form.fields), units(open_one, "Lamp"): "0", units(open_one, "Shade"): "0"}
    browser.post(form.action, {**none, units(open_one, "Shade"): "1"})
    page = browser.post(form.action, {**none, units(open_one, "Lamp"): "1"})
    assert page.response.status_code in (409, 422)
    assert open_one.lines.get(product_name="Lamp").quantity_fulfilled == 0
    browser.submit("/fulfil/")
    assert open_one.lines.get(product_name="Lamp").quantity_fulfilled == 1


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no approval")
def test_what_waits_for_approval_is_not_offered_again_and_keeps_its_tracking(shop, open_one):
    settings = a_site().settings
    settings.fulfillment_auto_approve = False
    settings.save()
    Site.objects.clear_cache()
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(open_one))
    left = {units(open_one, "Lamp"): "1", units(open_one, "Shade"): "0"}
    link = {"fulfil-carrier": "UPS", "fulfil-number": "1Z", "fulfil-url": "https://ups.example/1Z"}
    page = browser.fill("/fulfil/", {**left, **link})
    assert "Recorded in Saleor, where somebody has to approve it" in page.text
    assert "1 waits for approval in Saleor" in page.text
    (form,) = (dict(f.fields) for f in page.forms if f.action.endswith("/fulfil/"))
    assert (form[units(open_one, "Lamp")], form[units(open_one, "Shade")]) == ("1", "1")
    assert "All that is left to send waits for approval" not in page.text
    page = browser.submit("/fulfil/")
    assert not page.has_form("/fulfil/")
    assert "All that is left to send waits for approval in Saleor." in page.text
    with pytest.raises(InvalidTransition):
        shipments.fulfil(shipment_id=open_one.pk, actor=MERCHANT, now=NOW)
    lamp = open_one.lines.get(product_name="Lamp")
    with pytest.raises(QuantityExceedsReturnable):
        again = [ShippedUnits(lamp.pk, 1)]
        shipments.fulfil(shipment_id=open_one.pk, actor=MERCHANT, now=NOW, units=again)
    open_one.refresh_from_db()
    known = {"carrier": "UPS", "number": "1Z", "url": "https://ups.example/1Z"}
    assert (open_one.status, open_one.tracking) == (
        ShipmentStatus.OPEN,
        [{**known, "waiting": True}],
    )
    assert "Waits for approval in Saleor UPS 1Z" in page.text
    assert page.links["1Z"] == "https://ups.example/1Z"

    open_one.record.order.fulfillments.update(status="fulfilled")
    split.split_order(order_id=open_one.record.order_id, now=timezone.now())

    open_one.refresh_from_db()
    assert (open_one.status, open_one.tracking) == (ShipmentStatus.FULFILLED, [known])
    page = browser.get(url_of(open_one))
    assert "waits for approval" not in page.text.lower()
    assert page.links["1Z"] == "https://ups.example/1Z"


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no approval")
def test_tracking_of_what_is_not_approved_after_all_goes(shop, open_one):
    order = open_one.record.order
    shipments.fulfil(
        shipment_id=open_one.pk,
        actor=acts_for(shop.oak),
        now=timezone.now(),
        tracking=Tracking("UPS", "1Z", None),
    )
    for status, known in (("waiting_for_approval", ["1Z"]), ("canceled", [])):
        order.fulfillments.update(status=status)
        split.split_order(order_id=order.pk, now=timezone.now())
        open_one.refresh_from_db()
        assert open_one.status == ShipmentStatus.OPEN
        assert [each["number"] for each in open_one.tracking] == known


@pytest.mark.skipif(not host.IS_V3, reason="2.10 has no approval")
def test_tracking_of_what_came_back_stays_beside_what_waits_for_approval(shop, open_one):
    order = open_one.record.order
    lamp = open_one.lines.get(product_name="Lamp")
    act = {"shipment_id": open_one.pk, "actor": MERCHANT, "units": [ShippedUnits(lamp.pk, 1)]}
    link = "https://ups.example/1Z"
    shipments.fulfil(**act, now=timezone.now(), tracking=Tracking("UPS", "1Z", link))
    back = [host.ReturnedUnits(lamp.order_line_id, 1)]
    host.current.return_products(order_id=order.pk, lines=back)
    assert not order.fulfillments.filter(tracking_number="1Z").exists()
    settings = a_site().settings
    settings.fulfillment_auto_approve = False
    settings.save()
    Site.objects.clear_cache()
    shipments.fulfil(**act, now=timezone.now(), tracking=Tracking("DHL", "2Z", None))

    gone = {"carrier": "UPS", "number": "1Z", "url": link}
    waiting = {"carrier": "DHL", "number": "2Z", "url": None, "waiting": True}
    open_one.refresh_from_db()
    assert open_one.tracking == [gone, waiting]
    page = a_member(shop.oak, "oak@example.com").get(url_of(open_one))
    assert "Tracking UPS 1Z Waits for approval in Saleor DHL 2Z" in page.text
    order.fulfillments.filter(tracking_number="2Z").update(status="canceled")
    split.split_order(order_id=order.pk, now=timezone.now())
    open_one.refresh_from_db()
    assert open_one.tracking == [gone]


@pytest.mark.parametrize("typed", ["3", "-1", "many"])
def test_wrong_numbers_are_told_beside_their_field(shop, open_one, typed):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(open_one))
    page = browser.fill("/fulfil/", {units(open_one, "Lamp"): typed})
    assert page.response.status_code == 422
    assert f'id="{units(open_one, "Lamp")}-problem"' in page.html
    open_one.refresh_from_db()
    assert open_one.status == ShipmentStatus.OPEN


def test_nothing_at_all_is_told(shop, open_one):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(open_one))
    page = browser.fill("/fulfil/", {units(open_one, "Lamp"): "", units(open_one, "Shade"): "0"})
    assert "Enter how many units of which item leave." in page.text


def test_what_saleor_refuses_stands_beside_the_form(shop):
    variant = sells(shop.oak, a_product(name="Vase", stock=0))
    shipment = an_order([(variant, 1, "7.00")], fulfilled=False).shipments.get()
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(shipment))
    page = browser.submit("/fulfil/")
    assert page.response.status_code == 422
    assert f'id="{units(shipment, "Vase")}-problem"' in page.html
    shipment.refresh_from_db()
    assert shipment.status == ShipmentStatus.OPEN


def test_a_link_that_is_none_is_told(shop, open_one):
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(open_one))
    page = browser.fill("/fulfil/", {"fulfil-number": "1", "fulfil-url": "javascript:alert(1)"})
    assert 'id="fulfil-url-problem"' in page.html
    open_one.refresh_from_db()
    assert open_one.status == ShipmentStatus.OPEN


def test_a_held_one_is_shown_and_stays(shop, open_one):
    VendorShipment.objects.filter(pk=open_one.pk).update(
        status=ShipmentStatus.HELD.value, hold_reason="Waits for an exchange"
    )
    browser = a_member(shop.oak, "oak@example.com")
    page = browser.get(url_of(open_one))
    assert "Waits for an exchange" in page.text
    assert not page.has_form("/fulfil/")
    assert "Held" in browser.get(reverse("returns:console-shipments")).text


def test_tracking_and_delivery_are_corrected(shop):
    shipment = shop.record.shipments.get(vendor=shop.oak)
    browser = a_member(shop.oak, "oak@example.com")
    browser.get(url_of(shipment))
    page = browser.submit("/tracking/")
    parcel = parcels_of(shipment)[0].id
    assert f'id="tracking-{parcel}-number-problem"' in page.html
    page = browser.fill("/tracking/", {f"tracking-{parcel}-number": "T-2"})
    assert "T-2" in page.text
    today = timezone.localdate()
    for wrong in ("", "yesterday", str(today + timedelta(days=2)), "1999-01-01"):
        page = browser.fill("/delivered/", {"delivered-delivered_at": wrong})
        assert page.response.status_code == 422, wrong
        assert 'id="delivered-delivered_at-problem"' in page.html
    page = browser.fill("/delivered/", {"delivered-delivered_at": str(today)})
    shipment.refresh_from_db()
    assert timezone.localdate(shipment.delivered_at) == today
    assert "The day of delivery is saved." in page.text


class TestParcels:
    @pytest.fixture
    def sent(self, shop, open_one) -> VendorShipment:
        """The two lamps left on their own, followed as L-1; the shade later, not followed."""
        act = {"shipment_id": open_one.pk, "actor": acts_for(shop.oak), "now": timezone.now()}
        lamp = open_one.lines.get(product_name="Lamp")
        given = Tracking("UPS", "L-1", "https://ups.example/L-1")
        shipments.fulfil(**act, units=[ShippedUnits(lamp.pk, 2)], tracking=given)
        return shipments.fulfil(**act)

    def test_each_has_a_form_with_its_own_tracking(self, shop, sent):
        lamps, shade = parcels_of(sent)
        page = a_member(shop.oak, "oak@example.com").get(url_of(sent))
        fields = [dict(form.fields) for form in page.forms if form.action.endswith("/tracking/")]
        numbers = {each["tracking-about"]: each for each in fields}
        assert numbers[lamps.id][f"tracking-{lamps.id}-number"] == "L-1"
        assert numbers[lamps.id][f"tracking-{lamps.id}-carrier"] == "UPS"
        assert numbers[shade.id][f"tracking-{shade.id}-number"] == ""
        assert (lamps.items, shade.items) == (("Lamp",), ("Shade",))

    def test_the_first_is_corrected_and_the_second_stays(self, shop, sent):
        lamps, shade = parcels_of(sent)
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(url_of(sent))
        page = browser.fill("/tracking/", {f"tracking-{lamps.id}-number": "L-2"})
        assert page.links["L-2"] == "https://ups.example/L-1"
        sent.refresh_from_db()
        assert [each["number"] for each in sent.tracking] == ["L-2"]
        values = {"tracking-about": shade.id, f"tracking-{shade.id}-number": "S-1"}
        browser.fill("/tracking/", values)
        sent.refresh_from_db()
        assert [each["number"] for each in sent.tracking] == ["L-2", "S-1"]
        assert [p.tracking["number"] for p in parcels_of(sent)] == ["L-2", "S-1"]

    @pytest.mark.parametrize(("tick", "told"), [("1", 1), (None, 0)])
    def test_saleor_tells_the_customer_of_it_and_its_history_who_did_it(
        self, shop, sent, tick, told, settings, django_capture_on_commit_callbacks
    ):
        settings.PLUGINS = [*(each for each in settings.PLUGINS if each != PATH), PATH]
        _, shade = parcels_of(sent)
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(url_of(sent))
        RecordedGateway.reset()
        before = len(mail.outbox)
        values = {"tracking-about": shade.id, f"tracking-{shade.id}-number": "S-1"}
        values |= {f"tracking-{shade.id}-notify": tick}
        with django_capture_on_commit_callbacks(execute=True):
            browser.fill("/tracking/", values)
        assert len(mail.outbox) - before + len(RecordedGateway.notices) == told
        user = get_user_model().objects.get(email="oak@example.com")
        assert ("tracking_updated", user.pk) in events_of(sent.record.order)

    def test_the_tick_stands_until_it_is_taken_away(self, shop, sent):
        _, shade = parcels_of(sent)
        name = f"tracking-{shade.id}-notify"
        browser = a_member(shop.oak, "oak@example.com")
        fields = [
            dict(form.fields)
            for form in browser.get(url_of(sent)).forms
            if form.action.endswith("/tracking/")
        ]
        assert [each.get(name) for each in fields] == [None, "1"]
        page = browser.fill("/tracking/", {"tracking-about": shade.id})  # no number
        fields = [dict(form.fields) for form in page.forms if form.action.endswith("/tracking/")]
        assert [each.get(name) for each in fields] == [None, None]

    def test_another_shipments_parcel_is_not_found(self, shop, sent):
        other = parcels_of(shop.record.shipments.get(vendor=shop.clay))[0]
        before = sent.tracking
        browser = a_member(shop.oak, "oak@example.com")
        browser.get(url_of(sent))
        values = {"tracking-about": other.id, f"tracking-{other.id}-number": "X"}
        page = browser.fill("/tracking/", values)
        assert page.response.status_code == 404
        sent.refresh_from_db()
        assert sent.tracking == before
        assert parcels_of(other_shipment(shop))[0].tracking is None

    def test_tracking_is_kept_of_a_parcel_that_saleor_has_no_more(self, shop, sent):
        VendorShipment.objects.filter(pk=sent.pk).update(
            tracking=[{"carrier": "DHL", "number": "GONE-1", "url": None}]
        )
        assert "DHL GONE-1" in a_member(shop.oak, "oak@example.com").get(url_of(sent)).text


def other_shipment(shop) -> VendorShipment:
    return shop.record.shipments.get(vendor=shop.clay)


class TestToSend:
    HOME = reverse("returns:console-home")

    def paid(self, shipment: VendorShipment) -> None:
        OrderRecord.objects.filter(pk=shipment.record_id).update(vendors_told_at=timezone.now())

    def test_the_vendors_to_do_lists_what_waits_oldest_first(self, shop, open_one):
        newer = an_order(
            [(sells(shop.oak, a_product(name="Vase", stock=5)), 1, "7.00")], fulfilled=False
        ).shipments.get()
        self.paid(open_one)
        self.paid(newer)
        page = a_member(shop.oak, "oak@example.com").get(self.HOME)
        assert page.text.index(open_one.number) < page.text.index(newer.number)
        assert page.links[open_one.number] == url_of(open_one)
        assert "2 × Lamp" in page.text

    def test_it_leaves_when_it_is_sent(self, shop, open_one):
        self.paid(open_one)
        browser = a_member(shop.oak, "oak@example.com")
        assert open_one.number in browser.get(self.HOME).links
        browser.get(url_of(open_one))
        browser.submit("/fulfil/")
        assert open_one.number not in browser.get(self.HOME).links

    def test_what_is_not_paid_or_held_or_cancelled_does_not_wait(self, shop, open_one):
        OrderRecord.objects.filter(pk=open_one.record_id).update(vendors_told_at=None)
        browser = a_member(shop.oak, "oak@example.com")
        assert open_one.number not in browser.get(self.HOME).links
        self.paid(open_one)
        for status, reason in [("held", "Waits"), ("cancelled", "")]:
            VendorShipment.objects.filter(pk=open_one.pk).update(status=status, hold_reason=reason)
            assert open_one.number not in browser.get(self.HOME).links, status

    def test_nobody_sees_anothers_nor_does_the_store(self, shop, open_one):
        self.paid(open_one)
        own = an_order([(a_product(name="Pot", stock=3), 1, "7.00")], fulfilled=False)
        self.paid(own.shipments.get())
        clay = a_member(shop.clay, "clay@example.com").get(self.HOME)
        assert open_one.number not in clay.links
        assert "Nothing to do right now." in clay.text
        store = shop.merchant().get(self.HOME)
        assert open_one.number not in store.links
        assert own.shipments.get().number in store.links

    def test_the_list_of_all_that_wait_is_paged_oldest_first(self, shop, open_one, monkeypatch):
        from saleor_returns_plugin.console.pages import home, shipments

        monkeypatch.setattr(home, "_SHOWN", 1)
        monkeypatch.setattr(shipments, "_SIZE", 1)
        newer = an_order(
            [(sells(shop.oak, a_product(name="Vase", stock=5)), 1, "7.00")], fulfilled=False
        ).shipments.get()
        self.paid(open_one)
        self.paid(newer)
        browser = a_member(shop.oak, "oak@example.com")
        first = browser.get(browser.get(self.HOME).links["Show all"])
        assert open_one.number in first.links
        assert newer.number not in first.links
        second = browser.get(first.links["Later ones"])
        assert newer.number in second.links
        assert open_one.number in browser.get(second.links["Earlier ones"]).links


def test_strangers_find_and_change_nothing(shop, open_one):
    before = list(VendorShipment.objects.order_by("pk").values())
    browser = a_member(shop.clay, "clay@example.com")
    assert browser.get(url_of(open_one)).response.status_code == 404
    browser.get(reverse("returns:console-home"))
    token = dict(browser.page.forms[0].fields)
    for action in ACTIONS:
        page = browser.post(f"{url_of(open_one)}{action}/", {**token, "tracking-number": "1"})
        assert page.response.status_code == 404, action
        page = browser.post(f"{url_of(open_one)}{action}/", {"tracking-number": "1"})
        assert page.response.status_code == 403, action
    assert list(VendorShipment.objects.order_by("pk").values()) == before


def test_a_vendor_learns_nothing_of_the_shopper_but_where_to_send(shop, open_one):
    page = a_member(shop.oak, "oak@example.com").get(url_of(open_one))
    assert "bob@example.com" not in page.html
    assert open_one.record.shipping_address["city"] in page.text


def test_what_others_typed_is_escaped(shop, open_one):
    evil = "<script>alert(1)</script>\"'><img src=x>"
    open_one.lines.update(product_name=evil, sku=evil)
    VendorShipment.objects.filter(pk=open_one.pk).update(
        hold_reason=evil, tracking=[{"carrier": evil, "number": evil, "url": "javascript:x"}]
    )
    page = shop.merchant().get(url_of(open_one))
    assert "<script" not in page.html
    assert "javascript:" not in page.html
    assert "&lt;script&gt;" in page.html


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("exchanges_offered")
class TestReplacements:
    def test_it_names_the_return_whose_goods_it_replaces_and_links_there(self):
        shop = Shop()
        part = shop.accepted()
        browser = a_member(shop.vendor, "shirts@example.com")
        page = browser.get(url_of(new_shipment(part)))
        assert f"Replaces Goods of {part.number}" in page.text
        url = reverse("returns:console-return", args=[part.pk])
        assert page.links[f"Goods of {part.number}"] == url
        assert "Held until the returned goods arrive." in page.text
        assert "Replaces" not in browser.get(url_of(part.shipment)).text

    def test_once_the_goods_are_here_it_waits_for_a_decision(self):
        shop = Shop()
        part = shop.receive(shop.accepted(), Condition.NOT_ACCEPTABLE)
        browser = a_member(shop.vendor, "shirts@example.com")
        for url in (
            url_of(new_shipment(part)),
            reverse("returns:console-shipments"),
            reverse("returns:console-return", args=[part.pk]),
        ):
            page = browser.get(url)
            assert "Held until somebody decides: the returned goods are here." in page.text
            assert "Held until the returned goods arrive." not in page.text

    def test_another_vendors_return_is_not_named(self):
        shop, elm = Shop(), a_vendor("Elm")
        coat = sells(elm, a_product(name="Coat"))
        record = shop.order()
        [line] = record.shipments.get().lines.all()
        staff_exchanges.create(
            actor=MERCHANT,
            record_id=record.pk,
            lines=[ExchangedUnits(coat.pk, 1, order_line_id=line.order_line_id)],
            now=NOW,
        )
        part = VendorReturn.objects.get()
        page = a_member(elm, "elm@example.com").get(url_of(new_shipment(part)))
        assert "Replaces Goods of a return" in page.text
        assert part.number not in page.html
        assert str(part.pk) not in page.html
