"""What people type for an order."""

import pytest

from saleor_returns_plugin.domain.references import email_key, order_numbers, reference_key


@pytest.mark.parametrize(
    "text",
    [
        "1001",
        "#1001",
        " # 10 01\t\n",
        "\u00a01001\u200b",
        "1001\x00",
        "1001-S1",
        "1001-s12",
        "1001-R1",
        "1001-r1-s2",
        "#1001 - R1 - S2",
        "1001-1",
    ],
)
def test_all_name_order_1001(text):
    assert "1001" in order_numbers(text)


@pytest.mark.parametrize(
    ("text", "first"),
    [("2024-17", "2024-17"), (" ab-12 ", "ab-12"), ("WEB 7", "WEB 7"), ("#9", "#9")],
)
def test_the_exact_text_comes_first(text, first):
    assert order_numbers(text)[0] == first


def test_a_reference_with_blanks_in_it_is_read_without_the_sign_before_it():
    assert "ERP 7/2026" in order_numbers(" # erp 7/2026 ")


def test_only_one_suffix_is_left_out():
    assert "2024-17" in order_numbers("2024-17-S1")
    assert "2024" not in order_numbers("2024-17-S1")
    assert "10" not in order_numbers("10-20-30")


def test_case_does_not_matter():
    assert {"ab-x", "AB-X"} <= set(order_numbers("Ab-x"))


def test_a_reference_is_the_same_in_any_case_and_fits_its_column():
    assert reference_key(" Erp-7/2026Ab ") == reference_key("ERP-7/2026aB") == "erp-7/2026ab"
    assert len(reference_key("\u0130" * 250)) == 250  # a dotted I is two signs in lower case


@pytest.mark.parametrize("text", ["", "  ", "#", "\x00", "\u200b"])
def test_nothing_names_no_order_of_ours(text):
    assert set(order_numbers(text)) <= {"#"}


def test_the_input_is_bounded():
    numbers = order_numbers("9" * 1_000_000)
    assert len(numbers) == 1
    assert len(numbers[0]) == 250


def test_an_email_is_compared_without_case_and_blanks_around():
    assert email_key(" Ada@Example.com\n") == "ada@example.com"
    assert email_key("STRA\u00dfE@example.com") == "stra\u00dfe@example.com"
