"""What our lists cost on hosts that limit the cost of a query (3.x)."""

from collections.abc import Mapping
from typing import Any


def price(queries: Mapping[str, Any]) -> None:
    """Every root field costs 1; a list as much as the rows asked for. Nothing to do on 2.10."""
    from graphene.utils.str_converters import to_camel_case

    try:
        from saleor.graphql.query_cost_map import COST_MAP
    except ImportError:
        return
    for name, field in queries.items():
        cost: dict[str, Any] = {"complexity": 1}
        if "first" in field.args:
            cost["multipliers"] = ["first", "last"]
        COST_MAP["Query"].setdefault(to_camel_case(name), cost)
    lists = {
        "Order": ("vendorShipments", "returnRequests", "exchangeOf"),
        "User": ("vendorMemberships",),
        "ReturnRequest": ("vendorReturns", "events"),
        "VendorReturn": (
            "lines",
            "refunds",
            "exchanges",
            "events",
            "quote",
            "dueNow",
            "expected",
            "isInConflict",
            "returnLabelUrl",
            "allowedActions",
        ),
        "ReturnLine": ("receptions",),
        "ReturnRefund": ("lines", "parts"),
        "ReturnExchange": ("lines",),
        "ReturnableLine": ("exchangeVariants", "exchangeOptions"),
        "Vendor": ("members", "balances"),
        "VendorShipment": ("lines", "labelUrl", "vendorReturns"),
    }
    for kind, names in lists.items():
        for name in names:
            COST_MAP.setdefault(kind, {}).setdefault(name, {"complexity": 1})
    paged = {"complexity": 1, "multipliers": ["first", "last"]}
    COST_MAP.setdefault("Vendor", {}).setdefault("statement", paged)
