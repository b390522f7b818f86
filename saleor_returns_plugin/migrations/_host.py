"""Which of Saleor's migrations ours come after: the same file serves every host."""

from typing import Any


def dependencies() -> list[tuple[Any, ...]]:
    from django.apps import apps
    from django.conf import settings
    from django.db import migrations
    from django.db.models import UUIDField

    user = migrations.swappable_dependency(settings.AUTH_USER_MODEL)
    if not isinstance(apps.get_model("order", "Order")._meta.pk, UUIDField):
        return [
            user,
            ("order", "0083_merge_20200421_0529"),
            ("product", "0117_auto_20200423_0737"),
        ]
    return [
        user,
        ("account", "0085_address_validation_skipped"),
        ("order", "0188_merge_20240624_1308"),
        ("product", "0194_auto_20240620_1404"),
    ]
