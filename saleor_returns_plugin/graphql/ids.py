"""Global IDs, spelled like Saleor's: base64 of `Type:key`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from ..errors import InvalidInput
from . import compat


def to_id(kind: str, key: Any) -> str:
    return graphene.Node.to_global_id(kind, key)


def _no_id_of(kind: str, field: str, index: Sequence[int] | None) -> InvalidInput:
    text = gettext("Not an ID of a %(kind)s.") % {"kind": kind}
    return InvalidInput(text, field=field, index=index)


def _key(global_id: str, kind: str, field: str, index: Sequence[int] | None) -> str:
    try:
        found, key = graphene.Node.from_global_id(global_id)
    except (ValueError, TypeError) as error:
        raise _no_id_of(kind, field, index) from error
    if found != kind or not key:
        raise _no_id_of(kind, field, index)
    return str(key)


def uuid_of(
    global_id: str, kind: str, *, field: str = "id", index: Sequence[int] | None = None
) -> UUID:
    """Key of one of our own rows. Raises InvalidInput for anything else."""
    try:
        return UUID(_key(global_id, kind, field, index))
    except ValueError as error:
        raise _no_id_of(kind, field, index) from error


def uuids_of(global_ids: Sequence[str] | None, kind: str, *, field: str) -> list[UUID] | None:
    """Keys in the same order; None stays None, which means all."""
    if global_ids is None:
        return None
    return [
        uuid_of(global_id, kind, field=field, index=[position])
        for position, global_id in enumerate(global_ids)
    ]


def found_uuid(global_id: str | None, kind: str) -> UUID | None:
    """For queries: None for what cannot be an ID, since then there is no such object."""
    if global_id is None:
        return None
    try:
        return uuid_of(global_id, kind)
    except InvalidInput:
        return None


def saleor_key(
    global_id: str,
    saleor_type: Any,
    *,
    field: str = "id",
    index: Sequence[int] | None = None,
) -> Any:
    """Key of a row of Saleor's, in range for its column. Raises InvalidInput for anything else."""
    kind = saleor_type._meta.name
    return model_key(
        _key(global_id, kind, field, index), compat.model_of(saleor_type), kind, field, index
    )


def model_key(
    key: str, model: Any, kind: str, field: str, index: Sequence[int] | None = None
) -> Any:
    """`key` as the primary key column of `model` can hold it."""
    column = model._meta.pk
    try:
        value = column.to_python(key)
        column.run_validators(value)
    except (ValidationError, ValueError) as error:
        raise _no_id_of(kind, field, index) from error
    return value
