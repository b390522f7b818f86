"""Postal addresses as people read and type them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..domain import addresses
from .formats import locale
from .forms import Choice, Field, Problems, choices

# Regions that the Unicode data name beside countries.
_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
_LONGEST = 250


@dataclass(frozen=True)
class AddressField:
    """`choices` only where one of a few is chosen."""

    label: str
    field: Field
    choices: tuple[Choice, ...] = ()


def lines(values: Mapping[str, str]) -> tuple[str, ...]:
    """As it stands on a parcel, the country in the reader's language."""
    code = (values.get("country") or "").upper()
    return tuple(addresses.formatted(values, str(locale().territories.get(code, ""))))


def form_fields(field: Callable[[str], Field], prefix: str) -> tuple[AddressField, ...]:
    """The fields of an address, named `prefix` and the field; `field` gives what was typed."""
    return tuple(
        AddressField(label, found, _countries(found.value) if name == "country" else ())
        for name, label in _labels().items()
        if (found := field(f"{prefix}{name}"))
    )


def check(values: Mapping[str, str], problems: Problems, prefix: str) -> None:
    """Add what is missing or too long of an address that is not blank, beside its field."""
    labels = _labels()
    if not any(values.values()):
        return
    for name in addresses.missing(values):
        problems.add(_needed()[name], f"{prefix}{name}")
    for name, value in values.items():
        if len(value) > _LONGEST or not value.isprintable():
            text = _("Write at most %(most)s printable characters.") % {"most": _LONGEST}
            problems.add(text, f"{prefix}{name}", labels[name])


def _labels() -> dict[str, str]:
    """Field -> label, in the order in which they are written on a parcel."""
    labels = {
        "name": _("Name"),
        "company_name": _("Company"),
        "street_address_1": _("Street"),
        "street_address_2": _("Street, second line"),
        "city": _("City"),
        "city_area": _("District"),
        "postal_code": _("Postal code"),
        "country_area": _("State or province"),
        "country": _("Country"),
        "phone": _("Phone"),
    }
    return {name: labels[name] for name in addresses.FIELDS}


def _needed() -> dict[str, str]:
    return {
        "street_address_1": _("Give a street or a company."),
        "city": _("Give a city."),
        "country": _("Choose a country."),
    }


def _countries(chosen: str) -> tuple[Choice, ...]:
    named = {
        code: str(name)
        for code, name in locale().territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
    if chosen and chosen not in named:
        named[chosen] = chosen
    options = sorted(named.items(), key=lambda item: item[1].casefold())
    return choices([("", _("Choose a country")), *options], chosen)
