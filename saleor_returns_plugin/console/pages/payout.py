"""The store writes a payout or an adjustment on a vendor's statement."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...domain.money import decimals
from ...errors import NotFound, ReturnsError
from ...services import payouts
from ...web.forms import amount_of, idempotency_key
from ...web.page import page, status_of
from ..forms import Typed
from ..session import NOTICES, for_member
from . import statement


def _page(name: str, write: Callable[..., Any]) -> Callable[..., HttpResponse]:
    @page("GET", "POST")
    @for_member
    def view(request: HttpRequest, actor: Actor, vendor_id: UUID) -> HttpResponse:
        vendor = statement.vendor_of(actor, vendor_id)
        url = reverse("returns:console-statement", args=[vendor.pk])
        if request.method != "POST":
            return HttpResponseRedirect(url)
        typed = Typed(name, request.POST)
        currency = typed.text("currency").upper()
        amount = amount_of(typed.text("amount"), decimals(currency))
        if amount is None:
            typed.problems.add(_("Give an amount, for example 12.50."), f"{name}-amount")
            return statement.show(request, actor, vendor, typed, 422)
        try:
            write(
                vendor_id=vendor.pk,
                amount=-amount if typed.text("towards") == "store" else amount,
                currency=currency,
                note=typed.text("note"),
                actor=actor,
                idempotency_key=idempotency_key(typed.values),
            )
        except NotFound:
            raise
        except ReturnsError as error:
            typed.refuse(error)
            return statement.show(request, actor, vendor, typed, status_of(error))
        response = HttpResponseRedirect(f"{url}?currency={currency}")
        NOTICES.leave(request, response, f"{vendor.pk}:{name}")
        return response

    return view


payout = _page("payout", payouts.pay_out)
adjustment = _page("adjustment", payouts.adjust)
