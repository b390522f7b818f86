"""Root mutation fields. A mutation that changes a state is a file; one setting shares a file."""

from graphene.utils.str_converters import to_snake_case

from . import branding, ledger, policies, reasons
from .exchanges import cancel as cancel_exchange
from .exchanges import create as create_exchange
from .exchanges import preview as preview_exchange
from .exchanges import release as release_exchange
from .exchanges import retry as retry_exchange
from .receptions import overrule, void
from .refunds import resolve, retry
from .return_requests import approve, bulk, cancel, create
from .return_requests import decline as decline_request
from .sessions import create as create_session
from .sessions import request_link
from .shipments import fulfill, mark_delivered, update_tracking
from .shipments import make_label as make_shipment_label
from .shipments import set_label as set_shipment_label
from .vendor_returns import (
    accept,
    add_tracking,
    change_resolution,
    close,
    decline,
    receive,
    refund,
    reopen,
)
from .vendor_returns import make_label as make_return_label
from .vendor_returns import set_label as set_return_label
from .vendors import members, products, settings

_MUTATIONS = (
    create_session.ReturnSessionCreate,
    request_link.ReturnSessionLinkRequest,
    create.ReturnRequestCreate,
    cancel.ReturnRequestCancel,
    add_tracking.VendorReturnTrackingAdd,
    change_resolution.ReturnLineResolutionChange,
    approve.ReturnRequestApprove,
    decline_request.ReturnRequestDecline,
    reopen.VendorReturnReopen,
    bulk.ReturnRequestBulkApprove,
    bulk.ReturnRequestBulkDecline,
    accept.VendorReturnAccept,
    set_return_label.VendorReturnLabelSet,
    make_return_label.VendorReturnLabelMake,
    decline.VendorReturnDecline,
    receive.VendorReturnReceive,
    refund.VendorReturnRefund,
    retry.ReturnRefundRetry,
    resolve.ReturnRefundResolve,
    close.VendorReturnClose,
    void.ReturnReceptionVoid,
    overrule.ReturnReceptionLineOverrule,
    preview_exchange.ReturnExchangePreview,
    create_exchange.ReturnExchangeCreate,
    cancel_exchange.ReturnExchangeCancel,
    release_exchange.ReturnExchangeLetGo,
    retry_exchange.ReturnExchangeRetry,
    fulfill.VendorShipmentFulfill,
    update_tracking.VendorShipmentTrackingUpdate,
    set_shipment_label.VendorShipmentLabelSet,
    make_shipment_label.VendorShipmentLabelMake,
    mark_delivered.VendorShipmentMarkDelivered,
    settings.VendorCreate,
    settings.VendorUpdate,
    settings.VendorDelete,
    members.VendorMemberAdd,
    members.VendorMemberRemove,
    products.VendorProductsAssign,
    products.VendorProductsUnassign,
    ledger.VendorPayoutCreate,
    ledger.VendorAdjustmentCreate,
    branding.ReturnPortalUpdate,
    policies.ReturnPolicyCreate,
    policies.ReturnPolicyUpdate,
    policies.ReturnPolicyDelete,
    reasons.ReturnReasonCreate,
    reasons.ReturnReasonUpdate,
    reasons.ReturnReasonDelete,
)

# Named after their payload, as Saleor's are: vendorReturnAccept answers VendorReturnAccept.
MUTATIONS = {to_snake_case(mutation._meta.name): mutation.Field() for mutation in _MUTATIONS}
