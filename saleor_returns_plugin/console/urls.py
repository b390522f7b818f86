"""The console of merchant and vendors."""

from django.urls import path

from .actions.accept import accept
from .actions.approve import approve
from .actions.cancel import cancel
from .actions.close import close
from .actions.decline import decline
from .actions.delivered import delivered
from .actions.fulfil import fulfil
from .actions.overrule import overrule
from .actions.receive import receive
from .actions.refund import refund
from .actions.reopen import reopen
from .actions.resolution import resolution
from .actions.shipment_tracking import shipment_tracking
from .actions.tracking import tracking
from .actions.void import void
from .pages.decide import decide
from .pages.home import home
from .pages.returns import returns
from .pages.shipment import shipment
from .pages.shipments import shipments
from .pages.sign_in import sign_in
from .pages.sign_out import sign_out
from .pages.vendor import vendor
from .pages.vendor_return import vendor_return
from .pages.vendors import vendors

_RETURN = "returns/<uuid:vendor_return_id>/"
_SHIPMENT = "shipments/<uuid:shipment_id>/"

urlpatterns = [
    path("", home, name="console-home"),
    path("sign-in/", sign_in, name="console-sign-in"),
    path("sign-out/", sign_out, name="console-sign-out"),
    path("decide/", decide, name="console-decide"),
    path("returns/", returns, name="console-returns"),
    path(_RETURN, vendor_return, name="console-return"),
    path(f"{_RETURN}approve/", approve, name="console-approve"),
    path(f"{_RETURN}accept/", accept, name="console-accept"),
    path(f"{_RETURN}decline/", decline, name="console-decline"),
    path(f"{_RETURN}reopen/", reopen, name="console-reopen"),
    path(f"{_RETURN}tracking/", tracking, name="console-tracking"),
    path(f"{_RETURN}receive/", receive, name="console-receive"),
    path(f"{_RETURN}close/", close, name="console-close"),
    path(f"{_RETURN}void/", void, name="console-void"),
    path(f"{_RETURN}overrule/", overrule, name="console-overrule"),
    path(f"{_RETURN}resolution/", resolution, name="console-resolution"),
    path(f"{_RETURN}refund/", refund, name="console-refund"),
    path(f"{_RETURN}cancel/", cancel, name="console-cancel"),
    path("shipments/", shipments, name="console-shipments"),
    path(_SHIPMENT, shipment, name="console-shipment"),
    path(f"{_SHIPMENT}fulfil/", fulfil, name="console-fulfil"),
    path(f"{_SHIPMENT}tracking/", shipment_tracking, name="console-shipment-tracking"),
    path(f"{_SHIPMENT}delivered/", delivered, name="console-delivered"),
    path("vendors/", vendors, name="console-vendors"),
    path("vendors/<uuid:vendor_id>/", vendor, name="console-vendor"),
]
