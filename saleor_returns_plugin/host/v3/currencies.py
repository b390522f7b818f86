"""On 3.x each channel has its currency, which never changes."""

from saleor.channel.models import Channel
from saleor.core.db.connection import allow_writer


@allow_writer()
def currency_of(channel: str) -> str | None:
    found = Channel.objects.filter(slug=channel)
    return found.values_list("currency_code", flat=True).first()
