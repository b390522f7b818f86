"""Free text as people type it: bounded, printable, trimmed."""

import unicodedata

from ..errors import InvalidInput, Required

LONGEST = 5_000


def clean_text(text: str, *, field: str, index: int | None = None) -> str:
    """Trimmed. Raises InvalidInput over 5,000 characters or with control characters."""
    where = [index] if index is not None else None
    if len(text) > LONGEST:
        raise InvalidInput(f"At most {LONGEST:,} characters.", field=field, index=where)
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text):
        raise InvalidInput("Control characters are not text.", field=field, index=where)
    return text.strip()


def required_reason(text: str) -> str:
    """A reason somebody else will read. Raises Required when blank."""
    reason = clean_text(text, field="reason")
    if not reason:
        raise Required("Say why; the shopper will read it.", field="reason")
    return reason
