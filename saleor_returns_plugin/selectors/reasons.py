"""The reasons a shopper can choose."""

from django.db.models import QuerySet

from ..models import ReturnReason


def active() -> QuerySet[ReturnReason]:
    return ReturnReason.objects.filter(is_active=True)


def label(reason: ReturnReason, locale: str) -> str:
    """The label in that language (`de-AT`, then `de`), else the store's own."""
    key = locale.replace("_", "-").casefold()
    words = {name.casefold(): text for name, text in reason.translations.items()}
    return str(words.get(key) or words.get(key.split("-")[0]) or reason.label)
