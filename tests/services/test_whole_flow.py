"""Every branch of a return, through the services."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from saleor_returns_plugin.domain.requested import DeclinedUnits, ReceivedLine, Tracking
from saleor_returns_plugin.enums import ActorKind, Condition, Move, Resolution
from saleor_returns_plugin.errors import (
    InvalidInput,
    InvalidTransition,
    NotFound,
    NothingToRefund,
    NotPermitted,
    QuantityExceedsReturnable,
    Required,
    ResolutionNotAllowed,
)
from saleor_returns_plugin.models import (
    Reception,
    ReceptionLine,
    ReturnPolicy,
    ReturnRequest,
    VendorReturn,
)
from saleor_returns_plugin.selectors import quotes
from saleor_returns_plugin.selectors.returned import units_in_conflict
from saleor_returns_plugin.selectors.vendor_returns import roles_of
from saleor_returns_plugin.services import (
    deadlines,
    receptions,
    refunds,
    resolutions,
    return_requests,
    split,
    vendor_returns,
)
from tests.builders import (
    ADDRESS,
    MERCHANT,
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
from tests.saleor_rows import a_product, stock_of
from tests.saleor_rows.gateway import PATH, RecordedGateway

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(settings):
    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway


def fresh(part: VendorReturn) -> VendorReturn:
    return VendorReturn.objects.select_related("request__record", "vendor").get(pk=part.pk)


def kinds(part: VendorReturn) -> list[str]:
    return [event.kind for event in part.request.events.filter(vendor_return=part)]


def receive(part: VendorReturn, *units: tuple[int, Condition], actor=MERCHANT) -> VendorReturn:
    line = part.lines.get()
    return receptions.receive(
        vendor_return_id=part.pk,
        actor=actor,
        now=NOW,
        lines=[
            ReceivedLine(line.pk, quantity, condition, note="Look: scratched")
            for quantity, condition in units
        ],
    )


class TestDecisionsInPart:
    def test_declined_units_are_free_again_and_the_rest_goes_on(self):
        part = a_return(units=3, quantity=3)
        line = part.lines.get()
        return_requests.approve(
            request_id=part.request_id,
            actor=MERCHANT,
            now=NOW,
            declined=[DeclinedUnits(line.pk, 2, "Worn")],
        )
        part, line = fresh(part), part.lines.get()
        assert (part.status, line.declined, line.accepted) == ("approved", 2, 1)
        assert kinds(part) == ["units_declined", "approved"]
        assert quotes.expected(part).refund == D(10)
        assert quotes.promised(part).refund == D(30)
        assert a_request(part.request.record, 2).number.endswith("-R2")

    def test_declining_every_unit_declines_the_part(self):
        part = a_return(units=2)
        line = part.lines.get()
        return_requests.approve(
            request_id=part.request_id,
            actor=MERCHANT,
            now=NOW,
            declined=[DeclinedUnits(line.pk, 2, "Worn")],
        )
        part = fresh(part)
        assert (part.status, part.decline_reason) == ("declined", "Worn")

    def test_the_vendor_accepts_less_than_was_approved(self):
        part = a_return(Move.APPROVE, units=2)
        line = part.lines.get()
        vendor_returns.accept(
            vendor_return_id=part.pk,
            actor=acts_for(part.vendor),
            now=NOW,
            declined=[DeclinedUnits(line.pk, 1, "Made to measure")],
        )
        receive(fresh(part), (1, Condition.GOOD))
        assert fresh(part).status == "received"

    @pytest.mark.parametrize(
        ("quantity", "reason", "error", "field"),
        [
            (0, "Worn", InvalidInput, "quantity"),
            (-1, "Worn", InvalidInput, "quantity"),
            (3, "Worn", QuantityExceedsReturnable, "quantity"),
            (1, "  ", Required, "reason"),
            (1, "\x00", InvalidInput, "reason"),
        ],
    )
    def test_bad_input_changes_nothing(self, quantity, reason, error, field):
        part = a_return(units=2)
        line = part.lines.get()
        with pytest.raises(error) as refused:
            return_requests.approve(
                request_id=part.request_id,
                actor=MERCHANT,
                now=NOW,
                declined=[DeclinedUnits(line.pk, quantity, reason)],
            )
        assert (refused.value.field, refused.value.index) == (field, [0])
        assert (fresh(part).status, part.lines.get().declined) == ("requested", 0)

    def test_the_line_of_another_return_is_not_found(self):
        part, other = a_return(), a_request(an_order([(a_product("Lamp"), 1, "5")]))
        line = other.vendor_returns.get().lines.get()
        with pytest.raises(NotFound):
            return_requests.approve(
                request_id=part.request_id,
                actor=MERCHANT,
                now=NOW,
                declined=[DeclinedUnits(line.pk, 1, "Worn")],
            )


def test_a_vendor_that_bought_its_own_goods_declines_units_as_the_vendor():
    """Not as the shopper that the same user is, too: whichever comes first in a set."""
    part = a_return(Move.APPROVE, units=2)
    record = part.request.record
    both = replace(acts_for(part.vendor), email=record.email, record_id=record.pk)
    assert roles_of(both, part) == {ActorKind.VENDOR, ActorKind.SHOPPER}
    units = DeclinedUnits(part.lines.get().pk, 1, "Worn")
    vendor_returns.accept(vendor_return_id=part.pk, actor=both, now=NOW, declined=[units])
    event = part.events.get(kind="units_declined")
    assert event.actor_kind == ActorKind.VENDOR.value


class TestBulk:
    def test_one_that_is_refused_stops_no_other(self):
        first = a_return().request
        record = an_order([(a_product("Lamp"), 2, "5")])
        second, third = a_request(record), a_request(record)
        return_requests.cancel(request_id=second.pk, actor=shopper_of(record), now=NOW)
        results = return_requests.bulk_approve(
            request_ids=[first.pk, second.pk, third.pk], actor=MERCHANT, now=NOW
        )
        assert [type(result.error) for result in results] == [
            type(None),
            InvalidTransition,
            type(None),
        ]
        states = ReturnRequest.objects.in_bulk([first.pk, second.pk, third.pk])
        assert states[second.pk].status == "cancelled"
        assert {states[first.pk].status, states[third.pk].status} == {"in_progress"}

    def test_only_the_merchant_and_not_too_many(self):
        part = a_return()
        with pytest.raises(NotPermitted):
            return_requests.bulk_approve(
                request_ids=[part.request_id], actor=acts_for(part.vendor), now=NOW
            )
        with pytest.raises(InvalidInput):
            return_requests.bulk_decline(
                request_ids=[part.request_id] * 101, actor=MERCHANT, reason="No", now=NOW
            )


class TestOverridesOfRefunds:
    """Not in one transaction: a refund is two."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def requested(self, part: VendorReturn, actor) -> bool:
        refunds.release(vendor_return_id=part.pk, actor=actor, now=NOW)
        return part.request.events.get(kind="refund_requested").is_override

    def test_the_store_refunding_for_a_vendor_is_marked(self):
        assert self.requested(a_return(Move.RECEIVE_ALL), MERCHANT)

    def test_the_vendor_refunding_its_own_is_not(self):
        part = a_return(Move.RECEIVE_ALL)
        assert not self.requested(part, acts_for(part.vendor))

    def test_the_store_refunding_its_own_goods_is_not(self):
        request = a_request(an_order([(a_product("Mug"), 1, "5")]))
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
        part = request.vendor_returns.get()
        if part.status == "approved":
            vendor_returns.accept(
                vendor_return_id=part.pk, actor=MERCHANT, now=NOW, return_address=ADDRESS
            )
        receive_all(part, MERCHANT)
        assert not self.requested(part, MERCHANT)


