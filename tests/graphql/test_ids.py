"""Whatever is sent as an ID: an answer, never a crash."""

import base64

import pytest

from .client import codes
from .scene import Scene

RUBBISH = [
    "",
    "x",
    "1",
    "é",
    "Tm90aGluZw==",
    base64.b64encode(b"VendorReturn:").decode(),
    base64.b64encode(b"VendorReturn:1").decode(),
    base64.b64encode(b"Order:1").decode(),
    base64.b64encode(b"Product:99999999999999999999").decode(),
    base64.b64encode(b"VendorReturn:\x00").decode(),
    base64.b64encode(b"\xff\xfe").decode(),
]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_queries_find_nothing(scene: Scene, rubbish: str) -> None:
    data = scene.merchant(
        """query($id: ID!) { vendorReturn(id: $id) { id } returnRequest(id: $id) { id }
             vendorShipment(id: $id) { id } vendor(id: $id) { id }
             returnableOrder(id: $id) { orderNumber }
             returnQuote(orderId: $id, lines: []) { quote { total { amount } }
                                                    errors { code } } }""",
        id=rubbish,
    )
    quote = data.pop("returnQuote")
    assert set(data.values()) == {None}
    assert codes(quote)[0] in ("INVALID", "NOT_FOUND")


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_mutations_say_which_argument(scene: Scene, rubbish: str) -> None:
    text = rubbish.replace("\x00", "")
    for name, arguments, field in (
        ("vendorReturnAccept", f'id: "{text}"', "id"),
        ("returnRequestApprove", f'id: "{text}"', "id"),
        ("vendorMemberRemove", f'id: "{text}"', "id"),
        ("vendorProductsUnassign", f'products: ["{text}"]', "products"),
        ("vendorMemberAdd", f'vendorId: "{text}", email: "a@b.c", role: STAFF', "vendorId"),
    ):
        payload = scene.merchant.mutate(name, arguments)
        assert codes(payload)[0] in ("INVALID", "NOT_FOUND"), name
        assert payload["errors"][0]["field"] == field
