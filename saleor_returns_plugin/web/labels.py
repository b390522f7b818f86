"""A label as it is handed out: its file, or the way to where it lies."""

import logging
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from ..domain.labels import CONTENT_TYPES
from ..enums import LabelKind
from ..errors import NotFound
from ..models import Label
from .files import download

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LabelView:
    """`number`: by which the parcel is followed, with its carrier; blank where nobody knows it."""

    url: str
    number: str


def label_view(label: Label | None, url: str) -> LabelView | None:
    """`url` is where its file is handed out to this reader."""
    if label is None:
        return None
    number = f"{label.carrier} {label.number}" if label.number else ""
    return LabelView(label.link or url, number)


def response_of(label: Label | None, number: str) -> HttpResponse:
    """`number` is that of the shipment or return. Raises NotFound for none, or one whose file is
    gone."""
    if label is None:
        raise _nothing()
    if label.is_link:
        return HttpResponseRedirect(label.link)
    try:
        with label.file.open("rb") as file:
            content = file.read()
    except OSError as error:
        logger.error("The file of label %s cannot be read: %s", label.pk, error)
        raise _nothing() from error
    kind = LabelKind(label.kind)
    return download(content, CONTENT_TYPES[kind], f"{number}-label.{kind.value}")


def _nothing() -> NotFound:
    return NotFound(_("There is no label."))
