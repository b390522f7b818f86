"""Variants by what people know of them."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from saleor.product.models import ProductVariant

_MOST_WORDS = 10


def matching(text: str) -> QuerySet[ProductVariant]:
    """Every word stands in the name of product or variant, or in the SKU; who typed a whole SKU
    sees that first."""
    words = text.split()[:_MOST_WORDS]
    if not words:
        return ProductVariant.objects.none()
    wanted = Q()
    for word in words:
        wanted &= (
            Q(product__name__icontains=word) | Q(name__icontains=word) | Q(sku__icontains=word)
        )
    is_sku = When(sku__iexact=" ".join(words), then=Value(0))
    first = Case(is_sku, default=Value(1), output_field=IntegerField())
    return ProductVariant.objects.filter(wanted).order_by(first, "product__name", "sku", "pk")
