"""The console of merchant and vendors."""

from django.urls import path

from .actions.accept import accept
from .actions.approve import approve
from .actions.cancel import cancel
from .actions.decline import decline
from .actions.receive import receive
from .actions.refund import refund
from .pages.home import home
from .pages.returns import returns
from .pages.shipments import shipments
from .pages.sign_in import sign_in
from .pages.sign_out import sign_out
from .pages.vendor_return import vendor_return

_RETURN = "returns/<uuid:vendor_return_id>/"

urlpatterns = [
    path("", home, name="console-home"),
    path("sign-in/", sign_in, name="console-sign-in"),
    path("sign-out/", sign_out, name="console-sign-out"),
    path("returns/", returns, name="console-returns"),
    path("shipments/", shipments, name="console-shipments"),
    path(_RETURN, vendor_return, name="console-return"),
    path(f"{_RETURN}approve/", approve, name="console-approve"),
    path(f"{_RETURN}accept/", accept, name="console-accept"),
    path(f"{_RETURN}decline/", decline, name="console-decline"),
    path(f"{_RETURN}receive/", receive, name="console-receive"),
    path(f"{_RETURN}refund/", refund, name="console-refund"),
    path(f"{_RETURN}cancel/", cancel, name="console-cancel"),
]
