"""What each person sees, alone, in lists and along nested paths."""

import json
import re
from base64 import b64decode
from decimal import Decimal as D
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import Condition
from saleor_returns_plugin.models import (
    Exchange,
    RefundPart,
    ReturnRequest,
    Vendor,
    VendorReturn,
)
from saleor_returns_plugin.services import (
    branding,
    exchange_orders,
    exchanges,
    receptions,
    refunds,
    staff_exchanges,
    vendor_returns,
)
from saleor_returns_plugin.services.staff_exchanges import ExchangedUnits

from ..builders import MERCHANT, a_request, an_order, sells
from ..saleor_rows import a_customer, a_product, a_variant, unpublish
from ..saleor_rows.gateway import declines
from . import situations
from .scene import Scene, global_id
from .test_denials import STRANGERS
from .walk import everything

ProductVariant = apps.get_model("product.ProductVariant")
Stock = apps.get_model("warehouse.Stock")
SEES = {
    # who: (requests, parts, shipments) of the scene with one request for everything
    "stranger": (0, 0, 0),
    "shopper": (1, 3, 3),
    "owner": (1, 3, 3),
    "oak_staff": (1, 1, 1),
    "elm_owner": (1, 1, 1),
    "merchant": (2, 4, 4),
}


@pytest.fixture
def other_order(scene: Scene) -> Any:
    """Of somebody else, with a return of its own."""
    mug = a_product(name="Mug", price="5.00", stock=5)
    record = an_order([(mug, 1, "5.00")], user=a_customer("bob@example.com"))
    return a_request(record)


@pytest.mark.parametrize("who", SEES)
def test_lists(scene: Scene, other_order: Any, who: str) -> None:
    scene.request()
    data = getattr(scene, who)(
        """{ returnRequests(first: 9) { totalCount edges { node { number } } }
             vendorReturns(first: 9) { totalCount edges { node { number } } }
             vendorShipments(first: 9) { totalCount edges { node { number } } } }"""
    )
    counts = tuple(
        data[name]["totalCount"] for name in ("returnRequests", "vendorReturns", "vendorShipments")
    )
    assert counts == SEES[who] == tuple(len(data[name]["edges"]) for name in data)


@pytest.mark.parametrize("who", ["guest", "stranger", "elm_owner"])
def test_a_part_of_somebody_else_is_null(scene: Scene, who: str) -> None:
    request = scene.request()
    data = getattr(scene, who)(
        """query($part: ID!, $shipment: ID!) { vendorReturn(id: $part) { id }
             vendorShipment(id: $shipment) { id } }""",
        part=global_id(scene.part(request, scene.oak)),
        shipment=global_id(scene.shipment(scene.oak)),
    )
    assert data == {"vendorReturn": None, "vendorShipment": None}


DEEP = """query($id: ID!) { returnRequest(id: $id) {
  email order { id } vendorReturns {
    number vendor { name email commissionRate members { email } }
    shipment { number order { id } vendorReturns { number request { vendorReturns { number } } }
               lines { commissionRate orderLine { id } } }
    events { kind } }
  events { kind actor data } } }"""


def test_a_vendor_finds_no_way_round_to_the_others(scene: Scene) -> None:
    request = scene.request()
    scene.merchant.mutate("returnRequestApprove", f'id: "{global_id(request)}"')
    seen = scene.oak_staff(DEEP, id=global_id(request))["returnRequest"]
    own = scene.part(request, scene.oak).number
    assert (seen["email"], seen["order"]) == (None, None)
    assert [part["number"] for part in seen["vendorReturns"]] == [own]
    part = seen["vendorReturns"][0]
    assert part["vendor"]["commissionRate"] == 10
    assert {member["email"] for member in part["vendor"]["members"]} == {
        "owner@oak.example",
        "staff@oak.example",
    }
    assert part["shipment"]["order"] is None
    assert part["shipment"]["lines"][0]["orderLine"] is None
    assert part["shipment"]["lines"][0]["commissionRate"] == 10
    assert part["shipment"]["vendorReturns"] == [
        {"number": own, "request": {"vendorReturns": [{"number": own}]}}
    ]
    # One APPROVED is oak's; the other two are none of its business.
    assert [event["kind"] for event in seen["events"]] == ["CREATED", "APPROVED"]
    assert all(event["data"] is None for event in seen["events"])


