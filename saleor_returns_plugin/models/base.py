"""Field shapes that every table shares."""

import uuid
from typing import Any

from django.db import models

from ..enums import Text


class Row(models.Model):
    """A UUID of our own and when the row was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class AppendOnly(Row):
    """Rows that are written once; a database trigger guards what this class cannot see."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{type(self).__name__} rows are never deleted")


def amount_field(**options: Any) -> models.DecimalField:
    """An amount in the row's currency; our own shape, so migrations are alike on every host."""
    return models.DecimalField(max_digits=20, decimal_places=3, **options)


def saleor_key(to: str, **options: Any) -> models.ForeignKey:
    """A reference into Saleor that never stands in its way (ARCHITECTURE section 5).

    No constraint: Saleor deletes rows raw. A dangling id reads as null through `selectors`.
    """
    options.setdefault("on_delete", models.SET_NULL)
    options.setdefault("null", options["on_delete"] is models.SET_NULL)
    options.setdefault("related_name", "+")
    return models.ForeignKey(to, db_constraint=False, **options)


def one_of(name: str, field: str, kind: type[Text]) -> models.CheckConstraint:
    """The column holds nothing but members of the enum (or null, where it may be null)."""
    return check(name, models.Q(**{f"{field}__in": [member.value for member in kind]}))


def given(name: str, *fields: str) -> models.CheckConstraint:
    """None of these texts is blank; null is left alone."""
    condition = models.Q()
    for field in fields:
        condition &= ~models.Q(**{field: ""})
    return check(name, condition)


def currency(name: str) -> models.CheckConstraint:
    """The column of that name holds a code as ISO 4217 spells it."""
    return check(name, models.Q(currency__regex="^[A-Z]{3}$"))


def check(name: str, condition: models.Q) -> models.CheckConstraint:
    """A check constraint on every Django: the argument was renamed in 5.1."""
    try:
        return models.CheckConstraint(name=name, condition=condition)
    except TypeError:
        return models.CheckConstraint(name=name, check=condition)
