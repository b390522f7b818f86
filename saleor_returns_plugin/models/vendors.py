"""Who ships and takes back goods."""

from django.conf import settings
from django.db import models

from ..enums import VendorRole
from .base import Row, check, given, one_of, saleor_key


class Vendor(Row):
    """A vendor; exactly one, the store itself, is in-house."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    return_address = models.JSONField(default=dict, blank=True)
    return_instructions = models.TextField(blank=True)
    commission_rate = models.DecimalField(
        max_digits=6, decimal_places=3, default=0, help_text="Percent of the net price."
    )
    auto_accept_returns = models.BooleanField(default=False)
    is_in_house = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    metadata = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returns_vendor_one_in_house",
                fields=["is_in_house"],
                condition=models.Q(is_in_house=True),
            ),
            check(
                "returns_vendor_commission_percent",
                models.Q(commission_rate__gte=0, commission_rate__lte=100),
            ),
            given("returns_vendor_given", "slug", "name"),
            check(
                "returns_vendor_store_active",
                models.Q(is_in_house=False) | models.Q(is_active=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VendorMember(Row):
    """Somebody who acts for a vendor, invited by e-mail.

    `user` is null as long as no account has that e-mail, `joined_at` until the account was used
    here for the first time.
    """

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="members")
    user = saleor_key(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True)
    email = models.CharField(max_length=254, blank=True, help_text="In lower case.")
    role = models.CharField(max_length=10, choices=VendorRole.choices())
    joined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="returns_member_once", fields=["vendor", "user"]),
            models.UniqueConstraint(
                name="returns_member_invited_once",
                fields=["vendor", "email"],
                condition=~models.Q(email=""),
            ),
            check(
                "returns_member_somebody",
                models.Q(user__isnull=False) | ~models.Q(email=""),
            ),
            one_of("returns_member_role", "role", VendorRole),
        ]
        indexes = [
            models.Index(
                name="returns_member_awaited", fields=["email"], condition=models.Q(user=None)
            )
        ]


class VendorProduct(Row):
    """Whose product it is; a product without a row is the in-house vendor's."""

    product = models.OneToOneField(
        "product.Product", on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="products")
