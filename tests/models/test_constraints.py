"""Every rule that one row can break is a constraint, tried past the models, as plain SQL would."""

from copy import copy
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils import timezone

from saleor_returns_plugin import models as tables
from saleor_returns_plugin.domain.requested import ReceivedLine
from saleor_returns_plugin.enums import Condition, Move, VendorRole
from saleor_returns_plugin.models import (
    Exchange,
    ExchangeLine,
    Label,
    NotificationLog,
    OrderRecord,
    Reception,
    ReceptionLine,
    Refund,
    RefundLine,
    RefundPart,
    ReturnEvent,
    ReturnLine,
    ReturnPolicy,
    ReturnPortal,
    ReturnReason,
    ReturnRequest,
    Vendor,
    VendorMember,
    VendorProduct,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from saleor_returns_plugin.services import receptions, vendors
from tests.builders import MERCHANT, NOW, a_return, acts_for
from tests.saleor_rows import a_customer

LATER = NOW + timezone.timedelta(days=1)
ADDRESS = {"city": "Leeds"}

# A row, what is written into it, and the constraint that refuses it.
BAD: list[tuple[type[models.Model], dict[str, Any], str]] = [
    (OrderRecord, {"shipping_net": -1}, "returns_record_shipping"),
    (OrderRecord, {"shipping_net": 2, "shipping_gross": 1}, "returns_record_shipping"),
    (OrderRecord, {"refunded_elsewhere": -1}, "returns_record_elsewhere"),
    (OrderRecord, {"number": ""}, "returns_record_number"),
    (OrderRecord, {"currency": ""}, "returns_record_currency"),
    (OrderRecord, {"currency": "usd"}, "returns_record_currency"),
    (OrderRecord, {"root": F("id")}, "returns_record_root"),
    (Vendor, {"commission_rate": -1}, "returns_vendor_commission_percent"),
    (Vendor, {"commission_rate": 101}, "returns_vendor_commission_percent"),
    (Vendor, {"name": ""}, "returns_vendor_given"),
    (Vendor, {"slug": ""}, "returns_vendor_given"),
    (Vendor, {"is_in_house": True, "is_active": False}, "returns_vendor_store_active"),
    (VendorMember, {"role": "king"}, "returns_member_role"),
    (VendorMember, {"user": None, "email": ""}, "returns_member_somebody"),
    (VendorShipment, {"status": "lost"}, "returns_shipment_known_status"),
    (VendorShipment, {"number": ""}, "returns_shipment_given"),
    (VendorShipment, {"status": "held"}, "returns_shipment_held"),
    (VendorShipment, {"fulfilled_at": None, "delivered_at": NOW}, "returns_shipment_delivered"),
    (VendorShipmentLine, {"quantity": 0, "quantity_fulfilled": 0}, "returns_shipmentline_quantity"),
    (VendorShipmentLine, {"quantity_fulfilled": 9}, "returns_shipmentline_fulfilled"),
    (VendorShipmentLine, {"quantity_taken_back": 9}, "returns_shipmentline_taken"),
    (VendorShipmentLine, {"quantity_told": 9}, "returns_shipmentline_told"),
    (VendorShipmentLine, {"is_removed": True}, "returns_shipmentline_removed"),
    (VendorShipmentLine, {"commission_rate": 101}, "returns_shipmentline_commission"),
    (VendorShipmentLine, {"commission_base": "lost"}, "returns_shipmentline_base"),
    (VendorShipmentLine, {"total_net": -1}, "returns_shipmentline_(total|carried)"),
    (VendorShipmentLine, {"total_net": 2, "total_gross": 1}, "returns_shipmentline_total"),
    (VendorShipmentLine, {"carried_net": -1}, "returns_shipmentline_carried"),
    (VendorShipmentLine, {"carried_net": 1}, "returns_shipmentline_carried"),
    (VendorShipmentLine, {"carried_charged_gross": 1}, "returns_shipmentline_carried"),
    (VendorShipmentLine, {"carried_charged_net": -1}, "returns_shipmentline_carried"),
    (VendorShipmentLine, {"carried_gross": F("total_gross") + 1}, "returns_shipmentline_carried"),
    (
        VendorShipmentLine,
        {"total_net": 10, "carried_net": 11, "carried_gross": 11},
        "returns_shipmentline_carried",
    ),
    (ReturnRequest, {"status": "lost"}, "returns_request_known_status"),
    (ReturnRequest, {"source": "fax"}, "returns_request_source"),
    (ReturnRequest, {"number": ""}, "returns_request_given"),
    (ReturnRequest, {"idempotency_key": ""}, "returns_request_given"),
    (VendorReturn, {"status": "lost", "due_at": LATER, "waiting_since": NOW}, "known_status"),
    (VendorReturn, {"number": ""}, "returns_part_given"),
    (VendorReturn, {"due_at": None}, "returns_part_waiting"),
    (VendorReturn, {"waiting_since": None}, "returns_part_waiting"),
    (VendorReturn, {"waiting_since": LATER, "due_at": NOW}, "returns_part_waiting"),
    (VendorReturn, {"status": "cancelled"}, "returns_part_waiting"),
    (
        VendorReturn,
        {"status": "cancelled", "due_at": None, "waiting_since": None, "reminded_at": NOW},
        "returns_part_waiting",
    ),
    (
        VendorReturn,
        {"status": "declined", "due_at": None, "waiting_since": None},
        "returns_part_declined",
    ),
    (VendorReturn, {"status": "accepted", "return_address": None}, "returns_part_accepted"),
    (VendorReturn, {"status": "accepted", "return_instructions": None}, "returns_part_accepted"),
    (VendorReturn, {"status": "in_transit"}, "returns_part_tracked"),
    (ReturnLine, {"quantity": 0, "received": 0, "payable": 0}, "returns_line_quantity"),
    (ReturnLine, {"resolution": "hug"}, "returns_line_resolution"),
    (ReturnLine, {"declined": 3, "received": 0, "payable": 0}, "returns_line_declined"),
    (ReturnLine, {"send_back": False}, "returns_line_kept"),
    (ReturnLine, {"received": 3}, "returns_line_outcome"),
    (ReturnLine, {"missing": 1, "received": 2}, "returns_line_outcome"),
    (ReturnLine, {"declined": 1, "received": 2, "payable": 0}, "returns_line_outcome"),
    (ReturnLine, {"payable": 3}, "returns_line_payable"),
    (ReturnLine, {"received": 1, "payable": 2}, "returns_line_payable_arrived"),
    (ReturnLine, {"exchange_difference": 1}, "returns_line_exchange"),
    (ReturnLine, {"exchange_name": "Oak chair, large"}, "returns_line_exchange"),
    (Reception, {"idempotency_key": ""}, "returns_reception_key_given"),
    (ReceptionLine, {"quantity": 0}, "returns_receptionline_quantity"),
    (ReceptionLine, {"condition": "soggy"}, "returns_receptionline_condition"),
    (ReceptionLine, {"disposition": "eaten"}, "returns_receptionline_disposition"),
    (ReceptionLine, {"is_overruled": True, "is_payable": False}, "returns_receptionline_overruled"),
    (ReceptionLine, {"condition": "missing"}, "returns_receptionline_missing"),
    (ReceptionLine, {"disposition": None}, "returns_receptionline_missing"),
    (ReceptionLine, {"condition": "wrong_item", "note": ""}, "returns_receptionline_note"),
    (Refund, {"amount": -1}, "returns_refund_(amount|sum)"),
    (Refund, {"amount": -1, "fees_gross": 100}, "returns_refund_(amount|sum)"),
    (
        Refund,
        {"amount": F("amount") + Decimal("0.01"), "paid": F("paid") + Decimal("0.01")},
        "returns_refund_sum",
    ),
    (Refund, {"goods_net": F("goods_gross") + 1}, "returns_refund_parts"),
    (Refund, {"shipping_net": -1}, "returns_refund_parts"),
    (Refund, {"return_shipping_fee_gross": 1}, "returns_refund_return_fee"),
    (Refund, {"already_refunded": -1, "adjustment": -1}, "returns_refund_already"),
    (Refund, {"paid": F("amount") + 1, "status": "failed"}, "returns_refund_paid"),
    (Refund, {"paid": 0}, "returns_refund_succeeded"),
    (Refund, {"succeeded_at": None}, "returns_refund_succeeded"),
    (Refund, {"method": "manual"}, "returns_refund_reference"),
    (Refund, {"return_shipping_fee_net": -1}, "returns_refund_return_fee"),
    (Refund, {"status": "lost"}, "returns_refund_status"),
    (Refund, {"method": "cow"}, "returns_refund_method"),
    (Refund, {"failure": "Card was closed."}, "returns_refund_no_failure"),
    (Refund, {"idempotency_key": ""}, "returns_refund_key"),
    (Refund, {"currency": "dollars"[:3]}, "returns_refund_currency"),
    (RefundLine, {"quantity": 0}, "returns_refundline_quantity"),
    (RefundLine, {"goods_net": -1}, "returns_refundline_goods"),
    (RefundLine, {"is_rest": True}, "returns_refundline_per_unit"),
    (RefundLine, {"per_unit": 0}, "returns_refundline_per_unit"),
    (RefundPart, {"amount": 0}, "returns_refundpart_amount"),
    (RefundPart, {"status": "lost"}, "returns_refundpart_status"),
    (RefundPart, {"asked_at": None}, "returns_refundpart_asked"),
    (RefundPart, {"is_replaced": True}, "returns_refundpart_replaced"),
    (RefundPart, {"payment_reference": ""}, "returns_refundpart_reference"),
    (ReturnPolicy, {"restocking_fee_percent": -1}, "returns_policy_percent"),
    (ReturnPolicy, {"restocking_fee_percent": 101}, "returns_policy_percent"),
    (ReturnPolicy, {"return_shipping_fee": -1, "channel": "main"}, "returns_policy_fee"),
    (ReturnPolicy, {"return_shipping_fee": -1, "currency": "USD"}, "returns_policy_fee"),
    (ReturnPolicy, {"return_shipping_fee": 1}, "returns_policy_fee_currency"),
    (ReturnPolicy, {"currency": "usd"}, "returns_policy_currency"),
    (ReturnPolicy, {"currency": "USD", "channel": "main"}, "returns_policy_currency"),
    (ReturnPolicy, {"vendor_refund_limit": -1, "channel": "main"}, "returns_policy_limit"),
    (ReturnPolicy, {"vendor_refund_limit": -1, "currency": "USD"}, "returns_policy_limit"),
    (ReturnPolicy, {"vendor_refund_limit": 1}, "returns_policy_limit"),
    (ReturnPolicy, {"commission_base": "lost"}, "returns_policy_base"),
    (ReturnPolicy, {"resolutions": []}, "returns_policy_offers"),
    (ReturnPolicy, {"approve_days": 0}, "returns_policy_days"),
    (ReturnPolicy, {"accept_days": 0}, "returns_policy_days"),
    (ReturnPolicy, {"send_back_days": 0}, "returns_policy_days"),
    (ReturnPolicy, {"inspect_days": 0}, "returns_policy_days"),
    (ReturnPolicy, {"exchange_offer_days": 0}, "returns_policy_days"),
    (ReturnPolicy, {"exchange_release": "someday"}, "returns_policy_release"),
    (ReturnPolicy, {"exchange_pricing": "haggled"}, "returns_policy_pricing"),
    (ReturnPolicy, {"window_anchor": "birth"}, "returns_policy_anchor"),
    (ReturnPolicy, {"shipping_refund": "twice"}, "returns_policy_shipping"),
    (ReturnReason, {"code": ""}, "returns_reason_given"),
    (ReturnReason, {"label": ""}, "returns_reason_given"),
    (Exchange, {"status": "lost"}, "returns_exchange_status"),
    (Exchange, {"release_rule": "someday"}, "returns_exchange_release"),
    (Exchange, {"currency": "usd"}, "returns_exchange_currency"),
    (Exchange, {"difference": -1}, "returns_exchange_difference"),
    (Exchange, {"status": "failed"}, "returns_exchange_failed"),
    (Exchange, {"ordered_at": None}, "returns_exchange_ordered"),
    (Exchange, {"order_number": ""}, "returns_exchange_ordered"),
    (
        Exchange,
        {"status": "released", "released_at": NOW, "ordered_at": None},
        "returns_exchange_ordered",
    ),
    (Exchange, {"status": "released"}, "returns_exchange_released"),
    (Exchange, {"failure_code": "rain"}, "returns_exchange_failure_code"),
    (Exchange, {"status": "awaiting_payment", "difference": 2}, "returns_exchange_offered"),
    (Exchange, {"status": "awaiting_payment", "expires_at": NOW}, "returns_exchange_offered"),
    (Exchange, {"withdrawn_at": NOW}, "returns_exchange_withdrawn"),
    (Exchange, {"paid_back_at": NOW}, "returns_exchange_paid_back"),
    (Exchange, {"status": "cancelled", "paid_back_at": NOW}, "returns_exchange_paid_back"),
    (Exchange, {"idempotency_key": ""}, "returns_exchange_key"),
    (ExchangeLine, {"quantity": 0}, "returns_exchangeline_quantity"),
    (ExchangeLine, {"unit_price": -1}, "returns_exchangeline_price"),
    (ExchangeLine, {"carried_net": -1}, "returns_exchangeline_carried"),
    (ExchangeLine, {"carried_net": 1}, "returns_exchangeline_carried"),
    (ExchangeLine, {"carried_charged_net": -1}, "returns_exchangeline_carried"),
    (
        ExchangeLine,
        {"carried_charged_net": 1, "carried_gross": 1},
        "returns_exchangeline_carried",
    ),
    (ExchangeLine, {"carried_charged_gross": 1}, "returns_exchangeline_carried"),
    (ExchangeLine, {"name": ""}, "returns_exchangeline_name"),
    (Label, {"kind": "fax"}, "returns_label_(kind|content)"),
    (Label, {"kind": "tiff", "link": "", "file": "a.tiff"}, "returns_label_kind"),
    (Label, {"shipment": None}, "returns_label_of_one"),
    (Label, {"link": ""}, "returns_label_content"),
    (Label, {"file": "a.pdf"}, "returns_label_content"),
    (Label, {"kind": "pdf"}, "returns_label_content"),
    (Label, {"kind": "pdf", "link": ""}, "returns_label_content"),
    (NotificationLog, {"dedupe_key": ""}, "returns_notice_given"),
    (NotificationLog, {"kind": ""}, "returns_notice_given"),
    (NotificationLog, {"kind": "told", "recipient": "a@b.example"}, "returns_notice_told"),
    (NotificationLog, {"kind": "told", "recipient": "", "sent_at": None}, "returns_notice_told"),
    (NotificationLog, {"kind": "return_paid", "recipient": ""}, "returns_notice_told"),
]

# Written once and never changed: these are tried as new rows.
BAD_EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "sneezed"}, "returns_event_kind"),
    ({"actor_kind": "ghost"}, "returns_event_actor"),
    ({"from_status": "lost"}, "returns_event_statuses"),
    ({"to_status": "lost"}, "returns_event_statuses"),
    ({"kind": "accepted", "vendor_return": None}, "returns_event_part"),
]

