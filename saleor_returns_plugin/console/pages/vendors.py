"""The vendors that I work for; all of them for the store."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ...domain.actors import Actor
from ...domain.addresses import is_complete
from ...selectors import ledger
from ...web import formats
from ...web.page import page, render
from .. import access
from ..session import Me, for_member, me


@dataclass(frozen=True)
class RowView:
    id: UUID
    name: str
    email: str
    is_in_house: bool
    is_active: bool
    lacks_address: bool
    balances: tuple[str, ...]


@dataclass(frozen=True)
class VendorsView:
    me: Me
    rows: tuple[RowView, ...]


@page("GET")
@for_member
def vendors(request: HttpRequest, actor: Actor) -> HttpResponse:
    rows = list(access.vendors(actor))
    owed = ledger.balances(row.pk for row in rows if ledger.sees_money(actor, row.pk))
    if len(rows) == 1:
        return HttpResponseRedirect(reverse("returns:console-vendor", args=[rows[0].pk]))
    data = VendorsView(
        me=me(actor, "vendors"),
        rows=tuple(
            RowView(
                id=row.pk,
                name=row.name,
                email=row.email,
                is_in_house=row.is_in_house,
                is_active=row.is_active,
                lacks_address=not is_complete(row.return_address),
                balances=tuple(
                    formats.money(amount, currency)
                    for currency, amount in owed.get(row.pk, {}).items()
                ),
            )
            for row in rows
        ),
    )
    return render(request, "console/vendors.html", data)
