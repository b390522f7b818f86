"""Everything that can happen to one return at the same time: one outcome, and the rows agree."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.actors import Actor
from saleor_returns_plugin.domain.requested import Tracking
from saleor_returns_plugin.enums import ActorKind, EventKind, Move, Resolution, ReturnStatus
from saleor_returns_plugin.errors import (
    InvalidTransition,
    NothingToRefund,
    Overtaken,
    QuantityExceedsReturnable,
    ReturnsError,
)
from saleor_returns_plugin.models import (
    NotificationLog,
    OrderRecord,
    ReturnPolicy,
    ReturnRequest,
    VendorReturn,
    VendorShipment,
    VendorShipmentLine,
)
from saleor_returns_plugin.services import (
    deadlines,
    notifications,
    queue,
    receptions,
    refunds,
    resolutions,
    return_requests,
    shipments,
    split,
    vendor_returns,
)
from saleor_returns_plugin.services.locks import lock_order
from tests.builders import (
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
from tests.invariants import broken
from tests.saleor_rows import a_product, a_saleor_order, stock_of

from .together import held_back, in_thread, outcomes

pytestmark = pytest.mark.django_db(transaction=True)


def together(part: VendorReturn, *acts: Callable[[], Any]) -> tuple[list[Any], list[Any]]:
    """Let go in the moment in which the order's lock is free; what came of it."""
    with held_back([partial(_writing, act) for act in acts]) as futures:
        lock_order(part.request.record_id)
    results, errors = outcomes(futures)
    assert all(isinstance(error, ReturnsError) for error in errors), errors
    assert broken() == []
    part.refresh_from_db()
    return results, errors


def _writing(act: Callable[[], Any]) -> Any:
    with host.current.allow_writer():
        return act()


def events(part: VendorReturn, *kinds: EventKind) -> list[str]:
    names = [kind.value for kind in kinds]
    rows = part.request.events.filter(kind__in=names).order_by("created_at")
    return list(rows.values_list("kind", flat=True))


def cancel(part: VendorReturn) -> Any:
    return return_requests.cancel(
        request_id=part.request_id, actor=shopper_of(part.request.record), now=NOW
    )


def test_two_approvals() -> None:
    part = a_return()
    act = partial(return_requests.approve, request_id=part.request_id, actor=MERCHANT, now=NOW)
    results, errors = together(part, act, act)
    assert (len(results), [type(error) for error in errors]) == (1, [InvalidTransition])
    assert events(part, EventKind.APPROVED) == ["approved"]


