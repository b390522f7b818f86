"""Saleor 2.10.1 alone, made to run on Django 3.2: what the template database is migrated with."""

import os

from .paths import MAIL, MEDIA, SANDBOX, STATIC

os.environ.setdefault("SECRET_KEY", "for the sandbox only, nothing secret is kept in it")
os.environ.setdefault("DATABASE_URL", "postgres://saleor@localhost/saleor")

from django.forms import boundfield, forms

# Django 3.2 moved it; a dependency of Saleor 2.10 still looks here.
forms.BoundField = boundfield.BoundField

from saleor.settings import *  # noqa: E402, F403
from saleor.settings import DATABASES, INSTALLED_APPS, TEMPLATES  # noqa: E402

DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SILENCED_SYSTEM_CHECKS = ["fields.W903", "fields.W904"]

# The wheel's own paths lie in site-packages, and it has no templates.
MEDIA_ROOT = str(MEDIA)
STATIC_ROOT = str(STATIC)
LOCALE_PATHS: list[str] = []
TEMPLATES[0]["DIRS"] = [str(SANDBOX / "templates")]

# The gateways left out need packages that nothing here uses.
PLUGINS = [
    "saleor.plugins.webhook.plugin.WebhookPlugin",
    "saleor.payment.gateways.dummy.plugin.DummyGatewayPlugin",
]

# An embedded server on a socket of this machine: nothing to pool.
DATABASES["default"]["CONN_MAX_AGE"] = 0
EMAIL_FILE_PATH = str(MAIL)

INSTALLED_APPS = [*INSTALLED_APPS, "sandbox.apps.SandboxConfig"]
