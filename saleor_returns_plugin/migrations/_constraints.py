"""Check constraints on every Django: the argument was renamed in 5.1."""

from typing import Any

from django.db import models


def check_constraint(*, name: str, check: Any) -> models.CheckConstraint:
    try:
        return models.CheckConstraint(name=name, condition=check)
    except TypeError:
        return models.CheckConstraint(name=name, check=check)
