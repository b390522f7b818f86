"""What the domain found, in the reader's language: refusals and the steps of a quote."""

from datetime import UTC, datetime
from decimal import Decimal as D

import pytest
from django.utils.translation import override

from saleor_returns_plugin.domain.eligibility import Refusal, Window
from saleor_returns_plugin.domain.quotes import Step
from saleor_returns_plugin.enums import ErrorCode, NotReturnable, StepKind, WindowAnchor
from saleor_returns_plugin.services.eligibility import error_of
from saleor_returns_plugin.services.quotes import step_label

UNTIL = datetime(2026, 4, 8, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize("why", list(NotReturnable))
def test_every_refusal_has_words_in_each_language(why):
    with override("en"):
        english = error_of(Refusal(why))
    with override("de"):
        german = error_of(Refusal(why), field="quantity", index=[2])
    assert english.message != german.message
    assert (german.field, german.index) == ("quantity", [2])


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        (WindowAnchor.DELIVERED, "within 30 days of delivery"),
        (WindowAnchor.FULFILLED, "within 30 days of shipping"),
        (WindowAnchor.PLACED, "within 30 days of the order"),
    ],
)
def test_a_closed_window_says_which_rule_and_until_when(anchor, words):
    refusal = Refusal(NotReturnable.WINDOW_CLOSED, Window(30, anchor, UNTIL))
    with override("en"):
        error = error_of(refusal)
    assert words in error.message
    assert "April 8, 2026" in error.message
    assert error.code is ErrorCode.WINDOW_CLOSED
    with override("de"):
        assert "8. April 2026" in error_of(refusal).message


@pytest.mark.parametrize(
    ("step", "english", "german"),
    [
        (Step("", D(4), StepKind.DELIVERY), "Delivery", "Versandkosten"),
        (Step("", D(-4), StepKind.RETURN_SHIPPING), "Return shipping", "Rückversand"),
        (
            Step("7.5", D(-2), StepKind.RESTOCKING_FEE),
            "Restocking fee, 7.5%",
            "Wiedereinlagerungsgebühr, 7,5 %",
        ),
        (
            # Read by shopper, vendor and store alike.
            Step("1002", D(3), StepKind.EXCHANGE_PAID),
            "Paid for order 1002",
            "Für Bestellung 1002 bezahlt",
        ),
        (Step("2 × Chair", D(20)), "2 × Chair", "2 × Chair"),
    ],
)
def test_steps_are_named_in_the_readers_language(step, english, german):
    with override("en"):
        assert step_label(step) == english
    with override("de"):
        assert step_label(step) == german
