"""The portal's steps. Addresses carry no order data: the signed session does."""

from django.urls import path

from .pages.cancel import cancel
from .pages.colours import colours
from .pages.confirmation import confirmation
from .pages.instead import instead
from .pages.open import open_link
from .pages.order import order
from .pages.return_label import return_label
from .pages.review import review
from .pages.sign_in import sign_in
from .pages.sign_in_link import sign_in_link
from .pages.sign_out import sign_out
from .pages.status import status
from .pages.submit import submit
from .pages.tracking import tracking

urlpatterns = [
    path("", sign_in, name="portal-sign-in"),
    path("sign-in-link/", sign_in_link, name="portal-sign-in-link"),
    path("sign-out/", sign_out, name="portal-sign-out"),
    path("order/", order, name="portal-order"),
    path("review/", review, name="portal-review"),
    path("submit/", submit, name="portal-submit"),
    path("requests/<uuid:request_id>/", status, name="portal-status"),
    path("requests/<uuid:request_id>/sent/", confirmation, name="portal-confirmation"),
    path("requests/<uuid:request_id>/cancel/", cancel, name="portal-cancel"),
    path(
        "requests/<uuid:request_id>/parts/<uuid:vendor_return_id>/tracking/",
        tracking,
        name="portal-tracking",
    ),
    path(
        "requests/<uuid:request_id>/items/<uuid:return_line_id>/instead/",
        instead,
        name="portal-instead",
    ),
    path(
        "requests/<uuid:request_id>/parts/<uuid:vendor_return_id>/label/",
        return_label,
        name="portal-return-label",
    ),
    path("open/<str:token>", open_link, name="portal-open"),
    path("colours.css", colours, name="portal-colours"),
]
