"""`manage.py returns_mail_preview DIR` shows every mail."""

import pytest
from django.core.management import call_command
from django.utils.translation import get_language

from saleor_returns_plugin.domain.notifications import KINDS
from saleor_returns_plugin.models import NotificationLog, ReturnEvent, ReturnPortal


@pytest.mark.django_db
def test_every_mail_is_written_with_its_subject(tmp_path, capsys):
    ReturnPortal.objects.create(channel="", name="Fieldhouse", colors={"primary": "#123456"})
    language = get_language()
    call_command("returns_mail_preview", str(tmp_path / "new" / "folder"))
    folder = tmp_path / "new" / "folder"
    assert f"{len(KINDS)} mails" in capsys.readouterr().out
    index = (folder / "index.html").read_text()
    for kind in KINDS:
        text, page = ((folder / f"{kind}.{end}").read_text() for end in ("txt", "html"))
        assert text.startswith("Subject: ")
        assert "1001" in text
        assert "Fieldhouse" in text
        assert "#123456" in page
        assert "{{" not in text + page
        assert f'href="{kind}.html"' in index
    assert (NotificationLog.objects.count(), ReturnEvent.objects.count()) == (0, 0)
    assert get_language() == language


@pytest.mark.django_db
def test_amounts_follow_the_language(tmp_path):
    call_command("returns_mail_preview", str(tmp_path), language="de")
    text = (tmp_path / "refunded_shopper.txt").read_text()
    assert "142,11\xa0€" in text
    assert "Subject: Wir haben" in text


@pytest.mark.django_db
def test_a_language_that_is_not_spoken_is_english(tmp_path):
    call_command("returns_mail_preview", str(tmp_path), language="fr")
    assert "€142.11" in (tmp_path / "refunded_shopper.txt").read_text()
