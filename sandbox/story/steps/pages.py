"""The same return on the pages: the portal as the shopper, the console as merchant and vendor."""

from ..browser import Browser, Page
from ..client import Person
from ..narration import Failed, check
from ..world import World
from .acceptance import REASON
from .approval import WHY_NOT
from .refusal import NOTE
from .vendors import LUMEN, NORD

PORTAL, CONSOLE = "/returns/", "/returns/console/"


def play(world: World) -> None:
    status_page = _portal(world)
    _stranger(world, status_page)
    _console(world)


def _portal(world: World) -> Page:
    browser = Browser()
    order = signed_in(browser, world)
    numbers = [each["number"] for each in world.shipments.values()]
    shows(order, f"{world.url}{PORTAL} opens with order number and e-mail, and shows", numbers)
    status = browser.follow(order, world.request["number"])
    parts = [part["number"] for part in world.returns.values()]
    shows(status, "the shopper follows the link to the return, and reads", [*parts, REASON])
    shows(status, "of the mugs the page says", [WHY_NOT, NOTE, "Not paid back."])
    return status


def signed_in(browser: Browser, world: World) -> Page:
    """The order's page in the portal."""
    page = browser.open(world.url + PORTAL)
    return browser.send(page, order=world.order_number, email=world.shopper_email)


def followed(browser: Browser, world: World) -> Page:
    """The request's page in the portal."""
    return browser.follow(signed_in(browser, world), world.request["number"])


def _stranger(world: World, status_page: Page) -> None:
    seen = Browser().open(status_page.url)
    check(
        world.request["number"] not in seen.text and seen.form_with("order", "email"),
        "without the shopper's cookie, that address asks to sign in and tells nothing",
        seen.text,
    )


def _console(world: World) -> None:
    mine, other = world.returns[NORD]["number"], world.returns[LUMEN]["number"]
    browser, returns = in_console(world, world.merchant)
    shows(returns, f"{world.url}{CONSOLE} shows the merchant", [mine, other])
    part = browser.follow(returns, mine)
    names = [line["shipmentLine"]["productName"] for line in world.returns[NORD]["lines"]]
    shows(part, f"the merchant opens {mine}, and sees", [NORD, *names])
    member = world.vendors[NORD].member
    _, returns = in_console(world, member)
    check(
        mine in returns.text and other not in returns.text,
        f"{member.name} sees {mine} there, and not {other}",
        returns.text,
    )


def in_console(world: World, person: Person) -> tuple[Browser, Page]:
    """The person's browser, and the list of returns in it."""
    browser = Browser()
    page = browser.open(world.url + CONSOLE)
    inside = browser.send(page, email=person.email, password=person.password)
    if inside.status != 200 or inside.form_with("password"):
        raise Failed(f"{person.email} cannot sign in to the console: {inside.text}")
    return browser, browser.open(f"{world.url}{CONSOLE}returns/")


def shows(page: Page, text: str, words: list[str]) -> None:
    missing = [each for each in words if each not in page.text]
    check(
        page.status == 200 and not missing,
        f"{text} {', '.join(words)}",
        f"HTTP {page.status} at {page.url}, without {missing}",
    )
