"""Settings for a table on Saleor 3.x: its own, with the plugin and the dummy gateway."""

from importlib.util import find_spec

from saleor.settings import *  # noqa: F403

PLUGINS = [
    "saleor_returns_plugin.plugin.ReturnsPlugin",
    *(each for each in globals()["PLUGINS"] if "saleor_returns_plugin" not in each),
]
if find_spec("saleor.payment.gateways.dummy") is None:  # 3.24 keeps it among its tests
    PLUGINS.append("saleor.plugins.tests.gateways.dummy.DummyGatewayPlugin")
INSTALLED_APPS = [*globals()["INSTALLED_APPS"]]
if "saleor_returns_plugin" not in INSTALLED_APPS:
    INSTALLED_APPS.append("saleor_returns_plugin")