def test_a_shopper_learns_nothing_of_how_vendors_are_paid(scene: Scene) -> None:
    request = scene.request()
    seen = scene.shopper(DEEP, id=global_id(request))["returnRequest"]
    assert seen["email"] == "ada@example.com"
    assert seen["order"] is None, "a guest's session is nothing that Saleor knows"
    for part in seen["vendorReturns"]:
        assert part["vendor"]["email"] is None
        assert part["vendor"]["commissionRate"] is None
        assert part["vendor"]["members"] is None
        assert part["shipment"]["lines"][0]["commissionRate"] is None
    owner = scene.owner(DEEP, id=global_id(request))["returnRequest"]
    assert owner["order"] == {"id": scene.order_id}
    assert all(
        line["orderLine"] for part in owner["vendorReturns"] for line in part["shipment"]["lines"]
    )


def test_a_session_argument_counts_for_its_own_field_alone(scene: Scene, other_order: Any) -> None:
    request = scene.request()
    data = scene.guest(
        """query($id: ID!, $token: String) {
             mine: returnRequest(id: $id, token: $token) { vendorReturns { number } }
             nobodys: returnRequest(id: $id) { number } }""",
        id=global_id(request),
        token=scene.session,
    )
    assert len(data["mine"]["vendorReturns"]) == 3
    assert data["nobodys"] is None
    other = scene.shopper(
        "query($id: ID!) { returnRequest(id: $id) { id } }", id=global_id(other_order)
    )
    assert other["returnRequest"] is None


def test_hidden_vendors_are_the_store_to_shoppers(scene: Scene) -> None:
    branding.update(
        actor=MERCHANT, channel="", values={"name": "The Shop", "show_vendor_names": False}
    )
    request = scene.request()
    query = "query($id: ID!) { returnRequest(id: $id) { vendorReturns { vendor { name slug } } } }"
    seen = scene.shopper(query, id=global_id(request))["returnRequest"]["vendorReturns"]
    assert [part["vendor"] for part in seen] == [{"name": "The Shop", "slug": ""}] * 3
    oak = scene.oak_staff(query, id=global_id(request))["returnRequest"]["vendorReturns"]
    assert [part["vendor"]["name"] for part in oak] == ["Oak & Sons"]


def test_vendors_are_seen_by_merchant_and_their_own(scene: Scene) -> None:
    query = "{ vendors(first: 9) { edges { node { slug } } } }"

    def slugs(caller: Any) -> set[str]:
        return {edge["node"]["slug"] for edge in caller(query)["vendors"]["edges"]}

    assert slugs(scene.oak_staff) == {"oak-sons"}
    assert slugs(scene.merchant) >= {"oak-sons", "elm-ltd"}
    by_slug = '{ vendor(slug: "elm-ltd") { name } }'
    assert scene.oak_staff(by_slug) == {"vendor": None}
    assert scene.merchant(by_slug) == {"vendor": {"name": "Elm Ltd"}}
    assert scene.guest("{ vendor { name } }") == {"vendor": None}


def test_the_portal_is_public_but_not_whom_it_writes_to(scene: Scene) -> None:
    branding.update(actor=MERCHANT, channel="", values={"merchant_emails": ["shop@example.com"]})
    query = "{ returnPortal { id name channel colors { primary } senderName merchantEmails } }"
    portal = scene.guest(query)["returnPortal"]
    assert portal["name"]
    assert (portal["senderName"], portal["merchantEmails"]) == (None, None)
    assert scene.merchant(query)["returnPortal"]["merchantEmails"] == ["shop@example.com"]


