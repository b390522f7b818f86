"""Which mails went out, in short."""

from collections import Counter

from ..mails import Mail, all_mails
from ..narration import Failed, check, say, wait_for
from ..world import World
from .vendors import KILN, LUMEN, NORD

LINES_SHOWN = 7
MERCHANT = ""
"""Whoever the merchant's mails go to: it may be several addresses."""

_SHOWN_WHOLE = ("Please send return", "Some items of return")

Letter = tuple[str, str]
"""Recipient, and how the subject begins."""


def play(world: World) -> None:
    if world.mail_dir is None:
        say("(No --mail-dir was given: mails are not looked at.)")
        return
    wanted, copies = _wanted(world), _copies(world)
    try:
        wait_for(lambda: not _missing(world, wanted + copies), "the mails", world.patience)
    except Failed:
        missing = [
            f"{subject!r} to {to or 'the merchant'}"
            for to, subject in _missing(world, wanted + copies)
        ]
        raise Failed(f"these mails did not come: {'; '.join(missing)}") from None
    mails = _of_this_run(world)
    for letter in wanted:
        found = _matching(mails, letter)
        _show(found[0], whole=letter[1].startswith(_SHOWN_WHOLE))
        if letter[0] == MERCHANT:
            for mail in found[1:]:
                say(f"  and to {mail.to}")
    _count(world, mails, wanted, copies)


def _count(world: World, mails: list[Mail], wanted: list[Letter], copies: list[Letter]) -> None:
    # Our numbers begin with the order's: 1001-S1, 1001-R1. Saleor's own mails name the order.
    ours = [mail for mail in mails if f"{world.order_number}-" in mail.subject]
    say(f"Each vendor's mails went to its member, too: {len(copies)} more.")
    known = [mail for letter in wanted + copies for mail in _matching(mails, letter)]
    for mail in ours:
        if mail not in known:
            say(f"And to {mail.to}: {mail.subject}")
    if len(mails) > len(ours):
        say(f"Mails of Saleor itself to these people, beside them: {len(mails) - len(ours)}.")
    twice = [each for each, times in Counter((m.to, m.subject) for m in ours).items() if times > 1]
    check(not twice, f"the plugin sent {len(ours)} mails: none twice to the same person", twice)
    plain = [mail.subject for mail in ours if not (mail.text and mail.has_html)]
    check(not plain, "each has a text and an HTML part", plain)


def _wanted(world: World) -> list[Letter]:
    number = world.request["number"]
    accepted, declined = world.returns[NORD]["number"], world.returns[LUMEN]["number"]
    in_part = world.returns[KILN]["number"]
    shipped = [
        (side.email, f"New shipment {world.shipments[name]['number']}")
        for name, side in world.vendors.items()
    ]
    return [
        *shipped,
        (MERCHANT, f"New return {number} for order {world.order_number}"),
        (world.shopper_email, f"We have your return {number}"),
        (world.vendors[NORD].email, f"Please accept return {accepted}"),
        (world.vendors[LUMEN].email, f"Please accept return {declined}"),
        (world.shopper_email, f"Some items of return {in_part} were declined"),
        (world.vendors[KILN].email, f"Please accept return {in_part}"),
        (MERCHANT, f"{LUMEN} declined return {declined}"),
        (world.shopper_email, f"Your return {declined} was declined"),
        (world.shopper_email, f"Please send return {accepted}"),
        (world.shopper_email, f"Goods of your return {accepted} have arrived"),
        (world.shopper_email, f"Please send return {in_part}"),
        (world.shopper_email, f"Goods of your return {in_part} cannot be refunded"),
        (world.shopper_email, "We have refunded"),
    ]


def _copies(world: World) -> list[Letter]:
    """What goes to a vendor goes to its members as well."""
    members = {side.email: side.member.email for side in world.vendors.values()}
    return [(members[to], subject) for to, subject in _wanted(world) if to in members]


def _missing(world: World, letters: list[Letter]) -> list[Letter]:
    mails = _of_this_run(world)
    return [each for each in letters if not _matching(mails, each)]


def _of_this_run(world: World) -> list[Mail]:
    """The folder may hold an older run's, about an order of the same number."""
    assert world.mail_dir is not None
    return [
        mail for mail in all_mails(world.mail_dir) if world.tag in mail.to or world.tag in mail.text
    ]


def _matching(mails: list[Mail], letter: Letter) -> list[Mail]:
    to, subject = letter
    return [
        mail
        for mail in mails
        if mail.subject.startswith(subject) and (to == MERCHANT or mail.is_to(to))
    ]


def _show(mail: Mail, whole: bool) -> None:
    say(f"To {mail.to}: {mail.subject}")
    lines = [line for line in mail.text.splitlines() if line.strip()]
    shown = lines if whole else lines[:LINES_SHOWN]
    for line in shown:
        say(f"    | {line}")
    if len(shown) < len(lines):
        say("    | …")
