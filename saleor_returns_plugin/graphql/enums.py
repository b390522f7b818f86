"""The shared vocabulary as GraphQL enums. Inputs arrive as stored values, `Resolution(value)`."""

import graphene

from .. import enums


def _graphene(name: str, values: type[enums.Text]) -> type[graphene.Enum]:
    return graphene.Enum(name, [(member.name, member.value) for member in values])


ReturnAction = _graphene("ReturnAction", enums.Action)
ReturnCommissionBase = _graphene("ReturnCommissionBase", enums.CommissionBase)
ReturnCondition = _graphene("ReturnCondition", enums.Condition)
ReturnDisposition = _graphene("ReturnDisposition", enums.Disposition)
ReturnEventKind = _graphene("ReturnEventKind", enums.EventKind)
ReturnExchangeFailure = _graphene("ReturnExchangeFailure", enums.Unavailable)
ReturnExchangePricing = _graphene("ReturnExchangePricing", enums.ExchangePricing)
ReturnExchangeRelease = _graphene("ReturnExchangeRelease", enums.ExchangeRelease)
ReturnExchangeStatus = _graphene("ReturnExchangeStatus", enums.ExchangeStatus)
ReturnRefundMethod = _graphene("ReturnRefundMethod", enums.RefundMethod)
ReturnRefundStatus = _graphene("ReturnRefundStatus", enums.RefundStatus)
ReturnRefundWay = _graphene("ReturnRefundWay", enums.RefundWay)
ReturnRequestStatus = _graphene("ReturnRequestStatus", enums.RequestStatus)
ReturnResolution = _graphene("ReturnResolution", enums.Resolution)
ReturnsErrorCode = _graphene("ReturnsErrorCode", enums.ErrorCode)
ReturnShippingRule = _graphene("ReturnShippingRule", enums.ShippingRule)
ReturnSource = _graphene("ReturnSource", enums.Source)
ReturnWindowAnchor = _graphene("ReturnWindowAnchor", enums.WindowAnchor)
VendorLedgerEntryKind = _graphene("VendorLedgerEntryKind", enums.LedgerKind)
VendorReturnStatus = _graphene("VendorReturnStatus", enums.ReturnStatus)
VendorRole = _graphene("VendorRole", enums.VendorRole)
VendorShipmentStatus = _graphene("VendorShipmentStatus", enums.ShipmentStatus)


class ReturnSortField(graphene.Enum):
    """Values are the columns to sort by."""

    CREATED_AT = "created_at"
    NUMBER = "number"
    STATUS = "status"
