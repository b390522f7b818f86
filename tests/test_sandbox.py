"""The sandbox itself: its database, its shop's lock, its cleaning, its settings."""

import os
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db import connection

from sandbox import paths, run, shop
from tests.saleor_rows import a_product, a_saleor_order


@pytest.mark.django_db
def test_an_order_can_be_stored():
    chair = a_product(name="Chair", price="10.00", stock=5)
    order = a_saleor_order(lines=[(chair, 2, "10.00")])
    order.refresh_from_db()
    assert order.total_gross_amount == 20
    assert order.lines.get().variant == chair


@pytest.mark.django_db
def test_the_tables_come_from_real_migrations():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations WHERE app = 'order'")
        assert cursor.fetchone()[0] > 50


@pytest.fixture
def state(tmp_path, monkeypatch) -> Path:
    """A shop's lock of this test's own; the real shop may be running."""
    monkeypatch.setattr(shop, "STATE", tmp_path)
    monkeypatch.setattr(shop, "LOCK", tmp_path / "shop.lock")
    monkeypatch.setattr(shop, "SERVING", tmp_path / "serving.json")
    monkeypatch.setattr(run, "MAIL", tmp_path / "mail")
    return tmp_path


SERVED = {"port": 8123, "database": "shop_of_the_test", "broker": "redis+socket:///nowhere"}


@pytest.mark.parametrize("start", [run.serve, run.demo], ids=["serve", "demo"])
def test_a_shop_that_is_served_is_left_alone(state, start):
    letter = state / "mail" / "letter"
    letter.parent.mkdir()
    letter.write_text("Dear Ada")
    with shop.alone(**SERVED):
        with pytest.raises(SystemExit) as refusal:
            start([])
        assert refusal.value.code == "The shop already runs on port 8123; stop it first."
        assert letter.exists()


@pytest.mark.parametrize(
    "command", [["flush", "--noinput"], ["migrate", "saleor_returns_plugin", "zero"]]
)
def test_a_shop_that_is_served_is_not_emptied(state, command):
    with shop.alone(**SERVED), pytest.raises(SystemExit) as refusal:
        run.manage(command)
    assert refusal.value.code == "The shop already runs on port 8123; stop it first."


def test_commands_share_the_shop_and_keep_it_from_being_served(state):
    with shop.shared() as one, shop.shared() as other:
        assert one == other == {}
        with pytest.raises(SystemExit) as refusal:
            run.serve([])
    assert "make manage" in str(refusal.value.code)


def test_a_command_works_on_the_shop_that_is_served(state):
    with shop.alone(port=8123):
        with pytest.raises(SystemExit), shop.shared():
            pytest.fail("It has no database yet.")
        shop.tell(**SERVED)
        with shop.shared() as served:
            assert served == SERVED


def test_what_a_killed_server_told_is_not_believed(state):
    with shop.alone():
        shop.tell(**SERVED)
        left = shop.SERVING.read_text()
    shop.SERVING.write_text(left)
    with shop.shared() as served:
        assert served == {}
    with shop.alone(port=8124), pytest.raises(SystemExit) as refusal:
        run.serve([])
    assert "8124" in str(refusal.value.code)


@pytest.mark.parametrize("target", ["serve", "demo"])
def test_a_taken_port_is_told_with_the_command_to_repeat(state, monkeypatch, target):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(SystemExit) as refusal:
            getattr(run, target)([])
    assert refusal.value.code == (
        f"Port {port} is taken; choose another: make {target} PORT={port + 1}"
    )


def test_clean_works_on_a_fresh_clone_and_twice(tmp_path):
    shutil.copytree(
        paths.SANDBOX, tmp_path / "sandbox", ignore=shutil.ignore_patterns("__pycache__")
    )
    command = [sys.executable, "sandbox/clean.py"]
    for _ in range(2):
        assert _ended_well(command, tmp_path)
    (tmp_path / ".sandbox" / "pg" / "data").mkdir(parents=True)
    (tmp_path / "dist").mkdir()
    for _ in range(2):
        assert _ended_well(command, tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["sandbox"]


@pytest.mark.skipif(find_spec("saleor.channel") is not None, reason="the sandbox is Saleor 2.10")
def test_a_healthy_checkout_has_no_issues_though_nothing_runs():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "sandbox.settings"}
    environment.pop("CELERY_BROKER_URL", None)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "check"],
        cwd=paths.CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "no issues" in done.stdout, done.stderr
    assert done.stderr == ""


def _ended_well(command: list[str], folder: Path) -> bool:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return True
