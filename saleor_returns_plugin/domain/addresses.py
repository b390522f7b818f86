"""Postal addresses as plain data: frozen copies that outlive Saleor's rows."""

from collections.abc import Mapping

FIELDS = (
    "name",
    "company_name",
    "street_address_1",
    "street_address_2",
    "city",
    "city_area",
    "postal_code",
    "country_area",
    "country",
    "phone",
)


def address(values: Mapping[str, str]) -> dict[str, str]:
    """All fields, blank where unknown; nothing else."""
    return {name: str(values.get(name) or "").strip() for name in FIELDS}


def is_complete(values: Mapping[str, str]) -> bool:
    """Whether a parcel could be sent there: a street or company, a city and a country."""
    return not missing(values)


def missing(values: Mapping[str, str]) -> list[str]:
    """The fields without which no parcel could be sent there."""
    has_street = values.get("street_address_1") or values.get("company_name")
    fields = [] if has_street else ["street_address_1"]
    return fields + [name for name in ("city", "country") if not values.get(name)]


def formatted(values: Mapping[str, str], country: str = "") -> list[str]:
    """The lines to write on a parcel, blank ones left out; `country` in words where known."""
    lines = [
        values.get("name", ""),
        values.get("company_name", ""),
        values.get("street_address_1", ""),
        values.get("street_address_2", ""),
        values.get("city_area", ""),
        *_town(values),
        country or values.get("country", ""),
        values.get("phone", ""),
    ]
    return [line for line in lines if line]


_POSTCODE_LAST = frozenset({"AU", "CA", "IN", "NZ", "US"})
_POSTCODE_BELOW = frozenset({"GB", "IE"})


def _town(values: Mapping[str, str]) -> list[str]:
    """City, region and postal code in the order of the country."""
    city, area, code = (values.get(name) or "" for name in ("city", "country_area", "postal_code"))
    country = (values.get("country") or "").upper()
    if country in _POSTCODE_LAST:
        return [", ".join(filter(None, [city, " ".join(filter(None, [area, code]))]))]
    if country in _POSTCODE_BELOW:
        return [city, area, code]
    return [" ".join(filter(None, [code, city])), area]
