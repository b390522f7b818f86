"""Decide on many requests at once. Each has a transaction of its own, and its own errors."""

from collections.abc import Sequence
from typing import Any

import graphene

from ....domain.actors import Actor
from ....services import return_requests
from ....services.return_requests import BulkResult
from ... import rows
from ...actors import now_of
from ...base import ReturnsMutation, error_entry
from ...ids import uuids_of
from ...seen import Seen
from ...types.common import many
from .approve import ReturnRequestApprove
from .decline import ReturnRequestDecline


class ReturnRequestBulkApprove(ReturnsMutation):
    count = graphene.Int(required=True)
    results = many(ReturnRequestApprove, required=True)

    empty = {"count": 0, "results": ()}

    class Meta:
        description = (
            "`returnRequestApprove` for each; one that is refused keeps no other waiting. "
            "Results stand in the order of `ids`; `errors` are about the call as a whole."
        )

    class Arguments:
        ids = many(graphene.ID, required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, ids: list[str]) -> dict[str, Any]:
        done = return_requests.bulk_approve(request_ids=_keys(ids), actor=actor, now=now_of(info))
        return _payload(ReturnRequestApprove, done, actor)


class ReturnRequestBulkDecline(ReturnsMutation):
    count = graphene.Int(required=True)
    results = many(ReturnRequestDecline, required=True)

    empty = {"count": 0, "results": ()}

    class Meta:
        description = "As `returnRequestBulkApprove`, with one reason for all."

    class Arguments:
        ids = many(graphene.ID, required=True)
        reason = graphene.String(required=True)

    @staticmethod
    def perform(actor: Actor, info: Any, ids: list[str], reason: str) -> dict[str, Any]:
        done = return_requests.bulk_decline(
            request_ids=_keys(ids), actor=actor, reason=reason, now=now_of(info)
        )
        return _payload(ReturnRequestDecline, done, actor)


def _keys(ids: list[str]) -> Any:
    return uuids_of(ids, "ReturnRequest", field="ids")


def _payload(
    one: type[ReturnsMutation], done: Sequence[BulkResult], actor: Actor
) -> dict[str, Any]:
    keys = [result.request.pk for result in done if result.request is not None]
    now = rows.requests(actor).in_bulk(keys)
    return {
        "count": len(keys),
        "results": [_result(one, result, now, actor, index) for index, result in enumerate(done)],
    }


def _result(
    one: type[ReturnsMutation], result: BulkResult, now: dict[Any, Any], actor: Actor, index: int
) -> Any:
    if result.request is not None:
        return one(errors=[], return_request=Seen(now[result.request.pk], actor))
    assert result.error is not None
    entry = error_entry(result.error)
    # Of the single mutation it is about `id`, or about nothing that was given here.
    entry.field, entry.index = "ids", [index]
    return one(errors=[entry], return_request=None)
