"""Every scenario runs on committed rows, as threads and workers need them."""

from typing import Any

import pytest

from tests.saleor_rows.gateway import PATH, RecordedGateway


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> type[RecordedGateway]:
    if PATH not in settings.PLUGINS:
        settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway
