"""Every mail with made-up facts, in each case that reads otherwise. Nothing is written or sent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import override

from ..conf import setting
from ..domain.notifications import KINDS, About, Audience, Mail
from ..selectors.branding import PortalFacts
from ..selectors.languages import spoken
from . import mail_rendering
from .mail_examples import FACTS
from .mail_messages import context
from .mail_variants import PLAIN, VARIANTS, Variant

_REASONS_OF_KINDS = {
    "return_reopened_shopper": "It was declined by mistake.",
    "refund_failed_merchant": "Do not honor",
    "refund_unknown_merchant": "No answer: TimeoutError",
    "refund_came_back_merchant": "Account closed",
}
_REASONS = {
    About.RECEPTION: "The parcel was another return's.",
    About.RULING: "It was damaged on the way, not by the shopper.",
    About.PART: "It was used: the seat has scratches.",
}


_PAGES = {Audience.SHOPPER: "/returns/", Audience.MEMBER: "/returns/console/sign-in/"}


@dataclass(frozen=True)
class Preview:
    """`name` is the mail's kind, and its variant."""

    name: str
    mail: Mail
    words: mail_rendering.Mail


def previews(portal: PortalFacts, language: str) -> Iterator[Preview]:
    """All kinds with their variants, in the order of the rules."""
    for mail in KINDS.values():
        plain = PLAIN.get(mail.kind, Variant(""))
        for variant in (plain, *VARIANTS.get(mail.kind, ())):
            name = f"{mail.kind}.{variant.name}" if variant.name else mail.kind
            with override(spoken(language)):
                words = mail_rendering.render(mail.kind, _context(mail, portal, variant))
            yield Preview(name, mail, words)


def _context(mail: Mail, portal: PortalFacts, variant: Variant) -> dict[str, Any]:
    base = setting("RETURNS_PUBLIC_URL") or "https://shop.example.com"
    reason = _REASONS_OF_KINDS.get(mail.kind) or _REASONS.get(mail.about, "")
    return context(
        mail,
        portal,
        link=base.rstrip("/") + _PAGES.get(mail.to, "/returns/console/"),
        order_number="1001",
        request_number="1001-R1",
        shopper_email="ada@example.com",
        currency="EUR",
        by=variant.by.value,
        reason=reason if variant.reason is None else variant.reason,
        facts=_facts(mail, variant),
    )


def _facts(mail: Mail, variant: Variant) -> dict[str, Any]:
    found = {**FACTS[mail.about], **variant.facts}
    if variant.part and "part" in found:
        found["part"] = replace(found["part"], **variant.part)
    if variant.part and "parts" in found:
        found["parts"] = [replace(part, **variant.part) for part in found["parts"]]
    return found
