"""The history cannot be changed, not even with plain SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from saleor_returns_plugin.models import ReturnEvent
from tests.builders import a_return

pytestmark = pytest.mark.django_db

TABLE = ReturnEvent._meta.db_table


@pytest.mark.parametrize(
    "statement", [f"UPDATE {TABLE} SET message = 'nicer'", f"DELETE FROM {TABLE}"]
)
def test_the_database_refuses(statement):
    a_return()
    before = list(ReturnEvent.objects.values())
    assert before
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert list(ReturnEvent.objects.values()) == before


def test_querysets_are_refused_too():
    a_return()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReturnEvent.objects.update(message="nicer")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReturnEvent.objects.all().delete()


def test_the_model_refuses():
    a_return()
    event = ReturnEvent.objects.get()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
