"""What must not stand in reports of API calls (3.x can send those to apps)."""

from importlib import import_module

SECRET = {
    "Order": {"returnsPortalUrl"},
    "ReturnAddress": {
        "name",
        "companyName",
        "streetAddress1",
        "streetAddress2",
        "phone",
        "formatted",
    },
    "ReturnExchange": {"paymentUrl"},
    "ReturnRequest": {"email"},
    "ReturnSessionCreate": {"token"},
    "Vendor": {"email"},
    "VendorMember": {"email", "name"},
    "VendorReturn": {"returnLabelUrl"},
    "VendorShipment": {"labelUrl", "packingSlipPdfUrl", "packingSlipUrl"},
}


def hide() -> None:
    """Add ours to the host's list. 2.10 makes no such reports."""
    try:
        known = import_module("saleor.webhook.observability.sensitive_data").SENSITIVE_GQL_FIELDS
    except ImportError:
        return
    for kind, names in SECRET.items():
        known.setdefault(kind, set()).update(names)
