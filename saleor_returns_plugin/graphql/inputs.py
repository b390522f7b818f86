"""What comes in, as services take it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import graphene
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext

from ..domain.addresses import address
from ..domain.requested import DeclinedUnits, RequestedLine, Tracking
from ..enums import Resolution, Text
from ..errors import InvalidInput
from ..services.labels import GivenLabel
from . import compat
from .enums import ReturnResolution
from .ids import saleor_key, uuid_of

Choice = TypeVar("Choice", bound=Text)

_SAME_NAMES = (
    "company_name",
    "street_address_1",
    "street_address_2",
    "city",
    "city_area",
    "postal_code",
    "country",
    "country_area",
    "phone",
)


class ReturnLineInput(graphene.InputObjectType):
    shipment_line_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)
    reason_id = graphene.ID()
    note = graphene.String()
    resolution = ReturnResolution(default_value=Resolution.REFUND.name)
    exchange_variant_id = graphene.ID(
        description="With EXCHANGE: the variant wanted; the same one when left out."
    )


class ReturnLineDeclineInput(graphene.InputObjectType):
    return_line_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)
    reason = graphene.String(required=True)


class ReturnTrackingInput(graphene.InputObjectType):
    carrier = graphene.String(required=True)
    number = graphene.String(required=True)
    url = graphene.String()


class ReturnLabelInput(graphene.InputObjectType):
    file = compat.Upload()
    url = graphene.String()


def uploaded(info: Any, key: Any, *, field: str) -> Any:
    """The file of a multipart request: the variable holds its name there, as with Saleor's own."""
    found = info.context.FILES.get(key) if isinstance(key, str) else None
    if found is None:
        raise InvalidInput(gettext("Send the file in a multipart request."), field=field)
    return found


def given_label(info: Any, given: Mapping[str, Any], *, start: str = "") -> GivenLabel:
    """`start` stands before the fields in errors."""
    file = given.get("file")
    return GivenLabel(
        file=None if file is None else uploaded(info, file, field=f"{start}file"),
        url=given.get("url") or "",
    )


def chosen(kind: type[Choice], given: str | None) -> Choice | None:
    """The member that an enum argument names.

    Graphene gives a caller's choice as the value, but a default as written in the schema, where
    only the name is right.
    """
    if given is None:
        return None
    return kind[given] if given in kind.__members__ else kind(given)


def requested_lines(lines: Sequence[Mapping[str, Any]]) -> list[RequestedLine]:
    """Raises InvalidInput for IDs of something else, with the line's index."""
    return [_requested(line, index) for index, line in enumerate(lines)]


def _requested(line: Mapping[str, Any], index: int) -> RequestedLine:
    reason = line.get("reason_id")
    return RequestedLine(
        shipment_line_id=uuid_of(
            line["shipment_line_id"],
            "VendorShipmentLine",
            field="shipment_line_id",
            index=[index],
        ),
        quantity=line["quantity"],
        reason_id=uuid_of(reason, "ReturnReason", field="reason_id", index=[index])
        if reason
        else None,
        note=line.get("note") or "",
        resolution=chosen(Resolution, line.get("resolution")) or Resolution.REFUND,
        exchange_variant_id=variant_key(line.get("exchange_variant_id"), index=[index]),
    )


def variant_key(given: str | None, *, index: Sequence[int] | None = None) -> Any:
    """Saleor's key of the variant wanted in exchange. Raises InvalidInput."""
    if not given:
        return None
    return saleor_key(given, compat.ProductVariant, field="exchange_variant_id", index=index)


def declined_units(given: Sequence[Mapping[str, Any]] | None) -> list[DeclinedUnits]:
    """Raises InvalidInput for IDs of something else, with the line's index."""
    return [
        DeclinedUnits(
            return_line_id=uuid_of(
                line["return_line_id"], "ReturnLine", field="return_line_id", index=[index]
            ),
            quantity=line["quantity"],
            reason=line["reason"],
        )
        for index, line in enumerate(given or [])
    ]


def tracking(given: Mapping[str, Any]) -> Tracking:
    return Tracking(carrier=given["carrier"], number=given["number"], url=given.get("url") or None)


def aware(moment: datetime, *, field: str) -> datetime:
    """In the shop's time zone where the caller names none. Raises InvalidInput for one that no
    calendar reaches there."""
    try:
        return (make_aware(moment) if is_naive(moment) else moment).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise InvalidInput(gettext("This moment is out of reach."), field=field) from error


def address_values(given: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Saleor's AddressInput as our plain address; None stays None."""
    if given is None:
        return None
    names = (given.get("first_name"), given.get("last_name"))
    return address(
        {
            "name": " ".join(name for name in names if name),
            **{name: given.get(name) or "" for name in _SAME_NAMES},
        }
    )
