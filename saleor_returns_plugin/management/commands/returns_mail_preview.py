"""`manage.py returns_mail_preview DIR`: what every mail looks like, with made-up goods."""

from argparse import ArgumentParser
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from saleor_returns_plugin.selectors import branding
from saleor_returns_plugin.services.mail_previews import previews


class Command(BaseCommand):
    help = "Write every mail, in each of its cases, as HTML and text into a folder, with an index.html."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="where to; made when it is not there")
        parser.add_argument(
            "--channel", default="", help="slug of the channel whose branding to use"
        )
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, help="for example de")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["directory"]
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        portal = branding.portal(options["channel"])
        for preview in previews(portal, options["language"]):
            name, words = preview.name, preview.words
            (folder / f"{name}.html").write_text(words.html, encoding="utf-8")
            text = f"Subject: {words.subject}\n\n{words.text}"
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
            rows.append(_row(name, preview.mail.to.value, words.subject))
        index = _INDEX.format(rows="\n".join(rows))
        (folder / "index.html").write_text(index, encoding="utf-8")
        self.stdout.write(self.style.SUCCESS(f"{len(rows)} mails are in {folder}/index.html"))


def _row(name: str, to: str, subject: str) -> str:
    return (
        f'<tr><td>{to}</td><td><a href="{name}.html">{name}</a></td>'
        f'<td><a href="{name}.txt">text</a></td><td>{escape(subject)}</td></tr>'
    )


_INDEX = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>The mails of the returns plugin</title>
<style>body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem }} td, th {{ padding: 4px 16px 4px 0; text-align: left }}</style>
<h1>The mails of the returns plugin</h1>
<table>
<tr><th>to</th><th>mail</th><th></th><th>subject</th></tr>
{rows}
</table>
</html>
"""
