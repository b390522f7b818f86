"""A guest's sign-in: what opens an order, and what never does."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_returns_plugin import host
from saleor_returns_plugin.domain.references import reference_key
from saleor_returns_plugin.errors import NotFound, Throttled
from saleor_returns_plugin.models import OrderRecord
from saleor_returns_plugin.selectors.sign_in_links import orders_of
from saleor_returns_plugin.services import sessions, split
from tests.builders import NOW, an_order
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_counted():
    cache.clear()


@pytest.fixture
def record():
    return an_order([(a_product(), 1, "10")], email="Ada@example.com")


def sign_in(number, email="ada@example.com", address="10.0.0.1"):
    return sessions.sign_in(order_number=number, email=email, address=address, now=NOW)


def renumbered(record, number):
    record.number = number
    record.save()
    return record


def another(number, email="ada@example.com"):
    return renumbered(an_order([(a_product(), 1, "10")], email=email), number)


@pytest.mark.parametrize(
    "reference", ["{}", "#{}", " # {} ", "{}-S1", "{}-s1", "{}-R1", "{}-r1-s1", "{}-1", "{}\x00"]
)
def test_every_reference_to_the_order_opens_it(record, reference):
    opened = sign_in(reference.format(record.number), " ADA@example.com ")
    assert opened.record == record
    assert sessions.read(token=opened.token, now=NOW).record_id == record.pk


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        ("2024-17", "2024-17"),
        ("2024-17", "#2024-17-S1"),
        ("WEB-A", "web-a"),
        ("WEB-A", " Web-A-R1-S2 "),
        ("web 7", "web 7"),
    ],
)
def test_a_number_with_a_dash_of_its_own_is_found(record, number, typed):
    renumbered(record, number)
    assert sign_in(typed).record == record


def test_the_exact_number_wins_and_else_the_one_whose_email_it_is(record):
    exact = another(f"{record.number}-1")
    assert sign_in(exact.number).record == exact
    exact.email = "bob@example.com"
    exact.save()
    assert sign_in(exact.number).record == record
    assert sign_in(exact.number, "bob@example.com").record == exact


@pytest.mark.parametrize("stored", ["", "  ", "\t"])
@pytest.mark.parametrize("typed", ["", " ", "\u00a0", "\n\t"])
def test_a_blank_email_opens_nothing(record, stored, typed):
    OrderRecord.objects.update(email=stored)
    with pytest.raises(NotFound) as blank:
        sign_in(record.number, typed)
    with pytest.raises(NotFound) as wrong:
        sign_in(record.number, "eve@example.com")
    with pytest.raises(NotFound) as unknown:
        sign_in("no such order", typed)
    assert len({str(refused.value) for refused in (blank, wrong, unknown)}) == 1


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("", "ada@example.com"),
        ("9" * 5000, "ada@example.com"),
        ("99999999999999999999", "ada@example.com"),
        ("\ud800", "\ud800"),
        ("\x00", "\x00"),
        ("%", "%"),
        ("{}", "a" * 100_000),
    ],
)
def test_nonsense_is_not_found(record, number, email):
    with pytest.raises(NotFound):
        sign_in(number.format(record.number), email)


def test_wrong_number_wrong_email_and_blank_email_ask_the_database_the_same(record):
    nobody = another("7", email="")
    tries = [
        (f"{record.number}9", "ada@example.com"),
        (record.number, "eve@example.com"),
        (record.number, ""),
        (nobody.number, ""),
    ]
    asked = []
    for number, email in tries:
        with CaptureQueriesContext(connection) as seen, pytest.raises(NotFound):
            sign_in(number, email)
        asked.append([query["sql"].partition("WHERE")[0] for query in seen.captured_queries])
    assert all(each == asked[0] for each in asked)
    assert len(asked[0]) == 1


def test_right_ones_count_against_nobody(record, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    for _ in range(9):
        sign_in(record.number)
        sign_in(f"{record.number}-S1")


def test_failed_ones_count_for_the_address_and_the_number(record, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    other = another("77")
    for address in ("10.0.0.1", "10.0.0.2"):
        with pytest.raises(NotFound):
            sign_in(record.number, "eve@example.com", address)
    with pytest.raises(Throttled):
        sign_in(record.number, address="10.0.0.3")
    assert sign_in(other.number, address="10.0.0.3").record == other
    with pytest.raises(NotFound):
        sign_in("no such order", address="10.0.0.1")
    with pytest.raises(Throttled):
        sign_in(other.number, address="10.0.0.1")


def test_no_other_spelling_of_the_number_gives_new_tries(record, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    number = record.number
    for n, typed in enumerate((f"#{number}", f"{number}-R1", f"{number}-7", f"{number}-r9-s9")):
        with pytest.raises(NotFound if n < 2 else Throttled):
            sign_in(typed, "eve@example.com", f"10.0.0.{n}")
    with pytest.raises(Throttled):
        sign_in(f"{number}-8", address="10.0.0.9")


def test_an_unknown_number_is_throttled_like_a_known_one(record, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    answers = []
    for number in (record.number, f"{record.number}0"):
        for n, suffix in enumerate(("", "-1", "-2", "-S1", "")):
            try:
                sign_in(f"{number}{suffix}", "eve@example.com", f"10.{n}.0.{number}")
            except (NotFound, Throttled) as refused:
                answers.append((type(refused), str(refused), refused.field))
    assert answers[:5] == answers[5:]


def test_numbers_that_begin_alike_do_not_shut_each_other(record, settings):
    settings.RETURNS_SIGN_IN_ATTEMPTS = 2
    for n in range(4):
        other = another(f"2024-{n}")
        with pytest.raises((NotFound, Throttled)):
            sign_in(other.number, "eve@example.com", f"10.0.0.{n}")
    renumbered(record, "2024-9")
    assert sign_in("2024-9", address="10.0.0.9").record == record


@pytest.fixture
def mixed(record):
    """Its reference, and the same order as Saleor has it."""
    OrderRecord.objects.filter(pk=record.pk).update(reference=reference_key("Web-77aB"))
    return record


@pytest.mark.parametrize(
    "typed", ["Web-77aB", "WEB-77AB", "#web-77ab", " # wEb-77Ab ", "WEB-77AB-S1"]
)
def test_the_stores_own_reference_opens_the_order_in_any_case(mixed, typed):
    assert sign_in(typed).record == mixed
    with pytest.raises(NotFound):
        sign_in(typed, "eve@example.com")


def test_another_reference_opens_nothing(mixed):
    for typed in ("Web-77a", "Web-77aBc", "Web 77aB", "%"):
        with pytest.raises(NotFound):
            sign_in(typed)


def test_orders_without_a_reference_are_not_found_by_none(record):
    OrderRecord.objects.update(reference="")
    for typed in ("", " ", "#"):
        with pytest.raises(NotFound):
            sign_in(typed)


def test_the_look_up_is_served_by_indexes(mixed):
    with CaptureQueriesContext(connection) as seen:
        sign_in("Web-77aB")
    (asked,) = [query["sql"] for query in seen.captured_queries]
    with connection.cursor() as cursor:
        # A table of one row would be read as a whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "returns_record_reference" in plan
    assert "Seq Scan" not in plan


def test_a_reference_of_many_signs_is_read_to_its_end(record):
    reference = "Erp/" + "x" * 246
    OrderRecord.objects.filter(pk=record.pk).update(reference=reference_key(reference))
    assert sign_in(reference).record == record


@pytest.mark.skipif(not host.IS_V3, reason="orders of 2.10 have no reference of the store's own")
@pytest.mark.parametrize("typed", ["ERP 7/2026", "#ERP 7/2026", "  erp 7/2026 ", "# Erp 7/2026"])
def test_saleors_reference_opens_the_order_however_it_is_typed(record, typed):
    from saleor.order.models import Order

    Order.objects.filter(pk=record.order_id).update(external_reference="Erp 7/2026")
    split.split_order(order_id=record.order_id, now=NOW)
    assert sign_in(typed).record == record
    Order.objects.filter(pk=record.order_id).update(external_reference=None)
    split.split_order(order_id=record.order_id, now=NOW)
    with pytest.raises(NotFound):
        sign_in(typed)


@pytest.mark.skipif(not host.IS_V3, reason="orders of 2.10 have no reference of the store's own")
def test_orders_from_before_get_theirs_by_the_migration(record):
    from saleor.order.models import Order

    other = another("77")
    Order.objects.filter(pk=record.order_id).update(external_reference=" Erp 7/2026")
    migration = import_module("saleor_returns_plugin.migrations.0012_order_references")
    migration.copy_references(apps, None)
    record.refresh_from_db()
    other.refresh_from_db()
    assert (record.reference, other.reference) == (reference_key("Erp 7/2026"), "")


def test_sharp_s_is_one_sign_in_every_look_up(record):
    OrderRecord.objects.filter(pk=record.pk).update(email="Stra\u00dfe@example.com")
    assert sign_in(record.number, "stra\u00dfe@EXAMPLE.com").record == record
    assert orders_of("STRA\u00dfE@example.com", "", NOW) == [record]
    with pytest.raises(NotFound):
        sign_in(record.number, "strasse@example.com")
    assert orders_of("strasse@example.com", "", NOW) == []
