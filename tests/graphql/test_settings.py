"""Vendors, policies, reasons and the portal, set up through the API."""

import base64
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from saleor_returns_plugin import host
from saleor_returns_plugin.models import VendorProduct

from ..saleor_rows import a_customer
from .client import codes
from .scene import Scene, global_id

VENDOR = """vendor { id slug name email commissionRate autoAcceptReturns isActive
  returnInstructions returnAddress { name streetAddress1 country } members { id email role } }"""


def test_a_vendor_from_its_creation_to_its_end(scene: Scene) -> None:
    created = scene.merchant.mutate(
        "vendorCreate",
        """input: {name: "Ash Works", commissionRate: 12.5, email: "ash@example.com",
           returnAddress: {firstName: "Ash", lastName: "Desk", streetAddress1: "1 Lane",
                           city: "Leeds", country: GB}}""",
        VENDOR,
    )
    assert codes(created) == []
    vendor = created["vendor"]
    assert (vendor["slug"], vendor["commissionRate"]) == ("ash-works", 12.5)
    assert vendor["returnAddress"] == {
        "name": "Ash Desk",
        "streetAddress1": "1 Lane",
        "country": "GB",
    }
    a_customer("kim@example.com")
    member = scene.merchant.mutate(
        "vendorMemberAdd",
        f'vendorId: "{vendor["id"]}", email: "kim@example.com", role: OWNER',
        VENDOR,
    )["vendor"]["members"][0]
    assert (member["email"], member["role"]) == ("kim@example.com", "OWNER")
    removed = scene.merchant.mutate("vendorMemberRemove", f'id: "{member["id"]}"', VENDOR)
    assert removed["vendor"]["members"] == []
    updated = scene.merchant.mutate(
        "vendorUpdate",
        f'id: "{vendor["id"]}", input: {{isActive: false, returnInstructions: "Ring twice"}}',
        VENDOR,
    )["vendor"]
    assert (updated["isActive"], updated["returnInstructions"]) == (False, "Ring twice")
    deleted = scene.merchant.mutate("vendorDelete", f'id: "{vendor["id"]}"', "vendor { id name }")
    assert (codes(deleted), deleted["vendor"]["id"]) == ([], vendor["id"])
    in_use = scene.merchant.mutate("vendorDelete", f'id: "{global_id(scene.oak)}"', VENDOR)
    assert (codes(in_use), in_use["vendor"]) == (["VENDOR_IN_USE"], None)
    same = scene.merchant.mutate("vendorCreate", 'input: {name: "X", slug: "oak-sons"}', VENDOR)
    assert (codes(same), same["errors"][0]["field"]) == (["UNIQUE"], "slug")


def test_an_owner_runs_its_own_returns_desk(scene: Scene) -> None:
    payload = scene.oak_owner.mutate(
        "vendorUpdate",
        f'id: "{global_id(scene.oak)}", input: {{autoAcceptReturns: true, email: "new@oak.example"}}',
        VENDOR,
    )
    assert codes(payload) == []
    assert payload["vendor"]["autoAcceptReturns"] is True


def test_products_change_hands(scene: Scene) -> None:
    product = global_id(scene.chair.product, "Product")
    assigned = scene.merchant.mutate(
        "vendorProductsAssign",
        f'vendorId: "{global_id(scene.elm)}", products: ["{product}"]',
        "count vendor { name }",
    )
    assert (assigned["count"], assigned["vendor"]["name"]) == (1, "Elm Ltd")
    row = VendorProduct.objects.get(product_id=scene.chair.product_id)
    assert row.vendor == scene.elm
    free = scene.merchant.mutate("vendorProductsUnassign", f'products: ["{product}"]', "count")
    assert free["count"] == 1
    assert not VendorProduct.objects.filter(product_id=scene.chair.product_id).exists()


