"""One class per refusal. Every message tells the reader what to do next."""

from collections.abc import Mapping, Sequence

from .enums import ErrorCode, Unavailable


class ReturnsError(Exception):
    """A refusal with a code, the input field it is about, and indexes into a list argument."""

    code = ErrorCode.INVALID

    def __init__(
        self, message: str, *, field: str | None = None, index: Sequence[int] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.index = list(index) if index is not None else None


class InvalidInput(ReturnsError):
    code = ErrorCode.INVALID


class Required(ReturnsError):
    code = ErrorCode.REQUIRED


class NotFound(ReturnsError):
    code = ErrorCode.NOT_FOUND


class NotPermitted(ReturnsError):
    code = ErrorCode.PERMISSION_DENIED


class NotUnique(ReturnsError):
    code = ErrorCode.UNIQUE


class Throttled(ReturnsError):
    code = ErrorCode.THROTTLED


class IdempotencyConflict(ReturnsError):
    code = ErrorCode.IDEMPOTENCY_CONFLICT


class OrderNotReturnable(ReturnsError):
    code = ErrorCode.ORDER_NOT_RETURNABLE


class WindowClosed(ReturnsError):
    code = ErrorCode.WINDOW_CLOSED


class QuantityExceedsReturnable(ReturnsError):
    code = ErrorCode.QUANTITY_EXCEEDS_RETURNABLE


class ResolutionNotAllowed(ReturnsError):
    code = ErrorCode.RESOLUTION_NOT_ALLOWED


class InvalidTransition(ReturnsError):
    code = ErrorCode.INVALID_TRANSITION


class Overtaken(InvalidTransition):
    """Somebody else was faster: what the caller looked at when deciding is not so any more."""


class NothingToRefund(ReturnsError):
    code = ErrorCode.NOTHING_TO_REFUND


class RefundExceedsCharged(ReturnsError):
    code = ErrorCode.REFUND_EXCEEDS_CHARGED


class RefundDeclined(ReturnsError):
    code = ErrorCode.REFUND_DECLINED


class OutcomeUnknown(ReturnsError):
    code = ErrorCode.OUTCOME_UNKNOWN


class ExchangeUnavailable(ReturnsError):
    """The host cannot make this exchange order; `index` names the item where it is one's fault.

    `facts` are what the words of the `reason` name, to be said again in another language; None
    where the message has words of its own.
    """

    code = ErrorCode.EXCHANGE_UNAVAILABLE

    def __init__(
        self,
        message: str,
        *,
        reason: Unavailable,
        field: str | None = None,
        index: Sequence[int] | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, field=field, index=index)
        self.reason = reason
        self.facts = facts


class CarrierUnavailable(ReturnsError):
    """A carrier's plug-in failed, or gave what is no label."""

    code = ErrorCode.GATEWAY_UNAVAILABLE


class InsufficientStock(ReturnsError):
    code = ErrorCode.INSUFFICIENT_STOCK


class VendorInUse(ReturnsError):
    code = ErrorCode.VENDOR_IN_USE


class NotSupportedByHost(ReturnsError):
    code = ErrorCode.NOT_SUPPORTED_BY_HOST
