"""`manage.py returns_mail_preview DIR` shows every mail."""

import re

import pytest
from django.core.management import call_command
from django.utils.translation import get_language

from saleor_returns_plugin.domain.notifications import KINDS
from saleor_returns_plugin.models import NotificationLog, ReturnEvent, ReturnPortal
from saleor_returns_plugin.services.mail_variants import VARIANTS


@pytest.mark.django_db
def test_every_mail_is_written_with_its_subject(tmp_path, capsys):
    ReturnPortal.objects.create(channel="", name="Fieldhouse", colors={"primary": "#123456"})
    language = get_language()
    call_command("returns_mail_preview", str(tmp_path / "new" / "folder"))
    folder = tmp_path / "new" / "folder"
    names = [*KINDS, *(f"{kind}.{case.name}" for kind in VARIANTS for case in VARIANTS[kind])]
    assert f"{len(names)} mails" in capsys.readouterr().out
    index = (folder / "index.html").read_text()
    for name in names:
        text, page = ((folder / f"{name}.{end}").read_text() for end in ("txt", "html"))
        assert text.startswith("Subject: ")
        assert ("1001" in text) == (not name.startswith("invitation_member"))
        assert "Fieldhouse" in text
        assert "#123456" in page
        assert "{{" not in text + page
        assert f'href="{name}.html"' in index
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


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_case_reads_otherwise_than_the_plain_mail(tmp_path, language):
    call_command("returns_mail_preview", str(tmp_path), language=language)
    for kind, variants in VARIANTS.items():
        for end in ("txt", "html"):
            names = [kind, *(f"{kind}.{variant.name}" for variant in variants)]
            texts = [(tmp_path / f"{name}.{end}").read_text() for name in names]
            assert len(set(texts)) == len(texts), kind


@pytest.mark.django_db
def test_nothing_of_a_german_mail_is_english(tmp_path):
    call_command("returns_mail_preview", str(tmp_path), language="de")
    words = re.compile(r"\b(the|your|you|please|were|order|refunded)\b", re.IGNORECASE)
    made_up = re.compile("|".join(map(re.escape, MADE_UP)))
    for path in tmp_path.glob("*.txt"):
        assert not words.search(made_up.sub("", path.read_text())), path.name


MADE_UP = [
    "The seat has deep scratches.",
    "Please write the number on the parcel.",
    "It was used: the seat has scratches.",
    "We ordered the wrong height.",
    "The parcel was another return's.",
    "It was damaged on the way, not by the shopper.",
    "This one was on final sale.",
    "mill lane",
]
