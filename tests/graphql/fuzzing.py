"""Random but typed calls of everything in the contract, made from the schema itself.

world = a_world()
call = data.draw(calls(world, MUTATIONS))
answer = call.send()
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from graphene import Node
from graphene.utils.str_converters import to_camel_case
from graphql.type.definition import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
)
from hypothesis import strategies as st

from saleor_returns_plugin import models
from saleor_returns_plugin.graphql.mutations import MUTATIONS
from saleor_returns_plugin.graphql.queries import QUERIES
from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.services import sessions

from ..builders import an_order
from ..saleor_rows import a_customer, a_product, a_staff_user, a_warehouse
from . import situations
from .client import Caller, as_guest, as_user
from .scene import Scene, a_scene, global_id
from .situations import of_two_lines
from .walk import everything

Ids = dict[str, list[str]]

OURS = {
    "mutation": sorted(to_camel_case(name) for name in MUTATIONS),
    "query": sorted(to_camel_case(name) for name in QUERIES),
}
KINDS = (
    "ReturnRequest",
    "VendorReturn",
    "ReturnLine",
    "VendorShipment",
    "VendorShipmentLine",
    "ReturnReception",
    "ReturnReceptionLine",
    "Vendor",
    "VendorMember",
    "ReturnPolicy",
    "ReturnReason",
    "ReturnRefund",
    "ReturnExchange",
    "Order",
    "OrderLine",
    "Product",
    "ProductVariant",
    "Warehouse",
)
SITUATIONS = (
    situations.requested,
    situations.approved,
    situations.accepted,
    situations.accepted_in_part,
    situations.in_transit,
    situations.partly_received,
    situations.partly_received_and_paid,
    situations.received,
    situations.refused,
    situations.overruled,
    situations.closed,
    situations.kept_in_part,
    situations.refund_unknown,
    situations.settled,
    situations.declined,
    situations.cancelled,
    situations.came_after_all,
    situations.in_a_newer_return(situations.cancelled),
)
EXCHANGES = (
    situations.exchange_requested,
    situations.exchange_approved,
    situations.exchange_held,
    situations.exchange_refused,
    situations.exchange_sent,
    situations.exchange_sold_out,
    situations.exchange_sold_out_and_received,
    situations.exchange_given_up,
    situations.exchange_cancelled_with_return,
)
"""Where the store offers them."""


@dataclass(frozen=True)
class World:
    scene: Scene
    callers: dict[str, Caller]
    focuses: list[Ids]
    """The ids around one return each: what a call that makes sense would name."""
    everything: Ids
    sessions: list[str]
    """The first ones open the orders of `focuses`, in the same sequence."""
    tables: list[str]
    strings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    kind: str
    name: str
    query: str
    variables: dict[str, Any]
    who: str
    caller: Caller

    def send(self) -> tuple[int, dict[str, Any]]:
        response = Client().post(
            reverse("api"),
            json.dumps({"query": self.query, "variables": self.variables}),
            content_type="application/json",
            **self.caller.headers,
        )
        return response.status_code, json.loads(response.content)

    def __repr__(self) -> str:
        text = json.dumps(self.variables)
        return f"{self.who}: {self.name} {text[:3000]}"


def a_world() -> World:
    """A scene with a return in every state, each of an order of its own."""
    scene = a_scene()
    vendorless = as_user(a_staff_user("clerk@example.com", manage_orders=False))
    focuses, tokens = [], []
    for situation in SITUATIONS:
        there = of_two_lines(scene)
        part = VendorReturn.objects.get(pk=situation(there).pk)
        focuses.append(_around(part))
        tokens.append(there.session)
    for situation in EXCHANGES:
        there = of_two_lines(scene)
        models.ReturnPolicy.objects.all().delete()
        part = VendorReturn.objects.get(pk=situation(there).pk)
        focuses.append(_around(part))
        tokens.append(there.session)
    unsent = an_order([(scene.chair, 3, "10.00")], user=scene.record.order.user, fulfilled=False)
    focuses.append(_of_shipment(unsent.shipments.get()))
    whole = scene.request()
    for part in whole.vendor_returns.all():
        focuses.append(_around(part))
    bob = a_customer("bob@example.com")
    mug = a_product(name="Bob's mug", price="5.00", stock=5)
    foreign = an_order([(mug, 1, "5.00")], user=bob)
    focuses.append(_of_shipment(foreign.shipments.get()))
    late = timezone.now() - timedelta(days=90)
    models.VendorShipment.objects.filter(record=foreign).update(fulfilled_at=late)
    settings = _settings(scene)
    every: Ids = defaultdict(list)
    for ids in (*focuses, settings):
        for kind, values in ids.items():
            every[kind] += [value for value in values if value not in every[kind]]
    for ids in focuses:
        for kind in KINDS:
            ids.setdefault(kind, settings.get(kind, []))
    return World(
        scene=scene,
        callers={
            "merchant": scene.merchant,
            "owner": scene.owner,
            "oak_owner": scene.oak_owner,
            "oak_staff": scene.oak_staff,
            "elm_owner": scene.elm_owner,
            "stranger": scene.stranger,
            "guest": scene.guest,
            "clerk": vendorless,
            **{f"session {n}": as_guest(token) for n, token in enumerate(tokens)},
        },
        focuses=focuses,
        everything=dict(every),
        sessions=[*tokens, scene.session],
        tables=_tables(),
        strings=[
            "ada@example.com",
            "owner@oak.example",
            "eve@example.com",
            "nobody@nowhere.example",
            scene.record.number,
            f"{scene.record.number}-R1",
            scene.oak.slug,
            "main",
            "oak chair",
        ],
    )


def _around(part: VendorReturn) -> Ids:
    ids = _of_shipment(part.shipment)
    receptions = list(part.receptions.all())
    rows = [row for reception in receptions for row in reception.lines.all()]
    return {
        **ids,
        "ReturnRequest": [global_id(part.request)],
        "VendorReturn": [global_id(part)],
        "ReturnLine": [global_id(line) for line in part.lines.all()],
        "ReturnReception": [global_id(row, "ReturnReception") for row in receptions],
        "ReturnReceptionLine": [global_id(row, "ReturnReceptionLine") for row in rows],
        "ReturnRefund": [global_id(row, "ReturnRefund") for row in part.refunds.all()],
        "ReturnExchange": [global_id(row, "ReturnExchange") for row in part.exchanges.all()],
        "Vendor": [global_id(part.vendor)],
    }


def _of_shipment(shipment: Any) -> Ids:
    return {
        "Order": [Node.to_global_id("Order", shipment.record.order_id)],
        "VendorShipment": [global_id(shipment)],
        "VendorShipmentLine": [global_id(line) for line in shipment.lines.all()],
        "OrderLine": [
            Node.to_global_id("OrderLine", line.order_line_id) for line in shipment.lines.all()
        ],
        "ProductVariant": [
            global_id(variant, "ProductVariant")
            for line in shipment.lines.all()
            if line.variant
            for variant in line.variant.product.variants.all()
        ],
        "Warehouse": [global_id(a_warehouse(), "Warehouse")],
    }


def _settings(scene: Scene) -> Ids:
    fresh = models.Vendor.objects.create(slug="fresh", name="Fresh")
    mug = a_product(name="Mug of nobody", price="5.00", stock=5)
    used = models.ReturnReason.objects.create(code="small", label="Too small")
    return {
        "Vendor": [global_id(scene.oak), global_id(scene.elm), global_id(fresh)],
        "VendorMember": [global_id(row) for row in models.VendorMember.objects.all()],
        "ReturnPolicy": [
            global_id(models.ReturnPolicy.objects.create(vendor=vendor))
            for vendor in (scene.elm, fresh)
        ],
        "ReturnReason": [
            global_id(used),
            global_id(models.ReturnReason.objects.create(code="old", label="Old")),
        ],
        "Product": [global_id(scene.chair.product, "Product"), global_id(mug.product, "Product")],
        "Warehouse": [global_id(a_warehouse(), "Warehouse")],
    }


def _tables() -> list[str]:
    """Ours, and those of Saleor's that a return or a fulfilment touches."""
    theirs = [
        "order_order",
        "order_orderline",
        "order_orderevent",
        "order_fulfillment",
        "order_fulfillmentline",
        "payment_payment",
        "payment_transaction",
        "warehouse_stock",
        "warehouse_allocation",
        "checkout_checkout",
    ]
    return [getattr(models, name)._meta.db_table for name in models.__all__] + theirs


