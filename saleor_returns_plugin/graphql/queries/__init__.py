"""Root query fields, by concept."""

from . import (
    branding,
    carriers,
    policies,
    quotes,
    reasons,
    return_requests,
    shipments,
    vendor_returns,
    vendors,
)

QUERIES = {
    **branding.FIELDS,
    **shipments.FIELDS,
    **quotes.FIELDS,
    **return_requests.FIELDS,
    **vendor_returns.FIELDS,
    **vendors.FIELDS,
    **policies.FIELDS,
    **reasons.FIELDS,
    **carriers.FIELDS,
}
