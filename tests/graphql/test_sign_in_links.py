"""returnSessionLinkRequest, and which orders the mail is about."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from saleor_returns_plugin.models import NotificationLog, OrderRecord, VendorShipment
from saleor_returns_plugin.selectors.notifications import ASKED
from saleor_returns_plugin.selectors.sign_in_links import MOST, orders_of
from saleor_returns_plugin.services import queue

from ..builders import an_order
from ..saleor_rows import a_product
from .client import codes
from .scene import Scene, global_id


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    cache.clear()


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(queue, "on_commit", lambda *call: calls.append(call[:3]))
    return calls


def ask(scene: Scene, email: str, more: str = "") -> dict[str, Any]:
    return scene.guest.mutate("returnSessionLinkRequest", f'email: "{email}"{more}')


def test_the_answer_is_always_the_same(scene: Scene, queued: list[Any]) -> None:
    known = ask(scene, " Ada@Example.com ", ', channel: "main"')
    assert known == ask(scene, "nobody@example.com") == {"errors": []}
    rows = list(NotificationLog.objects.filter(kind=ASKED).order_by("created_at"))
    assert [row.recipient for row in rows] == ["Ada@Example.com", "nobody@example.com"]
    assert queued == [("mail_sign_in_links", str(row.pk)) for row in rows]


@pytest.mark.parametrize("email", ["", "ada", "a@b", "\\u0000", "\\ud800@example.com", "x" * 300])
def test_what_is_no_address_is_told(scene: Scene, queued: list[Any], email: str) -> None:
    payload = ask(scene, email)
    assert [(e["code"], e["field"]) for e in payload["errors"]] == [("INVALID", "email")]
    assert queued == []


def test_nobody_floods_a_mailbox(scene: Scene, queued: list[Any], settings: Any) -> None:
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    answers = [codes(ask(scene, email)) for email in ("ada@example.com",) * 3]
    assert answers == [[], [], ["THROTTLED"]]
    assert len(queued) == 2
    assert codes(ask(scene, "bob@example.com")) == ["THROTTLED"], "of the same client address"


def test_orders_with_something_to_do_newest_first(scene: Scene) -> None:
    mug = a_product(name="Mug", price="5.00", stock=99)
    now = timezone.now()

    def order(**values: Any) -> OrderRecord:
        return an_order([(mug, 1, "5.00")], **values)

    unsent = order(fulfilled=False)
    late = order()
    VendorShipment.objects.filter(record=late).update(
        fulfilled_at=now - timedelta(days=90), delivered_at=now - timedelta(days=90)
    )
    newest = order()
    foreign = order(email="bob@example.com")
    scene.request(2)  # nothing of it is left to return, but the return is open
    found = orders_of("ADA@example.com", "", now)
    assert [record.pk for record in found] == [newest.pk, scene.record.pk]
    assert not {unsent.pk, late.pk, foreign.pk} & {record.pk for record in found}
    # One part is over, the other is not: the request is still under way.
    part = scene.record.requests.get().vendor_returns.first()
    scene.merchant.mutate(
        "returnRequestCancel",
        f'id: "{global_id(part.request)}", vendorReturns: ["{global_id(part)}"]',
    )
    VendorShipment.objects.filter(record=scene.record).update(
        fulfilled_at=now - timedelta(days=90), delivered_at=now - timedelta(days=90)
    )
    assert scene.record in orders_of("ada@example.com", "", now)
    for _ in range(MOST):
        order()
    assert len(orders_of("ada@example.com", "", now)) == MOST
