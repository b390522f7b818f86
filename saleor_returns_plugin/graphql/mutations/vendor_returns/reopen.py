from typing import Any
from uuid import UUID

from ....models import VendorReturn
from ....services import vendor_returns
from .reasoned import ReasonedMutation


class VendorReturnReopen(ReasonedMutation):
    class Meta:
        description = "Undo a decline, while the units are in no newer return."

    @staticmethod
    def act(key: UUID, **given: Any) -> VendorReturn:
        return vendor_returns.reopen(vendor_return_id=key, **given)
