"""The sandbox itself: the host's own migrations, and a database that takes an order."""

import pytest
from django.db import connection

from tests.saleor_rows import a_product, a_saleor_order

pytestmark = pytest.mark.django_db


def test_an_order_can_be_stored():
    chair = a_product(name="Chair", price="10.00", stock=5)
    order = a_saleor_order(lines=[(chair, 2, "10.00")])
    order.refresh_from_db()
    assert order.total_gross_amount == 20
    assert order.lines.get().variant == chair


def test_the_tables_come_from_real_migrations():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations WHERE app = 'order'")
        assert cursor.fetchone()[0] > 50