def fingerprint(world: World) -> list[tuple[Any, ...]]:
    """Rows, and the last that wrote one, of every table: any change shows."""
    parts = [
        f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM {table}"
        for table in world.tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return sorted(cursor.fetchall())


def calls(world: World, kind: str) -> st.SearchStrategy[Call]:
    return st.sampled_from(OURS[kind]).flatmap(lambda name: _call(world, kind, name))


def _root(kind: str) -> Any:
    from saleor.graphql.api import schema

    return schema.get_type(kind.capitalize()).fields


@cache
def _selection(kind: str, name: str, depth: int) -> str:
    found = _root(kind)[name].type
    while isinstance(found, GraphQLList | GraphQLNonNull):
        found = found.of_type
    return f"{{ {everything(found.name, depth)} }}" if isinstance(found, GraphQLObjectType) else ""


def _call(world: World, kind: str, name: str) -> st.SearchStrategy[Call]:
    arguments = _root(kind)[name].args

    @st.composite
    def build(draw: Any) -> Call:
        focus = draw(st.sampled_from(world.focuses))
        who = draw(st.sampled_from(_CALLERS)) or f"session {world.focuses.index(focus)}"
        if who not in world.callers:
            who = "owner"
        values = Values(draw, world, focus, name)
        variables = {}
        for key, argument in arguments.items():
            if isinstance(argument.type, GraphQLNonNull) or values.is_given(key):
                variables[key] = values.of(argument.type, key)
        # A list of many is asked for little of each.
        depth = draw(st.sampled_from([1, 2] if "first" in arguments else [1, 1, 2, 3]))
        heads = ", ".join(f"${key}: {arguments[key].type}" for key in variables)
        given = ", ".join(f"{key}: ${key}" for key in variables)
        query = (
            f"{kind} {f'({heads})' if heads else ''} "
            f"{{ {name}{f'({given})' if given else ''} {_selection(kind, name, depth)} }}"
        )
        return Call(kind, name, query, variables, who, world.callers[who])

    return build()


_CALLERS = [
    *["merchant"] * 9,
    *["owner"] * 3,
    *["oak_owner"] * 3,
    *["oak_staff"] * 3,
    *[""] * 3,
    "elm_owner",
    "stranger",
    "guest",
    "clerk",
    "session 0",
]
"""Blank: the session of the order that the call is about."""
_PLAIN = ["Worn at the seam", "👍🏽 prima", "a\nb\tc", "UPS", "1Z999", "en", "x"]
_TEXTS = [
    "",
    " ",
    "x",
    "Worn at the seam",
    "👍🏽 prima",
    "a\x00b",
    "\x07",
    "\ud800",
    "\u202eevil",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }} {% now %}",
    "%s %(x)s {0}",
    "'; DROP TABLE users; --",
    "a\nb\r\nc\td",
    "é" * 81,
    "y" * 201,
    "z" * 300,
    "n" * 5001,
    "1",
    "-1",
    "en",
    "de-AT",
    "https://ups.example/1",
    "http://[",
    "javascript:alert(1)",
    "#aabbcc",
    "returns.example.com",
    "a@b.example",
]
_NUMBERS = [0, 1, 1, 1, 2, 2, 3, -1, 7, 100, 101, 3650, 3651, 2**31 - 1, -(2**31)]
_DECIMALS = [0, 1, 7.5, -1, 100, 100.001, 1e9, 1e20, "1.23456", "NaN", "Infinity", "-0", "1e400"]
_MOMENTS = [
    "2020-02-29T00:00:00+00:00",
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59+00:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2021-06-01T12:00:00",
    "yesterday",
    "",
]
_GARBAGE = [
    "",
    "x",
    "VmVuZG9yOg==",
    "VmVuZG9yUmV0dXJuOjE=",
    "T3JkZXI6OTk5OTk5OTk5OTk5OTk5OTk5OQ==",
    "T3JkZXI6LTE=",
    "====",
    "\ud800",
    "a\x00b",
    Node.to_global_id("VendorReturn", "00000000-0000-0000-0000-000000000000"),
    Node.to_global_id("ReturnRequest", "\x00"),
    Node.to_global_id("Vendor", "1" * 500),
    Node.to_global_id("Warehouse", "None"),
    Node.to_global_id("Product", "2147483648"),
    Node.to_global_id("Product", "1.5"),
]


