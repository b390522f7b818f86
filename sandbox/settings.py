"""Saleor 2.10.1 with the returns plugin: the overlay that a store on 2.10 writes too."""

import os
from importlib.util import find_spec

from .host_settings import *  # noqa: F403
from .host_settings import (
    CELERY_BROKER_URL,
    INSTALLED_APPS,
    MIDDLEWARE,
    PLUGINS,
    SILENCED_SYSTEM_CHECKS,
)

if find_spec("saleor_returns_plugin") is not None:
    INSTALLED_APPS += ["saleor_returns_plugin"]
    PLUGINS = ["saleor_returns_plugin.plugin.ReturnsPlugin", *PLUGINS]

# While the shop does not run, 2.10 runs a command's tasks at once, in it; here that is meant.
if not CELERY_BROKER_URL:
    CELERY_BROKER_URL = "memory://localhost"
    SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "returns.W002"]

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
DEFAULT_FROM_EMAIL = "shop@example.com"
TIME_ZONE = "UTC"
ENABLE_ACCOUNT_CONFIRMATION_BY_EMAIL = False
ALLOWED_HOSTS = ["*"]

# The server that `make serve` starts is not Django's own, which alone serves static files.
MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware", *MIDDLEWARE]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

RETURNS_PUBLIC_URL = os.environ.get("RETURNS_PUBLIC_URL", "")
