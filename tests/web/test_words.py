"""Every state has words."""

import pytest

from saleor_returns_plugin import enums
from saleor_returns_plugin.web.words import word

SHOWN = (
    enums.RequestStatus,
    enums.ReturnStatus,
    enums.Resolution,
    enums.Condition,
    enums.Disposition,
    enums.RefundStatus,
    enums.ExchangeStatus,
    enums.ShipmentStatus,
    enums.ActorKind,
    enums.EventKind,
)


@pytest.mark.parametrize("member", [member for kind in SHOWN for member in kind], ids=repr)
def test_every_member_has_a_word(member):
    assert word(member)
