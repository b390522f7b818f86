"""One order of two vendors and the store itself, and everybody who may ask about it."""

from dataclasses import dataclass
from typing import Any

import graphene
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import VendorRole
from saleor_returns_plugin.models import (
    OrderRecord,
    ReturnRequest,
    Vendor,
    VendorReturn,
    VendorShipment,
)
from saleor_returns_plugin.services import members, sessions, vendors

from ..builders import MERCHANT, a_request, a_vendor, an_order, sells
from ..saleor_rows import a_customer, a_product, a_staff_user
from .client import Caller, as_guest, as_user


def global_id(row: Any, kind: str = "") -> str:
    return graphene.Node.to_global_id(kind or type(row).__name__, row.pk)


@dataclass(frozen=True)
class Scene:
    """`oak` sells the chair, `elm` the lamp, the store the mug: two units of each, one order."""

    record: OrderRecord
    oak: Vendor
    elm: Vendor
    chair: Any
    session: str
    guest: Caller
    shopper: Caller
    owner: Caller
    stranger: Caller
    merchant: Caller
    oak_owner: Caller
    oak_staff: Caller
    elm_owner: Caller

    @property
    def order_id(self) -> str:
        return graphene.Node.to_global_id("Order", self.record.order_id)

    def shipment(self, vendor: Vendor) -> VendorShipment:
        return self.record.shipments.get(vendor=vendor)

    def request(self, units: int = 1) -> ReturnRequest:
        return a_request(self.record, units)

    def part(self, request: ReturnRequest, vendor: Vendor) -> VendorReturn:
        return request.vendor_returns.get(vendor=vendor)


def a_scene() -> Scene:
    oak, elm = a_vendor("Oak & Sons"), a_vendor("Elm Ltd")
    chair = sells(oak, a_product(name="Oak chair", price="10.00", stock=5))
    lamp = sells(elm, a_product(name="Elm lamp", price="20.00", stock=5))
    mug = a_product(name="Mug", price="5.00", stock=5)
    ada = a_customer("ada@example.com")
    lines = [(chair, 2, "10.00"), (lamp, 2, "20.00"), (mug, 2, "5.00")]
    record = an_order(lines, user=ada)
    session = sessions.open_for(record=record, now=timezone.now()).token
    return Scene(
        record=record,
        oak=oak,
        elm=elm,
        chair=chair,
        session=session,
        guest=as_guest(),
        shopper=as_guest(session),
        owner=as_user(ada),
        stranger=as_user(a_customer("eve@example.com")),
        merchant=as_user(a_staff_user()),
        oak_owner=_member(oak, "owner@oak.example", VendorRole.OWNER),
        oak_staff=_member(oak, "staff@oak.example", VendorRole.STAFF),
        elm_owner=_member(elm, "owner@elm.example", VendorRole.OWNER),
    )


def _member(vendor: Vendor, email: str, role: VendorRole) -> Caller:
    user = a_customer(email)
    vendors.add_member(actor=MERCHANT, vendor_id=vendor.pk, email=email, role=role)
    facts = host.current.user_facts(user.pk)
    assert facts is not None
    members.join(user=facts, now=timezone.now())
    return as_user(user)
