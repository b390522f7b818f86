"""Lists: paging by key, order, filters, and arguments that make no sense."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_returns_plugin.models import VendorReturn
from saleor_returns_plugin.selectors.search import plain

from . import situations
from .scene import Scene, global_id

QUERY = """query($first: Int, $last: Int, $after: String, $before: String,
                 $sortBy: VendorReturnSortInput, $filter: VendorReturnFilterInput) {
  vendorReturns(first: $first, last: $last, after: $after, before: $before,
                sortBy: $sortBy, filter: $filter) {
    edges { node { number } cursor } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


@pytest.fixture
def numbers(scene: Scene) -> list[str]:
    """Of six returns in two requests, newest first; three of them were made in one moment."""
    scene.request(), scene.request()
    together = VendorReturn.objects.order_by("number").first()
    VendorReturn.objects.filter(request=together.request).update(created_at=together.created_at)
    rows = VendorReturn.objects.order_by("-created_at", "-id")
    return list(rows.values_list("number", flat=True))


def listed(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["number"] for edge in answer["vendorReturns"]["edges"]]


def test_forwards_and_backwards_meet_every_row_once(scene: Scene, numbers: list[str]) -> None:
    for size, away, back, cursor, more in (
        ("first", "after", False, "endCursor", "hasNextPage"),
        ("last", "before", True, "startCursor", "hasPreviousPage"),
    ):
        found: list[str] = []
        where: dict[str, Any] = {}
        for _ in range(4):
            answer = scene.merchant(QUERY, **{size: 2}, **where)
            found = listed(answer) + found if back else found + listed(answer)
            info = answer["vendorReturns"]["pageInfo"]
            if not info[more]:
                break
            where = {away: info[cursor]}
        assert found == numbers
        assert answer["vendorReturns"]["totalCount"] == 6


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["NUMBER", "STATUS"])
def test_sorted_pages(scene: Scene, numbers: list[str], field: str, direction: str) -> None:
    sort = {"field": field, "direction": direction}
    whole = listed(scene.merchant(QUERY, first=6, sortBy=sort))
    first = scene.merchant(QUERY, first=4, sortBy=sort)
    end = first["vendorReturns"]["pageInfo"]["endCursor"]
    rest = scene.merchant(QUERY, first=4, after=end, sortBy=sort)
    assert listed(first) + listed(rest) == whole
    if field == "NUMBER":
        assert whole == sorted(numbers, reverse=direction == "DESC")


@pytest.mark.parametrize(
    "arguments",
    [
        {"first": 101},
        {"first": 0},
        {"last": -1},
        {"first": 1, "last": 1},
        {"first": 1, "after": "rubbish"},
        {"first": 1, "after": "WyJ4IiwgInkiXQ=="},
        {"first": 1, "after": "W10="},
        {"first": 1, "after": "e30="},
    ],
)
def test_nonsense_is_told_in_words(scene: Scene, arguments: dict[str, Any]) -> None:
    answer = scene.merchant.post(QUERY, **arguments)
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "GraphQLError"


def test_filters(scene: Scene, numbers: list[str]) -> None:
    def found(**wanted: Any) -> list[str]:
        return listed(scene.merchant(QUERY, first=9, filter=wanted))

    oak = VendorReturn.objects.filter(vendor=scene.oak)
    oak_numbers = set(oak.values_list("number", flat=True))
    assert set(found(vendors=[global_id(scene.oak), "rubbish"])) == oak_numbers
    assert found(vendors=["rubbish"]) == []
    assert found(search=numbers[0].lower()) == [numbers[0]]
    assert len(found(search="ada@EXAMPLE")) == 6
    assert found(search="\x00") == numbers
    assert found(status=["ACCEPTED", "SETTLED"]) == []
    assert len(found(status=["REQUESTED"], needsAction=True)) == 6
    assert found(needsAction=False) == []
    late = oak.first()
    day = timedelta(days=1)
    VendorReturn.objects.filter(pk=late.pk).update(
        waiting_since=timezone.now() - 4 * day, due_at=timezone.now() - day
    )
    assert found(isOverdue=True) == [late.number]
    assert len(found(isOverdue=False)) == 5
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    assert found(createdAt={"lte": yesterday}) == []
    assert len(found(createdAt={"gte": yesterday})) == 6


def test_a_vendor_cannot_search_for_shoppers(scene: Scene, numbers: list[str]) -> None:
    answer = scene.oak_staff(QUERY, first=9, filter={"search": "ada@example"})
    assert listed(answer) == []


LISTS = {"returnRequests": 2, "vendorReturns": 6, "vendorShipments": 3}


def search(caller: Any, name: str, text: str) -> list[str]:
    query = f"""query($text: String) {{ {name}(first: 9, filter: {{search: $text}}) {{
      edges {{ node {{ number }} }} totalCount }} }}"""
    answer = caller(query, text=text)[name]
    found = [edge["node"]["number"] for edge in answer["edges"]]
    assert answer["totalCount"] == len(found)
    return found


def test_search(scene: Scene, numbers: list[str]) -> None:
    chair = scene.shipment(scene.oak).lines.get()
    order = scene.record.number
    for name, all_rows in LISTS.items():
        of_oak = all_rows // 3 or 1
        for text in (order, f"#{order}", f" {order} "):
            assert len(search(scene.merchant, name, text)) == all_rows, text
        is_whole = name == "returnRequests"
        for text in ("oak CHAIR", "hair", chair.sku.lower()):
            found = len(search(scene.merchant, name, text))
            assert found == (all_rows if is_whole else of_oak), (name, text)
        # Shorter than a trigram: at the beginning only.
        assert len(search(scene.merchant, name, chair.sku[:2])) == all_rows
        assert search(scene.merchant, name, chair.sku[1:3]) == []
        for text in ("%", "_", "\\", "%chair%", "o%k", "nothing like it", "x" * 5000):
            assert search(scene.merchant, name, text) == [], text
        assert len(search(scene.merchant, name, " ")) == all_rows
    for name in ("returnRequests", "vendorReturns"):
        assert len(search(scene.merchant, name, "ada@EXAMPLE")) == LISTS[name]
        assert search(scene.oak_staff, name, "ada@example") == []
        assert search(scene.owner, name, "ada@example") == []
        assert len(search(scene.owner, name, "chair")) == 2


def test_a_vendor_cannot_find_out_what_else_was_bought(scene: Scene, numbers: list[str]) -> None:
    for name in LISTS:
        assert search(scene.oak_staff, name, "lamp") == []
        assert search(scene.oak_staff, name, "chair") != []


def test_vendors_are_searched_by_name_and_slug(scene: Scene) -> None:
    def found(text: str) -> list[str]:
        query = "query($t: String) { vendors(filter: {search: $t}) { edges { node { slug } } } }"
        return [edge["node"]["slug"] for edge in scene.merchant(query, t=text)["vendors"]["edges"]]

    assert found("OAK &") == found("oak-s") == ["oak-sons"]
    assert found("oak@vendors") == []


def test_a_page_is_searched_on(scene: Scene, numbers: list[str]) -> None:
    wanted = {"search": "oak chair"}
    first = scene.merchant(QUERY, first=1, filter=wanted)
    end = first["vendorReturns"]["pageInfo"]["endCursor"]
    second = scene.merchant(QUERY, first=1, after=end, filter=wanted)
    both = listed(first) + listed(second)
    assert both == [number for number in numbers if number in both]
    assert len(set(both)) == 2
    back = scene.merchant(
        QUERY, last=1, before=second["vendorReturns"]["pageInfo"]["startCursor"], filter=wanted
    )
    assert listed(back) == listed(first)


ACTS = {
    # situation: who has to act
    situations.requested: {"merchant"},
    situations.approved: {"oak_staff", "oak_owner"},
    situations.accepted: {"shopper", "owner"},
    situations.in_transit: {"oak_staff", "oak_owner"},
    situations.partly_received: {"oak_staff", "oak_owner"},
    situations.received: {"oak_staff", "oak_owner"},
    situations.kept: {"oak_staff", "oak_owner"},
    situations.kept_in_part: {"shopper", "owner", "oak_staff", "oak_owner"},
    situations.refund_unknown: {"merchant"},
    situations.refund_failed: {"oak_staff", "oak_owner"},
    situations.settled: set(),
    situations.declined: set(),
    situations.cancelled: set(),
}


@pytest.mark.parametrize("situation", ACTS, ids=lambda each: each.__name__)
def test_who_has_to_act(scene: Scene, gateway: Any, situation: situations.Situation) -> None:
    scene = situations.of_two_lines(scene)
    number = situation(scene).number
    for who in ("merchant", "oak_staff", "oak_owner", "shopper", "owner"):
        caller = getattr(scene, who)
        acts = number in listed(caller(QUERY, first=9, filter={"needsAction": True}))
        waits = number in listed(caller(QUERY, first=9, filter={"needsAction": False}))
        assert (acts, waits) == (who in ACTS[situation], who not in ACTS[situation]), who


def test_the_store_acts_for_its_own_goods(scene: Scene) -> None:
    """In-house parts are accepted by themselves, then wait for the shopper, then for the store."""
    request = scene.request()
    scene.merchant.mutate("returnRequestApprove", f'id: "{global_id(request)}"')
    mine = request.vendor_returns.get(vendor__is_in_house=True)
    if mine.status == "approved":
        assert listed(scene.merchant(QUERY, first=9, filter={"needsAction": True})) == [mine.number]


def test_nothing_is_counted_unless_asked(scene: Scene, numbers: list[str]) -> None:
    def statements(fields: str) -> list[str]:
        query = f'{{ vendorReturns(first: 2, filter: {{search: "chair"}}) {{ {fields} }} }}'
        with CaptureQueriesContext(connections["default"]) as captured:
            scene.merchant(query)
        return [each["sql"] for each in captured.captured_queries]

    assert not any("COUNT(" in sql for sql in statements("edges { node { number } }"))
    assert any("COUNT(" in sql for sql in statements("totalCount"))


def test_text_is_made_fit_for_a_column() -> None:
    assert plain("a\x00\ud800b") == "ab"
