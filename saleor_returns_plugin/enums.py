"""The vocabulary that every layer shares. Pure Python; values are what the database stores."""

from enum import StrEnum


class Text(StrEnum):
    """A string enum whose `choices` a model field takes."""

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.name.replace("_", " ").capitalize()) for member in cls]

    def __str__(self) -> str:
        return str(self.value)


class Resolution(Text):
    REFUND = "refund"
    EXCHANGE = "exchange"
    STORE_CREDIT = "store_credit"


class RequestStatus(Text):
    AWAITING_APPROVAL = "awaiting_approval"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class ReturnStatus(Text):
    """Decision and goods of one vendor return."""

    REQUESTED = "requested"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    SETTLED = "settled"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Move(Text):
    """What can happen to a vendor return; the rows of the transition table."""

    APPROVE = "approve"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    TRACK = "track"
    RECEIVE_PART = "receive_part"
    RECEIVE_ALL = "receive_all"
    CLOSE = "close"
    SETTLE = "settle"
    EXPIRE = "expire"
    REOPEN = "reopen"
    VOID_PART = "void_part"
    VOID_ALL = "void_all"
    OVERRULE = "overrule"


class ActorKind(Text):
    SHOPPER = "shopper"
    VENDOR = "vendor"
    MERCHANT = "merchant"
    SYSTEM = "system"
    NOBODY = "nobody"


class Task(Text):
    """What is to be done next with a vendor return."""

    APPROVE = "approve"
    ACCEPT = "accept"
    SEND = "send"
    RECEIVE = "receive"
    REFUND = "refund"
    LOOK_UP = "look_up"
    """Find out what became of a refund."""
    AWAIT_ANSWER = "await_answer"
    """Nobody's: a refund was asked for, and its answer is looked up by itself."""
    PAY_BACK = "pay_back"
    """See to what was paid for a replacement that never comes, and did not go back."""
    CHOOSE_AGAIN = "choose_again"
    """Choose something else, or the money: an exchange could not be made."""
    PAY_DIFFERENCE = "pay_difference"
    EXCHANGE = "exchange"
    """Decide on the replacement: let it go, order it again, or give it up for the money."""


class Action(Text):
    """What a caller may do now, as the API and the pages offer it."""

    APPROVE = "approve"
    DECLINE = "decline"
    REOPEN = "reopen"
    ACCEPT = "accept"
    CANCEL = "cancel"
    ADD_TRACKING = "add_tracking"
    RECEIVE = "receive"
    CLOSE = "close"
    REFUND = "refund"
    EXCHANGE = "exchange"
    CHANGE_RESOLUTION = "change_resolution"
    VOID_RECEPTION = "void_reception"
    OVERRULE = "overrule"


class Source(Text):
    PORTAL = "portal"
    STOREFRONT = "storefront"
    STAFF = "staff"


class Condition(Text):
    GOOD = "good"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    NOT_ACCEPTABLE = "not_acceptable"
    MISSING = "missing"


class Unreturned(Text):
    """Why units that were replaced count as not brought back, once no more is to come."""

    MISSING = "missing"
    REFUSED = "refused"


class Disposition(Text):
    RESTOCKED = "restocked"
    NOT_RESTOCKED = "not_restocked"


class StepKind(Text):
    """What a step of a quote is; words are put to it where it is shown."""

    TEXT = "text"
    DELIVERY = "delivery"
    RESTOCKING_FEE = "restocking_fee"
    RETURN_SHIPPING = "return_shipping"
    ALREADY_REFUNDED = "already_refunded"
    """What staff paid back in Saleor itself."""
    ADJUSTMENT = "adjustment"
    """What the merchant changed."""
    EXCHANGE = "exchange"
    """What units cost more than those that they are exchanged for."""
    REST = "rest"
    """The price of units, less what they cost more than what was to come for them."""
    EXCHANGE_PAID = "exchange_paid"
    """What was paid for a replacement that never comes."""


class RefundStatus(Text):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


class RefundMethod(Text):
    ORIGINAL = "original"
    MANUAL = "manual"


class RefundWay(Text):
    """Where a part of a refund goes."""

    PAYMENT = "payment"
    GIFT_CARD = "gift_card"
    MANUAL = "manual"


class LedgerKind(Text):
    """What an entry of a vendor's statement is for."""

    SALE = "sale"
    COMMISSION = "commission"
    REFUND = "refund"
    COMMISSION_REVERSAL = "commission_reversal"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    PAYOUT = "payout"


class CommissionBase(Text):
    """The price of a line that the commission is a percentage of."""

    NET = "net"
    GROSS = "gross"


class ExchangeStatus(Text):
    PENDING = "pending"
    AWAITING_PAYMENT = "awaiting_payment"
    ORDERED = "ordered"
    RELEASED = "released"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Unavailable(Text):
    """Why the host makes no exchange order."""

    VARIANT_GONE = "variant_gone"
    NOT_SOLD = "not_sold"
    """Unpublished, not yet for sale, or without a price in the order's channel."""
    NO_GOODS = "no_goods"
    """Digital, or a gift card: Saleor hands these out at once."""
    OUT_OF_STOCK = "out_of_stock"
    NO_ADDRESS = "no_address"
    NO_SHIPPING = "no_shipping"
    CHANNEL_CLOSED = "channel_closed"
    OFFER_ENDED = "offer_ended"
    """The shopper did not pay the difference in time, or before the goods were refused."""
    HOST = "host"
    """Saleor, or a plugin of the store, refuses for a reason of its own."""


