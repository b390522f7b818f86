"""returnSessionCreate over HTTP."""

import pytest
from django.core.cache import cache

from saleor_returns_plugin.models import OrderRecord

from .client import codes
from .scene import Scene

FIELDS = "token returnableOrder { orderNumber }"


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    cache.clear()


def create(scene: Scene, number: str, email: str) -> dict:
    return scene.guest.mutate(
        "returnSessionCreate", f'orderNumber: "{number}", email: "{email}"', FIELDS
    )


def test_number_and_email_open_the_order(scene: Scene) -> None:
    payload = create(scene, f"#{scene.record.number}-s1", " ADA@example.com")
    assert codes(payload) == []
    assert payload["returnableOrder"] == {"orderNumber": scene.record.number}


@pytest.mark.parametrize("stored", ["", " "])
@pytest.mark.parametrize("typed", ["", " ", "\\t"])
def test_a_blank_email_opens_nothing(scene: Scene, stored: str, typed: str) -> None:
    OrderRecord.objects.update(email=stored)
    blank = create(scene, scene.record.number, typed)
    assert blank["token"] is None
    assert codes(blank) == ["NOT_FOUND"]
    assert blank == create(scene, scene.record.number, "eve@example.com")
    assert blank == create(scene, "no such order", typed)


def test_any_text_is_answered(scene: Scene) -> None:
    for typed in ("\\u0000", "\\ud800", "9" * 5000):
        assert codes(create(scene, typed, typed)) == ["NOT_FOUND"]
