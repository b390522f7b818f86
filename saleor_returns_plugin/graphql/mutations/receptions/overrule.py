from typing import Any
from uuid import UUID

from ....models import VendorReturn
from ....services import receptions
from ..vendor_returns.reasoned import ReasonedMutation


class ReturnReceptionLineOverrule(ReasonedMutation):
    kind = "ReturnReceptionLine"

    class Meta:
        description = (
            "The store pays units that the vendor refused, or that are missing. Merchant only."
        )

    @staticmethod
    def act(key: UUID, **given: Any) -> VendorReturn:
        return receptions.overrule(reception_line_id=key, **given)
