"""The refund that a form is about."""

from django.utils.translation import gettext as _

from ..errors import NotFound
from ..models import Refund, VendorReturn
from .forms import Typed


def refund_of(part: VendorReturn, typed: Typed) -> Refund:
    """Raises NotFound for another return's."""
    refund = part.refunds.filter(pk=typed.about).first()
    if refund is None:
        raise NotFound(_("There is no such refund."))
    return refund
