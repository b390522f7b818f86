"""Why the host makes no exchange order, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from ..enums import Unavailable

REFUSED = "refused"
"""Fact of an offer that did not end with its time, but as the returned goods were refused."""


def words(reason: Unavailable, facts: Mapping[str, str]) -> str:
    """`facts` are what the refusal names. Raises KeyError where one that it needs is missing."""
    text = {
        Unavailable.VARIANT_GONE: _("This item does not exist any more."),
        Unavailable.NO_GOODS: _("%(item)s is not goods that can be shipped; choose another item."),
        Unavailable.NOT_SOLD: _("%(item)s is not for sale where the order was placed."),
        Unavailable.OUT_OF_STOCK: _(
            "There is not enough of %(item)s in stock; offer another item, or the money back."
        ),
        Unavailable.NO_ADDRESS: _(
            "The order has no address any more that something could be sent to."
        ),
        Unavailable.NO_SHIPPING: _(
            "This cannot be collected at %(place)s, where the order was collected."
        )
        if "place" in facts
        else _("The store has no way of shipping this to the order's address in %(country)s."),
        Unavailable.CHANNEL_CLOSED: _(
            "Nothing is sold any more where the order was placed (%(channel)s)."
        )
        if "channel" in facts
        else _("The store does not sell in %(currency)s any more."),
        Unavailable.OFFER_ENDED: _("None of the goods that it replaces was accepted.")
        if REFUSED in facts
        else _("The difference was not paid in time."),
        Unavailable.HOST: _("The store's checkout refuses this exchange: %(reason)s"),
    }[reason]
    said = facts.get("reason")
    if said:
        facts = {**facts, "reason": _(said)}
    return text % facts
