"""One vendor: where its returns go, and whether it accepts them by itself."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.addresses import FIELDS, is_complete
from ...errors import NotFound, ReturnsError
from ...models import Vendor
from ...selectors.ledger import sees_money
from ...services import vendors
from ...web import addresses
from ...web.addresses import AddressField
from ...web.forms import Field, Problems
from ...web.notices import Notice
from ...web.page import page, render, status_of
from .. import access
from ..forms import Typed
from ..session import NOTICES, Me, for_member, me

_FORM = "vendor"


@dataclass(frozen=True)
class VendorView:
    """Without `may_change` only what is known is shown."""

    me: Me
    id: UUID
    name: str
    is_in_house: bool
    may_change: bool
    sees_money: bool
    lacks_address: bool
    shown_address: tuple[str, ...]
    email: Field
    address: tuple[AddressField, ...]
    instructions: Field
    accepts_by_itself: bool
    notice: Notice | None
    problems: Problems


@page("GET", "POST")
@for_member
def vendor(request: HttpRequest, actor: Actor, vendor_id: UUID) -> HttpResponse:
    row = access.vendor(actor, vendor_id)
    if request.method != "POST":
        return _show(request, actor, row, Typed())
    typed = Typed(_FORM, request.POST)
    address = {name: typed.text(f"address-{name}") for name in FIELDS}
    addresses.check(address, typed.problems, f"{_FORM}-address-")
    if typed.problems:
        return _show(request, actor, row, typed, 422)
    try:
        vendors.update(
            actor=actor,
            vendor_id=row.pk,
            values={
                "email": typed.text("email"),
                "return_address": address if any(address.values()) else {},
                "return_instructions": typed.text("return_instructions"),
                "auto_accept_returns": bool(typed.text("auto_accept_returns")),
            },
        )
    except NotFound:
        raise
    except ReturnsError as error:
        typed.refuse(error)
        return _show(request, actor, row, typed, status_of(error))
    url = reverse("returns:console-vendor", args=[row.pk])
    response = HttpResponseRedirect(url)
    NOTICES.leave(request, response, f"{row.pk}:{_FORM}")
    return response


def _show(
    request: HttpRequest, actor: Actor, row: Vendor, typed: Typed, status: int = 200
) -> HttpResponse:
    is_typed = typed.form == _FORM

    def known(name: str) -> Field:
        field = name.removeprefix(f"{_FORM}-address-")
        return typed.field(name, row.return_address.get(field, ""))

    data = VendorView(
        me=me(actor, "vendors"),
        id=row.pk,
        name=row.name,
        is_in_house=row.is_in_house,
        may_change=actor.is_merchant or row.pk in actor.owned_vendor_ids,
        sees_money=sees_money(actor, row.pk),
        lacks_address=not is_complete(row.return_address),
        shown_address=addresses.lines(row.return_address),
        email=typed.field(f"{_FORM}-email", row.email),
        address=addresses.form_fields(known, f"{_FORM}-address-"),
        instructions=typed.field(f"{_FORM}-return_instructions", row.return_instructions),
        accepts_by_itself=(
            bool(typed.text("auto_accept_returns")) if is_typed else row.auto_accept_returns
        ),
        notice=_notice(NOTICES.of(request), row) if not typed.problems else None,
        problems=typed.problems,
    )
    response = render(request, "console/vendor.html", data, status=status)
    NOTICES.forget(request, response)
    return response


def _notice(left: str, row: Vendor) -> Notice | None:
    return Notice(_("Saved.")) if left == f"{row.pk}:{_FORM}" else None
