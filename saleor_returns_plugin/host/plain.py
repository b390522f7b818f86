"""What is the same on every host and needs no import of Saleor."""

from typing import Any

from django.db import transaction

from ..domain.addresses import address

PLAIN_ADDRESS_FIELDS = (
    "company_name",
    "street_address_1",
    "street_address_2",
    "city",
    "city_area",
    "postal_code",
    "country_area",
)


def plain_address(row: Any | None) -> dict[str, str]:
    """Saleor's Address row as plain data; all blank without one."""
    if row is None:
        return address({})
    phone = row.phone
    return address(
        {
            **{name: getattr(row, name) for name in PLAIN_ADDRESS_FIELDS},
            "name": f"{row.first_name} {row.last_name}",
            "country": row.country.code,
            "phone": getattr(phone, "as_e164", None) or str(phone or ""),
        }
    )


def split_reference(reference: str) -> tuple[str, str]:
    """`payment:7` as its kind and key."""
    kind, _, key = reference.partition(":")
    return kind, key


def forbid_open_transaction() -> None:
    """Raise RuntimeError inside a transaction: a rollback would forget money that moved."""
    with transaction.atomic(durable=True):
        pass