def test_policies(scene: Scene) -> None:
    fields = """returnPolicy { id channel vendor { name } windowDays windowAnchor resolutions
      restockingFeePercent returnShippingFee { amount currency } shippingRefund returnable
      paysDamaged autoApprove sendBack acceptOnSilence transitDays approveDays acceptDays
      sendBackDays inspectDays vendorBearsShipping vendorMayRefund
      vendorRefundLimit { amount } commissionBase }"""
    channel = 'channel: "main", ' if host.IS_V3 else ""
    created = scene.merchant.mutate(
        "returnPolicyCreate",
        f"""input: {{vendorId: "{global_id(scene.oak)}", {channel}windowDays: 14,
            windowAnchor: PLACED, resolutions: [REFUND], restockingFeePercent: 7.5,
            returnShippingFee: 4.5, shippingRefund: NEVER, paysDamaged: false, sendBack: false,
            acceptOnSilence: true, transitDays: 0, approveDays: 1, acceptDays: 2, sendBackDays: 14,
            inspectDays: 4, vendorBearsShipping: true, vendorMayRefund: true,
            vendorRefundLimit: 50, commissionBase: GROSS}}""",
        fields,
    )
    assert codes(created) == []
    policy = created["returnPolicy"]
    assert policy["vendor"] == {"name": "Oak & Sons"}
    assert (policy["windowDays"], policy["windowAnchor"]) == (14, "PLACED")
    assert policy["returnShippingFee"] == {"amount": 4.5, "currency": "USD"}
    assert (policy["sendBack"], policy["acceptOnSilence"]) == (False, True)
    assert (policy["vendorBearsShipping"], policy["commissionBase"]) == (True, "GROSS")
    assert (policy["vendorMayRefund"], policy["vendorRefundLimit"]) == (True, {"amount": 50.0})
    days = ("transit", "approve", "accept", "sendBack", "inspect")
    assert [policy[f"{name}Days"] for name in days] == [0, 1, 2, 14, 4]
    update = f"""mutation($id: ID!, $input: ReturnPolicyInput!) {{
      returnPolicyUpdate(id: $id, input: $input) {{ {fields} errors {{ code }} }} }}"""
    without_window = {
        "windowDays": None,
        "returnable": None,
        "vendorRefundLimit": None,
        "vendorMayRefund": False,
    }
    updated = scene.merchant(update, id=policy["id"], input=without_window)
    policy = updated["returnPolicyUpdate"]["returnPolicy"]
    assert (policy["windowDays"], policy["restockingFeePercent"]) == (None, 7.5)
    assert policy["returnable"] is True
    assert (policy["vendorMayRefund"], policy["vendorRefundLimit"]) == (False, None)
    own = "{ returnPolicies { id } }"
    assert scene.oak_staff(own)["returnPolicies"] == [{"id": policy["id"]}]
    assert scene.elm_owner(own)["returnPolicies"] == []
    deleted = scene.merchant.mutate("returnPolicyDelete", f'id: "{policy["id"]}"', fields)
    assert deleted["returnPolicy"]["id"] == policy["id"]
    assert scene.merchant(own)["returnPolicies"] == []


def test_reasons_in_the_shoppers_language(scene: Scene) -> None:
    created = scene.merchant.mutate(
        "returnReasonCreate",
        'input: {label: "Too small", translations: [{locale: "de", label: "Zu klein"}]}',
        "returnReason { id code label waivesFees isActive }",
    )
    assert codes(created) == []
    reason = created["returnReason"]
    assert (reason["code"], reason["isActive"]) == ("too-small", True)
    german = type(scene.guest)({"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9"})
    assert german("{ returnReasons { label } }")["returnReasons"] == [{"label": "Zu klein"}]
    scene.merchant.mutate("returnReasonUpdate", f'id: "{reason["id"]}", input: {{isActive: false}}')
    assert scene.guest("{ returnReasons { id } }")["returnReasons"] == []
    assert len(scene.merchant("{ returnReasons { id } }")["returnReasons"]) == 1
    deleted = scene.merchant.mutate(
        "returnReasonDelete", f'id: "{reason["id"]}"', "returnReason { id }"
    )
    assert deleted["returnReason"]["id"] == reason["id"]


def test_the_portal(scene: Scene) -> None:
    updated = scene.merchant.mutate(
        "returnPortalUpdate",
        """input: {name: "The Shop", colors: {primary: "#112233"}, welcomeText: "Hello",
           supportEmail: "help@example.com", senderName: "Shop", merchantEmails: ["a@b.example"]}""",
        """returnPortal { id channel name logoUrl colors { primary onPrimary background text }
           domain welcomeText supportEmail showVendorNames senderName merchantEmails }""",
    )
    assert codes(updated) == []
    portal = updated["returnPortal"]
    assert (portal["name"], portal["colors"]["primary"]) == ("The Shop", "#112233")
    wrong = scene.merchant.mutate("returnPortalUpdate", 'input: {supportEmail: "nobody"}')
    assert (codes(wrong), wrong["errors"][0]["field"]) == (["INVALID"], "supportEmail")
    no_file = scene.merchant.mutate("returnPortalUpdate", 'input: {logo: "x"}')
    assert codes(no_file) == ["INVALID"]


