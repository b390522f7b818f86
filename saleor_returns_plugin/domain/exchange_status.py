"""The states of an exchange. ARCHITECTURE section 4."""

from ..enums import ExchangeStatus as S

MOVES: dict[S, frozenset[S]] = {
    S.PENDING: frozenset({S.ORDERED, S.AWAITING_PAYMENT, S.FAILED, S.CANCELLED}),
    # Paid for, or the offer ended.
    S.AWAITING_PAYMENT: frozenset({S.ORDERED, S.FAILED, S.CANCELLED}),
    S.FAILED: frozenset({S.PENDING, S.CANCELLED}),
    # Something of it may be sent; nothing is, once it is cancelled.
    S.ORDERED: frozenset({S.RELEASED, S.CANCELLED}),
    S.RELEASED: frozenset({S.CANCELLED}),
    S.CANCELLED: frozenset(),
}

LIVE = (S.PENDING, S.AWAITING_PAYMENT, S.ORDERED, S.RELEASED, S.FAILED)
"""One of these stands for the exchanged units; nothing else may be made of them beside it."""

ORDERED = (S.ORDERED, S.RELEASED)
"""Saleor has an order for it."""
