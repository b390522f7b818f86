"""What a test asks for by name; `tests.gateways` says how to import them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from .books import BOOKS_FOLDER, Books
from .payment_app import WEBHOOK_PLUGIN, PaymentApp, listening


@pytest.fixture
def scriptable(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Books]:
    """The books of a scriptable gateway that is one of the host's plugins."""
    from .scriptable import PATH

    if PATH not in settings.PLUGINS:
        settings.PLUGINS = [*settings.PLUGINS, PATH]
    folder = tmp_path / "books"
    folder.mkdir()
    monkeypatch.setenv(BOOKS_FOLDER, str(folder))
    books = Books(folder)
    yield books
    books.release()


@pytest.fixture
def authorised(scriptable: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway takes no money until it is asked to capture it."""
    from .scriptable import ScriptableGateway

    process = ScriptableGateway.process_payment

    def authorises(self: Any, *args: Any, **values: Any) -> Any:
        return replace(process(self, *args, **values), kind="auth")

    monkeypatch.setattr(ScriptableGateway, "process_payment", authorises)


@pytest.fixture
def payment_app(settings: Any) -> Iterator[PaymentApp]:
    """An app of 3.x that listens; Saleor calls it only where its webhook plugin runs."""
    if WEBHOOK_PLUGIN not in settings.PLUGINS:
        settings.PLUGINS = [*settings.PLUGINS, WEBHOOK_PLUGIN]
    with listening() as app:
        yield app
