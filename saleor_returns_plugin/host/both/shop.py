"""What the store says of itself."""

from email.utils import parseaddr
from importlib import metadata

import saleor
from django.conf import settings
from django.contrib.sites.models import Site
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist
from saleor.core.utils import build_absolute_uri


def version() -> str:
    """Of the installed package where there is one: 2.10.1 calls itself "dev"."""
    try:
        return metadata.version("saleor")
    except metadata.PackageNotFoundError:
        return str(getattr(saleor, "__version__", "unknown"))


def store_name() -> str:
    return Site.objects.get_current().name


def default_email() -> str:
    """The address of the store's sender; empty when none, or no usable one, is set up."""
    try:
        sender = Site.objects.get_current().settings.default_from_email
    except (ImproperlyConfigured, ObjectDoesNotExist):
        sender = settings.DEFAULT_FROM_EMAIL or ""
    except ValueError:  # 3.x: what stands for the sender is no address
        return ""
    return parseaddr(sender)[1]


def public_url() -> str:
    """Base address of this server, without a slash at its end."""
    return (build_absolute_uri("/") or "").rstrip("/")
