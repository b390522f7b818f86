"""A real Chromium, with JavaScript off, against Django's live server on real PostgreSQL."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections

from tests.builders import a_vendor, an_order, sells
from tests.console.conftest import Shop
from tests.saleor_rows import a_product

from .checks import check

# Playwright runs an event loop in this thread, in which Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

WIDTHS = (1280, 390)
NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--no-sandbox",  # the suite may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """As long as these tests go on: beside its event loop, Django opens connections of their own,
    which a process that a later test forks would take with it, and end."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no chromium here: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()
        connections.close_all()


class Person:
    """Somebody with a browser window; every page that is shown is checked, and kept if wished."""

    def __init__(self, name: str, page: Any, home: str) -> None:
        self.name = name
        self.page = page
        self.home = home
        self._seen = 0

    def go(self, path: str, what: str = "") -> None:
        self.page.goto(self.home + path)
        self.look(what or path.strip("/").replace("/", "-"))

    def press(self, button: str, what: str, *, exact: bool = True) -> None:
        """The button or link with that name, which leads to a page."""
        found = self.page.get_by_role("button", name=button, exact=exact)
        link = self.page.get_by_role("link", name=button, exact=exact)
        with self.page.expect_navigation():
            found.or_(link).first.click()
        self.look(what)

    def open(self, summary: str) -> None:
        self.page.locator("summary", has_text=summary).first.click()

    def type(self, label: str, text: str, number: int = 0) -> None:
        self.page.get_by_label(label).nth(number).fill(text)

    def choose(self, label: str, option: str, number: int = 0) -> None:
        self.page.get_by_label(label).nth(number).select_option(label=option)

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())

    def sees(self, *words: str) -> None:
        for word in words:
            assert word in self.text, f"{self.name} does not see “{word}” on {self.page.url}"

    def look(self, what: str) -> None:
        self._seen += 1
        folder = os.environ.get("RETURNS_SCREENSHOTS")
        if folder:
            width = self.page.viewport_size["width"]
            name = f"{width}-{self.name}-{self._seen:02}-{what}.png"
            self.page.screenshot(path=str(Path(folder) / name), full_page=True)
        check(self.page)


@pytest.fixture
def person(chromium: Any, live_server: Any) -> Iterator[Callable[[str, int], Person]]:
    cache.clear()
    contexts = []

    def make(name: str, width: int = 1280, **options: Any) -> Person:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=False,
            locale="en-US",
            **options,
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        return Person(name, context.new_page(), live_server.url)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def shop() -> Shop:
    """As the console's, with an in-house part beside the two vendors' and names as shops have."""
    oak, clay = a_vendor("Oak & Iron"), a_vendor("Clay Studio", return_address={})
    record = an_order(
        [
            (sells(oak, a_product(name="Spindle Chair", sku="OI-CHAIR")), 2, "189.00"),
            (sells(clay, a_product(name="Stoneware Bowl", sku="CS-BOWL")), 3, "38.00"),
        ],
        email="ada@example.com",
        shipping="9.50",
    )
    return Shop(oak, clay, record)


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> Any:
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway
