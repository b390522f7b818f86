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
    return bool(
        (values.get("street_address_1") or values.get("company_name"))
        and values.get("city")
        and values.get("country")
    )


def formatted(values: Mapping[str, str]) -> list[str]:
    """The lines to write on a parcel, blank ones left out."""
    town = " ".join(filter(None, [values.get("postal_code"), values.get("city")]))
    lines = [
        values.get("name", ""),
        values.get("company_name", ""),
        values.get("street_address_1", ""),
        values.get("street_address_2", ""),
        values.get("city_area", ""),
        town,
        values.get("country_area", ""),
        values.get("country", ""),
        values.get("phone", ""),
    ]
    return [line for line in lines if line]
