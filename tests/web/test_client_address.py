"""From where a request comes."""

import pytest
from django.test import RequestFactory

from saleor_returns_plugin.web.client_address import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (None, "203.0.113.9", "10.0.0.1"),
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (3, "198.51.100.7, 203.0.113.9", "10.0.0.1"),
        (1, " , ", "10.0.0.1"),
    ],
)
def test_only_the_stores_own_proxies_are_believed(settings, proxies, forwarded, address):
    if proxies is not None:
        settings.RETURNS_TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


def test_the_default_is_the_one_of_all_settings(monkeypatch):
    from saleor_returns_plugin import conf

    monkeypatch.setitem(conf._DEFAULTS, "RETURNS_TRUSTED_PROXIES", 1)
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.2.3.4")
    assert client_address(request) == "1.2.3.4"
