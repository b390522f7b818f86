"""The store's colours as a stylesheet: the pages' policy allows no inline style."""

import re

from ..selectors.branding import PortalFacts

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def css_of(facts: PortalFacts) -> str:
    values = {
        "--primary": facts.primary,
        "--on-primary": facts.on_primary,
        "--background": facts.background,
        "--text": facts.text,
    }
    # Only what is a colour and nothing more: a value could close the block and open another.
    rules = "".join(f"{name}:{value};" for name, value in values.items() if _HEX.fullmatch(value))
    return f":root{{{rules}}}"
