"""What a system hears that is fed by Saleor's events of orders, and what the order said by then."""

from typing import Any, NamedTuple

from django.db import connection
from saleor.plugins.base_plugin import BasePlugin

PATH = f"{__name__}.Listener"


class Heard(NamedTuple):
    event: str
    order_id: Any
    metadata: dict[str, str]
    is_committed: bool


class Listener(BasePlugin):
    """Name PATH in PLUGINS."""

    PLUGIN_ID = "tests.listener"
    PLUGIN_NAME = "Listener"
    DEFAULT_ACTIVE = True
    DEFAULT_CONFIGURATION: list = []
    CONFIG_STRUCTURE: dict = {}
    CONFIGURATION_PER_CHANNEL = False

    heard: list[Heard] = []

    @classmethod
    def of(cls, order_id: Any) -> list[Heard]:
        return [each for each in cls.heard if each.order_id == order_id]

    def _hear(self, event: str, order: Any) -> None:
        is_committed = not connection.in_atomic_block
        self.heard.append(Heard(event, order.pk, dict(order.metadata), is_committed))

    def order_created(self, order: Any, previous_value: Any, **values: Any) -> None:
        self._hear("created", order)

    def order_confirmed(self, order: Any, previous_value: Any, **values: Any) -> None:
        self._hear("confirmed", order)

    def order_updated(self, order: Any, previous_value: Any, **values: Any) -> None:
        self._hear("updated", order)

    def order_metadata_updated(self, order: Any, previous_value: Any, **values: Any) -> None:
        self._hear("metadata", order)
