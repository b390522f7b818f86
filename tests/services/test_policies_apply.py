"""Which policy counts, until when, and that a request keeps its own."""

from datetime import timedelta

import pytest
from django.utils import formats

from saleor_returns_plugin.enums import ErrorCode
from saleor_returns_plugin.errors import OrderNotReturnable, WindowClosed
from saleor_returns_plugin.models import ReturnPolicy, VendorShipment
from saleor_returns_plugin.selectors.policies import policies_for
from saleor_returns_plugin.selectors.shipments import returnable_order
from tests.builders import NOW, a_request, a_vendor, an_order, sells
from tests.saleor_rows import a_product

pytestmark = pytest.mark.django_db

MAIN = "main"


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        ([], 30),
        (["general"], 1),
        (["general", "channel"], 2),
        (["general", "channel", "vendor"], 3),
        (["general", "channel", "vendor", "both"], 4),
        (["both"], 4),
        (["elsewhere", "other vendor"], 30),
    ],
)
def test_the_most_specific_whole_row_counts(rows, days):
    oak, elm = a_vendor("Oak"), a_vendor("Elm")
    places = {
        "general": {"window_days": 1},
        "channel": {"window_days": 2, "channel": MAIN},
        "vendor": {"window_days": 3, "vendor": oak},
        "both": {"window_days": 4, "vendor": oak, "channel": MAIN},
        "elsewhere": {"window_days": 5, "channel": "elsewhere"},
        "other vendor": {"window_days": 6, "vendor": elm, "channel": MAIN},
    }
    for name in rows:
        ReturnPolicy.objects.create(**places[name])
    assert policies_for([oak.pk], MAIN, "USD")[oak.pk].window_days == days


def test_rows_are_whole_so_nothing_is_taken_from_a_more_general_one():
    oak = a_vendor("Oak")
    ReturnPolicy.objects.create(window_days=1, restocking_fee_percent=20)
    ReturnPolicy.objects.create(vendor=oak, window_days=2)
    assert policies_for([oak.pk], MAIN, "USD")[oak.pk].restocking_fee_percent == 0


def test_many_vendors_cost_one_statement(django_assert_num_queries):
    keys = [a_vendor(f"Vendor {n}").pk for n in range(4)]
    with django_assert_num_queries(1):
        policies_for(keys, MAIN, "USD")


@pytest.fixture
def record():
    return an_order([(sells(a_vendor("Oak"), a_product("Chair")), 2, "10")])


def until(record):
    return returnable_order(record, NOW).shipments[0].lines[0].until


def test_the_last_moment_is_inside_and_the_next_is_not(record):
    last = until(record)
    assert a_request(record, now=last)
    with pytest.raises(WindowClosed) as refused:
        a_request(record, now=last + timedelta(microseconds=1))
    assert formats.date_format(last, "DATE_FORMAT") in refused.value.message
    assert (refused.value.field, refused.value.index) == ("shipment_line_id", [0])


def test_delivery_starts_the_window_anew(record):
    shipped = until(record)
    delivered = NOW + timedelta(days=10)
    VendorShipment.objects.update(delivered_at=delivered)
    record.refresh_from_db()
    assert until(record) > shipped


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York"])
def test_the_shops_time_zone_ends_the_day(record, settings, zone):
    settings.TIME_ZONE = zone
    last = until(record)
    assert (last.hour, last.minute, last.second) == (23, 59, 59)


def test_a_final_sale_is_not_returnable(record):
    ReturnPolicy.objects.create(returnable=False)
    with pytest.raises(OrderNotReturnable) as refused:
        a_request(record)
    assert refused.value.code is ErrorCode.ORDER_NOT_RETURNABLE
    assert "final sale" in refused.value.message


def test_a_request_keeps_the_policy_it_was_made_under(record):
    policy = ReturnPolicy.objects.create(approve_days=3, window_days=30)
    part = a_request(record).vendor_returns.get()
    policy.window_days, policy.pays_damaged = 1, False
    policy.save()
    part.refresh_from_db()
    assert part.policy_snapshot["window_days"] == 30
    assert part.policy_snapshot["pays_damaged"] is True
