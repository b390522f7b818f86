"""The forms of one return: what was typed in one of them, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any
from uuid import UUID

from django.http import QueryDict

from ..errors import ReturnsError
from ..web.forms import Field, Problems, uuid_of

_IN_WORDS = ("-reason", "-note", "-return_instructions", "-reference")


@dataclass
class Typed:
    """A form as it came; `form` is its name, and the start of each of its fields' names."""

    form: str = ""
    values: Mapping[str, str] = dataclass_field(default_factory=QueryDict)
    problems: Problems = dataclass_field(default_factory=Problems)
    files: Mapping[str, Any] = dataclass_field(default_factory=dict)
    is_unfinished: bool = False
    """Nothing was done: the form asks for more room."""
    is_overtaken: bool = False
    """Nothing was done: somebody else was faster."""

    def field(self, name: str, default: str = "") -> Field:
        return self.problems.field(name, self.values.get(name, default))

    def text(self, name: str) -> str:
        return self.values.get(f"{self.form}-{name}", "").strip()

    def file(self, name: str) -> Any:
        """What was uploaded into the field; None for nothing."""
        return self.files.get(f"{self.form}-{name}")

    def texts(self) -> tuple[str, ...]:
        """What was written in words, for a page that has no such form any more."""
        found = (self.values[name].strip() for name in self.values if name.endswith(_IN_WORDS))
        return tuple(text for text in found if text)

    @property
    def about(self) -> UUID | None:
        """The row that one of several like forms is about: a reception, a line."""
        return uuid_of(self.text("about"))

    def refuse(self, error: ReturnsError, name: str = "") -> None:
        """Beside the field `name`, or the one that the error is about if this form has it."""
        own = f"{self.form}-{error.field}" if error.field else ""
        self.problems.add(error.message, name or (own if own in self.values else ""))
