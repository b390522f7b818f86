"""Who sells what: vendors, their members and their products."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import chain, count
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext

from .. import host
from ..domain import transitions
from ..domain.actors import Actor
from ..domain.notifications import INVITATION
from ..domain.references import email_key
from ..enums import VendorRole
from ..errors import InvalidInput, NotFound, NotPermitted, NotUnique, Required, VendorInUse
from ..models import LedgerEntry, Vendor, VendorMember, VendorProduct, VendorReturn, VendorShipment
from ..selectors.access import visible_members, visible_vendors
from . import notifications, throttle
from .texts import clean_address

_OWNER_MAY = frozenset({"email", "return_address", "return_instructions", "auto_accept_returns"})
_MANY = 4
"""So many times as often as the same person may others be invited."""
_FIELDS = _OWNER_MAY | {"name", "slug", "commission_rate", "is_active"}


def in_house() -> Vendor:
    """The store itself. Made after `migrate`, and here when it is missing: it always exists."""
    slugs = chain(["in-house"], (f"in-house-{number}" for number in count(2)))
    while (vendor := Vendor.objects.filter(is_in_house=True).first()) is None:
        # Somebody may have taken the slug, or have made it at this moment: then look again.
        with suppress(IntegrityError), transaction.atomic():
            Vendor.objects.create(
                is_in_house=True, slug=next(slugs), name="In-house", auto_accept_returns=True
            )
    return vendor


@transaction.atomic
def create(*, actor: Actor, values: Mapping[str, Any]) -> Vendor:
    """Raises NotPermitted, Required(name), InvalidInput or NotUnique(slug)."""
    _only_merchant(actor)
    if not str(values.get("name") or "").strip():
        raise Required(gettext("Give the vendor a name."), field="name")
    slug = values.get("slug") or slugify(values["name"])[:80]
    return _write(Vendor(), {**values, "slug": slug or "vendor"})


@transaction.atomic
def update(*, actor: Actor, vendor_id: UUID, values: Mapping[str, Any]) -> Vendor:
    """An OWNER may change what concerns returns; the merchant anything."""
    vendor = _locked(actor, vendor_id)
    if not actor.is_merchant:
        forbidden = set(values) - _OWNER_MAY
        if vendor_id not in actor.owned_vendor_ids or forbidden:
            raise NotPermitted(
                gettext("Only the store may change this."), field=min(forbidden, default="id")
            )
    return _write(vendor, values)


@transaction.atomic
def delete(*, actor: Actor, vendor_id: UUID) -> Vendor:
    """Raises VendorInUse if the vendor is in-house, or has shipments, returns or a statement."""
    _visible(actor, vendor_id)
    _only_merchant(actor)
    _lock_products()
    vendor = _locked(actor, vendor_id)
    open_returns = VendorReturn.objects.filter(vendor=vendor).exclude(
        status__in=[status.value for status in transitions.FINAL]
    )
    if vendor.is_in_house or open_returns.exists() or _is_on_record(vendor):
        raise VendorInUse(
            gettext("%(name)s has shipments, returns or a statement; deactivate it instead.")
            % {"name": vendor.name},
            field="id",
        )
    VendorProduct.objects.filter(vendor=vendor).delete()
    vendor.delete()
    vendor.pk = vendor_id
    return vendor


@transaction.atomic
def add_member(*, actor: Actor, vendor_id: UUID, email: str, role: VendorRole) -> Vendor:
    """Invite somebody to act for the vendor, by a mail; a second call changes the role.

    Answer and mail are the same whether an account has that e-mail or not: an owner is not to find
    out who else has one. Raises InvalidInput for what is no e-mail address, Throttled for an owner
    who invites the same person again and again, or very many.
    """
    vendor = _locked(actor, vendor_id)
    _only_owner(actor, vendor_id)
    key = email_key(_clean_text("email", email.strip()))
    if not key:
        raise Required(gettext("This may not be blank."), field="email")
    user = host.current.user_by_email(email.strip())
    same = Q(email=key) | Q(user_id=user.id) if user else Q(email=key)
    member = vendor.members.filter(same).order_by("created_at").first()
    if member is not None:
        member.role = role.value
        member.save(update_fields=["role"])
        return vendor
    if not actor.is_merchant:
        _count_invitation(actor, vendor_id, key)
    user_id = user.id if user else None
    member = VendorMember.objects.create(vendor=vendor, email=key, user_id=user_id, role=role.value)
    notifications.notify(INVITATION.kind, member.pk)
    return vendor


@transaction.atomic
def remove_member(*, actor: Actor, member_id: UUID) -> Vendor:
    member = visible_members(actor).select_related("vendor").filter(pk=member_id).first()
    if member is None:
        raise NotFound(gettext("There is no such member."), field="id")
    _only_owner(actor, member.vendor_id)
    member.delete()
    return member.vendor


@transaction.atomic
def assign_products(*, actor: Actor, vendor_id: UUID, product_ids: Sequence[Any]) -> int:
    """Give products to a vendor; as many statements, however many products. Returns how many.

    Future orders only: what was split stays with whom it was sold by. Of two that give the same
    product away at the same time, the last one wins.
    """
    _visible(actor, vendor_id)
    _only_merchant(actor)
    ids = _existing(product_ids)
    _lock_products()
    vendor = _visible(actor, vendor_id)
    VendorProduct.objects.filter(product_id__in=ids).delete()
    if not vendor.is_in_house:
        VendorProduct.objects.bulk_create(
            [VendorProduct(product_id=product_id, vendor=vendor) for product_id in ids]
        )
    return len(ids)


@transaction.atomic
def unassign_products(*, actor: Actor, product_ids: Sequence[Any]) -> int:
    """Make products the in-house vendor's again. Returns how many were somebody's."""
    _only_merchant(actor)
    ids = _existing(product_ids)
    _lock_products()
    removed, _ = VendorProduct.objects.filter(product_id__in=ids).delete()
    return int(removed)


def _existing(product_ids: Sequence[Any]) -> list[Any]:
    if not product_ids:
        raise Required(gettext("Name at least one product."), field="products")
    known = host.current.existing_products(product_ids)
    names = {str(key) for key in known}
    unknown = [i for i, key in enumerate(product_ids) if str(key) not in names]
    if unknown:
        raise NotFound(
            gettext("Some of these products do not exist."), field="products", index=unknown
        )
    return list(known)


def _lock_products() -> None:
    """Whoever changes whose products are whose takes this lock first: the in-house vendor's row.

    Not its key: a split that adds a shipment of the in-house vendor need not wait.
    """
    Vendor.objects.select_for_update(no_key=True).get(pk=in_house().pk)


def _locked(actor: Actor, vendor_id: UUID) -> Vendor:
    return _one_of(visible_vendors(actor).select_for_update(), vendor_id)


def _visible(actor: Actor, vendor_id: UUID) -> Vendor:
    return _one_of(visible_vendors(actor), vendor_id)


def _one_of(vendors: QuerySet[Vendor], vendor_id: UUID) -> Vendor:
    vendor = vendors.filter(pk=vendor_id).first()
    if vendor is None:
        raise NotFound(gettext("There is no such vendor."), field="id")
    return vendor


def _only_merchant(actor: Actor) -> None:
    if not actor.is_merchant:
        raise NotPermitted(gettext("Only the store's staff may do this."))


def _only_owner(actor: Actor, vendor_id: UUID) -> None:
    if not actor.is_merchant and vendor_id not in actor.owned_vendor_ids:
        raise NotPermitted(gettext("Only an owner of the vendor or the store's staff may do this."))


def _count_invitation(actor: Actor, vendor_id: UUID, key: str) -> None:
    """By vendor and person, so that none uses up another's tries; and everybody whom a vendor, or
    one of its owners, invites. Raises Throttled."""
    throttle.count("invitation", f"{vendor_id}:{key}", field="email")
    inviters = [f"vendor:{vendor_id}"]
    if actor.user_id is not None:
        inviters.append(f"user:{actor.user_id}")
    for inviter in inviters:
        throttle.count("invitations", inviter, field="email", times=_MANY)


def _is_on_record(vendor: Vendor) -> bool:
    own = (VendorShipment.objects, LedgerEntry.objects)
    return any(rows.filter(vendor=vendor).exists() for rows in own)


def _write(vendor: Vendor, values: Mapping[str, Any]) -> Vendor:
    for name in _FIELDS & set(values):
        setattr(vendor, name, _clean(name, values[name]))
    if vendor.is_in_house and not vendor.is_active:
        raise InvalidInput(gettext("The in-house vendor cannot be deactivated."), field="is_active")
    try:
        with transaction.atomic():
            vendor.save()
    except IntegrityError as error:
        raise NotUnique(gettext("Another vendor has this slug."), field="slug") from error
    return vendor


def _clean(name: str, value: Any) -> Any:
    if name in ("auto_accept_returns", "is_active"):
        if value is None:
            raise InvalidInput(gettext("Say true or false."), field=name)
        return value
    if name == "return_address":
        return clean_address(value or {})
    if name == "commission_rate":
        rate = Decimal(value if value is not None else 0)
        if not rate.is_finite() or not 0 <= rate <= 100:
            raise InvalidInput(
                gettext("A commission rate is a percentage from 0 to 100."), field=name
            )
        return rate
    return _clean_text(name, str(value or "").strip())


_LIMITS = {"name": 200, "slug": 80, "email": 254, "return_instructions": 10_000}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _clean_text(name: str, text: str) -> str:
    if len(text) > _LIMITS[name] or _CONTROL.search(text):
        raise InvalidInput(
            gettext("At most %(most)s printable characters.") % {"most": _LIMITS[name]},
            field=name,
        )
    if name in ("name", "slug") and not text:
        raise Required(gettext("This may not be blank."), field=name)
    checks: Iterable[Any] = {"slug": [validate_slug], "email": [validate_email]}.get(name, [])
    for check in checks:
        try:
            if text:
                check(text)
        except ValidationError as error:
            raise InvalidInput(" ".join(error.messages), field=name) from error
    return text
