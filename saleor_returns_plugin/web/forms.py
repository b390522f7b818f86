"""Forms as frozen data: what was typed, and what is wrong with it, field by field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from django.http import QueryDict


@dataclass(frozen=True)
class Field:
    """`name` is also its id on the page."""

    name: str
    value: str = ""
    problem: str = ""
    is_wrong_with_others: bool = False
    """Something is wrong with several fields at once; the summary says what."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Problem:
    message: str
    name: str = ""
    """The field it is about; blank when it is about the whole form."""
    about: str = ""
    """Which item of several, for the summary that stands away from the field."""
    together: tuple[str, ...] = ()
    """Fields that it is about all alike; said once, in the summary."""


class Problems:
    """What is wrong with one form, in the order in which it was found."""

    def __init__(self) -> None:
        self._items: list[Problem] = []

    def add(self, message: str, name: str = "", about: str = "") -> None:
        self._items.append(Problem(message, name, about))

    def add_together(self, message: str, *names: str) -> None:
        self._items.append(Problem(message, together=names))

    def of(self, name: str) -> str:
        return " ".join(item.message for item in self._items if item.name == name)

    def field(self, name: str, value: str = "") -> Field:
        is_shared = any(name in item.together for item in self._items)
        return Field(name, value, self.of(name), is_shared)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


def choices(options: list[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in options)


def whole_number(text: str) -> int | None:
    """A number of units as people type it; blank is 0, None when it is none."""
    text = text.strip()
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def amount_of(text: str, decimals: int) -> Decimal | None:
    """An amount as people type it, with a point or a comma before the decimals; None when it is
    none, or has more decimals than the currency: whoever types 1,000 means a thousand."""
    found = re.fullmatch(r"([0-9]{1,15})(?:[.,]([0-9]{1,3}))?", text.strip())
    if found is None or len(found[2] or "") > decimals:
        return None
    return Decimal(f"{found[1]}.{found[2] or 0}")


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def idempotency_key(typed: QueryDict | None = None) -> str:
    """The hidden key that the form came with, else a new one."""
    key = uuid_of(typed.get("key", "")) if typed is not None else None
    return str(key or uuid4())
