"""The console of merchant and vendors."""

from django.urls import path

from .actions.accept import accept
from .actions.approve import approve
from .actions.cancel import cancel
from .actions.close import close
from .actions.decline import decline
from .actions.delivered import delivered
from .actions.exchange import exchange_cancel, exchange_release, exchange_retry
from .actions.fulfil import fulfil
from .actions.overrule import overrule
from .actions.receive import receive
from .actions.refund import refund
from .actions.refund_resolve import refund_resolve
from .actions.refund_retry import refund_retry
from .actions.reopen import reopen
from .actions.resolution import resolution
from .actions.return_label import return_label
from .actions.shipment_label import shipment_label
from .actions.shipment_tracking import shipment_tracking
from .actions.tracking import tracking
from .actions.void import void
from .pages.decide import decide
from .pages.documents import return_label_file, shipment_label_file, slip, slip_pdf
from .pages.home import home
from .pages.new_exchange import of_return, of_shipment
from .pages.payout import adjustment, payout
from .pages.returns import returns
from .pages.shipment import shipment
from .pages.shipments import shipments
from .pages.sign_in import sign_in
from .pages.sign_out import sign_out
from .pages.statement import statement, statement_csv
from .pages.vendor import vendor
from .pages.vendor_return import vendor_return
from .pages.vendors import vendors

_RETURN = "returns/<uuid:vendor_return_id>/"
_VENDOR = "vendors/<uuid:vendor_id>/"
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
    path(f"{_RETURN}refund-retry/", refund_retry, name="console-refund-retry"),
    path(f"{_RETURN}refund-resolve/", refund_resolve, name="console-refund-resolve"),
    path(f"{_RETURN}exchange-retry/", exchange_retry, name="console-exchange-retry"),
    path(f"{_RETURN}exchange-release/", exchange_release, name="console-exchange-release"),
    path(f"{_RETURN}exchange-cancel/", exchange_cancel, name="console-exchange-cancel"),
    path(f"{_RETURN}new-exchange/", of_return, name="console-return-new-exchange"),
    path(f"{_RETURN}cancel/", cancel, name="console-cancel"),
    path(f"{_RETURN}label/", return_label, name="console-return-label"),
    path(f"{_RETURN}label-file/", return_label_file, name="console-return-label-file"),
    path("shipments/", shipments, name="console-shipments"),
    path(_SHIPMENT, shipment, name="console-shipment"),
    path(f"{_SHIPMENT}fulfil/", fulfil, name="console-fulfil"),
    path(f"{_SHIPMENT}new-exchange/", of_shipment, name="console-shipment-new-exchange"),
    path(f"{_SHIPMENT}tracking/", shipment_tracking, name="console-shipment-tracking"),
    path(f"{_SHIPMENT}delivered/", delivered, name="console-delivered"),
    path(f"{_SHIPMENT}label/", shipment_label, name="console-shipment-label"),
    path(f"{_SHIPMENT}label-file/", shipment_label_file, name="console-shipment-label-file"),
    path(f"{_SHIPMENT}packing-slip/", slip, name="console-packing-slip"),
    path(f"{_SHIPMENT}packing-slip.pdf", slip_pdf, name="console-packing-slip-pdf"),
    path("vendors/", vendors, name="console-vendors"),
    path(_VENDOR, vendor, name="console-vendor"),
    path(f"{_VENDOR}statement/", statement, name="console-statement"),
    path(f"{_VENDOR}statement.csv", statement_csv, name="console-statement-csv"),
    path(f"{_VENDOR}payout/", payout, name="console-payout"),
    path(f"{_VENDOR}adjustment/", adjustment, name="console-adjustment"),
]
