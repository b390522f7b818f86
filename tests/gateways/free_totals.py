"""A tax plugin that sets the total as it likes: `FreeTotals.more` than the lines come to."""

from decimal import Decimal
from typing import Any

from prices import Money, TaxedMoney
from saleor.plugins.base_plugin import BasePlugin

PATH = f"{__name__}.FreeTotals"
PLUGIN_ID = "tests.free_totals"


class FreeTotals(BasePlugin):
    PLUGIN_ID = PLUGIN_ID
    PLUGIN_NAME = "Taxes of the tests"
    DEFAULT_ACTIVE = True
    DEFAULT_CONFIGURATION: list = []
    CONFIG_STRUCTURE: dict = {}
    CONFIGURATION_PER_CHANNEL = False

    more = Decimal(0)

    def calculate_checkout_total(self, *args: Any, previous_value: TaxedMoney) -> TaxedMoney:
        more = Money(self.more, previous_value.currency)
        return previous_value + TaxedMoney(more, more)