@pytest.fixture
def eventful(scene: Scene, gateway: Any) -> ReturnRequest:
    """Both vendors took goods back; oak's are paid, elm's refund failed."""
    Vendor.objects.filter(pk__in=[scene.oak.pk, scene.elm.pk]).update(commission_rate="13.37")
    request = scene.request(2)
    scene.merchant.mutate("returnRequestApprove", f'id: "{global_id(request)}", note: "All right"')
    for vendor in (scene.oak, scene.elm):
        part = scene.part(request, vendor)
        vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())
        line = part.lines.get()
        arrived = [
            ReceivedLine(line.pk, 1),
            ReceivedLine(line.pk, 1, Condition.NOT_ACCEPTABLE, note=f"Scratched by {vendor.slug}"),
        ]
        receptions.receive(
            vendor_return_id=part.pk, actor=MERCHANT, lines=arrived, now=timezone.now()
        )
        if vendor == scene.elm:
            gateway.answers_with(declines)
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())
    RefundPart.objects.update(psp_reference="psp-secret")
    return request


ROOTS = {
    "returnRequest": "ReturnRequest",
    "vendorReturn": "VendorReturn",
    "vendorShipment": "VendorShipment",
}


def walked(scene: Scene, request: ReturnRequest, who: str) -> str:
    """All that a caller can reach from what is visible of oak's part, as one text; of moments the
    day only, as seconds look like sums."""
    part = scene.part(request, scene.oak)
    ids = {
        "returnRequest": global_id(request),
        "vendorReturn": global_id(part),
        "vendorShipment": global_id(part.shipment),
    }
    caller = getattr(scene, who)
    answers = [
        caller(f'{{ {root}(id: "{ids[root]}") {{ {everything(kind, 4)} }} }}')
        for root, kind in ROOTS.items()
    ]
    answers += [
        caller(f"{{ {root}s(first: 9) {{ edges {{ node {{ {everything(kind, 3)} }} }} }} }}")
        for root, kind in ROOTS.items()
    ]
    answers.append(caller(_order_query(scene)))
    assert all(answer[root] for answer, root in zip(answers, ROOTS, strict=False))
    return re.sub(r"T\d\d:\d\d:\d\d(\.\d+)?", "", json.dumps(answers))


def _order_query(scene: Scene) -> str:
    ours = (
        f"vendorShipments {{ {everything('VendorShipment', 3)} }} "
        f"returnRequests {{ {everything('ReturnRequest', 3)} }}"
    )
    if host.IS_V3:
        return f'{{ order(id: "{scene.order_id}") {{ {ours} }} }}'
    return f'{{ orderByToken(token: "{scene.record.order.token}") {{ {ours} }} }}'


def keys_in(text: str) -> set[UUID]:
    """Every UUID that is told, as it stands or inside of an ID."""
    words = re.findall(r"[A-Za-z0-9+/]{8,}", text)
    decoded = [b64decode(word + "=" * (-len(word) % 4)) for word in words if len(word) % 4 != 1]
    told = [text, *(each.decode("latin-1") for each in decoded)]
    pattern = r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}"
    return {UUID(key) for each in told for key in re.findall(pattern, each)}


def found_in(text: str, secrets: dict[str, Any]) -> list[str]:
    return [name for name, secret in secrets.items() if str(secret) in text]