def test_two_of_the_staff_approve_at_once(settings: Any) -> None:
    """One did it; the other reads why not, and the vendor one mail."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    part = a_return()
    grace, joan = (
        Actor(kind=ActorKind.MERCHANT, name=name, email=f"{name}@shop.example")
        for name in ("Grace", "Joan")
    )
    results, errors = together(
        part,
        *(
            partial(
                return_requests.approve,
                request_id=part.request_id,
                actor=actor,
                now=NOW,
                vendor_return_ids=[part.pk],
                expected=ReturnStatus.REQUESTED,
            )
            for actor in (grace, joan)
        ),
    )
    assert (len(results), [type(error) for error in errors]) == (1, [Overtaken])
    assert part.number in errors[0].message
    assert events(part, EventKind.APPROVED) == ["approved"]
    for event in part.request.events.all():
        notifications.tell(event_id=event.pk, now=NOW)
        notifications.tell(event_id=event.pk, now=NOW)
    mails = NotificationLog.objects.filter(kind="return_approved_vendor")
    assert [row.recipient for row in mails] == [part.vendor.email]


def test_two_vendors_of_one_request_accept() -> None:
    """Each derives the request's status from the other's part, too."""
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    record = an_order(
        [(sells(oak, a_product("Chair")), 1, "10"), (sells(elm, a_product("Lamp")), 1, "5")]
    )
    request = a_request(record)
    return_requests.approve(request_id=request.pk, actor=MERCHANT, now=NOW)
    parts = list(request.vendor_returns.all())
    together(
        parts[0],
        *(
            partial(
                vendor_returns.decline,
                vendor_return_id=part.pk,
                actor=acts_for(part.vendor),
                reason="Worn",
                now=NOW,
            )
            for part in parts
        ),
    )
    assert ReturnRequest.objects.get().status == "declined"


def test_receive_against_cancel() -> None:
    """The parcel wins: either it was there first, or it came after all."""
    part = a_return(Move.ACCEPT)
    variant = part.lines.get().shipment_line.variant
    stock = stock_of(variant)
    _, errors = together(part, lambda: cancel(part), lambda: receive_all(part, MERCHANT))
    assert all(isinstance(error, InvalidTransition) for error in errors)
    assert part.status == ReturnStatus.RECEIVED.value
    assert stock_of(variant) == stock + 1


def test_bulk_against_single() -> None:
    part = a_return()
    other = a_request(part.request.record)
    many = partial(
        return_requests.bulk_approve,
        request_ids=[part.request_id, other.pk],
        actor=MERCHANT,
        now=NOW,
    )
    one = partial(
        return_requests.decline,
        request_id=part.request_id,
        actor=MERCHANT,
        reason="Worn",
        now=NOW,
    )
    together(part, many, one)
    assert len(events(part, EventKind.APPROVED, EventKind.DECLINED)) == 1
    other.refresh_from_db()
    assert other.status == "in_progress"


def test_backfill_against_hook() -> None:
    order = a_saleor_order(
        lines=[(sells(a_vendor("Oak"), a_product("Chair")), 1, "10"), (a_product("Lamp"), 2, "5")]
    )
    acts = [
        lambda: call_command("returns_backfill", stdout=StringIO(), stderr=StringIO()),
        lambda: split.split_order(order_id=order.pk, now=NOW),
    ]
    with held_back([partial(_writing, act) for act in acts]) as futures:
        split.split_order(order_id=order.pk, now=NOW)
    _, errors = outcomes(futures)
    assert errors == []
    assert (OrderRecord.objects.count(), VendorShipment.objects.count()) == (1, 2)
    assert VendorShipmentLine.objects.count() == 2


def test_two_deadline_runs_at_once() -> None:
    part = a_return()
    later = part.due_at - timedelta(hours=1)
    act = partial(deadlines.run, now=later)
    found, _ = together(part, act, act)
    assert sum(each.reminded for each in found) == 1
    assert events(part, EventKind.REMINDED) == ["reminded"]


def test_two_deadline_runs_accept_for_silence_once() -> None:
    ReturnPolicy.objects.create(accept_on_silence=True)
    part = a_return(Move.APPROVE)
    act = partial(deadlines.run, now=part.due_at + timedelta(hours=1))
    found, _ = together(part, act, act)
    assert sum(each.accepted for each in found) == 1
    assert events(part, EventKind.ACCEPTED) == ["accepted"]


def test_silence_against_the_vendors_word() -> None:
    ReturnPolicy.objects.create(accept_on_silence=True)
    part = a_return(Move.APPROVE)
    late = part.due_at + timedelta(hours=1)
    together(
        part,
        partial(deadlines.run, now=late),
        partial(
            vendor_returns.accept,
            vendor_return_id=part.pk,
            actor=acts_for(part.vendor),
            now=late,
        ),
    )
    assert part.status == ReturnStatus.ACCEPTED.value
    assert events(part, EventKind.ACCEPTED) == ["accepted"]


def test_expiry_against_the_parcel() -> None:
    part = a_return(Move.ACCEPT)
    deadlines.run(now=part.due_at)  # the warning
    part.refresh_from_db()
    late = part.due_at + timedelta(hours=1)
    together(part, partial(deadlines.run, now=late), lambda: receive_all(part, MERCHANT))
    assert part.status == ReturnStatus.RECEIVED.value
    assert len(events(part, EventKind.RECEIVED)) == 1
    assert len(events(part, EventKind.EXPIRED)) <= 1


def test_void_against_refund(gateway: Any) -> None:
    part = a_return(Move.RECEIVE_ALL)
    reception = part.receptions.get()
    results, errors = together(
        part,
        partial(refunds.release, vendor_return_id=part.pk, actor=MERCHANT, now=NOW),
        partial(receptions.void, reception_id=reception.pk, actor=MERCHANT, reason="Mine", now=NOW),
    )
    assert len(results) == 1
    assert isinstance(errors[0], InvalidTransition | NothingToRefund)
    reception.refresh_from_db()
    assert (len(gateway.calls), reception.is_voided) in {(1, False), (0, True)}


def test_reopen_against_a_new_request_for_the_same_units() -> None:
    part = a_return(units=2)
    return_requests.decline(request_id=part.request_id, actor=MERCHANT, reason="Worn", now=NOW)
    record = part.request.record
    results, errors = together(
        part,
        partial(
            vendor_returns.reopen,
            vendor_return_id=part.pk,
            actor=MERCHANT,
            reason="Looked again",
            now=NOW,
        ),
        lambda: a_request(record, 2),
    )
    assert len(results) == 1
    assert isinstance(errors[0], QuantityExceedsReturnable | InvalidTransition | ReturnsError)
    live = VendorReturn.objects.exclude(status=ReturnStatus.DECLINED.value)
    assert live.count() == 1


def test_told_and_settled_at_once(gateway: Any) -> None:
    """What the reception queued, against the refund of what was received."""
    part = a_return(Move.RECEIVE_ALL)
    record = part.request.record
    acts = [partial(refunds.release, vendor_return_id=part.pk, actor=MERCHANT, now=NOW)]
    if host.IS_V3:
        acts += [partial(shipments.tell_returned, record_id=record.pk, now=NOW)] * 2
    _, errors = together(part, *acts)
    assert errors == []
    assert part.status == ReturnStatus.SETTLED.value
    assert part.lines.get().shipment_line.quantity_told == (1 if host.IS_V3 else 0)


PEOPLE = 4
ACTS = 12


@pytest.mark.parametrize("seed", range(4))
def test_a_storm(gateway: Any, seed: int, caplog: Any) -> None:
    """Four people do whatever comes to their mind with the returns of one order."""
    vendor = a_vendor()
    chair = sells(vendor, a_product("Chair", stock=9))
    record = an_order([(chair, 5, "10.00"), (a_product("Lamp", stock=9), 3, "5.00")])
    a_request(record)
    start = Barrier(PEOPLE)

    def person(number: int) -> list[BaseException]:
        dice, strange = random.Random(f"{seed}-{number}"), []
        start.wait(30)
        for _ in range(ACTS):
            try:
                _writing(lambda: _anything(dice, record))
            except ReturnsError:
                pass
            except BaseException as error:
                strange.append(error)
        return strange

    with ThreadPoolExecutor(PEOPLE) as pool:
        futures = [in_thread(pool, partial(person, number)) for number in range(PEOPLE)]
        assert [error for future in futures for error in future.result(120)] == []
    assert broken() == []
    errors = [each for each in caplog.records if each.levelname == "ERROR"]
    # On 3.24 a thread's tasks look for a broker, and there is none here; the beat would find them.
    assert [each.getMessage() for each in errors if each.name != queue.__name__] == []


def _anything(dice: random.Random, record: OrderRecord) -> None:
    now = timezone.now()
    part = dice.choice(list(VendorReturn.objects.select_related("request__record", "vendor")))
    reception = part.receptions.order_by("?").first()
    line = part.lines.order_by("?").first()
    who = dice.choice([MERCHANT, acts_for(part.vendor), shopper_of(record)])
    key, request = {"vendor_return_id": part.pk}, {"request_id": part.request_id}
    acts: list[Callable[[], Any]] = [
        lambda: a_request(record, dice.randint(1, 2)),
        lambda: return_requests.approve(**request, actor=who, now=now),
        lambda: return_requests.decline(**request, actor=who, reason="Worn", now=now),
        lambda: return_requests.cancel(**request, actor=who, now=now),
        lambda: vendor_returns.accept(**key, actor=who, now=now),
        lambda: vendor_returns.accept(**key, actor=who, now=now),
        lambda: vendor_returns.decline(**key, actor=who, reason="Worn", now=now),
        lambda: vendor_returns.reopen(**key, actor=who, reason="Again", now=now),
        lambda: vendor_returns.add_tracking(
            **key, actor=who, tracking=Tracking("UPS", "1"), now=now
        ),
        lambda: receive_all(part, who),
        lambda: receive_all(part, who),
        lambda: receptions.close(**key, actor=who, now=now),
        lambda: refunds.release(**key, actor=who, now=now),
        lambda: deadlines.run(now=now + timedelta(days=dice.choice([2, 5, 40]))),
        lambda: split.split_order(order_id=record.order_id, now=now),
    ]
    if reception is not None:
        acts.append(
            lambda: receptions.void(reception_id=reception.pk, actor=who, reason="No", now=now)
        )
    if line is not None:
        acts.append(
            lambda: resolutions.change(
                return_line_id=line.pk,
                actor=who,
                resolution=Resolution.REFUND,
                send_back=dice.choice([True, False]),
                now=now,
            )
        )
    if host.IS_V3:
        acts.append(lambda: shipments.tell_returned(record_id=record.pk, now=now))
    dice.choice(acts)()
