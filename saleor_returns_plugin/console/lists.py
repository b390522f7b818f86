"""What every list of the console does: search, filters, and pages that keep both."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..domain.actors import Actor
from ..enums import Text
from ..web.forms import Choice, Field, choices, uuid_of
from ..web.paging import Slice
from ..web.words import word
from . import access


@dataclass(frozen=True)
class Pages:
    previous: str
    next: str


@dataclass(frozen=True)
class Filters:
    """`vendors` is empty for whoever has one only."""

    search: Field
    status: Field
    statuses: tuple[Choice, ...]
    vendor: Field
    vendors: tuple[Choice, ...]
    is_set: bool


def filters_of(request: HttpRequest, actor: Actor, statuses: type[Text]) -> Filters:
    search = request.GET.get("search", "").strip()[:100]
    status = request.GET.get("status", "")
    vendor = request.GET.get("vendor", "")
    names = list(access.vendors(actor).values_list("pk", "name"))
    options = [(str(key), name) for key, name in names]
    status = status if status in [member.value for member in statuses] else ""
    vendor = vendor if vendor in dict(options) else ""
    return Filters(
        search=Field("search", search),
        status=Field("status", status),
        statuses=choices(
            [("", _("Every state")), *((member.value, word(member)) for member in statuses)],
            status,
        ),
        vendor=Field("vendor", vendor),
        vendors=choices([("", _("Every vendor")), *options], vendor) if len(options) > 1 else (),
        is_set=bool(search or status or vendor),
    )


def filtered(rows: QuerySet, filters: Filters) -> QuerySet:
    """By status and vendor."""
    if filters.status.value:
        rows = rows.filter(status=filters.status.value)
    if filters.vendor.value:
        rows = rows.filter(vendor_id=uuid_of(filters.vendor.value))
    return rows


def pages_of(url: str, found: Slice, keep: dict[str, str]) -> Pages:
    """Links that keep what is searched and filtered."""

    def link(name: str, cursor: str) -> str:
        values = {key: value for key, value in keep.items() if value}
        return f"{url}?{urlencode({**values, name: cursor})}" if cursor else ""

    return Pages(previous=link("before", found.previous), next=link("after", found.next))


def kept(filters: Filters) -> dict[str, str]:
    return {field.name: field.value for field in (filters.search, filters.status, filters.vendor)}