class TestReopening:
    def test_a_declined_return_goes_back_to_where_it_stood(self):
        part = a_return(Move.APPROVE)
        vendor_returns.decline(
            vendor_return_id=part.pk, actor=acts_for(part.vendor), reason="No", now=NOW
        )
        later = NOW + timedelta(days=2)
        vendor_returns.reopen(vendor_return_id=part.pk, actor=MERCHANT, reason="Yes", now=later)
        part = fresh(part)
        assert (part.status, part.decline_reason) == ("approved", "")
        assert part.waiting_since == later
        assert kinds(part)[-1] == "reopened"

    def test_not_by_the_vendor(self):
        part = a_return()
        return_requests.decline(request_id=part.request_id, actor=MERCHANT, reason="No", now=NOW)
        with pytest.raises(NotPermitted):
            vendor_returns.reopen(
                vendor_return_id=part.pk, actor=acts_for(part.vendor), reason="Yes", now=NOW
            )

    def test_not_when_a_newer_return_holds_the_units(self):
        part = a_return(units=2)
        return_requests.decline(request_id=part.request_id, actor=MERCHANT, reason="No", now=NOW)
        a_request(part.request.record, 1)
        with pytest.raises(QuantityExceedsReturnable):
            vendor_returns.reopen(vendor_return_id=part.pk, actor=MERCHANT, reason="Yes", now=NOW)
        assert fresh(part).status == "declined"


