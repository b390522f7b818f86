"""The sandbox's settings without the plugin: what every figure is compared with."""

from sandbox.settings import *  # noqa: F403

INSTALLED_APPS = [app for app in globals()["INSTALLED_APPS"] if app != "saleor_returns_plugin"]
PLUGINS = [path for path in globals()["PLUGINS"] if "saleor_returns_plugin" not in path]
