"""The money goes back."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.money import decimals
from ...enums import RefundMethod
from ...models import VendorReturn
from ...services import refunds
from ...web.forms import amount_of, idempotency_key
from .. import seen
from ..action import action
from ..forms import Typed
from ..refund_form import FORM


@action(FORM)
def refund(part: VendorReturn, actor: Actor, typed: Typed) -> None:
    """What became of it stands on the page: a refusal of the gateway is an outcome, not an error."""
    method = _method(typed)
    amount = _amount(typed, part.request.record.currency)
    if typed.problems:
        return
    refunds.release(
        vendor_return_id=part.pk,
        actor=actor,
        now=timezone.now(),
        idempotency_key=idempotency_key(typed.values),
        method=method,
        reference=typed.text("reference"),
        amount=amount,
        reason=typed.text("reason"),
        expected=seen.status_of(typed),
        expected_payable=seen.payable_of(typed),
        expected_due=seen.due_of(typed),
    )


def _method(typed: Typed) -> RefundMethod:
    value = typed.text("method") or RefundMethod.ORIGINAL.value
    found = next((method for method in RefundMethod if method.value == value), None)
    if found is None:
        typed.problems.add(_("Choose one of what is offered."), "refund-method")
    return found or RefundMethod.ORIGINAL


def _amount(typed: Typed, currency: str) -> Decimal | None:
    """None where the quoted one is to be paid."""
    text = typed.text("amount")
    if not text:
        return None
    amount = amount_of(text, decimals(currency))
    if amount is None:
        typed.problems.add(
            _("Give an amount in %(currency)s, such as %(example)s.")
            % {"currency": currency, "example": f"{Decimal('12.5'):.{decimals(currency)}f}"},
            "refund-amount",
        )
    return amount
