"""Vendors and who acts for them."""

from typing import Any

import graphene

from ...models import Vendor as VendorRow
from ...selectors import branding, ledger
from .. import compat, rows
from ..connections import page_arguments
from ..enums import VendorRole
from ..seen import ReturnsType, Seen, related
from .common import ReturnAddress, address_of, many, required


def is_inside(root: Seen, vendor_id: Any) -> bool:
    """Whether the viewer is the merchant or a member of this vendor."""
    return root.actor.is_merchant or vendor_id in root.actor.vendor_ids


def vendors_are_shown(info: Any, channel: str = "") -> bool:
    """Whether shoppers may learn who sells what; asked once per request and channel."""
    return bool(_portal(info, channel).show_vendor_names)


def _portal(info: Any, channel: str) -> branding.PortalFacts:
    known = info.context.__dict__.setdefault("returns_portals", {})
    if channel not in known:
        known[channel] = branding.portal(channel)
    return known[channel]


def shown_vendor(root: Seen, info: Any, vendor: VendorRow, channel: str) -> Seen:
    """The vendor; the store in its place where the store hides its vendors from this viewer."""
    if is_inside(root, vendor.pk) or vendors_are_shown(info, channel):
        return Seen(vendor, root.actor)
    portal = _portal(info, channel)
    return Seen(VendorRow(id=vendor.pk, slug="", name=portal.name), root.actor)


class Vendor(ReturnsType):
    slug = graphene.String(required=True)
    name = graphene.String(required=True)
    is_in_house = graphene.Boolean(required=True)
    is_active = graphene.Boolean(required=True)
    email = graphene.String(description="Members and merchant only, as all that follows.")
    return_address = graphene.Field(ReturnAddress)
    return_instructions = graphene.String()
    commission_rate = graphene.Field(compat.Decimal, description="Percent, for example 12.5.")
    auto_accept_returns = graphene.Boolean()
    members = many(lambda: VendorMember)
    statement = graphene.Field(
        lambda: _statement_type(),
        currency=graphene.String(required=True),
        period=compat.DateRangeInput(),
        **page_arguments(),
        description="Owners and merchant only, as the balances.",
    )
    balances = many(
        compat.Money, description="One per currency; negative: the vendor owes the store."
    )

    class Meta:
        interfaces = (graphene.relay.Node,)

    def resolve_email(root: Seen, info: Any) -> str | None:
        return root.node.email if is_inside(root, root.node.pk) else None

    def resolve_return_address(root: Seen, info: Any) -> Seen | None:
        if not is_inside(root, root.node.pk):
            return None
        return address_of(root, root.node.return_address)

    def resolve_return_instructions(root: Seen, info: Any) -> str | None:
        return root.node.return_instructions if is_inside(root, root.node.pk) else None

    def resolve_commission_rate(root: Seen, info: Any) -> Any:
        return root.node.commission_rate if is_inside(root, root.node.pk) else None

    def resolve_auto_accept_returns(root: Seen, info: Any) -> bool | None:
        return root.node.auto_accept_returns if is_inside(root, root.node.pk) else None

    def resolve_members(root: Seen, info: Any) -> Any:
        if not is_inside(root, root.node.pk):
            return None
        return related(info, root, "members", rows.vendor_members)

    def resolve_statement(
        root: Seen, info: Any, currency: str, period: Any = None, **paging: Any
    ) -> Any:
        from .. import statements

        if not ledger.sees_money(root.actor, root.node.pk):
            return None
        return statements.statement(root, info, currency, period, paging)

    def resolve_balances(root: Seen, info: Any) -> Any:
        from .. import statements

        if not ledger.sees_money(root.actor, root.node.pk):
            return None
        return statements.balances(root, info)


class VendorMember(ReturnsType):
    """Somebody who acts for a vendor, or is invited to; seen by merchant and fellow members."""

    vendor = required(Vendor)
    email = graphene.String(required=True)
    name = graphene.String(required=True)
    role = VendorRole(required=True)
    is_invited = graphene.Boolean(required=True)

    class Meta:
        interfaces = (graphene.relay.Node,)

    def resolve_vendor(root: Seen, info: Any) -> Seen | None:
        return root.beside(root.node.vendor)

    def resolve_email(root: Seen, info: Any) -> str:
        member = root.node
        is_awaited = member.user is None or (member.joined_at is None and member.email)
        return member.email if is_awaited else member.user.email

    def resolve_name(root: Seen, info: Any) -> str:
        """The name of an account is the merchant's to know, and its own."""
        user = root.node.user
        if user is None:
            return ""
        is_self = root.actor.user_id == user.pk
        return user.get_full_name() if root.actor.is_merchant or is_self else ""

    def resolve_is_invited(root: Seen, info: Any) -> bool:
        """Until they come in, whether they have an account already or not."""
        return root.node.joined_at is None


def _statement_type() -> Any:
    from .ledger import VendorStatement

    return VendorStatement
