"""The store's rules for returns."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from .. import host
from ..domain.actors import Actor
from ..enums import (
    CommissionBase,
    ExchangePricing,
    ExchangeRelease,
    Resolution,
    ShippingRule,
    WindowAnchor,
)
from ..errors import InvalidInput, NotFound, NotSupportedByHost, NotUnique, ReturnsError
from ..models import ReturnPolicy, Vendor
from ..selectors.policies import offered
from .amounts import check_decimals
from .settings_values import number, only_merchant
from .texts import clean_channel

_CHOICES = {
    "window_anchor": WindowAnchor,
    "shipping_refund": ShippingRule,
    "commission_base": CommissionBase,
    "exchange_release": ExchangeRelease,
    "exchange_pricing": ExchangePricing,
}
_FLAGS = (
    "returnable",
    "pays_damaged",
    "vendor_bears_shipping",
    "vendor_may_refund",
    "auto_approve",
    "send_back",
    "accept_on_silence",
)
_DAYS = {
    "transit_days": 0,
    "approve_days": 1,
    "accept_days": 1,
    "send_back_days": 1,
    "inspect_days": 1,
    "exchange_offer_days": 1,
}
"""Each with the least that makes sense."""
_AMOUNTS = ("return_shipping_fee", "vendor_refund_limit")
_LONGEST_DAYS = 3650


@transaction.atomic
def create(*, actor: Actor, values: Mapping[str, Any]) -> ReturnPolicy:
    """Raises NotPermitted, InvalidInput, NotFound(vendor_id, channel), NotUnique(channel),
    NotSupportedByHost(channel)."""
    only_merchant(actor)
    return _write(ReturnPolicy(), values)


@transaction.atomic
def update(*, actor: Actor, policy_id: UUID, values: Mapping[str, Any]) -> ReturnPolicy:
    """Future requests only: what was promised is frozen."""
    only_merchant(actor)
    return _write(_get(policy_id), values)


@transaction.atomic
def delete(*, actor: Actor, policy_id: UUID) -> ReturnPolicy:
    only_merchant(actor)
    policy = _get(policy_id)
    policy.delete()
    policy.pk = policy_id
    return policy


def _get(policy_id: UUID) -> ReturnPolicy:
    policy = ReturnPolicy.objects.filter(pk=policy_id).first()
    if policy is None:
        raise NotFound(gettext("There is no such policy."), field="id")
    return policy


def _write(policy: ReturnPolicy, values: Mapping[str, Any]) -> ReturnPolicy:
    before = _currency(policy)
    for name, value in values.items():
        setattr(policy, name, _clean(name, value))
    if not values.keys().isdisjoint({"channel", *_AMOUNTS}):
        _denominate(policy, before, given=values.keys())
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError as error:
        raise NotUnique(
            gettext("There is a policy for this vendor and channel already."), field="channel"
        ) from error
    return policy


def _denominate(policy: ReturnPolicy, before: str | None, *, given: Collection[str]) -> None:
    """The policy's amounts are in the currency of its channel, or of a host without channels.

    None of them goes over into another currency than it had `before`, unless it is `given` anew.
    Raises InvalidInput, NotFound(channel), NotSupportedByHost(channel).
    """
    amounts = _amounts(policy)
    policy.currency = ""
    if not amounts:
        return
    currency = _currency(policy)
    if currency is None:
        raise _without_currency(policy)
    for name, amount in amounts.items():
        if before not in (None, currency) and name not in given:
            raise InvalidInput(
                gettext("This amount is in %(before)s: give it in %(currency)s.")
                % {"before": before, "currency": currency},
                field=name,
            )
        check_decimals(amount, currency, field=name)
    policy.currency = "" if policy.channel else currency


def _amounts(policy: ReturnPolicy) -> dict[str, Decimal]:
    fee, limit = policy.return_shipping_fee, policy.vendor_refund_limit
    found = {"return_shipping_fee": fee or None, "vendor_refund_limit": limit}
    return {name: amount for name, amount in found.items() if amount is not None}


def _currency(policy: ReturnPolicy) -> str | None:
    """Of its amounts; None where there are none, or where it has no currency."""
    if not _amounts(policy):
        return None
    return policy.currency or host.current.currency_of(policy.channel)


def _without_currency(policy: ReturnPolicy) -> ReturnsError:
    if not host.current.capabilities.channels:
        return NotSupportedByHost(
            gettext("This Saleor has no channels: leave the channel out."), field="channel"
        )
    if policy.channel:
        return NotFound(gettext("There is no such channel."), field="channel")
    return InvalidInput(
        gettext("An amount is in a channel's currency: name the channel."), field="channel"
    )


def _clean(name: str, value: Any) -> Any:
    if name == "vendor_id":
        if value is not None and not Vendor.objects.filter(pk=value).exists():
            raise NotFound(gettext("There is no such vendor."), field=name)
        return value
    if name == "channel":
        return clean_channel(value)
    if name == "window_days":
        return None if value is None else int(number(value, field=name, most=_LONGEST_DAYS))
    if name in _DAYS:
        return int(number(value, field=name, least=_DAYS[name], most=_LONGEST_DAYS))
    if name == "restocking_fee_percent":
        return number(value, field=name, most=100)
    if name == "return_shipping_fee":
        return number(value or 0, field=name, most=1_000_000)
    if name == "vendor_refund_limit":
        return None if value is None else number(value, field=name, most=10**12)
    if name == "resolutions":
        return _resolutions(value)
    if name in _CHOICES:
        return _CHOICES[name](value).value
    if name in _FLAGS and isinstance(value, bool):
        return value
    raise InvalidInput(gettext("This cannot be set."), field=name)


def _resolutions(value: Any) -> list[str]:
    chosen = [Resolution(item) for item in value or []]
    if not chosen or not set(chosen) <= offered():
        names = ", ".join(sorted(item.name for item in offered()))
        raise InvalidInput(
            gettext("Choose at least one of: %(offered)s.") % {"offered": names},
            field="resolutions",
        )
    return sorted({item.value for item in chosen})
