"""Requests that wait for the store: several are approved or declined at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import RequestStatus, ReturnStatus
from ...errors import NotPermitted, ReturnsError
from ...models import ReturnRequest, VendorReturn
from ...selectors.returned import in_conflict
from ...services import return_requests
from ...services.return_requests import BulkResult
from ...web import formats
from ...web.forms import Field, Problems, uuid_of
from ...web.page import page, render, status_of
from ...web.paging import oldest_first
from .. import access, seen
from ..forms import Typed
from ..lists import Pages, pages_of
from ..rows import RowView, row_views
from ..session import Me, for_member, me

_SIZE = 50
_FORM = "decide"


@dataclass(frozen=True)
class RequestView:
    id: UUID
    number: str
    email: str
    day: str
    note: str
    parts: tuple[RowView, ...]
    is_ticked: bool
    is_in_conflict: bool
    """Saleor's own order says something else than one of its parts."""


@dataclass(frozen=True)
class DecideView:
    me: Me
    action: str
    rows: tuple[RequestView, ...]
    reason: Field
    confirm: Field | None
    """Only where a request is in conflict."""
    pages: Pages
    problems: Problems


@dataclass(frozen=True)
class ResultView:
    number: str
    url: str
    problem: str


@dataclass(frozen=True)
class DecidedView:
    me: Me
    is_approval: bool
    done: tuple[ResultView, ...]
    failed: tuple[ResultView, ...]


@page("GET", "POST")
@for_member
def decide(request: HttpRequest, actor: Actor) -> HttpResponse:
    if not actor.is_merchant:
        raise NotPermitted(_("Only the store's staff decide on requests."))
    typed = Typed(_FORM, request.POST)
    if request.method != "POST":
        return _show(request, actor, typed)
    ids = [key for text in request.POST.getlist("request") if (key := uuid_of(text))]
    is_approval = request.POST.get("decision") == "approve"
    if not ids:
        typed.problems.add(_("Tick the requests that you decide on."), "requests")
    if not is_approval and not typed.text("reason"):
        typed.problems.add(_("Say why; the shoppers will read it."), f"{_FORM}-reason")
    if is_approval and not typed.text("confirm") and _in_conflict(ids, actor):
        typed.problems.add(
            _(
                "Some of these requests are in conflict with Saleor's order. Look at them, then "
                "say that you approve them all the same, or leave them out."
            ),
            f"{_FORM}-confirm",
        )
    if typed.problems:
        return _show(request, actor, typed, ids, status=422)
    # Taken before: a request that cannot be decided is named by its number, too.
    named = dict(access.requests(actor).filter(pk__in=ids).values_list("pk", "number"))
    try:
        results = _decide(ids, actor, typed, is_approval)
    except ReturnsError as error:
        name = f"{_FORM}-reason" if error.field == "reason" else "requests"
        typed.refuse(error, name)
        return _show(request, actor, typed, ids, status=status_of(error))
    views = [_result(key, named, result) for key, result in zip(ids, results, strict=True)]
    data = DecidedView(
        me=me(actor, "home"),
        is_approval=is_approval,
        done=tuple(view for view in views if not view.problem),
        failed=tuple(view for view in views if view.problem),
    )
    return render(request, "console/decided.html", data)


def _decide(
    ids: Sequence[UUID], actor: Actor, typed: Typed, is_approval: bool
) -> Sequence[BulkResult]:
    now = timezone.now()
    expected = {key: saw for key in ids if (saw := _saw(typed, key))}
    if is_approval:
        return return_requests.bulk_approve(
            request_ids=ids, actor=actor, now=now, expected=expected
        )
    return return_requests.bulk_decline(
        request_ids=ids, actor=actor, reason=typed.text("reason"), now=now, expected=expected
    )


def _saw(typed: Typed, key: UUID) -> Mapping[UUID, ReturnStatus] | None:
    """The parts of a request that the page showed."""
    return seen.parts_of(typed.values, f"{_FORM}-seen-{key}")


def _in_conflict(ids: Sequence[UUID], actor: Actor) -> bool:
    waiting = access.parts(actor).filter(request__in=ids, status=ReturnStatus.REQUESTED.value)
    return any(in_conflict(list(waiting)))


def _result(key: UUID, named: dict[UUID, str], result: BulkResult) -> ResultView:
    number = named.get(key, "")
    query = urlencode({"search": number})
    url = f"{reverse('returns:console-returns')}?{query}" if number else ""
    return ResultView(number, url, result.error.message if result.error else "")


def _show(
    request: HttpRequest,
    actor: Actor,
    typed: Typed,
    ticked: Sequence[UUID] = (),
    status: int = 200,
) -> HttpResponse:
    waiting = VendorReturn.objects.filter(status=ReturnStatus.REQUESTED.value)
    rows = (
        access.requests(actor)
        .filter(status=RequestStatus.AWAITING_APPROVAL.value)
        .prefetch_related(
            Prefetch(
                "vendor_returns",
                waiting.select_related("vendor")
                .prefetch_related("lines__shipment_line", "refunds__lines", "exchanges")
                .order_by("number"),
                to_attr="waiting_parts",
            )
        )
    )
    found = oldest_first(rows, request, _SIZE)
    now = timezone.now()
    parts = [part for row in found.rows for part in row.waiting_parts]
    marked = {
        part.request_id for part, is_so in zip(parts, in_conflict(parts), strict=True) if is_so
    }
    data = DecideView(
        me=me(actor, "home"),
        action=request.get_full_path(),
        rows=tuple(
            _request(row, _is_ticked(row, ticked, typed), row.pk in marked, now)
            for row in found.rows
        ),
        reason=typed.field(f"{_FORM}-reason"),
        confirm=typed.field(f"{_FORM}-confirm") if marked else None,
        pages=pages_of(reverse("returns:console-decide"), found, {}),
        problems=typed.problems,
    )
    return render(request, "console/decide.html", data, status=status)


def _is_ticked(row: ReturnRequest, ticked: Sequence[UUID], typed: Typed) -> bool:
    """Not what looks otherwise than when it was ticked."""
    saw = _saw(typed, row.pk)
    return row.pk in ticked and (saw is None or set(saw) == {part.pk for part in row.waiting_parts})


def _request(
    row: ReturnRequest, is_ticked: bool, is_in_conflict: bool, now: datetime
) -> RequestView:
    return RequestView(
        id=row.pk,
        number=row.number,
        email=row.email,
        day=formats.day(row.created_at),
        note=row.note,
        parts=row_views(row.waiting_parts, now),
        is_ticked=is_ticked,
        is_in_conflict=is_in_conflict,
    )
