"""2.10 has one currency, and no channels."""

from django.conf import settings


def currency_of(channel: str) -> str | None:
    return None if channel else settings.DEFAULT_CURRENCY
