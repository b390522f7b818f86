"""Root mutation fields. A mutation that changes a state is a file; one setting shares a file."""

from graphene.utils.str_converters import to_snake_case

from . import branding, policies, reasons
from .return_requests import approve, cancel, create
from .return_requests import decline as decline_request
from .sessions import create as create_session
from .vendor_returns import accept, decline, receive, refund
from .vendors import members, products, settings

_MUTATIONS = (
    create_session.ReturnSessionCreate,
    create.ReturnRequestCreate,
    cancel.ReturnRequestCancel,
    approve.ReturnRequestApprove,
    decline_request.ReturnRequestDecline,
    accept.VendorReturnAccept,
    decline.VendorReturnDecline,
    receive.VendorReturnReceive,
    refund.VendorReturnRefund,
    settings.VendorCreate,
    settings.VendorUpdate,
    settings.VendorDelete,
    members.VendorMemberAdd,
    members.VendorMemberRemove,
    products.VendorProductsAssign,
    products.VendorProductsUnassign,
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
