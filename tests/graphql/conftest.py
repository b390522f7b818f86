from typing import Any

import pytest

from .scene import Scene, a_scene


@pytest.fixture
def scene(db: Any) -> Scene:
    return a_scene()


@pytest.fixture
def gateway(settings: Any) -> Any:
    """A payment gateway that keeps what it was asked."""
    from ..saleor_rows.gateway import PATH, RecordedGateway

    settings.PLUGINS = [*settings.PLUGINS, PATH]
    RecordedGateway.reset()
    return RecordedGateway
