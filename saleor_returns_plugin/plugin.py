"""Saleor's hooks, each one line into `webhooks`. None of them raises."""

from typing import Any

from saleor.plugins.base_plugin import BasePlugin


class ReturnsPlugin(BasePlugin):
    PLUGIN_ID = "saleor.returns"
    PLUGIN_NAME = "Returns"
    PLUGIN_DESCRIPTION = "Splits orders per vendor and carries returns, refunds and exchanges."
    DEFAULT_ACTIVE = True
    DEFAULT_CONFIGURATION: list[Any] = []
    CONFIGURATION_PER_CHANNEL = False

    def _heard(self, order: Any, previous_value: Any) -> Any:
        from .webhooks import orders

        if self.active:
            orders.changed(order)
        return previous_value

    def order_created(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._heard(order, previous_value)

    def order_updated(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._heard(order, previous_value)

    def order_confirmed(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._heard(order, previous_value)

    def order_paid(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._heard(order, previous_value)

    def order_fully_paid(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._heard(order, previous_value)

    def order_cancelled(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._heard(order, previous_value)

    def order_expired(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._heard(order, previous_value)

    def order_fulfilled(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._heard(order, previous_value)

    def fulfillment_created(self, fulfillment: Any, previous_value: Any = None, **kw: Any) -> Any:
        return self._heard(fulfillment.order, previous_value)

    def fulfillment_approved(self, fulfillment: Any, previous_value: Any = None, **kw: Any) -> Any:
        return self._heard(fulfillment.order, previous_value)

    def fulfillment_canceled(self, fulfillment: Any, previous_value: Any = None, **kw: Any) -> Any:
        return self._heard(fulfillment.order, previous_value)

    def order_bulk_created(self, orders: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        for order in orders:
            self._heard(order, None)
        return previous_value
