"""The host without the plugin, to compare with."""

from tests.settings import *  # noqa: F403
from tests.settings import PLUGIN, PLUGIN_APP

INSTALLED_APPS = [app for app in globals()["INSTALLED_APPS"] if app != PLUGIN_APP]
PLUGINS = [plugin for plugin in globals()["PLUGINS"] if plugin != PLUGIN]
