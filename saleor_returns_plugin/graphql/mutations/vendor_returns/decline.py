from typing import Any
from uuid import UUID

from ....models import VendorReturn
from ....services import vendor_returns
from .reasoned import ReasonedMutation


class VendorReturnDecline(ReasonedMutation):
    class Meta:
        description = "Refuse to take the goods back, with a reason that the shopper reads."

    @staticmethod
    def act(key: UUID, **given: Any) -> VendorReturn:
        return vendor_returns.decline(vendor_return_id=key, **given)