# A second row beside one that is there; what differs from it.
TWICE: list[tuple[type[models.Model], dict[str, Any], str]] = [
    (OrderRecord, {}, "order_id"),
    (Vendor, {"is_in_house": False}, "slug"),
    (Vendor, {"is_in_house": True, "slug": "another"}, "returns_vendor_one_in_house"),
    (VendorMember, {}, "returns_member_once"),
    (VendorMember, {"user": None}, "returns_member_invited_once"),
    (VendorProduct, {}, "product_id"),
    (VendorShipment, {}, "number"),
    (VendorShipmentLine, {}, "order_line_id"),
    (ReturnRequest, {"idempotency_key": None}, "number"),
    (ReturnRequest, {"number": "1-R9"}, "returns_request_key"),
    (VendorReturn, {"number": "1-R9-S1"}, "returns_vendorreturn_once"),
    (ReturnLine, {}, "returns_line_once"),
    (Reception, {}, "returns_reception_key"),
    (Refund, {}, "idempotency_key"),
    (
        Exchange,
        {"checkout_token": uuid4(), "idempotency_key": None},
        "returns_exchange_one_live",
    ),
    (
        Exchange,
        {"checkout_token": uuid4(), "status": "cancelled"},
        "returns_exchange_key_once",
    ),
    (Exchange, {"status": "cancelled", "idempotency_key": None}, "checkout_token"),
    (Label, {}, "shipment_id"),
    (ReturnPolicy, {}, "returns_policy_channel"),
    (ReturnReason, {}, "code"),
    (ReturnPortal, {}, "channel"),
    (NotificationLog, {}, "dedupe_key"),
]


