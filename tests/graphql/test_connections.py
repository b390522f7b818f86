"""Lists: paging by key, order, filters, and arguments that make no sense."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from saleor_returns_plugin.models import VendorReturn

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
    VendorReturn.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert found(isOverdue=True) == [late.number]
    assert len(found(isOverdue=False)) == 5
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    assert found(createdAt={"lte": yesterday}) == []
    assert len(found(createdAt={"gte": yesterday})) == 6


def test_a_vendor_cannot_search_for_shoppers(scene: Scene, numbers: list[str]) -> None:
    answer = scene.oak_staff(QUERY, first=9, filter={"search": "ada@example"})
    assert listed(answer) == []
