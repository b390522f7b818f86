"""2.10's orders have no returned units."""

from collections.abc import Sequence

from django.utils.translation import gettext

from ...errors import NotSupportedByHost
from ..types import ReturnedUnits, SaleorId


def return_products(
    order_id: SaleorId, lines: Sequence[ReturnedUnits], user_id: SaleorId | None = None
) -> dict[SaleorId, int]:
    raise NotSupportedByHost(gettext("Orders of this Saleor cannot be marked as returned."))