@pytest.fixture
def rows(db: Any, settings: Any) -> None:
    """One row in every table: a return of which a unit is paid and one is still to come."""
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    part = a_return(Move.ACCEPT, units=2)
    vendor = part.vendor
    receptions.receive(
        vendor_return_id=part.pk,
        actor=acts_for(vendor),
        lines=[ReceivedLine(part.lines.get().pk, 2, Condition.GOOD)],
        now=NOW,
        idempotency_key="k",
    )
    with transaction.atomic():
        user = a_customer("kim@example.com")
        vendors.add_member(
            actor=MERCHANT, vendor_id=vendor.pk, email=user.email, role=VendorRole.STAFF
        )
    exchange = Exchange.objects.create(
        vendor_return=part,
        status="ordered",
        order_number="2",
        ordered_at=NOW,
        currency="USD",
        release_rule="on_reception",
        idempotency_key="k",
    )
    ExchangeLine.objects.create(exchange=exchange, name="Oak chair, large", quantity=1)
    Label.objects.create(shipment=part.shipment, kind="link", link="https://a.example")
    ReturnPolicy.objects.create()
    ReturnPortal.objects.create()
    ReturnReason.objects.create(code="small", label="Too small")
    ReturnRequest.objects.update(idempotency_key="k")
    Vendor.objects.filter(is_in_house=True).exclude(pk=vendor.pk).delete()
    NotificationLog.objects.all().delete()  # the invitation of the member
    NotificationLog.objects.create(dedupe_key="k", kind="return_paid", recipient="a@b.example")


