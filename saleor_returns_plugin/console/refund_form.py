"""The form that pays a return back, and for a vendor the reason why it has none."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..domain.actors import Actor
from ..enums import Action, RefundMethod
from ..models import VendorReturn
from ..selectors import quotes
from ..selectors.deadlines import refund_under_way
from ..selectors.vendor_returns import REFUNDABLE, policies_of_parts
from ..web import formats
from ..web.forms import Choice, Field, choices, idempotency_key
from ..web.quotes import QuoteView, delivery_waits_of, quote_view
from . import seen
from .forms import Typed

FORM = "refund"


@dataclass(frozen=True)
class OtherwiseForm:
    """For the merchant: another amount, or another way."""

    amount: Field
    reason: Field
    method: Field
    methods: tuple[Choice, ...]
    reference: Field
    is_open: bool


@dataclass(frozen=True)
class RefundForm:
    """`is_taken_back`: nothing is due, as staff took the units back in Saleor; only an amount that
    the merchant names can be paid."""

    quote: QuoteView
    delivery_waits: bool
    key: str
    payable: int
    due: str
    limit: str
    otherwise: OtherwiseForm | None
    is_taken_back: bool


def form_of(part: VendorReturn, actor: Actor, typed: Typed) -> RefundForm:
    """Always a new key: after a failed try, the same one would only tell of it again."""
    due = quotes.due_now(part)
    return RefundForm(
        quote=quote_view(due),
        delivery_waits=delivery_waits_of(part, due),
        key=idempotency_key(),
        payable=seen.payable(part),
        due=f"{due.refund:f}",
        limit="" if actor.is_merchant else _limit(part),
        otherwise=_otherwise(typed, is_needed=not due.lines) if actor.is_merchant else None,
        is_taken_back=not due.lines,
    )


def left_to_store(part: VendorReturn, actor: Actor, actions: Collection[Action]) -> str:
    """What a vendor reads instead of the form where the store's policy keeps it from paying."""
    if actor.is_merchant or Action.REFUND in actions or part.status not in REFUNDABLE:
        return ""
    if refund_under_way(part) is not None:
        return ""
    due = quotes.due_now(part)
    policy = policies_of_parts([part])[part.pk]
    if not due.lines or policy.lets_vendor_refund(due.refund):
        return ""
    amount = formats.money(due.refund, due.currency)
    if not policy.vendor_may_refund:
        return _("%(amount)s is due. In this store only its staff may refund.") % {"amount": amount}
    return _("%(amount)s is due. Above %(limit)s only the store's staff may refund.") % {
        "amount": amount,
        "limit": _limit(part),
    }


def _limit(part: VendorReturn) -> str:
    """Up to which amount the vendor itself may pay; blank without a limit."""
    limit = policies_of_parts([part])[part.pk].vendor_refund_limit
    return "" if limit is None else formats.money(limit, part.request.record.currency)


def _otherwise(typed: Typed, *, is_needed: bool) -> OtherwiseForm:
    method = typed.field("refund-method", RefundMethod.ORIGINAL.value)
    return OtherwiseForm(
        amount=typed.field("refund-amount"),
        reason=typed.field("refund-reason"),
        method=method,
        methods=choices(
            [
                (RefundMethod.ORIGINAL.value, _("The way it was paid")),
                (RefundMethod.MANUAL.value, _("By hand: I have paid it, or will")),
            ],
            method.value,
        ),
        reference=typed.field("refund-reference"),
        is_open=is_needed or typed.form == FORM,
    )