@pytest.mark.parametrize("who", ["oak_owner", "oak_staff"])
def test_every_path_of_a_vendor_ends_at_its_own(
    scene: Scene, eventful: ReturnRequest, who: str
) -> None:
    part = scene.part(eventful, scene.elm)
    shipment = part.shipment
    line = shipment.lines.get()
    secrets = {
        "name": scene.elm.name,
        "slug": scene.elm.slug,
        "id": global_id(scene.elm),
        "e-mail": scene.elm.email,
        "member": "owner@elm.example",
        "product": line.product_name,
        "line": global_id(line),
        "shipment": global_id(shipment),
        "shipment number": shipment.number,
        "part": global_id(part),
        "part number": part.number,
        "return line": global_id(part.lines.get()),
        "refund": global_id(part.refunds.get(), "ReturnRefund"),
        "reception note": "Scratched by elm-ltd",
        "gateway": "Card was closed",
        "payment": "psp-secret",
        "shopper": scene.record.email,
        "staff": MERCHANT.email,
        "staff name": "Grace",
        "order": scene.order_id,
        "line of the order": global_id(line.order_line, "OrderLine"),
    }
    text = walked(scene, eventful, who)
    assert scene.oak.name in text
    assert "Scratched by oak-sons" in text
    assert found_in(text, secrets) == []


@pytest.mark.parametrize("who", ["shopper", "owner"])
def test_every_path_of_a_shopper_ends_at_the_counter(
    scene: Scene, eventful: ReturnRequest, who: str
) -> None:
    secrets = {
        "vendor's e-mail": scene.oak.email,
        "member": "owner@oak.example",
        "member of the other": "owner@elm.example",
        "commission": "13.37",
        "payment": "psp-secret",
        "gateway": "Card was closed",
        "staff name": "Grace",
    }
    text = walked(scene, eventful, who)
    assert "Scratched by elm-ltd" in text, "what was refused is told"
    assert found_in(text, secrets) == []
    # The walk does come by all of it, for the merchant.
    merchants = walked(scene, eventful, "merchant")
    assert found_in(merchants, secrets) == list(secrets)


def of_elms_lamp(scene: Scene, request: ReturnRequest) -> Exchange:
    """Oak's chair and two of its stools, with a lamp of elm's on top: it costs the shopper 3.00."""
    part = scene.part(request, scene.oak)
    lamp = ProductVariant.objects.get(product__name="Elm lamp")
    stool = sells(scene.oak, a_product(name="Oak stool", price="7.00", stock=9))
    situations.exchanges_are_offered(scene)
    branding.update(
        actor=MERCHANT, channel=None, values={"checkout_url": "https://shop.example/{token}"}
    )
    line = part.lines.get()
    return staff_exchanges.create(
        actor=MERCHANT,
        record_id=scene.record.pk,
        lines=[
            ExchangedUnits(
                return_line_id=line.pk, variant_id=lamp.pk, quantity=2, unit_price=D(17)
            ),
            ExchangedUnits(variant_id=stool.pk, quantity=2, unit_price=D("1.50")),
        ],
        now=timezone.now(),
    )


@pytest.mark.usefixtures("exchanges_offered")
@pytest.mark.parametrize("is_failed", [False, True])
def test_a_vendor_reads_nothing_of_what_another_sends_in_exchange(
    scene: Scene, gateway: Any, is_failed: bool
) -> None:
    request = scene.request(2)
    scene.merchant.mutate("returnRequestApprove", f'id: "{global_id(request)}"')
    part = scene.part(request, scene.oak)
    vendor_returns.accept(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())
    exchange = of_elms_lamp(scene, request)
    line = exchange.lines.get(return_line__isnull=False)
    if is_failed:
        Stock.objects.filter(product_variant=line.variant_id).update(quantity=0)
    with host.current.allow_writer():
        exchange_orders.order(exchange_id=exchange.pk, now=timezone.now())
    exchange.refresh_from_db()
    assert exchange.status == ("failed" if is_failed else "awaiting_payment")
    secrets = {
        "name": "Elm lamp",
        "sku": line.sku,
        "variant": global_id(line.variant, "ProductVariant"),
        "price": "17.0",
        "difference": "37.0",
    }
    for who in ("oak_owner", "oak_staff"):
        text = walked(scene, request, who)
        assert found_in(text, secrets) == [], who
        shown = json.loads(text)[1]["vendorReturn"]["exchanges"][0]
        assert [each["name"] for each in shown["lines"]] == ["Oak stool"]
        assert shown["difference"]["amount"] == 3
        if is_failed:
            assert "goods of another vendor" in shown["failure"]
            assert shown["failureCode"] == "OUT_OF_STOCK"
    merchants = walked(scene, request, "merchant")
    assert found_in(merchants, secrets) == list(secrets)


