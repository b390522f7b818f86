"""Settings of the suite: on the host that is installed, with its own migrations.

DATABASE_URL says where; RETURNS_TEST_TEMPLATE names a database that holds the host's tables
already. `make test` sets both; CONTRIBUTING tells how to set them for another Saleor.
"""

import os
from importlib.util import find_spec

PLUGIN_APP = "saleor_returns_plugin"
PLUGIN = "saleor_returns_plugin.plugin.ReturnsPlugin"

if find_spec("saleor.channel") is not None:
    from saleor.tests.settings import *  # noqa: F403
else:
    from sandbox.settings import *  # noqa: F403

    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    CELERY_BROKER_URL = ""
    CELERY_TASK_ALWAYS_EAGER = True
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    LOGGING = {"version": 1, "disable_existing_loggers": False}

# Saleor binds these when it is imported; 18 seconds is long for a test of an app's silence.
WEBHOOK_SYNC_TIMEOUT = (5, 5)

INSTALLED_APPS = [*globals()["INSTALLED_APPS"]]
if PLUGIN_APP not in INSTALLED_APPS:
    INSTALLED_APPS.append(PLUGIN_APP)

PLUGINS = [PLUGIN, *(each for each in globals()["PLUGINS"] if each != PLUGIN)]

DATABASES = globals()["DATABASES"]
for _connection in DATABASES.values():
    _connection["TEST"] = {
        **_connection.get("TEST", {}),
        "TEMPLATE": os.environ.get("RETURNS_TEST_TEMPLATE"),
    }
