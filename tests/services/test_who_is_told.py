"""Who is mailed about what: every rule, through the services that write the events."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from saleor_returns_plugin.domain.actors import SYSTEM
from saleor_returns_plugin.domain.notifications import KINDS
from saleor_returns_plugin.domain.requested import DeclinedUnits, ReceivedLine, Tracking
from saleor_returns_plugin.enums import ActorKind, Condition, EventKind, Move, Resolution
from saleor_returns_plugin.models import (
    NotificationLog,
    Reception,
    ReceptionLine,
    ReturnEvent,
    ReturnPolicy,
    VendorReturn,
)
from saleor_returns_plugin.services import (
    deadlines,
    lifecycle,
    receptions,
    refunds,
    resolutions,
    return_requests,
    vendor_returns,
    vendors,
)
from tests.builders import (
    ADDRESS,
    NOW,
    a_request,
    a_return,
    a_vendor,
    acts_for,
    an_order,
    receive_all,
    sells,
    shopper_of,
)
from tests.builders import MERCHANT as STAFF
from tests.saleor_rows import a_product
from tests.saleor_rows.gateway import PATH, RecordedGateway, declines, times_out

from .telling import LOCMEM, MERCHANT, SHOPPER, VENDOR, a_portal, html_of, last, sent_of

LATER = NOW + timedelta(days=400)


@pytest.fixture(autouse=True)
def store(db, settings):
    settings.EMAIL_BACKEND = LOCMEM
    a_portal()


def a_policy(**values):
    ReturnPolicy.objects.create(**values)


def an_in_house_return(with_address: bool = True) -> VendorReturn:
    store = vendors.in_house()
    store.return_address = ADDRESS if with_address else {}
    store.save()
    request = a_request(an_order([(a_product("Lamp"), 2, "10.00")]))
    return request.vendor_returns.get()


def approve(part, **values):
    return_requests.approve(request_id=part.request_id, actor=STAFF, now=NOW, **values)
    part.refresh_from_db()


def decline(part, actor):
    vendor_returns.decline(vendor_return_id=part.pk, actor=actor, reason="It was worn.", now=NOW)
    part.refresh_from_db()


def receive(part, *conditions: Condition, actor=None):
    line = part.lines.get()
    lines = [
        ReceivedLine(line.pk, 1, condition, note="Scratched all over.") for condition in conditions
    ]
    actor = actor or acts_for(part.vendor)
    receptions.receive(vendor_return_id=part.pk, actor=actor, lines=lines, now=NOW)


def a_request_is_made():
    a_return()


def the_policy_approves():
    a_policy(auto_approve=True)
    a_return()


def an_in_house_return_is_approved():
    approve(an_in_house_return())


def an_in_house_return_has_no_address():
    approve(an_in_house_return(with_address=False))


def staff_approve():
    a_return(Move.APPROVE)


def a_vendor_that_accepts_by_itself():
    part = a_return()
    part.vendor.auto_accept_returns = True
    part.vendor.save()
    approve(part)


def a_vendor_without_an_address():
    part = a_return()
    part.vendor.return_address = {}
    part.vendor.save()
    approve(part)


def a_vendor_without_anything():
    part = a_return()
    part.vendor.return_address = {}
    part.vendor.email = ""
    part.vendor.save()
    approve(part)


def a_vendor_whom_nobody_can_write():
    part = a_return()
    part.vendor.email = ""
    part.vendor.save()
    approve(part)


def staff_decline_at_once():
    part = a_return()
    return_requests.decline(request_id=part.request_id, actor=STAFF, reason="No.", now=NOW)


def staff_decline_after_approval():
    decline(a_return(Move.APPROVE), STAFF)


def the_vendor_declines():
    part = a_return(Move.APPROVE)
    decline(part, acts_for(part.vendor))


def staff_decline_a_unit():
    part = a_return(units=2)
    approve(part, declined=[DeclinedUnits(part.lines.get().pk, 1, "On final sale.")])


def staff_decline_a_unit_that_is_accepted_at_once():
    part = a_return(units=2)
    part.vendor.auto_accept_returns = True
    part.vendor.save()
    approve(part, declined=[DeclinedUnits(part.lines.get().pk, 1, "On final sale.")])


def the_vendor_declines_a_unit():
    part = a_return(Move.APPROVE, units=2)
    vendor_returns.accept(
        vendor_return_id=part.pk,
        actor=acts_for(part.vendor),
        now=NOW,
        declined=[DeclinedUnits(part.lines.get().pk, 1, "On final sale.")],
    )


def the_vendor_accepts():
    a_return(Move.ACCEPT)


def staff_accept():
    part = a_return(Move.APPROVE)
    vendor_returns.accept(vendor_return_id=part.pk, actor=STAFF, now=NOW)


def the_goods_are_on_their_way():
    part = a_return(Move.ACCEPT)
    vendor_returns.add_tracking(
        vendor_return_id=part.pk,
        actor=shopper_of(part.request.record),
        tracking=Tracking(carrier="Post", number="RR1", url=None),
        now=NOW,
    )


def all_is_good():
    a_return(Move.RECEIVE_ALL)


def all_is_refused():
    receive(a_return(Move.ACCEPT), Condition.WRONG_ITEM)


def some_is_refused():
    receive(a_return(Move.ACCEPT, units=2), Condition.DAMAGED, Condition.NOT_ACCEPTABLE)


def all_is_missing():
    receive_all(part := a_return(Move.ACCEPT), acts_for(part.vendor), Condition.MISSING)


def a_reception_is_undone(actor=None):
    part = a_return(Move.RECEIVE_ALL)
    receptions.void(
        reception_id=Reception.objects.get().pk,
        actor=actor or acts_for(part.vendor),
        reason="Another parcel.",
        now=NOW,
    )


def a_refusal_is_undone(who):
    all_is_refused()
    reception = Reception.objects.get()
    vendor = reception.vendor_return.vendor
    receptions.void(
        reception_id=reception.pk,
        actor=STAFF if who is M else acts_for(vendor),
        reason="Another parcel.",
        now=NOW,
    )


def the_vendor_undoes_a_refusal():
    a_refusal_is_undone(V)


def staff_undo_a_refusal():
    a_refusal_is_undone(M)


def staff_undo_a_reception():
    a_reception_is_undone(STAFF)


def staff_overrule():
    all_is_refused()
    receptions.overrule(
        reception_line_id=ReceptionLine.objects.get().pk,
        actor=STAFF,
        reason="Damaged on the way.",
        now=NOW,
    )


def half_of_it_came():
    part = a_return(Move.ACCEPT, units=2)
    receive(part, Condition.GOOD)
    return part


def the_vendor_closes():
    part = half_of_it_came()
    receptions.close(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)


def the_deadline_closes():
    half_of_it_came()
    deadlines.run(now=LATER)
    deadlines.run(now=LATER + timedelta(days=7))


def reopened_before_approval():
    part = a_return()
    decline(part, STAFF)
    vendor_returns.reopen(vendor_return_id=part.pk, actor=STAFF, reason="A mistake.", now=NOW)


def reopened_after_approval():
    part = a_return(Move.APPROVE)
    decline(part, acts_for(part.vendor))
    vendor_returns.reopen(vendor_return_id=part.pk, actor=STAFF, reason="A mistake.", now=NOW)


def change(actor=STAFF):
    part = a_return(Move.APPROVE)
    resolutions.change(
        return_line_id=part.lines.get().pk,
        actor=actor,
        resolution=Resolution.REFUND,
        send_back=False,
        now=NOW,
    )


def cancel(part, actor):
    return_requests.cancel(request_id=part.request_id, actor=actor, now=NOW)


def the_shopper_cancels_at_once():
    cancel(part := a_return(), shopper_of(part.request.record))


def the_shopper_cancels_later():
    cancel(part := a_return(Move.ACCEPT), shopper_of(part.request.record))


def the_shopper_cancels_in_house():
    part = an_in_house_return()
    approve(part)
    cancel(part, shopper_of(part.request.record))


def staff_cancel():
    cancel(a_return(Move.APPROVE), STAFF)


def nothing_is_sent():
    a_return(Move.ACCEPT)
    deadlines.run(now=LATER)
    deadlines.run(now=LATER + timedelta(days=30))


def half_time_of(move):
    def scenario():
        part = a_return(move)
        deadlines.run(now=part.waiting_since + (part.due_at - part.waiting_since) * 0.6)

    return scenario


def time_is_over():
    a_return(Move.APPROVE)
    deadlines.run(now=LATER)


M, V, S = "merchant", "vendor", "shopper"
ADDRESSES = {M: MERCHANT, V: VENDOR, S: SHOPPER}
E = EventKind

TABLE: list[tuple[Callable[[], None], EventKind, set[tuple[str, str]]]] = [
    (
        a_request_is_made,
        E.CREATED,
        {("request_created_merchant", M), ("request_received_shopper", S)},
    ),
    (
        the_policy_approves,
        E.CREATED,
        {("request_created_merchant", M), ("request_received_shopper", S)},
    ),
    (the_policy_approves, E.APPROVED, {("return_approved_vendor", V)}),
    (staff_approve, E.APPROVED, {("return_approved_vendor", V)}),
    (an_in_house_return_is_approved, E.APPROVED, set()),
    (an_in_house_return_is_approved, E.ACCEPTED, {("return_accepted_shopper", S)}),
    (an_in_house_return_has_no_address, E.APPROVED, set()),
    (an_in_house_return_has_no_address, E.ADDRESS_MISSING, {("address_missing_merchant", M)}),
    (a_vendor_that_accepts_by_itself, E.APPROVED, set()),
    (
        a_vendor_that_accepts_by_itself,
        E.ACCEPTED,
        {("return_accepted_shopper", S), ("return_accepted_vendor", V)},
    ),
    (a_vendor_without_an_address, E.APPROVED, set()),
    (
        a_vendor_without_an_address,
        E.ADDRESS_MISSING,
        {("address_missing_vendor", V), ("address_missing_merchant", M)},
    ),
    (a_vendor_without_anything, E.ADDRESS_MISSING, {("address_missing_merchant", M)}),
    (a_vendor_whom_nobody_can_write, E.APPROVED, {("return_approved_vendor", M)}),
    (staff_decline_at_once, E.DECLINED, {("return_declined_shopper", S)}),
    (
        staff_decline_after_approval,
        E.DECLINED,
        {("return_declined_shopper", S), ("return_declined_vendor", V)},
    ),
    (
        the_vendor_declines,
        E.DECLINED,
        {("return_declined_shopper", S), ("return_declined_merchant", M)},
    ),
    (staff_decline_a_unit, E.UNITS_DECLINED, {("units_declined_shopper", S)}),
    (staff_decline_a_unit, E.APPROVED, {("return_approved_vendor", V)}),
    (
        the_vendor_declines_a_unit,
        E.UNITS_DECLINED,
        {("units_declined_merchant", M)},
    ),
    (the_vendor_declines_a_unit, E.ACCEPTED, {("return_accepted_shopper", S)}),
    (staff_decline_a_unit_that_is_accepted_at_once, E.UNITS_DECLINED, set()),
    (the_vendor_accepts, E.ACCEPTED, {("return_accepted_shopper", S)}),
    (
        staff_accept,
        E.ACCEPTED,
        {("return_accepted_shopper", S), ("return_accepted_vendor", V)},
    ),
    (the_goods_are_on_their_way, E.TRACKING_ADDED, {("tracking_added_vendor", V)}),
    (all_is_good, E.RECEIVED, {("goods_received_shopper", S)}),
    (
        all_is_refused,
        E.RECEIVED,
        {("goods_refused_shopper", S), ("goods_refused_merchant", M)},
    ),
    (
        some_is_refused,
        E.RECEIVED,
        {
            ("goods_received_shopper", S),
            ("goods_refused_merchant", M),
        },
    ),
    (all_is_missing, E.RECEIVED, {("goods_missing_shopper", S)}),
    (a_reception_is_undone, E.RECEPTION_VOIDED, {("reception_voided_shopper", S)}),
    (
        staff_undo_a_reception,
        E.RECEPTION_VOIDED,
        {("reception_voided_shopper", S), ("reception_voided_vendor", V)},
    ),
    (
        the_vendor_undoes_a_refusal,
        E.RECEPTION_VOIDED,
        {("reception_voided_shopper", S), ("reception_voided_merchant", M)},
    ),
    (
        staff_undo_a_refusal,
        E.RECEPTION_VOIDED,
        {("reception_voided_shopper", S), ("reception_voided_vendor", V)},
    ),
    (
        staff_overrule,
        E.OVERRULED,
        {("goods_overruled_shopper", S), ("goods_overruled_vendor", V)},
    ),
    (the_vendor_closes, E.CLOSED, {("goods_missing_shopper", S)}),
    (
        the_deadline_closes,
        E.CLOSED,
        {
            ("goods_missing_shopper", S),
            ("return_closed_merchant", M),
            ("return_closed_vendor", V),
        },
    ),
    (reopened_before_approval, E.REOPENED, {("return_reopened_shopper", S)}),
    (
        reopened_after_approval,
        E.REOPENED,
        {("return_reopened_shopper", S), ("return_reopened_vendor", V)},
    ),
    (
        change,
        E.RESOLUTION_CHANGED,
        {("resolution_changed_shopper", S), ("resolution_changed_vendor", V)},
    ),
    (the_shopper_cancels_at_once, E.CANCELLED, {("return_cancelled_merchant", M)}),
    (
        the_shopper_cancels_later,
        E.CANCELLED,
        {("return_cancelled_merchant", M), ("return_cancelled_vendor", V)},
    ),
    (the_shopper_cancels_in_house, E.CANCELLED, {("return_cancelled_merchant", M)}),
    (
        staff_cancel,
        E.CANCELLED,
        {("return_cancelled_shopper", S), ("return_cancelled_vendor", V)},
    ),
    (nothing_is_sent, E.EXPIRY_WARNED, {("expiry_warned_shopper", S)}),
    (
        nothing_is_sent,
        E.EXPIRED,
        {("return_expired_shopper", S), ("return_expired_vendor", V)},
    ),
    (half_time_of(None), E.REMINDED, {("reminder_merchant", M)}),
    (half_time_of(Move.APPROVE), E.REMINDED, {("reminder_vendor", V)}),
    (half_time_of(Move.ACCEPT), E.REMINDED, {("reminder_shopper", S)}),
    (half_time_of(Move.RECEIVE_ALL), E.REMINDED, {("reminder_vendor", V)}),
    (time_is_over, E.OVERDUE, {("return_overdue_merchant", M)}),
]


@pytest.mark.parametrize(
    ("scenario", "kind", "expected"),
    TABLE,
    ids=[f"{scenario.__name__}-{kind.name}" for scenario, kind, _ in TABLE],
)
def test_who_is_told(scenario, kind, expected):
    scenario()
    sent = sent_of(last(kind))
    found = {(name, message.to[0]) for name, message in sent.items()}
    assert found == {(name, ADDRESSES[who]) for name, who in expected}
    for name, message in sent.items():
        _says_enough(name, message)


def _says_enough(name, message):
    """What no mail may lack, or hold."""
    number = VendorReturn.objects.values_list("request__number", flat=True).get()
    everything = message.subject + message.body + html_of(message)
    assert number in message.subject
    assert number in message.body
    assert "{{" not in everything
    assert "{%" not in everything
    assert "http" in message.body
    assert "None" not in everything
    if KINDS[name].to.value == "vendor":
        assert SHOPPER not in everything
    if KINDS[name].to.value == "merchant":
        vendor = VendorReturn.objects.values_list("vendor__name", flat=True).get()
        assert vendor in message.body, "a merchant's mail names the vendor"


REFUNDS = [
    ("succeeded", {("refunded_shopper", S), ("refunded_vendor", V)}),
    ("failed", {("refund_failed_merchant", M)}),
    ("unknown", {("refund_unknown_merchant", M)}),
]


@pytest.mark.parametrize(("outcome", "expected"), REFUNDS, ids=[row[0] for row in REFUNDS])
@pytest.mark.django_db(transaction=True)
def test_who_is_told_of_money(outcome, expected, settings):
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    if outcome != "succeeded":
        RecordedGateway.answers_with(declines if outcome == "failed" else times_out)
    part = a_return(Move.RECEIVE_ALL)
    refunds.release(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
    event = last(EventKind(f"refund_{outcome}"))
    # Every event was told of already: tasks run at once where there is no broker.
    sent = {(row.kind, row.recipient) for row in _mails_of(event)}
    assert sent == {(name, ADDRESSES[who]) for name, who in expected}
    messages = [message for message in mail.outbox if "$10.00" in message.body]
    assert {message.to[0] for message in messages} >= {ADDRESSES[who] for _, who in expected}


def _mails_of(event):
    rows = NotificationLog.objects.filter(subject_id=event.pk).exclude(kind="told")
    assert all(row.sent_at for row in rows)
    return rows


TOLD_IN_TEST_EXCHANGE_MAILS = {
    "exchange_offered_shopper",
    "exchange_ordered_shopper",
    "exchange_released_shopper",
    "exchange_failed_shopper",
    "exchange_failed_merchant",
    "exchange_failed_vendor",
    "exchange_cancelled_merchant",
    "exchange_cancelled_vendor",
    "exchange_cancelled_shopper",
    "resolution_changed_merchant",
    "exchange_stuck_merchant",
    "exchange_owed_merchant",
    "exchange_owed_vendor",
}
TOLD_IN_TEST_REFUND_MAILS = {
    "refund_recorded_merchant",
    "refund_failed_vendor",
    "refund_came_back_merchant",
    "refund_came_back_vendor",
    "refund_came_back_shopper",
}


@pytest.mark.django_db
def test_every_mail_is_in_the_table():
    tested = {name for _, _, mails in TABLE for name, _ in mails}
    tested |= {name for _, mails in REFUNDS for name, _ in mails}
    tested |= TOLD_IN_TEST_REFUND_MAILS | TOLD_IN_TEST_EXCHANGE_MAILS
    assert set(KINDS) - tested == {
        "shipment_new_vendor",
        "shipment_cancelled_vendor",
        "sign_in_links_shopper",
        "invitation_member",
        "return_expired_merchant",
        "return_label_shopper",
    }


def test_silence_that_accepts_tells_the_vendor_too():
    a_policy(accept_on_silence=True)
    a_return(Move.APPROVE)
    assert set(sent_of(last(E.APPROVED))) == {"return_approved_vendor"}
    deadlines.run(now=LATER)
    assert set(sent_of(last(E.ACCEPTED))) == {"return_accepted_shopper", "return_accepted_vendor"}


def test_a_vendor_reads_nothing_of_another_vendors_part():
    oak, elm = a_vendor("Oak & Sons"), a_vendor("Elm")
    chair, table = sells(oak, a_product("Chair")), sells(elm, a_product("Table"))
    request = a_request(
        an_order([(chair, 1, "10"), (table, 1, "20")]), note="A secret for the shop"
    )
    return_requests.approve(request_id=request.pk, actor=STAFF, now=NOW)
    events = ReturnEvent.objects.filter(kind=E.APPROVED.value)
    mails = {event.vendor_return.vendor.name: sent_of(event) for event in events}
    body = mails["Elm"]["return_approved_vendor"].body
    assert "Table" in body
    assert not [word for word in ("Chair", "Oak", "-S1", "secret", SHOPPER) if word in body]


def test_a_store_that_switches_a_mail_off_does_not_send_it(settings):
    settings.RETURNS_MAILS = {"request_received_shopper": False}
    a_return()
    assert set(sent_of(last(E.CREATED))) == {"request_created_merchant"}


def test_a_mail_that_is_off_can_be_switched_on(settings):
    settings.RETURNS_MAILS = {"return_expired_merchant": True}
    nothing_is_sent()
    assert "return_expired_merchant" in sent_of(last(E.EXPIRED))


def test_a_refund_that_is_taken_back_reopens_without_a_mail():
    part = a_return(Move.ACCEPT)
    receive_all(part, acts_for(part.vendor), Condition.MISSING)
    part.refresh_from_db()
    lifecycle.move(part, Move.REOPEN, actor=SYSTEM, now=NOW)
    event = last(E.REOPENED)
    assert event.actor_kind == ActorKind.SYSTEM.value
    assert sent_of(event) == {}
