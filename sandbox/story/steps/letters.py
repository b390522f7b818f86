"""Which mails went out, in short."""

from ..mails import Mail, all_mails
from ..narration import Failed, check, say, wait_for
from ..world import World
from .vendors import LUMEN, NORD

LINES_SHOWN = 7


def play(world: World) -> None:
    if world.mail_dir is None:
        say("(No --mail-dir was given: mails are not looked at.)")
        return
    wanted = _wanted(world)
    try:
        wait_for(lambda: not _missing(world, wanted), "the mails", world.patience)
    except Failed:
        missing = [
            f"{subject!r} to {to or 'the merchant'}" for to, subject in _missing(world, wanted)
        ]
        raise Failed(f"these mails did not come: {'; '.join(missing)}") from None
    for to, subject in wanted:
        _show(_found(world, to, subject))
    check(True, f"{len(wanted)} mails, each with text and HTML, each once")


def _wanted(world: World) -> list[tuple[str, str]]:
    """Recipient and how the subject begins. Blank: whoever the merchant's mails go to."""
    number = world.request["number"]
    accepted, declined = world.returns[NORD]["number"], world.returns[LUMEN]["number"]
    shipped = [
        (side.email, f"New shipment {world.shipments[name]['number']}")
        for name, side in world.vendors.items()
    ]
    return [
        *shipped,
        ("", f"New return {number} for order {world.order_number}"),
        (world.shopper_email, f"We have your return {number}"),
        (world.vendors[NORD].email, f"Please accept return {accepted}"),
        (world.vendors[LUMEN].email, f"Please accept return {declined}"),
        (world.shopper_email, f"Your return {declined} was declined"),
        (world.shopper_email, f"Please send return {accepted}"),
        (world.shopper_email, f"Your return {accepted} has arrived"),
        (world.shopper_email, "We have refunded"),
    ]


def _missing(world: World, wanted: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [each for each in wanted if not _matching(world, *each)]


def _found(world: World, to: str, subject: str) -> Mail:
    mails = _matching(world, to, subject)
    # A store may name several addresses of its own.
    if to and len(mails) != 1:
        raise Failed(f"{subject!r} went to {to} {len(mails)} times")
    if not all(mail.has_html for mail in mails):
        raise Failed(f"{subject!r} has no HTML part")
    return mails[0]


def _matching(world: World, to: str, subject: str) -> list[Mail]:
    assert world.mail_dir is not None
    return [
        mail
        for mail in all_mails(world.mail_dir)
        if mail.subject.startswith(subject)
        # An older run in the same folder may have had an order of the same number.
        and (to in mail.to if to else world.shopper_email in mail.text)
    ]


def _show(mail: Mail) -> None:
    say(f"To {mail.to}: {mail.subject}")
    lines = [line for line in mail.text.splitlines() if line.strip()]
    for line in lines[:LINES_SHOWN]:
        say(f"    | {line}")