@pytest.fixture
def paid(rows: None) -> None:
    """As `rows`; and a refund, after which nobody waits for anything."""
    release()


def release() -> Refund:
    """Its intent and its end, without the gateway between: that needs committed rows."""
    part = VendorReturn.objects.get()
    refund = Refund(vendor_return=part, status="succeeded", method="original", currency="USD")
    refund.idempotency_key = f"{part.pk}#1"
    refund.amount = refund.goods_gross = Decimal(20)
    refund.goods_net = Decimal(16)
    refund.paid, refund.succeeded_at = refund.amount, part.created_at
    refund.save(force_insert=True)
    line = part.lines.get()
    RefundLine.objects.create(
        refund=refund, return_line=line, quantity=1, goods_net=16, goods_gross=20
    )
    RefundPart.objects.create(
        refund=refund,
        payment_reference="payment:1",
        amount=20,
        status="succeeded",
        asked_at=part.created_at,
    )
    return refund


def _name(case: Any) -> str:
    model, values, constraint = case
    return f"{model.__name__}-{'-'.join(values)}-{constraint}"


@pytest.mark.parametrize("case", BAD, ids=_name)
def test_the_database_refuses(paid: None, case: Any) -> None:
    model, values, constraint = case
    assert model.objects.count() == 1
    before = list(model.objects.values())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**values)
    assert list(model.objects.values()) == before


