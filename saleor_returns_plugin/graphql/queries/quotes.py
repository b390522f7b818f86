from typing import Any

import graphene

from ...domain.actors import Actor
from ...domain.money import ZERO
from ...errors import ReturnsError as Refusal
from ...selectors import quotes
from ...selectors.shipments import returnable_order
from ...services import return_requests
from .. import compat
from ..actors import actor_of, now_of
from ..base import error_entry, errors_field
from ..inputs import ReturnLineInput, requested_lines
from ..orders import record_of_call
from ..seen import Seen
from ..types.common import many, required
from ..types.quotes import ReturnQuote, ShipmentQuote


class ReturnQuotePayload(graphene.ObjectType):
    quote = graphene.Field(ReturnQuote)
    errors = errors_field()


@compat.reads
def _quote(
    root: Any,
    info: Any,
    lines: list[Any],
    token: str | None = None,
    order_id: str | None = None,
) -> ReturnQuotePayload:
    try:
        return ReturnQuotePayload(
            quote=_preview(actor_of(info, token), info, lines, order_id), errors=[]
        )
    except Refusal as refusal:
        return ReturnQuotePayload(errors=[error_entry(refusal)])


def _preview(actor: Actor, info: Any, lines: list[Any], order_id: str | None) -> ReturnQuote:
    record = record_of_call(actor, order_id)
    asked, order = requested_lines(lines), returnable_order(record, now_of(info))
    wanted = return_requests.check(order=order, lines=asked)
    parts = quotes.of_request(order, asked, wanted)
    total = sum((quote.refund for _, quote in parts), ZERO)
    return ReturnQuote(
        total=compat.money(total, record.currency),
        vendor_returns=[
            Seen(ShipmentQuote(part.shipment, quote, [each.line for each in part.lines]), actor)
            for part, quote in parts
        ],
    )


FIELDS = {
    "return_quote": required(
        ReturnQuotePayload,
        token=graphene.String(),
        order_id=graphene.ID(),
        lines=many(ReturnLineInput, required=True),
        resolver=_quote,
        description=(
            "What these lines would give back, with every step. The refund later pays this "
            "number. Nothing is stored."
        ),
    )
}
