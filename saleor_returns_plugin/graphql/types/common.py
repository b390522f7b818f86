"""Small types that several others hold."""

from collections.abc import Callable
from typing import Any

import graphene

from ...domain import addresses
from ...domain.quotes import Step
from ...enums import DocumentKind
from ...models import Label
from ...services.quotes import step_label
from ...web import documents
from .. import compat
from ..seen import ReturnsType, Seen


def many(of_type: Any, **options: Any) -> graphene.List:
    """`[Type!]`, required or not by `options`."""
    return graphene.List(graphene.NonNull(of_type), **options)


def required(of_type: Any, **options: Any) -> graphene.Field:
    return graphene.Field(of_type, required=True, **options)


def null_when_blank(name: str) -> Callable[..., Any]:
    """A resolver for a text that the table keeps as ''."""

    def resolve(root: Seen, info: Any) -> Any:
        return getattr(root.node, name) or None

    return resolve


class ReturnAddress(ReturnsType):
    """A frozen copy, without an id of its own, so that no client cache mixes two of them up."""

    name = graphene.String(required=True)
    company_name = graphene.String(required=True)
    street_address_1 = graphene.String(required=True)
    street_address_2 = graphene.String(required=True)
    city = graphene.String(required=True)
    city_area = graphene.String(required=True)
    postal_code = graphene.String(required=True)
    country_area = graphene.String(required=True)
    country = graphene.String(required=True)
    phone = graphene.String(required=True)
    formatted = many(graphene.String, required=True)

    class Meta:
        default_resolver = compat.reads(lambda name, default, root, info: root.node.get(name) or "")

    def resolve_formatted(root: Seen, info: Any) -> list[str]:
        return addresses.formatted(root.node)


def address_of(root: Seen, values: dict[str, str] | None) -> Seen | None:
    """Null when there is no address at all."""
    return root.beside(values) if values and any(values.values()) else None


def document_url(kind: DocumentKind, root: Seen, label: Label | None = None) -> str | None:
    """A signed address for this viewer; where a label lies elsewhere, its own."""
    if label is not None and label.is_link:
        return label.link
    return documents.url_of(kind, root.node.pk, root.actor)


class ReturnTracking(ReturnsType):
    carrier = graphene.String(required=True)
    number = graphene.String(required=True)
    url = graphene.String()

    def resolve_carrier(root: Seen, info: Any) -> str:
        return root.node.get("carrier") or ""

    def resolve_number(root: Seen, info: Any) -> str:
        return root.node.get("number") or ""

    def resolve_url(root: Seen, info: Any) -> str | None:
        return root.node.get("url") or None


class ReturnQuoteStep(graphene.ObjectType):
    label = graphene.String(required=True)
    amount = required(compat.Money)


def steps_of(steps: tuple[Step, ...], currency: str) -> list[ReturnQuoteStep]:
    return [
        ReturnQuoteStep(label=step_label(step), amount=compat.money(step.amount, currency))
        for step in steps
    ]
