"""What every host's database tests need. Tests without a database run without Django, too."""

from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from . import emptying

# Hypothesis reads all source on the path for constants; where that is all of Saleor, it takes long.
# How long an example takes says more of the machine than of the code.
hypothesis_settings.register_profile(
    "suite", suppress_health_check=[HealthCheck.too_slow], deadline=None
)
hypothesis_settings.load_profile("suite")


def pytest_sessionstart(session: Any) -> None:
    if not session.config.pluginmanager.hasplugin("django"):
        return
    if find_spec("saleor.channel"):
        _prepare_v3()
    emptying.use()


def _prepare_v3() -> None:
    """Saleor 3.x reads through a second connection, which has to see the test's transaction."""
    import saleor.graphql.api  # noqa: F401 - before a migration does, which ends in a cycle on 3.20
    from django import test
    from django.conf import settings
    from saleor.tests.utils import prepare_test_db_connections

    both = {
        settings.DATABASE_CONNECTION_DEFAULT_NAME,
        settings.DATABASE_CONNECTION_REPLICA_NAME,
    }
    test.TransactionTestCase.databases = test.TestCase.databases = both
    prepare_test_db_connections()


@pytest.fixture
def exchanges_offered(settings: Any) -> None:
    """A store that turned them on."""
    settings.RETURNS_EXCHANGES = True


if find_spec("saleor.channel"):

    @pytest.fixture(scope="session")
    def django_db_setup(django_db_setup: None) -> None:
        """A thread opens a real replica connection: give it the test database's name."""
        from django.conf import settings
        from django.db import connections

        replica = settings.DATABASE_CONNECTION_REPLICA_NAME
        name = connections["default"].settings_dict["NAME"]
        connections.settings[replica]["NAME"] = name
