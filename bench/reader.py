"""A process of one shop with many returns, which it makes itself: answers queries through Saleor's
API, as merchant or as member of a vendor."""

import json
import time
from typing import Any

import django

from .child import serve


class Reader:
    def __init__(self) -> None:
        self._headers: dict[str, dict[str, str]] = {}

    def __call__(self, job: dict[str, Any]) -> dict[str, Any]:
        return getattr(self, job.pop("do"))(**job)

    def fill(self, count: int) -> dict[str, Any]:
        """Answers what a case may need to know of this shop."""
        from saleor_returns_plugin.enums import VendorRole
        from saleor_returns_plugin.models import (
            ReturnRequest,
            VendorMember,
            VendorReturn,
            VendorShipmentLine,
        )
        from tests.saleor_rows import a_customer, a_site, a_staff_user
        from tests.saleor_rows.tokens import a_token

        from .many_returns import VENDORS, fill, vendor

        a_site()
        fill(count)
        users = {"merchant": a_staff_user("lists@example.com")}
        for name, position in (("big", 0), ("small", 1), ("quiet", VENDORS - 1)):
            users[name] = a_customer(f"{name}@example.com")
            VendorMember.objects.create(
                vendor=vendor(position), user=users[name], role=VendorRole.OWNER.value
            )
        for name, user in users.items():
            self._headers[name] = {"HTTP_AUTHORIZATION": f"JWT {a_token(user)}"}
        rows = VendorReturn.objects.order_by("created_at")
        middle, quarter = rows[count // 2 - 1], rows[count // 4]
        return {
            "number": middle.request.record.number,
            "email": ReturnRequest.objects.get(pk=middle.request_id).email,
            "sku": VendorShipmentLine.objects.get(shipment=middle.shipment_id).sku,
            "from": quarter.created_at.isoformat(),
            "to": middle.created_at.isoformat(),
            "vendors": [_global_id(vendor(0)), _global_id(vendor(1))],
            "after": _cursors(middle),
        }

    def ask(self, who: str, query: str, variables: dict[str, Any], count: bool) -> dict[str, Any]:
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        body = json.dumps({"query": query, "variables": variables})

        def post() -> Any:
            headers = self._headers[who]
            return Client().post("/graphql/", body, content_type="application/json", **headers)

        statements: list[str] = []
        started = time.perf_counter()
        if count:
            with CaptureQueriesContext(connection) as seen:
                response = post()
            statements = [each["sql"] for each in seen]
        else:
            response = post()
        taken = time.perf_counter() - started
        return {"seconds": taken, "statements": statements, **response.json()}

    def explain(self, statement: str) -> dict[str, Any]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
            return {"plan": "\n".join(row[0] for row in cursor.fetchall())}


def _global_id(vendor: Any) -> str:
    from graphene import Node

    return str(Node.to_global_id("Vendor", vendor.pk))


def _cursors(row: Any) -> dict[str, str]:
    """Of this row, in each order that the list can have."""
    from saleor_returns_plugin.selectors.paging import Order, cursor_of

    return {name: cursor_of(row, Order(name)) for name in ("created_at", "number", "status")}


if __name__ == "__main__":
    django.setup()
    serve(Reader())
