"""An address as it stands on a parcel."""

import pytest

from saleor_returns_plugin.domain.addresses import formatted, is_complete, missing

STREET = {"name": "Desk", "street_address_1": "1 Mill Lane"}


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("US", ["Portland, OR 97209"]),
        ("us", ["Portland, OR 97209"]),
        ("GB", ["Portland", "OR", "97209"]),
        ("DE", ["97209 Portland", "OR"]),
    ],
)
def test_the_town_is_written_as_its_country_does(country, lines):
    values = {"city": "Portland", "country_area": "OR", "postal_code": "97209"}
    written = formatted({**STREET, **values, "country": country})
    assert written == ["Desk", "1 Mill Lane", *lines, country]


def test_a_country_in_words_stands_for_its_code():
    assert formatted({"city": "Oslo", "country": "NO"}, "Norway") == ["Oslo", "Norway"]
    assert formatted({}) == []


def test_what_is_missing_is_named():
    assert missing({}) == ["street_address_1", "city", "country"]
    assert missing({"company_name": "Oak", "city": "Oslo"}) == ["country"]
    assert is_complete({**STREET, "city": "Oslo", "country": "NO"})