@pytest.mark.usefixtures("exchanges_offered")
class TestExchanges:
    def seen(self, caller: Any, part: VendorReturn) -> Any:
        wanted = everything("VendorReturn", 4)
        return caller(f'{{ vendorReturn(id: "{global_id(part)}") {{ {wanted} }} }}')["vendorReturn"]

    @pytest.mark.parametrize("situation", situations.EXCHANGES[4:14:3])
    def test_strangers_see_none(self, scene: Scene, gateway: Any, situation: Any) -> None:
        scene = situations.of_two_lines(scene)
        part = situation(scene)
        for who in STRANGERS:
            assert self.seen(STRANGERS[who](scene), part) is None, who
        for who in ("shopper", "owner", "oak_owner", "oak_staff", "merchant"):
            assert self.seen(getattr(scene, who), part)["exchanges"], who

    def test_why_one_failed_is_for_the_stores_people(self, scene: Scene, gateway: Any) -> None:
        scene = situations.of_two_lines(scene)
        part = situations.exchange_failed(scene)
        failure = part.exchanges.get().failure
        assert failure
        for who in ("shopper", "owner"):
            assert failure not in json.dumps(self.seen(getattr(scene, who), part))
        for who in ("oak_owner", "oak_staff", "merchant"):
            assert self.seen(getattr(scene, who), part)["exchanges"][0]["failure"] == failure

    def test_the_page_to_pay_on_is_not_for_vendors(self, scene: Scene, gateway: Any) -> None:
        """It shows where the shopper lives."""
        scene = situations.of_two_lines(scene)
        part = situations.exchange_offered(scene)
        key = str(part.exchanges.get().checkout_token)
        for who in ("oak_owner", "oak_staff"):
            assert self.seen(getattr(scene, who), part)["exchanges"][0]["paymentUrl"] is None
        for who in ("shopper", "owner", "merchant"):
            assert key in self.seen(getattr(scene, who), part)["exchanges"][0]["paymentUrl"]

    def test_nothing_that_a_vendor_sees_opens_the_checkout(
        self, scene: Scene, gateway: Any
    ) -> None:
        """Saleor shows it, and lets it be changed, to whoever names its token."""
        scene = situations.of_two_lines(scene)
        part = situations.exchange_offered(scene)
        exchange = part.exchanges.get()
        checkouts = set(apps.get_model("checkout.Checkout").objects.values_list("pk", flat=True))
        assert checkouts == {exchange.checkout_token}
        for who in ("oak_owner", "oak_staff"):
            told = keys_in(walked(scene, part.request, who))
            assert exchange.pk in told, who
            assert not told & checkouts, who
        assert checkouts <= keys_in(walked(scene, part.request, "merchant"))

    def test_what_the_channel_does_not_show_has_only_a_name(
        self, scene: Scene, gateway: Any
    ) -> None:
        """Saleor's own type would tell all about it."""
        scene = situations.of_two_lines(scene)
        part = situations.exchange_ordered(scene)
        variant = part.lines.get().exchange_variant
        key = global_id(variant, "ProductVariant")

        def variants(who: str) -> list[Any]:
            seen = self.seen(getattr(scene, who), part)
            lines = [*seen["lines"], *seen["exchanges"][0]["lines"]]
            assert seen["lines"][0]["exchangeName"] == "Oak chair, Large"
            assert seen["exchanges"][0]["lines"][0]["name"] == "Oak chair, Large"
            return [line.get("exchangeVariant") or line.get("variant") for line in lines]

        everybody = ("shopper", "owner", "oak_owner", "oak_staff", "merchant")
        for who in everybody:
            assert variants(who) == [{"id": key}] * 2, who
        unpublish(variant)
        for who in everybody:
            shown = [{"id": key}] * 2 if who == "merchant" else [None] * 2
            assert variants(who) == shown, who

    def test_what_else_can_be_had_is_for_who_may_change_it(
        self, scene: Scene, gateway: Any
    ) -> None:
        scene = situations.of_two_lines(scene)
        part = situations.exchange_held(scene)
        everybody = ("shopper", "owner", "oak_owner", "oak_staff", "merchant")

        def options(who: str) -> list[Any]:
            lines = self.seen(getattr(scene, who), part)["lines"]
            return [[each["name"] for each in line["exchangeOptions"]] for line in lines]

        # What is held can be something else by a word of vendor or store.
        for who in everybody:
            is_shopper = who in ("shopper", "owner")
            assert bool(options(who)[0]) is not is_shopper, who
        exchange = part.exchanges.get()
        exchanges.cancel(exchange_id=exchange.pk, actor=MERCHANT, reason="No", now=timezone.now())
        Stock.objects.filter(product_variant=part.lines.first().exchange_variant_id).update(
            quantity=0
        )
        exchanges.retry(exchange_id=exchange.pk, actor=MERCHANT)
        with host.current.allow_writer():
            exchange_orders.order(
                exchange_id=part.exchanges.latest("created_at").pk, now=timezone.now()
            )
        for who in everybody:
            seen = self.seen(getattr(scene, who), part)
            assert seen["exchanges"][-1]["failureCode"] == "OUT_OF_STOCK", who
            assert options(who)[0] == ["Oak chair"], who

    def test_what_is_owed(self, scene: Scene, gateway: Any) -> None:
        """Of two chairs one never came, and one was refused; that one the shopper knows of."""
        scene = situations.of_two_lines(scene)
        part = situations.exchange_let_go(scene)

        def owed(who: str) -> Any:
            found = self.seen(getattr(scene, who), part)["exchanges"][0]["owed"]
            return found and found["amount"]

        everybody = ("shopper", "owner", "oak_owner", "oak_staff", "merchant")
        assert [owed(who) for who in everybody] == [None] * 5
        chairs = part.lines.get(resolution="exchange")
        receptions.receive(
            vendor_return_id=part.pk,
            actor=MERCHANT,
            lines=[ReceivedLine(chairs.pk, 1, Condition.NOT_ACCEPTABLE, note="Worn")],
            now=timezone.now(),
        )
        assert [owed(who) for who in everybody] == [None, None, 10, 10, 10]
        receptions.close(vendor_return_id=part.pk, actor=MERCHANT, now=timezone.now())
        assert [owed(who) for who in everybody] == [10, 10, 20, 20, 20]

    def test_options_are_what_the_channel_shows(self, scene: Scene, gateway: Any) -> None:
        scene = situations.of_two_lines(scene)
        situations.exchanges_are_offered(scene)
        large = a_variant(scene.chair, "Large")
        query = (
            f'{{ returnableOrder(id: "{scene.order_id}") {{ shipments {{ lines {{ '
            "exchangeVariants { id } exchangeOptions { name variant { id } } } } } }"
        )
        key = global_id(large, "ProductVariant")
        for who in ("shopper", "owner", "merchant"):
            assert key in json.dumps(getattr(scene, who)(query)), who
        for who in (*STRANGERS, "oak_owner", "oak_staff"):
            caller = getattr(scene, who) if who not in STRANGERS else STRANGERS[who](scene)
            assert caller(query)["returnableOrder"] is None, who
        unpublish(large)
        for who in ("shopper", "owner", "merchant"):
            seen = json.dumps(getattr(scene, who)(query))
            assert key not in seen
            assert "Large" not in seen
