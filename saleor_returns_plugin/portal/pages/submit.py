"""Store the request, at the amount that was shown."""

from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...domain.actors import Actor
from ...enums import Source
from ...errors import IdempotencyConflict, ReturnsError
from ...models import OrderRecord
from ...selectors import quotes
from ...selectors.access import visible_requests
from ...selectors.shipments import ReturnableOrder, returnable_order
from ...services import return_requests
from ...web.forms import idempotency_key
from ...web.page import page, status_of
from ..exchange_choice import offered_of
from ..session import for_shopper
from ..submission import Submission, read
from .order import show
from .review import more_of, show_review, total_of


@page("GET", "POST")
@for_shopper
def submit(request: HttpRequest, actor: Actor, record: OrderRecord) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("returns:portal-order"))
    key = idempotency_key(request.POST)
    sent = visible_requests(actor).filter(record=record, idempotency_key=key).first()
    if sent is not None:
        # The button was pressed twice: the first press counts, whatever is returnable by now.
        return _confirmed(sent.pk)
    found = returnable_order(record, timezone.now())
    chosen = read(request.POST, found)
    if chosen.problems:
        return show(request, actor, found, chosen, status=422)
    if not _is_as_shown(request.POST, found, chosen):
        chosen.problems.add(_("The amount has changed since you looked. Please check it again."))
        return show_review(request, found, chosen, key=key, status=422)
    try:
        created = return_requests.create(
            actor=actor,
            record_id=record.pk,
            lines=chosen.lines,
            note=chosen.note,
            source=Source.PORTAL,
            idempotency_key=key,
            now=timezone.now(),
        )
    except IdempotencyConflict:
        return _confirmed(visible_requests(actor).get(record=record, idempotency_key=key).pk)
    except ReturnsError as error:
        chosen.refuse(error)
        fresh = returnable_order(record, timezone.now())
        chosen.offered = offered_of(fresh)
        return show(request, actor, fresh, chosen, status=status_of(error))
    return _confirmed(created.pk)


def _is_as_shown(post: QueryDict, found: ReturnableOrder, chosen: Submission) -> bool:
    """What goes back, and what is to be paid for something dearer."""
    try:
        shown = [Decimal(post.get(name, "")) for name in ("total", "more")]
    except InvalidOperation:
        return False
    quoted = quotes.of_request(found, chosen.lines, chosen.wanted)
    return shown == [total_of(quoted), more_of(quoted)]


def _confirmed(request_id: object) -> HttpResponse:
    return HttpResponseRedirect(reverse("returns:portal-confirmation", args=[request_id]))