class Values:
    """One value for each type, mostly such that the call could succeed."""

    def __init__(self, draw: Any, world: World, focus: Ids, operation: str) -> None:
        self.draw = draw
        self.world = world
        self.focus = focus
        self.operation = operation

    def of(self, kind: Any, name: str) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self.of(kind.of_type, name)
        if isinstance(kind, GraphQLList):
            size = self.draw(st.sampled_from([0, 1, 1, 1, 1, 1, 1, 2, 3]))
            return [self.of(kind.of_type, name) for _ in range(size)]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        if isinstance(kind, GraphQLEnumType):
            names = [value.name for value in kind.values]
            # REFUND, GOOD: what is offered and needs no more words.
            return names[0] if self._one_in(2) else self.draw(st.sampled_from(names))
        return getattr(self, f"_{kind.name.lower()}", self._string)(name)

    def is_given(self, name: str) -> bool:
        """An argument that may be left out. A token means somebody else; two page sizes nothing."""
        if name == "token":
            return self._one_in(8)
        if name == "orderId":
            return not self._one_in(4)
        if name == "last":
            return self._one_in(6)
        if name in ("before", "after"):
            return self._one_in(4)
        return self.draw(st.booleans())

    def _object(self, kind: Any) -> dict[str, Any]:
        found = {}
        for name, part in kind.fields.items():
            if isinstance(part.type, GraphQLNonNull):
                found[name] = self.of(part.type, name)
            elif self._one_in(3):
                found[name] = None if self._one_in(12) else self.of(part.type, name)
        return found

    def _one_in(self, number: int) -> bool:
        return self.draw(st.integers(0, number - 1)) == 0

    def _id(self, name: str) -> str:
        kind = self._kind(name)
        way = self.draw(st.integers(0, 19))
        own = self.focus.get(kind) or []
        if way < 16 and own:
            return self.draw(st.sampled_from(own))
        same = self.world.everything.get(kind) or []
        if way < 18 and same:
            return self.draw(st.sampled_from(same))
        if self._one_in(3):
            other = self.draw(st.sampled_from(KINDS))
            if self.world.everything.get(other):
                return self.draw(st.sampled_from(self.world.everything[other]))
        if self._one_in(2):
            return self.draw(st.sampled_from(_GARBAGE))
        return self.draw(st.text(max_size=30))

    def _kind(self, name: str) -> str:
        """What an argument of that name is an ID of."""
        spelled = {
            "products": "Product",
            "vendors": "Vendor",
            "vendorReturns": "VendorReturn",
            "exchangeVariantId": "ProductVariant",
        }
        if name in spelled:
            return spelled[name]
        if name in ("id", "ids"):
            operation = self.operation.lower()
            if operation == "returnableorder":
                return "Order"
            fitting = [kind for kind in KINDS if operation.startswith(kind.lower())]
            return max(fitting, key=len, default="VendorReturn")
        stem = name.removesuffix("Id").lower()
        ends = [kind for kind in KINDS if kind.lower().endswith(stem)]
        return min(ends, key=len, default="Vendor")

    def _int(self, name: str) -> int:
        if self._one_in(10):
            return self.draw(st.integers(-(2**31), 2**31 - 1))
        if self._one_in(2):
            return self.draw(st.integers(1, 2))
        return self.draw(st.sampled_from(_NUMBERS))

    def _boolean(self, name: str) -> bool:
        return self.draw(st.booleans())

    def _string(self, name: str) -> str:
        if name == "token" and not self._one_in(5):
            return self.draw(st.sampled_from(self.world.sessions))
        if name in ("before", "after") and not self._one_in(4):
            return self.draw(st.sampled_from(_CURSORS))
        way = self.draw(st.integers(0, 19))
        if way < 10:
            return self.draw(st.sampled_from(_PLAIN))
        if way < 13:
            return self.draw(st.sampled_from(self.world.strings))
        if way < 18:
            return self.draw(st.sampled_from(_TEXTS))
        return self.draw(st.text(max_size=50))

    def _decimal(self, name: str) -> Any:
        if self._one_in(4):
            return self.draw(st.floats(-1e6, 1e6, allow_nan=False))
        return self.draw(st.sampled_from(_DECIMALS))

    def _datetime(self, name: str) -> str:
        if self._one_in(2):
            return (timezone.now() - timedelta(seconds=self.draw(st.integers(-9, 9)))).isoformat()
        if self._one_in(3):
            return self.draw(st.datetimes()).isoformat()
        return self.draw(st.sampled_from(_MOMENTS))

    def _date(self, name: str) -> str:
        return self.draw(st.dates()).isoformat()


