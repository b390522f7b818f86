"""Order references as people type them."""

import re

_SUFFIX = re.compile(r"-(?:[SR][0-9]+(?:-S[0-9]+)?|[0-9]+)$", re.IGNORECASE)
_LONGEST = 250
"""As long as what is stored at most, so nothing is lost by reading no further."""


def order_numbers(text: str) -> tuple[str, ...]:
    """The order numbers that a typed reference may mean, likeliest first.

    `#1001`, ` 10 01 `, `1001-s1`, `1001-R1`, `1001-R1-S2` and Saleor's own fulfilment number
    `1001-1` may all mean order `1001`; but an order may be called `2024-1` as well, so what was
    typed comes first as it stands. Signs that cannot be seen are left out. Each is there in upper
    and lower case as well, so that equality finds it, which an index serves.
    """
    typed = "".join(sign for sign in text[:_LONGEST] if sign.isprintable()).strip()
    bare = typed.lstrip("# ")
    compact = bare.replace(" ", "")
    numbers = (typed, bare, compact, _SUFFIX.sub("", compact))
    spelled = [form for number in numbers for form in (number, number.upper(), number.lower())]
    return tuple(dict.fromkeys(form for form in spelled if form))


def reference_key(text: str) -> str:
    """A store's own reference, as it is kept and looked up: case does not matter."""
    return text.strip().lower()[:_LONGEST]


def email_key(text: str) -> str:
    """As PostgreSQL's LOWER compares it: "ß" is not "ss"."""
    return text.strip().lower()
