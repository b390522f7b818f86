"""Each system check: when it is silent, and what it says else."""

import re
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection, transaction

from saleor_returns_plugin import checks, host
from saleor_returns_plugin.graphql import extension
from saleor_returns_plugin.models import Vendor
from saleor_returns_plugin.services import vendors
from tests.builders import ADDRESS, MERCHANT

TESTED = ["2.10.1", "3.20.72", "3.21.0", "3.22.5", "3.23.28", "3.24.0-a.0"]
UNTESTED = ["2.9.0", "2.11.0", "3.2.0", "3.19.0", "3.25.0", "4.0.0", "unknown"]


def ids(messages):
    return [message.id for message in messages]


@pytest.fixture
def sound(settings):
    """An installation with nothing to say about."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.CELERY_BROKER_URL = "redis://localhost"
    settings.CELERY_TASK_ALWAYS_EAGER = False
    return settings


def test_a_sound_installation_is_not_spoken_of(sound):
    assert run_checks(tags=["returns"]) == []


def test_all_are_registered_and_say_what_to_do(sound, monkeypatch):
    sound.PLUGINS = []
    sound.EMAIL_BACKEND = ""
    sound.CELERY_BROKER_URL = ""
    sound.RETURNS_CARRIERS = ["tests.papers.Nobody"]
    sound.RETURNS_MAILS = {"no_such_mail": False, "refunded_shopper": False}
    monkeypatch.setattr(extension, "conflicts", ["Vendor"])
    monkeypatch.setattr(host.current, "version", lambda: "5.0.0")
    messages = run_checks(tags=["returns"])
    assert sorted(ids(messages)) == [
        "returns.E001",
        "returns.E002",
        "returns.E003",
        "returns.W001",
        "returns.W002",
        "returns.W003",
        "returns.W005",
    ]
    assert any("no mail: no_such_mail." in message.msg for message in messages)
    assert all(message.hint for message in messages)


@pytest.mark.parametrize("version", TESTED + UNTESTED)
def test_the_version_of_the_host(version, monkeypatch):
    monkeypatch.setattr(host.current, "version", lambda: version)
    messages = checks.host_is_known()
    assert ids(messages) == ([] if version in TESTED else ["returns.W003"])
    assert all(version in message.msg for message in messages)


def test_the_plugin_that_is_not_listed(settings):
    assert checks.plugin_is_listed() == []
    settings.PLUGINS = [each for each in settings.PLUGINS if each != checks.PLUGIN]
    (message,) = checks.plugin_is_listed()
    assert (message.id, checks.PLUGIN in message.hint) == ("returns.E001", True)


def test_each_name_that_is_taken(monkeypatch):
    assert checks.names_are_free() == []
    monkeypatch.setattr(extension, "conflicts", ["Vendor", "Query.vendors"])
    messages = checks.names_are_free()
    assert ids(messages) == ["returns.E002"] * 2
    said = [message.msg for message in messages]
    assert "Vendor." in said[0]
    assert "Query.vendors." in said[1]


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        ("", ["returns.W001"]),
        (None, ["returns.W001"]),
        ("django.core.mail.backends.dummy.EmailBackend", ["returns.W001"]),
        ("django.core.mail.backends.smtp.EmailBackend", []),
        ("django.core.mail.backends.console.EmailBackend", []),
    ],
)
def test_a_mail_backend_that_sends_nothing(settings, backend, said):
    settings.EMAIL_BACKEND = backend
    assert ids(checks.mail_can_be_sent()) == said


@pytest.mark.parametrize(
    ("broker", "eager", "says"),
    [
        ("redis://localhost", False, None),
        ("redis://localhost", True, "at once"),
        ("", True, "at once"),
        (None, True, "at once"),
        ("", False, "No Celery broker"),
        (None, False, "No Celery broker"),
    ],
)
def test_tasks_that_run_in_the_request_or_not_at_all(settings, broker, eager, says):
    settings.CELERY_BROKER_URL = broker
    settings.CELERY_TASK_ALWAYS_EAGER = eager
    messages = checks.tasks_will_run()
    assert ids(messages) == (["returns.W002"] if says else [])
    assert all(says in message.msg for message in messages)


def test_celerys_own_defaults_are_spoken_of(settings):
    del settings.CELERY_BROKER_URL
    del settings.CELERY_TASK_ALWAYS_EAGER
    assert ids(checks.tasks_will_run()) == ["returns.W002"]


def address_checks(databases=("default",)):
    messages = run_checks(tags=["database"], databases=databases)
    return [message for message in messages if message.id == "returns.W004"]


def test_every_check_is_in_the_reference_and_no_other():
    root = Path(checks.__file__).parent.parent
    known = set(re.findall(r"returns\.[EW]\d+", Path(checks.__file__).read_text()))
    table = (root / "docs/reference/checks.md").read_text()
    assert set(re.findall(r"^\| `(returns\.[EW]\d+)` \|", table, re.MULTILINE)) == known


@pytest.mark.django_db
def test_a_store_without_a_return_address():
    (message,) = address_checks()
    assert "vendorUpdate" in message.hint
    assert "console" not in message.hint
    values = {"return_address": {**ADDRESS, "city": ""}}
    vendors.update(actor=MERCHANT, vendor_id=vendors.in_house().pk, values=values)
    assert address_checks()
    values = {"return_address": ADDRESS}
    vendors.update(actor=MERCHANT, vendor_id=vendors.in_house().pk, values=values)
    assert not address_checks()


@pytest.mark.django_db
def test_without_the_store_it_has_no_address():
    Vendor.objects.all().delete()
    assert address_checks()


def test_without_a_database_nothing_is_read():
    assert checks.store_has_a_return_address(databases=None) == []


@pytest.mark.django_db
def test_before_the_first_migration_nothing_is_said():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {Vendor._meta.db_table} RENAME TO elsewhere")
        with transaction.atomic():
            assert checks.store_has_a_return_address(databases=["default"]) == []
            transaction.set_rollback(True)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        ([], []),
        (["tests.papers.Owl", "tests.papers.Snail"], []),
        (["tests.papers.Nobody"], ["ImportError"]),
        (["tests.papers.PDF"], ["TypeError"]),
        (["collections.OrderedDict"], ["is no subclass of"]),
        (["tests.papers.Owl", "tests.papers.Owl"], ["'owl' is the code of another carrier, too."]),
        (["saleor_returns_plugin.domain.carriers.Manual"], ["'manual' is", "Manual has no"]),
        (["saleor_returns_plugin.domain.carriers.Carrier"], ["Carrier has no code or no name."]),
    ],
)
def test_carriers_that_cannot_be_used(settings, paths, says):
    settings.RETURNS_CARRIERS = paths
    messages = checks.carriers_can_be_made()
    assert ids(messages) == ["returns.E003"] * len(says)
    for message, words in zip(messages, says, strict=True):
        assert words in message.msg
        assert "carriers.md" in message.hint
