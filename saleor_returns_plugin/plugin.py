"""Saleor's hooks. Those of orders are one line into `webhooks`: none of them raises, all hand on
what came. Those of checkouts ask the host what was offered."""

from collections.abc import Callable
from typing import Any

from saleor.plugins.base_plugin import BasePlugin

from .webhooks import orders as events


class ReturnsPlugin(BasePlugin):
    PLUGIN_ID = "saleor.returns"
    PLUGIN_NAME = "Returns"
    PLUGIN_DESCRIPTION = "Splits orders per vendor and carries returns, refunds and exchanges."
    DEFAULT_ACTIVE = True
    DEFAULT_CONFIGURATION: list[Any] = []
    CONFIGURATION_PER_CHANNEL = False

    def _tell(self, event: Callable[[Any], None], subject: Any, previous_value: Any) -> Any:
        """2.10 asks inactive plugins, too."""
        if self.active:
            event(subject)
        return previous_value

    def preprocess_order_creation(
        self, checkout: Any, *args: Any, previous_value: Any = None, **kwargs: Any
    ) -> Any:
        """The one hook that refuses: goods of an offer at another price, or in another number."""
        if self.active:
            from . import host  # Saleor's models are not there yet when it loads its plugins

            host.current.check_completion(checkout)
        return previous_value

    def calculate_checkout_total(
        self, checkout: Any, *args: Any, previous_value: Any = None, **kwargs: Any
    ) -> Any:
        if not self.active:
            return previous_value
        from . import host

        return host.current.total_of_checkout(checkout, previous_value)

    def checkout_updated(self, checkout: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        if self.active:
            from . import host

            host.current.ship_as_offered(checkout)
        return previous_value

    def order_created(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        if self.active:
            events.order_made(order)
        return self._tell(events.order_changed, order, previous_value)

    def order_updated(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_confirmed(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_paid(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_fully_paid(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_refunded(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_fully_refunded(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_cancelled(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_expired(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_fulfilled(self, order: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.order_changed, order, previous_value)

    def order_bulk_created(self, orders: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        return self._tell(events.orders_changed, orders, previous_value)

    def fulfillment_created(
        self, fulfillment: Any, previous_value: Any = None, **kwargs: Any
    ) -> Any:
        return self._tell(events.fulfilment_changed, fulfillment, previous_value)

    def fulfillment_approved(
        self, fulfillment: Any, previous_value: Any = None, **kwargs: Any
    ) -> Any:
        return self._tell(events.fulfilment_changed, fulfillment, previous_value)

    def fulfillment_canceled(
        self, fulfillment: Any, previous_value: Any = None, **kwargs: Any
    ) -> Any:
        return self._tell(events.fulfilment_changed, fulfillment, previous_value)

    def tracking_number_updated(
        self, fulfillment: Any, previous_value: Any = None, **kwargs: Any
    ) -> Any:
        return self._tell(events.fulfilment_changed, fulfillment, previous_value)
