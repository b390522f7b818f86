"""The rules table is whole: every event, every mail, every folder, and the page made of it."""

import pytest

from saleor_returns_plugin.domain.notifications import (
    KINDS,
    RULES,
    SHIPMENT_NEW,
    Audience,
    Happened,
    mails_of,
    unknown_kinds,
)
from saleor_returns_plugin.enums import ActorKind, EventKind
from sandbox import docs
from sandbox.paths import CHECKOUT

TEMPLATES = CHECKOUT / "saleor_returns_plugin/templates/saleor_returns_plugin/email"
FOLDERS = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}


def test_every_event_has_a_row():
    assert set(RULES) == set(EventKind)


def test_every_mail_has_a_folder_and_every_folder_a_mail():
    assert set(KINDS) == FOLDERS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_mail_is_a_subject_a_text_and_a_page(kind):
    assert {path.name for path in (TEMPLATES / kind).iterdir()} == {
        "subject.txt",
        "body.txt",
        "body.html",
    }
    assert KINDS[kind].to in Audience


def test_a_kind_that_stands_twice_is_the_same_mail():
    for rule in RULES.values():
        for mail in rule.mails:
            assert (mail.about, mail.is_on) == (KINDS[mail.kind].about, KINDS[mail.kind].is_on)


def test_the_reference_is_what_make_docs_writes():
    for path, text in docs.PAGES.items():
        assert path.read_text() == text(), "Run `make docs`."


def test_every_mail_stands_in_the_reference():
    page = docs.NOTIFICATIONS.read_text()
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []
    assert f"{len(KINDS)} mails" in page


def test_a_switch_turns_a_mail_off_or_on():
    expired = Happened(by=ActorKind.SYSTEM, before="accepted")
    switches = {"return_expired_merchant": True, "return_expired_shopper": False}
    kinds = [mail.kind for mail in mails_of(EventKind.EXPIRED, expired, switches)]
    assert kinds == ["return_expired_merchant", "return_expired_vendor"]
    kinds = [mail.kind for mail in mails_of(EventKind.EXPIRED, expired, {})]
    assert kinds == ["return_expired_shopper", "return_expired_vendor"]


def test_a_switch_that_names_no_mail_is_found():
    assert unknown_kinds({"refunded_shopper": False, "refund_shopper": False}) == ["refund_shopper"]
    assert unknown_kinds([SHIPMENT_NEW.kind]) == []


def test_decisions_goods_and_refunds_are_noted_on_saleors_order():
    noted = {kind.name for kind in EventKind if RULES[kind].note}
    assert noted == {
        "CREATED",
        "APPROVED",
        "DECLINED",
        "UNITS_DECLINED",
        "ACCEPTED",
        "RECEIVED",
        "RECEPTION_VOIDED",
        "OVERRULED",
        "CLOSED",
        "REOPENED",
        "RESOLUTION_CHANGED",
        "REFUND_SUCCEEDED",
        "REFUND_FAILED",
        "REFUND_UNKNOWN",
        "REFUND_RESOLVED",
        "EXCHANGE_OFFERED",
        "EXCHANGE_RELEASED",
        "EXCHANGE_FAILED",
        "EXCHANGE_CANCELLED",
        "EXCHANGE_STUCK",
        "EXCHANGE_OWED",
        "CANCELLED",
        "EXPIRED",
    }
