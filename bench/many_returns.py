"""As many returns as wanted, written by the database itself: one order, shipment, request and
line each, and a refund of those that are settled.

Each tenth is open, evenly over the whole time, which is harder on an index than reality: there the
open ones are the newest. Numbers, SKUs and e-mail addresses keep their selectivity however many
there are, so that a search finds as much in each shop.
"""

from typing import Any

from django.db import connection
from django.db.models import Model

from saleor_returns_plugin import models
from saleor_returns_plugin.models import Vendor

VENDORS = 40
"""The first sells a fifth, and the last has nothing open."""
PER_SKU = 25
PER_EMAIL = 3
FIRST_NUMBER = 100_000

_STATUS = """CASE
  WHEN n % 40 = 39 THEN 'settled'
  WHEN h < 3 THEN 'requested' WHEN h < 6 THEN 'approved' WHEN h < 8 THEN 'accepted'
  WHEN h < 9 THEN 'in_transit' WHEN h < 11 THEN 'received' WHEN h < 16 THEN 'declined'
  WHEN h < 21 THEN 'cancelled' WHEN h < 22 THEN 'expired' ELSE 'settled' END"""
_CREATED = "now() - (count - n) * interval '1 minute' - interval '1 hour'"
_OPEN = "f.status IN ('requested', 'approved', 'accepted', 'in_transit', 'received')"

_FACTS = f"""CREATE TEMPORARY TABLE facts AS
SELECT n, h, md5('record' || n)::uuid AS record_id, md5('shipment' || n)::uuid AS shipment_id,
  md5('sold' || n)::uuid AS sold_id, md5('request' || n)::uuid AS request_id,
  md5('part' || n)::uuid AS part_id, md5('line' || n)::uuid AS line_id,
  md5('refund' || n)::uuid AS refund_id, vendors.id AS vendor_id,
  ({FIRST_NUMBER} + n)::text AS number, {_CREATED} AS created_at, {_STATUS} AS status,
  substr(md5((n / {PER_EMAIL})::text), 1, 12) || '@' || substr(md5((n / {PER_EMAIL} % 50)::text), 1, 6) || '.example'
    AS email
FROM (SELECT n, abs(hashint4(n)::bigint) % 100 AS h, :count AS count
      FROM generate_series(1, :count) AS n) AS numbers
JOIN (SELECT id, row_number() OVER (ORDER BY slug) - 1 AS position
      FROM saleor_returns_plugin_vendor WHERE slug LIKE 'many-%') AS vendors
  ON vendors.position = CASE WHEN n % 5 = 0 THEN 0 ELSE n % 40 END"""

_ROWS: dict[type[Model], dict[str, str]] = {
    models.OrderRecord: {
        "id": "record_id",
        "number": "f.number",
        "placed_at": "f.created_at - interval '7 days'",
        "email": "f.email",
        "order_id": "NULL",
    },
    models.VendorShipment: {
        "id": "shipment_id",
        "record_id": "f.record_id",
        "vendor_id": "f.vendor_id",
        "number": "f.number || '-S1'",
        "status": "'fulfilled'",
    },
    models.VendorShipmentLine: {
        "id": "sold_id",
        "shipment_id": "f.shipment_id",
        "order_line_id": "NULL",
        "sku": f"'SKU-' || substr(md5((n % greatest(:count / {PER_SKU}, 1))::text), 1, 12)",
        "product_name": "'Thing ' || substr(md5((n % 300)::text), 1, 8)",
    },
    models.ReturnRequest: {
        "id": "request_id",
        "record_id": "f.record_id",
        "number": "f.number || '-R1'",
        "email": "f.email",
        "status": "CASE f.status WHEN 'requested' THEN 'awaiting_approval' "
        "WHEN 'settled' THEN 'completed' WHEN 'declined' THEN 'declined' "
        "WHEN 'cancelled' THEN 'cancelled' WHEN 'expired' THEN 'cancelled' ELSE 'in_progress' END",
    },
    models.VendorReturn: {
        "id": "part_id",
        "request_id": "f.request_id",
        "shipment_id": "f.shipment_id",
        "vendor_id": "f.vendor_id",
        "number": "f.number || '-R1-S1'",
        "status": "f.status",
        "return_address": "'{}'",
        "return_instructions": "''",
        "tracking": "'{}'",
        "decline_reason": "'Worn'",
        "waiting_since": f"CASE WHEN {_OPEN} THEN f.created_at END",
        "due_at": f"CASE WHEN {_OPEN} THEN CASE WHEN n % 2 = 0 "
        "THEN f.created_at + interval '1 minute' ELSE now() + interval '9 days' END END",
    },
    models.ReturnLine: {
        "id": "line_id",
        "vendor_return_id": "part_id",
        "shipment_line_id": "sold_id",
        "quantity": "1",
        "received": "CASE WHEN f.status IN ('received', 'settled') THEN 1 ELSE 0 END",
        "payable": "CASE WHEN f.status IN ('received', 'settled') THEN 1 ELSE 0 END",
    },
    models.Refund: {
        "id": "refund_id",
        "vendor_return_id": "part_id",
        "idempotency_key": "part_id || '#1'",
        "status": "CASE WHEN f.status = 'settled' THEN 'succeeded' ELSE 'unknown' END",
        "paid": "CASE WHEN f.status = 'settled' THEN 10 ELSE 0 END",
        "succeeded_at": "CASE WHEN f.status = 'settled' THEN f.created_at END",
        **dict.fromkeys(("amount", "goods_net", "goods_gross"), "10"),
        **dict.fromkeys(("shipping_net", "shipping_gross", "fees_net", "fees_gross"), "0"),
        "return_shipping_fee_gross": "0",
    },
}
_WHERE = {models.Refund: "f.status = 'settled' OR (h = 10 AND n % 7 = 0)"}


def fill(count: int) -> None:
    """Of one real return, whose every other column they have."""
    from tests.builders import a_refund, a_return, a_vendor

    a_refund(a_return(), "succeeded")
    for number in range(VENDORS):
        a_vendor(f"Many {number:02}", slug=f"many-{number:02}")
    with connection.cursor() as cursor:
        # Keys hold all the same: each is made of its row's number.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_FACTS.replace(":count", str(count)))
        indexes = _indexes(cursor)
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for model, given in _ROWS.items():
            cursor.execute(_insert(model, given).replace(":count", str(count)))
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("DROP TABLE facts")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _insert(model: type[Model], given: dict[str, str]) -> str:
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    values = [{"created_at": "f.created_at", **given}.get(name, f'o."{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    return (
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)} FROM facts AS f '
        f'LEFT JOIN (SELECT * FROM "{table}" LIMIT 1) AS o ON TRUE '
        f"WHERE {_WHERE.get(model, 'TRUE')}"
    )


def _indexes(cursor: Any) -> list[tuple[str, str]]:
    """Those that can be built at the end, which is far quicker than row by row."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'saleor_returns_plugin_%' "
        "AND indexdef NOT LIKE 'CREATE UNIQUE%'"
    )
    return list(cursor.fetchall())


def vendor(position: int) -> Vendor:
    return Vendor.objects.get(slug=f"many-{position:02}")
