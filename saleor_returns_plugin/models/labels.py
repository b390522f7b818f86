"""Labels for parcels, out and back."""

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string

from ..enums import LabelKind
from .base import Row, check, one_of
from .shipments import VendorShipment
from .vendor_returns import VendorReturn


def label_storage() -> Storage:
    """Saleor's storage for what is not public, where it has one (3.x); else the one of media."""
    path = getattr(settings, "PRIVATE_FILE_STORAGE", "")
    return import_string(path)() if path else default_storage


class Label(Row):
    """The label of a shipment, or the prepaid one of a vendor return: a file or a link.

    Names of files cannot be guessed: a storage of media may be open to everybody. `carrier` and
    `number` are known of labels that a carrier's plug-in made.
    """

    shipment = models.OneToOneField(
        VendorShipment, on_delete=models.CASCADE, null=True, related_name="label"
    )
    vendor_return = models.OneToOneField(
        VendorReturn, on_delete=models.CASCADE, null=True, related_name="label"
    )
    kind = models.CharField(max_length=8, choices=LabelKind.choices())
    file = models.FileField(
        upload_to="returns/labels", storage=label_storage, max_length=200, blank=True
    )
    link = models.CharField(max_length=2000, blank=True)
    carrier = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            one_of("returns_label_kind", "kind", LabelKind),
            check(
                "returns_label_of_one",
                Q(shipment__isnull=False, vendor_return__isnull=True)
                | Q(shipment__isnull=True, vendor_return__isnull=False),
            ),
            check(
                "returns_label_content",
                (Q(kind="link", file="") & ~Q(link=""))
                | (~Q(kind="link") & ~Q(file="") & Q(link="")),
            ),
        ]

    @property
    def is_link(self) -> bool:
        return self.kind == LabelKind.LINK.value
