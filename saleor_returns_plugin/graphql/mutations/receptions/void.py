from typing import Any
from uuid import UUID

from ....models import VendorReturn
from ....services import receptions
from ..vendor_returns.reasoned import ReasonedMutation


class ReturnReceptionVoid(ReasonedMutation):
    kind = "ReturnReception"

    class Meta:
        description = "Undo a reception while its units are not refunded."

    @staticmethod
    def act(key: UUID, **given: Any) -> VendorReturn:
        return receptions.void(reception_id=key, **given)
