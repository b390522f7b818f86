"""Reads what Django's file backend wrote: files of mails, a line of dashes after each."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import getaddresses
from pathlib import Path

SEPARATOR = b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str
    has_html: bool

    def is_to(self, address: str) -> bool:
        return address.lower() in [found.lower() for _, found in getaddresses([self.to])]


def mails_to(mail_dir: Path, address: str) -> Iterator[Mail]:
    return (mail for mail in all_mails(mail_dir) if mail.is_to(address))


def all_mails(mail_dir: Path) -> Iterator[Mail]:
    """Oldest file first. A mail that is being written is left for the next look."""
    if not mail_dir.is_dir():
        return
    files = [path for path in mail_dir.iterdir() if path.is_file()]
    for path in sorted(files, key=lambda p: (p.stat().st_mtime, p.name)):
        for raw in path.read_bytes().split(SEPARATOR)[:-1]:
            yield _mail(raw)


def _mail(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    plain = message.get_body(("plain",))
    return Mail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=plain.get_content() if plain is not None else "",
        has_html=message.get_body(("html",)) is not None,
    )