class TestGoods:
    def test_tracking_puts_it_in_transit_and_can_be_corrected(self):
        part = a_return(Move.ACCEPT)
        shopper = shopper_of(part.request.record)
        for number in ("A1", "A2"):
            vendor_returns.add_tracking(
                vendor_return_id=part.pk,
                actor=shopper,
                tracking=Tracking("DHL", number, "https://dhl.example/A"),
                now=NOW,
            )
        part = fresh(part)
        assert (part.status, part.tracking["number"]) == ("in_transit", "A2")

    def test_the_same_tracking_again_is_no_news_and_a_correction_gives_no_more_time(self):
        part = a_return(Move.ACCEPT)
        shopper = shopper_of(part.request.record)

        def say(number, days):
            vendor_returns.add_tracking(
                vendor_return_id=part.pk,
                actor=shopper,
                tracking=Tracking("DHL", number),
                now=NOW + timedelta(days=days),
            )
            return fresh(part).due_at

        due = say("A1", 0)
        assert say("A1", 1) == due
        assert say("A2", 2) == due
        assert kinds(part).count("tracking_added") == 2

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "dhl.example", "ftp://x.example"])
    def test_a_tracking_link_is_a_web_address(self, url):
        part = a_return(Move.ACCEPT)
        with pytest.raises(InvalidInput) as refused:
            vendor_returns.add_tracking(
                vendor_return_id=part.pk,
                actor=shopper_of(part.request.record),
                tracking=Tracking("DHL", "1", url),
                now=NOW,
            )
        assert refused.value.field == "url"

    def test_closing_counts_the_rest_as_missing(self):
        part = a_return(Move.ACCEPT, units=3, quantity=3)
        receive(part, (1, Condition.GOOD))
        receptions.close(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
        line = part.lines.get()
        assert (fresh(part).status, line.received, line.missing, line.payable) == (
            "received",
            1,
            2,
            1,
        )

    def test_when_the_rest_comes_after_all_the_closing_is_undone(self):
        part = a_return(Move.ACCEPT, units=2)
        receive(part, (1, Condition.GOOD))
        receptions.close(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
        closing = Reception.objects.get(is_closing=True)
        receptions.void(reception_id=closing.pk, actor=MERCHANT, reason="It came", now=NOW)
        receive(part, (1, Condition.GOOD))
        line = part.lines.get()
        assert (fresh(part).status, line.received, line.missing) == ("received", 2, 0)

    def test_undoing_a_reception_takes_the_goods_out_of_stock_again(self):
        part = a_return(Move.ACCEPT)
        variant = part.lines.get().shipment_line.variant
        before = stock_of(variant)
        receive(part, (1, Condition.GOOD))
        assert stock_of(variant) == before + 1
        receptions.void(
            reception_id=Reception.objects.get().pk,
            actor=acts_for(part.vendor),
            reason="Wrong parcel",
            now=NOW,
        )
        line = part.lines.get()
        assert (fresh(part).status, line.received, line.payable) == ("accepted", 0, 0)
        assert stock_of(variant) == before
        assert ReceptionLine.objects.count() == 1

    def test_undoing_one_of_two_leaves_the_other(self):
        part = a_return(Move.ACCEPT, units=2)
        receive(part, (1, Condition.GOOD))
        receive(part, (1, Condition.DAMAGED))
        last = Reception.objects.order_by("created_at").last()
        receptions.void(reception_id=last.pk, actor=MERCHANT, reason="Not ours", now=NOW)
        assert (fresh(part).status, part.lines.get().received) == ("partially_received", 1)

    @pytest.mark.django_db(transaction=True)
    def test_paid_units_cannot_be_undone(self):
        part = a_return(Move.RECEIVE_ALL)
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        with pytest.raises(InvalidTransition):
            receptions.void(
                reception_id=Reception.objects.get().pk, actor=MERCHANT, reason="Oops", now=NOW
            )
        assert fresh(part).status == "settled"

    def test_refused_goods_end_the_return_and_the_store_may_overrule(self):
        part = a_return(Move.ACCEPT)
        receive(part, (1, Condition.NOT_ACCEPTABLE), actor=acts_for(part.vendor))
        assert fresh(part).status == "settled"
        row = ReceptionLine.objects.get()
        with pytest.raises(NotPermitted):
            receptions.overrule(
                reception_line_id=row.pk, actor=acts_for(part.vendor), reason="x", now=NOW
            )
        receptions.overrule(
            reception_line_id=row.pk, actor=MERCHANT, reason="A scratch is fine", now=NOW
        )
        assert fresh(part).status == "received"
        assert quotes.due_now(fresh(part)).refund == D(10)
        with pytest.raises(InvalidTransition):
            receptions.overrule(reception_line_id=row.pk, actor=MERCHANT, reason="Again", now=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_a_return_settles_when_what_is_left_is_refused(self):
        part = a_return(Move.ACCEPT, units=2)
        receive(part, (1, Condition.GOOD))
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        receive(part, (1, Condition.WRONG_ITEM))
        assert fresh(part).status == "settled"

    def test_what_saleor_cannot_restock_is_not_called_restocked(self):
        part = a_return(Move.ACCEPT)
        variant = part.lines.get().shipment_line.variant
        type(variant).objects.filter(pk=variant.pk).update(track_inventory=False)
        receive(part, (1, Condition.GOOD))
        assert ReceptionLine.objects.get().disposition == "not_restocked"


class TestTheParcelThatCameAfterAll:
    def test_only_units_that_no_newer_return_holds(self):
        part = a_return(Move.ACCEPT, units=2)
        record = part.request.record
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        newer = a_request(record, 1).vendor_returns.get()
        with pytest.raises(QuantityExceedsReturnable):
            receive(part, (2, Condition.GOOD))
        receive(part, (1, Condition.GOOD))
        assert (fresh(part).status, part.lines.get().declined) == ("received", 1)
        assert "units_declined" in kinds(part)
        with pytest.raises(InvalidTransition):
            receive(part, (1, Condition.GOOD))
        assert fresh(newer).status == "requested"

    def test_the_rest_is_let_go_and_undoing_gives_it_back(self):
        part = a_return(Move.ACCEPT, units=2)
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        receive(part, (1, Condition.GOOD))
        assert (fresh(part).status, part.lines.get().declined) == ("received", 1)
        assert a_request(part.request.record, 1), "what was not in the parcel is free"
        receptions.void(
            reception_id=Reception.objects.get().pk, actor=MERCHANT, reason="No", now=NOW
        )
        assert (fresh(part).status, part.lines.get().declined) == ("cancelled", 0)

    def test_goods_that_were_to_be_kept_are_dropped_when_the_return_ends(self):
        vendor = a_vendor()
        chair, table = (sells(vendor, a_product(name)) for name in ("Chair", "Table"))
        record = an_order([(chair, 1, "10"), (table, 1, "20")])
        request = a_request(record)
        part = request.vendor_returns.get()
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(vendor), now=NOW)
        kept = part.lines.get(shipment_line__product_name=chair.product.name)
        resolutions.change(
            return_line_id=kept.pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            send_back=False,
            now=NOW,
        )
        return_requests.cancel(request_id=request.pk, actor=MERCHANT, now=NOW)
        sent = part.lines.exclude(pk=kept.pk).get()
        receptions.receive(
            vendor_return_id=part.pk, actor=MERCHANT, lines=[ReceivedLine(sent.pk, 1)], now=NOW
        )
        assert fresh(part).status == "received"
        assert quotes.due_now(fresh(part)).refund == D(20)
        kept.refresh_from_db()
        assert (kept.payable, kept.declined) == (0, 1)

    def test_nothing_is_missing_of_a_return_that_had_ended(self):
        part = a_return(Move.ACCEPT)
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        with pytest.raises(InvalidInput):
            receive(part, (1, Condition.MISSING))
        assert fresh(part).status == "cancelled"

    def test_undone_it_has_ended_again(self):
        part = a_return(Move.ACCEPT)
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        receive(part, (1, Condition.GOOD))
        receptions.void(
            reception_id=Reception.objects.get().pk, actor=MERCHANT, reason="No", now=NOW
        )
        assert fresh(part).status == "cancelled"


class TestGoodsThatNeedNotComeBack:
    @pytest.mark.django_db(transaction=True)
    def test_they_are_paid_once_the_vendor_accepts(self, gateway):
        part = a_return(Move.APPROVE)
        line = part.lines.get()
        resolutions.change(
            return_line_id=line.pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            send_back=False,
            now=NOW,
        )
        assert quotes.expected(fresh(part)).refund == D(10)
        with pytest.raises((InvalidTransition, NothingToRefund)):
            refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW)
        refund = refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        assert (refund.amount, fresh(part).status) == (D(10), "settled")

    def test_the_policy_can_say_so(self):
        ReturnPolicy.objects.create(send_back=False)
        part = a_return(Move.ACCEPT)
        line = part.lines.get()
        assert (line.send_back, line.expected, line.payable) == (False, 0, 1)

    def test_a_vendor_may_not_let_goods_go(self):
        part = a_return(Move.ACCEPT)
        with pytest.raises(NotPermitted):
            resolutions.change(
                return_line_id=part.lines.get().pk,
                actor=acts_for(part.vendor),
                resolution=Resolution.REFUND,
                send_back=False,
                now=NOW,
            )

    def test_not_once_they_are_on_their_way(self):
        part = a_return(Move.ACCEPT, units=2)
        receive(part, (1, Condition.GOOD))
        with pytest.raises(InvalidTransition):
            resolutions.change(
                return_line_id=part.lines.get().pk,
                actor=MERCHANT,
                resolution=Resolution.REFUND,
                send_back=False,
                now=NOW,
            )

    def test_what_is_not_offered_is_refused(self):
        part = a_return()
        with pytest.raises(ResolutionNotAllowed):
            resolutions.change(
                return_line_id=part.lines.get().pk,
                actor=MERCHANT,
                resolution=Resolution.STORE_CREDIT,
                now=NOW,
            )

    @pytest.mark.django_db(transaction=True)
    def test_a_return_paid_in_part_is_neither_cancelled_nor_expires(self):
        vendor = a_vendor()
        chair, table = (sells(vendor, a_product(name)) for name in ("Chair", "Table"))
        record = an_order([(chair, 1, "10"), (table, 1, "20")])
        request = a_request(record)
        part = request.vendor_returns.get()
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
        vendor_returns.accept(vendor_return_id=part.pk, actor=acts_for(vendor), now=NOW)
        kept = part.lines.get(shipment_line__product_name=chair.product.name)
        resolutions.change(
            return_line_id=kept.pk,
            actor=MERCHANT,
            resolution=Resolution.REFUND,
            send_back=False,
            now=NOW,
        )
        refunds.release(vendor_return_id=part.pk, actor=MERCHANT, now=NOW)
        with pytest.raises(InvalidTransition):
            return_requests.cancel(request_id=request.pk, actor=shopper_of(record), now=NOW)
        deadlines.run(now=NOW + timedelta(days=17))
        deadlines.run(now=NOW + timedelta(days=60))
        assert fresh(part).status == "settled"
        assert sum(line.missing for line in part.lines.all()) == 1


class TestDeadlines:
    def test_each_state_gives_its_actor_time(self):
        part = a_return()
        days = []
        for step in (
            lambda: None,
            lambda: return_requests.approve(request_id=part.request_id, actor=MERCHANT, now=NOW),
            lambda: vendor_returns.accept(
                vendor_return_id=part.pk, actor=acts_for(part.vendor), now=NOW
            ),
            lambda: receive_all(part, acts_for(part.vendor)),
        ):
            step()
            last_day = timezone.localtime(fresh(part).due_at).date()
            days.append((last_day - timezone.localtime(NOW).date()).days)
        assert days == [3, 5, 21, 7]

    def test_whoever_must_act_is_reminded_once_at_half_time(self):
        part = a_return()
        assert deadlines.run(now=NOW + timedelta(days=1)).reminded == 0
        late = NOW + timedelta(days=2, hours=1)
        assert deadlines.run(now=late).reminded == 1
        assert deadlines.run(now=late).reminded == 0
        assert kinds(part) == ["reminded"]

    def test_when_time_is_over_the_merchant_is_told_once_and_nothing_ends(self):
        part = a_return(Move.APPROVE)
        late = NOW + timedelta(days=14)
        assert deadlines.run(now=late).escalated == 1
        assert deadlines.run(now=late).escalated == 0
        assert fresh(part).status == "approved"
        assert kinds(part)[-1] == "overdue"

    def test_a_move_starts_the_next_persons_time(self):
        part = a_return()
        deadlines.run(now=NOW + timedelta(days=14))
        return_requests.approve(
            request_id=part.request_id, actor=MERCHANT, now=NOW + timedelta(days=14)
        )
        part = fresh(part)
        assert part.escalated_at is None
        assert part.due_at > NOW + timedelta(days=18)

    def test_silence_accepts_where_the_policy_says_so(self):
        ReturnPolicy.objects.create(accept_on_silence=True)
        part = a_return(Move.APPROVE)
        assert deadlines.run(now=NOW + timedelta(days=6)).accepted == 1
        assert fresh(part).status == "accepted"

    def test_silence_cannot_accept_without_an_address(self):
        ReturnPolicy.objects.create(accept_on_silence=True)
        part = a_return(Move.APPROVE)
        part.vendor.return_address = {}
        part.vendor.save()
        assert deadlines.run(now=NOW + timedelta(days=6)).accepted == 0
        assert fresh(part).status == "approved"

    def test_an_automatic_acceptance_waits_for_the_address(self):
        vendor = a_vendor("Elm", return_address={}, auto_accept_returns=True)
        record = an_order([(sells(vendor, a_product("Chair")), 1, "10")])
        request = a_request(record)
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
        part = request.vendor_returns.get()
        assert (part.status, kinds(part)[-1]) == ("approved", "address_missing")
        assert deadlines.run(now=NOW).accepted == 0
        vendor.return_address = ADDRESS
        vendor.save()
        assert deadlines.run(now=NOW).accepted == 1
        assert fresh(part).status == "accepted"

    def test_a_warning_in_time_moves_no_date_and_reminds_too(self):
        part = a_return(Move.ACCEPT)
        due = fresh(part).due_at
        outcome = deadlines.run(now=NOW + timedelta(days=16))
        assert (outcome.warned, outcome.reminded) == (1, 0)
        assert fresh(part).due_at == due
        assert deadlines.run(now=NOW + timedelta(days=17)).reminded == 0

    def test_what_is_over_has_no_deadline_whatever_its_row_says(self):
        part = a_return(Move.ACCEPT)
        return_requests.cancel(request_id=part.request_id, actor=MERCHANT, now=NOW)
        assert fresh(part).due_at is None
        assert deadlines.run(now=NOW + timedelta(days=90)) == deadlines.Outcome(0, 0, 0, 0, 0, 0)

    def test_kept_goods_need_no_address(self):
        ReturnPolicy.objects.create(send_back=False)
        vendor = a_vendor("Elm", return_address={}, auto_accept_returns=True)
        record = an_order([(sells(vendor, a_product("Chair")), 1, "10")])
        request = a_request(record)
        return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
        part = request.vendor_returns.get()
        assert part.status == "accepted"
        assert "address_missing" not in kinds(part)
        with pytest.raises(Required):
            resolutions.change(
                return_line_id=part.lines.get().pk,
                actor=MERCHANT,
                resolution=Resolution.REFUND,
                send_back=True,
                now=NOW,
            )

    def test_the_shopper_is_warned_and_then_it_expires(self):
        part = a_return(Move.ACCEPT)
        assert deadlines.run(now=NOW + timedelta(days=15)).warned == 0
        assert deadlines.run(now=NOW + timedelta(days=17)).warned == 1
        assert deadlines.run(now=NOW + timedelta(days=21)).expired == 0
        assert deadlines.run(now=NOW + timedelta(days=23)).expired == 1
        part = fresh(part)
        assert (part.status, part.due_at) == ("expired", None)
        assert a_request(part.request.record, 1)

    def test_a_task_that_ran_a_week_late_still_warns_before(self):
        part = a_return(Move.ACCEPT)
        late = NOW + timedelta(days=28)
        outcome = deadlines.run(now=late)
        assert (outcome.warned, outcome.expired) == (1, 0)
        assert deadlines.run(now=late + timedelta(days=4)).expired == 0
        assert deadlines.run(now=late + timedelta(days=7)).expired == 1
        assert fresh(part).status == "expired"

    def test_goods_that_are_on_their_way_never_expire(self):
        part = a_return(Move.ACCEPT)
        vendor_returns.add_tracking(
            vendor_return_id=part.pk,
            actor=shopper_of(part.request.record),
            tracking=Tracking("DHL", "1"),
            now=NOW,
        )
        deadlines.run(now=NOW + timedelta(days=90))
        assert fresh(part).status == "in_transit"

    def test_what_came_in_part_is_closed_by_its_deadline(self):
        part = a_return(Move.ACCEPT, units=2)
        receive(part, (1, Condition.GOOD))
        assert fresh(part).due_at == part.due_at
        assert deadlines.run(now=NOW + timedelta(days=8)).closed == 0
        assert deadlines.run(now=NOW + timedelta(days=17)).warned == 1
        assert deadlines.run(now=NOW + timedelta(days=21)).closed == 0
        assert deadlines.run(now=NOW + timedelta(days=23)).closed == 1
        assert (fresh(part).status, part.lines.get().missing) == ("received", 1)

    def test_one_that_fails_keeps_no_other_waiting(self, monkeypatch):
        a_return()
        a_request(an_order([(a_product("Lamp"), 1, "5")]))
        broken = VendorReturn.objects.order_by("request")[0].pk
        real = deadlines._remind

        def fails_on_first(parts, now):
            if parts[0].pk == broken:
                raise RuntimeError("no")
            return real(parts, now)

        monkeypatch.setattr(deadlines, "_remind", fails_on_first)
        assert deadlines.run(now=NOW + timedelta(days=2, hours=2)).reminded == 1


def test_what_the_reason_waived_at_the_request_stays_waived():
    from saleor_returns_plugin.models import ReturnReason

    ReturnPolicy.objects.create(restocking_fee_percent=10)
    reason = ReturnReason.objects.create(code="broken", label="Broken", waives_fees=True)
    record = an_order([(a_product("Lamp"), 1, "10")])
    line = record.shipments.get().lines.get()
    request = a_request(
        record, lines=[return_requests.RequestedLine(line.pk, 1, reason_id=reason.pk)]
    )
    reason.waives_fees = False
    reason.save()
    assert quotes.expected(request.vendor_returns.get()).refund == D(10)


def test_shipping_in_proportion_is_promised_once():
    ReturnPolicy.objects.create(shipping_refund="proportional")
    record = an_order([(a_product("Lamp"), 2, "10")], shipping="10.00")
    promised = [
        quotes.promised(a_request(record, 1).vendor_returns.get()).shipping.gross for _ in range(2)
    ]
    assert sum(promised) == record.shipping_gross


def test_a_return_of_goods_that_staff_took_back_is_in_conflict(monkeypatch):
    part = a_return(units=2)
    line = part.lines.get().shipment_line
    assert units_in_conflict([line.pk]) == {}
    line.quantity_taken_back = 1
    line.save()
    assert units_in_conflict([line.pk]) == {line.pk: 1}


def test_the_order_is_followed_in_whom_and_where():
    record = an_order([(a_product("Lamp"), 1, "5")])
    order = record.order
    order.user_email = "new@example.com"
    order.shipping_address.city = "Turin"
    order.shipping_address.save()
    order.save()
    split.split_order(order_id=order.pk, now=NOW)
    record.refresh_from_db()
    assert (record.email, record.shipping_address["city"].casefold()) == (
        "new@example.com",
        "turin",
    )
