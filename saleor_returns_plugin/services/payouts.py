"""Entries of a vendor's statement that the merchant writes: payouts and adjustments."""

from decimal import Decimal
from uuid import UUID, uuid4

from babel.numbers import is_currency
from django.utils.translation import gettext

from ..domain.actors import Actor
from ..enums import LedgerKind
from ..errors import IdempotencyConflict, InvalidInput, NotFound, NotPermitted, Required
from ..models import LedgerEntry, Vendor
from ..selectors.access import visible_vendors
from .amounts import check_decimals
from .locks import in_transaction
from .texts import check_key, clean_text

_TOO_MUCH = 10**15


def pay_out(
    *,
    vendor_id: UUID,
    amount: Decimal,
    currency: str,
    note: str,
    actor: Actor,
    idempotency_key: str | None = None,
) -> LedgerEntry:
    """The store paid `amount` to the vendor, outside of Saleor; negative: the vendor to the store.

    The same key answers the same entry. Raises NotFound, NotPermitted, InvalidInput, Required,
    IdempotencyConflict.
    """
    entry = _entry(LedgerKind.PAYOUT, -amount, vendor_id, currency, note)
    return _write(entry, actor=actor, idempotency_key=idempotency_key)


def adjust(
    *,
    vendor_id: UUID,
    amount: Decimal,
    currency: str,
    note: str,
    actor: Actor,
    idempotency_key: str | None = None,
) -> LedgerEntry:
    """Credit the vendor with `amount`, or charge it where that is negative. As `pay_out`."""
    entry = _entry(LedgerKind.ADJUSTMENT, amount, vendor_id, currency, note)
    return _write(entry, actor=actor, idempotency_key=idempotency_key)


def _entry(
    kind: LedgerKind, amount: Decimal, vendor_id: UUID, currency: str, note: str
) -> LedgerEntry:
    return LedgerEntry(
        kind=kind.value,
        vendor_id=vendor_id,
        amount=amount,
        currency=currency.strip(),
        note=clean_text(note, field="note"),
    )


@in_transaction
def _write(entry: LedgerEntry, *, actor: Actor, idempotency_key: str | None) -> LedgerEntry:
    vendor = _vendor(entry.vendor_id, actor)
    if idempotency_key:
        check_key(idempotency_key)
    _check(entry)
    entry.vendor = vendor
    entry.actor_name = (actor.name or actor.email)[:254]
    # One name for all of them: a key that was used for anything else is a mistake.
    entry.idempotency_key = f"by-hand:{idempotency_key or uuid4()}"
    LedgerEntry.objects.bulk_create([entry], ignore_conflicts=True)
    written = LedgerEntry.objects.get(idempotency_key=entry.idempotency_key)
    if _what(written) != _what(entry):
        raise IdempotencyConflict(
            gettext("This key was used for another entry; take a new one."),
            field="idempotency_key",
        )
    written.vendor = vendor
    return written


def _vendor(vendor_id: UUID, actor: Actor) -> Vendor:
    vendor = visible_vendors(actor).filter(pk=vendor_id).first()
    if vendor is None:
        raise NotFound(gettext("There is no such vendor."), field="vendor_id")
    if not actor.is_merchant:
        raise NotPermitted(gettext("Only the store's staff may do this."), field="vendor_id")
    return vendor


def _check(entry: LedgerEntry) -> None:
    if not is_currency(entry.currency):
        raise InvalidInput(
            gettext("Give the currency as its code, for example USD."), field="currency"
        )
    amount = Decimal(entry.amount)
    if not amount.is_finite() or not amount or abs(amount) >= _TOO_MUCH:
        raise InvalidInput(gettext("Give an amount that is not zero."), field="amount")
    check_decimals(amount, entry.currency, field="amount")
    if not entry.note:
        raise Required(gettext("Say what it is for; the vendor will read it."), field="note")


def _what(entry: LedgerEntry) -> tuple[object, ...]:
    return entry.vendor_id, entry.kind, entry.amount, entry.currency, entry.note