@pytest.mark.parametrize(("values", "constraint"), BAD_EVENTS)
def test_the_database_refuses_an_event(rows: None, values: Any, constraint: str) -> None:
    event = ReturnEvent.objects.filter(kind="accepted").get()
    event.pk = uuid4()
    for name, value in values.items():
        setattr(event, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReturnEvent.objects.bulk_create([event])


@pytest.mark.parametrize("case", TWICE, ids=_name)
def test_the_database_refuses_a_second(paid: None, case: Any) -> None:
    model, values, constraint = case
    if "returns_vendor_one_in_house" in constraint:
        Vendor.objects.update(is_in_house=True)
    second = copy(model.objects.get())
    second.pk = uuid4()
    for name, value in values.items():
        setattr(second, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.bulk_create([second])


@pytest.mark.parametrize("status", ["pending", "unknown"])
def test_one_open_refund_of_a_return(paid: None, status: str) -> None:
    refund = Refund.objects.get()
    Refund.objects.update(status=status)
    refund.pk, refund.status, refund.idempotency_key = uuid4(), "pending", "other"
    with pytest.raises(IntegrityError, match="returns_refund_one_open"), transaction.atomic():
        Refund.objects.bulk_create([refund])


def test_one_policy_of_a_vendor_and_channel(rows: None) -> None:
    policy = ReturnPolicy.objects.get()
    ReturnPolicy.objects.update(vendor=Vendor.objects.get())
    policy.refresh_from_db()
    policy.pk = uuid4()
    with pytest.raises(IntegrityError, match="returns_policy_vendor"), transaction.atomic():
        ReturnPolicy.objects.bulk_create([policy])


def test_every_constraint_was_tried() -> None:
    tried = {
        *(case[2] for case in chain(BAD, TWICE)),
        *(name for _, name in BAD_EVENTS),
        "returns_refund_one_open",
        "returns_policy_vendor",
        "returns_refund_amount",
        "returns_part_known_status",
    }
    of_models = {
        constraint.name
        for name in tables.__all__
        for constraint in getattr(tables, name)._meta.constraints
    }
    of_ledger = {
        name for name in of_models if name.startswith(("returns_ledger", "returns_closing"))
    }
    assert of_models - of_ledger - tried == set()


def test_every_constraint_is_in_the_database(db: Any) -> None:
    """Those of the models, whatever migrations made or left."""
    with connection.cursor() as cursor:
        for name in tables.__all__:
            model = getattr(tables, name)
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
            assert {each.name for each in model._meta.constraints} <= set(found), name


@pytest.mark.parametrize("field", ["quantity", "declined", "received", "missing", "payable"])
def test_no_number_of_units_is_below_zero(rows: None, field: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnLine.objects.update(**{field: -1})


def test_no_row_is_torn_from_what_it_hangs_on(paid: None) -> None:
    """Plain SQL cannot delete what others refer to."""
    for model in (OrderRecord, Vendor, VendorShipment, VendorShipmentLine, ReturnRequest):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
