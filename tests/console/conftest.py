"""People who work with returns, each with a browser."""

from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.urls import reverse

from saleor_returns_plugin import host
from saleor_returns_plugin.enums import VendorRole
from saleor_returns_plugin.models import OrderRecord, Vendor, VendorMember
from tests.builders import a_vendor, an_order, sells
from tests.saleor_rows import a_customer, a_product, a_site, a_staff_user
from tests.saleor_rows.common import PASSWORD
from tests.services.exchange_shop import Shop as Shirts
from tests.web.browser import Browser


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def gateway(settings):
    from tests.saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway


def sign_in(email: str, password: str = PASSWORD) -> Browser:
    browser = Browser()
    browser.get(reverse("returns:console-home"))
    browser.submit("/sign-in/", email=email, password=password)
    return browser


def a_member(vendor: Vendor, email: str) -> Browser:
    user = a_customer(email)
    VendorMember.objects.create(vendor=vendor, user=user, role=VendorRole.STAFF.value)
    return sign_in(email)


@pytest.fixture
def writer():
    """For tests that commit: each is followed by an empty database."""
    a_site()
    with host.current.allow_writer():
        yield


@pytest.fixture
def shirts() -> Shirts:
    return Shirts()


@pytest.fixture
def staff(shirts) -> Browser:
    return sign_in(a_staff_user("staff@example.com").email)


@dataclass
class Shop:
    """Two oak chairs of one vendor and three mugs of another, ordered."""

    oak: Vendor
    clay: Vendor
    record: OrderRecord

    def merchant(self) -> Browser:
        return sign_in(a_staff_user("staff@example.com").email)


@pytest.fixture
def shop() -> Shop:
    oak, clay = a_vendor("Oak & Sons"), a_vendor("Clay Works")
    record = an_order(
        [
            (sells(oak, a_product(name="Oak chair")), 2, "10.00"),
            (sells(clay, a_product(name="Mug")), 3, "3.00"),
        ],
        email="ada@example.com",
    )
    return Shop(oak, clay, record)
