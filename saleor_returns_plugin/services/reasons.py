"""The reasons a store offers its shoppers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from ..domain.actors import Actor
from ..errors import InvalidInput, NotFound, NotUnique, Required
from ..models import ReturnLine, ReturnReason
from .settings_values import only_merchant
from .texts import clean_text


@transaction.atomic
def create(*, actor: Actor, values: Mapping[str, Any]) -> ReturnReason:
    """Raises NotPermitted, Required(label), InvalidInput, NotUnique(code)."""
    only_merchant(actor)
    code = values.get("code") or slugify(values.get("label") or "")[:60]
    return _write(ReturnReason(), {**values, "code": code})


@transaction.atomic
def update(*, actor: Actor, reason_id: UUID, values: Mapping[str, Any]) -> ReturnReason:
    only_merchant(actor)
    return _write(_get(reason_id), values)


@transaction.atomic
def delete(*, actor: Actor, reason_id: UUID) -> ReturnReason:
    """A reason that returns already name is switched off instead; their label is frozen."""
    only_merchant(actor)
    reason = _get(reason_id)
    if ReturnLine.objects.filter(reason=reason).exists():
        reason.is_active = False
        reason.save(update_fields=["is_active"])
        return reason
    reason.delete()
    reason.pk = reason_id
    return reason


def _get(reason_id: UUID) -> ReturnReason:
    reason = ReturnReason.objects.filter(pk=reason_id).first()
    if reason is None:
        raise NotFound(gettext("There is no such reason."), field="id")
    return reason


def _write(reason: ReturnReason, values: Mapping[str, Any]) -> ReturnReason:
    for name, value in values.items():
        setattr(reason, name, _clean(name, value))
    for name in ("label", "code"):
        if not getattr(reason, name):
            raise Required(gettext("This may not be blank."), field=name)
    try:
        with transaction.atomic():
            reason.save()
    except IntegrityError as error:
        raise NotUnique(gettext("Another reason has this code."), field="code") from error
    return reason


def _clean(name: str, value: Any) -> Any:
    if name == "translations":
        return {
            _text(locale, "translations", 35): _text(label, "translations", 200)
            for locale, label in value.items()
        }
    if name in ("waives_fees", "is_active"):
        return bool(value)
    if name == "code":
        return slugify(_text(value, name, 60))
    return _text(value, name, 200)


def _text(value: Any, field: str, most: int) -> str:
    text = clean_text(str(value or ""), field=field)
    if len(text) > most:
        raise InvalidInput(gettext("At most %(most)s characters.") % {"most": most}, field=field)
    return text
