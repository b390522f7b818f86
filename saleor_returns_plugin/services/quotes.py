"""The steps of a quote in words, for pages, mails and API alike."""

from django.utils.formats import number_format
from django.utils.translation import gettext

from ..domain.quotes import Step
from ..enums import StepKind


def step_label(step: Step) -> str:
    """In the active language."""
    if step.kind is StepKind.DELIVERY:
        return gettext("Delivery")
    if step.kind is StepKind.RETURN_SHIPPING:
        return gettext("Return shipping")
    if step.kind is StepKind.ALREADY_REFUNDED:
        return gettext("Paid back by the store already")
    if step.kind is StepKind.ADJUSTMENT:
        return gettext("Changed by the store")
    if step.kind is StepKind.RESTOCKING_FEE:
        return gettext("Restocking fee, %(percent)s%%") % {"percent": number_format(step.text)}
    if step.kind is StepKind.EXCHANGE:
        return gettext("%(units)s, in exchange") % {"units": step.text}
    if step.kind is StepKind.REST:
        return gettext("%(units)s, the rest of the price") % {"units": step.text}
    if step.kind is StepKind.EXCHANGE_PAID:
        return gettext("Paid for order %(number)s") % {"number": step.text}
    return step.text