class ShipmentStatus(Text):
    HELD = "held"
    OPEN = "open"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


class WindowAnchor(Text):
    DELIVERED = "delivered"
    FULFILLED = "fulfilled"
    PLACED = "placed"


class NotReturnable(Text):
    """Why nothing of a line can be returned."""

    ORDER_NOT_PLACED = "order_not_placed"
    FINAL_SALE = "final_sale"
    NOT_SHIPPED = "not_shipped"
    WINDOW_CLOSED = "window_closed"
    NOTHING_LEFT = "nothing_left"


class ShippingRule(Text):
    NEVER = "never"
    ON_FULL_RETURN = "on_full_return"
    PROPORTIONAL = "proportional"


class ExchangeRelease(Text):
    ON_ACCEPT = "on_accept"
    ON_TRACKING = "on_tracking"
    ON_RECEPTION = "on_reception"


class ExchangePricing(Text):
    """Which variants a policy offers in exchange, and who bears a difference in price."""

    SAME_PRICE = "same_price"
    """Only what costs the same today."""
    ABSORBED = "absorbed"
    """Of any price; the store bears the difference, or keeps it."""
    SETTLED = "settled"
    """Of any price; the shopper pays what it costs more, and gets back what it costs less."""


class VendorRole(Text):
    OWNER = "owner"
    STAFF = "staff"


class EventKind(Text):
    CREATED = "created"
    APPROVED = "approved"
    DECLINED = "declined"
    UNITS_DECLINED = "units_declined"
    """Fewer units than asked for were approved or accepted."""
    ADDRESS_MISSING = "address_missing"
    """Approved, but the vendor has no return address, so it cannot accept."""
    ACCEPTED = "accepted"
    LABEL_ADDED = "label_added"
    """After the acceptance; one that comes with it is told with it."""
    TRACKING_ADDED = "tracking_added"
    RECEIVED = "received"
    RECEPTION_VOIDED = "reception_voided"
    OVERRULED = "overruled"
    """The store pays units that the vendor refused."""
    CLOSED = "closed"
    REOPENED = "reopened"
    RESOLUTION_CHANGED = "resolution_changed"
    REFUND_REQUESTED = "refund_requested"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    REFUND_UNKNOWN = "refund_unknown"
    REFUND_RESOLVED = "refund_resolved"
    EXCHANGE_OFFERED = "exchange_offered"
    """The shopper is to pay what the replacement costs more."""
    EXCHANGE_ORDERED = "exchange_ordered"
    EXCHANGE_RELEASED = "exchange_released"
    EXCHANGE_FAILED = "exchange_failed"
    EXCHANGE_CANCELLED = "exchange_cancelled"
    EXCHANGE_STUCK = "exchange_stuck"
    """Of an exchange that is over: Saleor would not cancel its order, or its checkout holds money
    and became none."""
    EXCHANGE_OWED = "exchange_owed"
    """The replacement was sent, and what it replaces never came back, or was refused."""
    SETTLED = "settled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REMINDED = "reminded"
    """Half of the time is over for whoever has to act."""
    OVERDUE = "overdue"
    """All of it is; the merchant is told."""
    EXPIRY_WARNED = "expiry_warned"


class LabelKind(Text):
    PDF = "pdf"
    PNG = "png"
    LINK = "link"


class DocumentKind(Text):
    """What a signed address can open."""

    PACKING_SLIP = "packing_slip"
    PACKING_SLIP_PDF = "packing_slip_pdf"
    SHIPMENT_LABEL = "shipment_label"
    RETURN_LABEL = "return_label"


class OrderState(Text):
    """What a Saleor order's status means to us, on every host."""

    UNPLACED = "unplaced"
    """Draft or unconfirmed: Saleor may still reprice it."""
    PLACED = "placed"
    CANCELLED = "cancelled"


class ErrorCode(Text):
    INVALID = "invalid"
    REQUIRED = "required"
    NOT_FOUND = "not_found"
    PERMISSION_DENIED = "permission_denied"
    UNIQUE = "unique"
    THROTTLED = "throttled"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    ORDER_NOT_RETURNABLE = "order_not_returnable"
    WINDOW_CLOSED = "window_closed"
    QUANTITY_EXCEEDS_RETURNABLE = "quantity_exceeds_returnable"
    RESOLUTION_NOT_ALLOWED = "resolution_not_allowed"
    INVALID_TRANSITION = "invalid_transition"
    NOTHING_TO_REFUND = "nothing_to_refund"
    REFUND_EXCEEDS_CHARGED = "refund_exceeds_charged"
    REFUND_DECLINED = "refund_declined"
    GATEWAY_UNAVAILABLE = "gateway_unavailable"
    OUTCOME_UNKNOWN = "outcome_unknown"
    EXCHANGE_UNAVAILABLE = "exchange_unavailable"
    INSUFFICIENT_STOCK = "insufficient_stock"
    VENDOR_IN_USE = "vendor_in_use"
    NOT_SUPPORTED_BY_HOST = "not_supported_by_host"
    INTERNAL = "internal"