PORTAL = """returnPortal { locales footerLinks { label url } faviconUrl allowedOrigins }"""
GIVEN = """input: {locales: ["DE", "pt_BR", "de"],
  footerLinks: [{label: "Imprint", url: "https://shop.example.com/imprint"}],
  allowedOrigins: ["https://Shop.example.com", "http://localhost:3000"]}"""


def test_languages_links_and_origins_of_the_portal(scene: Scene) -> None:
    plain = scene.guest(f"{{ {PORTAL} }}")["returnPortal"]
    assert (plain["locales"], plain["footerLinks"], plain["faviconUrl"]) == (["en"], [], None)
    updated = scene.merchant.mutate("returnPortalUpdate", GIVEN, PORTAL)
    assert codes(updated) == []
    assert updated["returnPortal"] == {
        "locales": ["de", "pt-br"],
        "footerLinks": [{"label": "Imprint", "url": "https://shop.example.com/imprint"}],
        "faviconUrl": None,
        "allowedOrigins": ["https://shop.example.com", "http://localhost:3000"],
    }
    seen = scene.guest(f"{{ {PORTAL} }}")["returnPortal"]
    assert seen["allowedOrigins"] is None
    assert seen["footerLinks"] == updated["returnPortal"]["footerLinks"]
    emptied = scene.merchant.mutate(
        "returnPortalUpdate", "input: {locales: [], footerLinks: [], allowedOrigins: []}", PORTAL
    )
    assert emptied["returnPortal"]["locales"] == ["en"]


LINK = 'footerLinks: [{{label: "Fine", url: "https://fine.example"}}, {{{0}}}]'


@pytest.mark.parametrize(
    ("values", "field", "index"),
    [
        ('locales: ["en", "xx"]', "locales", [1]),
        ('locales: [""]', "locales", [0]),
        (LINK.format('label: "", url: "https://a.example"'), "footerLinks.label", [1]),
        (LINK.format(f'label: "{"x" * 61}", url: "https://a.example"'), "footerLinks.label", [1]),
        (LINK.format('label: "a\\nb", url: "https://a.example"'), "footerLinks.label", [1]),
        (LINK.format('label: "A", url: "javascript:alert(1)"'), "footerLinks.url", [1]),
        (LINK.format('label: "A", url: "/imprint"'), "footerLinks.url", [1]),
        ('allowedOrigins: ["*"]', "allowedOrigins", [0]),
        ('allowedOrigins: ["https://a.example", "https://a.example/"]', "allowedOrigins", [1]),
        ('allowedOrigins: ["ftp://a.example"]', "allowedOrigins", [0]),
        ('allowedOrigins: ["https://me@a.example"]', "allowedOrigins", [0]),
        ('allowedOrigins: ["https://a.example:99999"]', "allowedOrigins", [0]),
        ('allowedOrigins: ["null"]', "allowedOrigins", [0]),
        ('favicon: "x"', "favicon", None),
        ('logo: ""', "logo", None),
    ],
)
def test_what_a_portal_cannot_have(scene: Scene, values: str, field: str, index: Any) -> None:
    payload = scene.merchant.mutate("returnPortalUpdate", f"input: {{{values}}}")
    assert [(e["code"], e["field"], e["index"]) for e in payload["errors"]] == [
        ("INVALID", field, index)
    ]


@pytest.mark.parametrize("name", ["logo", "favicon"])
def test_an_image_is_told_by_its_bytes(
    scene: Scene, name: str, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)

    def sent(content: bytes) -> dict[str, Any]:
        query = f"""mutation($file: Upload) {{ returnPortalUpdate(input: {{{name}: $file}}) {{
          returnPortal {{ {name}Url }} errors {{ code field }} }} }}"""
        body = {
            "operations": json.dumps({"query": query, "variables": {"file": None}}),
            "map": json.dumps({"0": ["variables.file"]}),
            "0": SimpleUploadedFile("any.svg", content),
        }
        answer = Client().post(reverse("api"), body, **scene.merchant.headers).json()
        return answer["data"]["returnPortalUpdate"]

    refused = sent(b"<svg onload=alert(1)></svg>")
    assert refused["errors"] == [{"code": "INVALID", "field": name}]
    pixel = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
    assert sent(pixel)["returnPortal"][f"{name}Url"].startswith("http")
