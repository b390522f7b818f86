"""Order references as people type them."""

import re

_SUFFIX = re.compile(r"-(?:[SR]\d+(?:-S\d+)?|\d+)$", re.IGNORECASE)


def order_number(text: str) -> str:
    """`#1001`, ` 1001 `, `1001-S1`, `1001-R1-S2` and `1001-1` all name order `1001`."""
    compact = "".join(text.split()).lstrip("#")
    return _SUFFIX.sub("", compact)


def email_key(text: str) -> str:
    return text.strip().casefold()
