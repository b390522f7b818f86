"""Tables and constraints; whoever writes them is in `services`."""

from .branding import ReturnPortal
from .events import ReturnEvent
from .exchanges import Exchange, ExchangeLine
from .labels import Label
from .ledger import LedgerClosing, LedgerEntry
from .notifications import NotificationLog
from .orders import OrderRecord
from .policies import ReturnPolicy
from .reasons import ReturnReason
from .receptions import Reception, ReceptionLine
from .refunds import Refund, RefundLine, RefundPart
from .return_requests import ReturnRequest
from .shipments import VendorShipment, VendorShipmentLine
from .vendor_returns import ReturnLine, VendorReturn
from .vendors import Vendor, VendorMember, VendorProduct

__all__ = [
    "Exchange",
    "ExchangeLine",
    "Label",
    "LedgerClosing",
    "LedgerEntry",
    "NotificationLog",
    "OrderRecord",
    "Reception",
    "ReceptionLine",
    "Refund",
    "RefundLine",
    "RefundPart",
    "ReturnEvent",
    "ReturnLine",
    "ReturnPolicy",
    "ReturnPortal",
    "ReturnReason",
    "ReturnRequest",
    "Vendor",
    "VendorMember",
    "VendorProduct",
    "VendorReturn",
    "VendorShipment",
    "VendorShipmentLine",
]
