"""The story, step by step."""

from collections.abc import Callable

from ..world import World
from . import (
    acceptance,
    another_size,
    approval,
    dearer,
    discounted,
    goods,
    letters,
    packing,
    pages,
    purchase,
    reception,
    refund,
    refusal,
    request,
    sending,
    sold_out,
    vendors,
    wardrobe,
)

STEPS: list[tuple[str, Callable[[World], None]]] = [
    ("The merchant fills the shop", goods.play),
    ("Three vendors join", vendors.play),
    ("A shopper checks out five lines of three vendors and the store", purchase.play),
    ("The goods are sent through Saleor", sending.play),
    ("The shopper asks to return parts of three shipments", request.play),
    ("The merchant approves, all but one mug", approval.play),
    ("Two vendors accept, the third declines", acceptance.play),
    ("The vendor receives the goods, one of them damaged", reception.play),
    ("Another vendor refuses what arrived, and says why", refusal.play),
    ("The vendor gives the money back", refund.play),
    ("Shopper, merchant and vendor find it on the pages", pages.play),
    ("Everybody was told by mail", letters.play),
    ("Another order, discounted, comes back in two parts", discounted.play),
    ("A fourth vendor sells shirts, which can be exchanged", wardrobe.play),
    ("A shirt is exchanged for another size", another_size.play),
    ("Another for a dearer one, and the difference is paid", dearer.play),
    ("The last one of a size goes to somebody else", sold_out.play),
    ("The vendor packs and sends the exchanges", packing.play),
]