def _cursor(*values: Any) -> str:
    from graphql_relay.utils import base64

    return str(base64(json.dumps(list(values))))


_ANY_KEY = "00000000-0000-4000-8000-000000000000"
_CURSORS = [
    _cursor("2030-01-01T00:00:00+00:00", _ANY_KEY),
    _cursor("2001-01-01T00:00:00+00:00", _ANY_KEY),
    _cursor("2001-01-01", _ANY_KEY),
    _cursor("requested", _ANY_KEY),
    _cursor("1001-R1", _ANY_KEY),
    _cursor("1001-R1\x00", _ANY_KEY),
    _cursor("\ud800", _ANY_KEY),
    _cursor("9999-12-31T23:59:59-14:00", _ANY_KEY),
    _cursor(None, None),
    _cursor({}, []),
    _cursor("x"),
    _cursor(1, 2, 3),
    "e30=",
    "bnVsbA==",
    "!",
]


def in_savepoint(act: Any) -> Any:
    """Run it, and forget what it did. Not `atomic`, inside of which nothing may be durable."""
    savepoint = transaction.savepoint()
    try:
        return act()
    finally:
        transaction.savepoint_rollback(savepoint)
        connection.run_on_commit.clear()


def with_callers(world: World, names: Sequence[str]) -> World:
    return replace(world, callers={name: world.callers[name] for name in names})


__all__ = ["Call", "World", "a_world", "calls", "fingerprint", "in_savepoint", "sessions"]
