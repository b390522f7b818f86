"""Accounts that can sign in."""

import re
import secrets
from pathlib import Path

from .client import Person
from .mails import mails_to
from .narration import Failed, wait_for

REGISTER = """
mutation ($input: AccountRegisterInput!) {
  accountRegister(input: $input) { errors { field message } } }"""
CONFIRM = """
mutation ($email: String!, $token: String!) {
  confirmAccount(email: $email, token: $token) { errors { field message } } }"""


def register(name: str, email: str, visitor: Person, mail_dir: Path | None) -> Person:
    """A new account of the shop, confirmed by the mail where the shop insists on it."""
    person = Person(name, visitor.url, email=email, password=secrets.token_urlsafe(12))
    visitor.do(
        REGISTER,
        input={"email": email, "password": person.password, "redirectUrl": visitor.url},
    )
    if person.can_sign_in():
        return person
    if mail_dir is None:
        raise Failed(
            f"{email} cannot sign in: the shop wants e-mail addresses confirmed "
            "(give --mail-dir, or set ENABLE_ACCOUNT_CONFIRMATION_BY_EMAIL=False)"
        )
    token = wait_for(lambda: _token(mail_dir, email), f"the confirmation mail of {email}", 30)
    visitor.do(CONFIRM, email=email, token=token)
    if not person.can_sign_in():
        raise Failed(f"{email} cannot sign in after confirming")
    return person


def _token(mail_dir: Path, email: str) -> str | None:
    for mail in mails_to(mail_dir, email):
        found = re.search(r"[?&]token=([\w-]+)", mail.text)
        if found:
            return found[1]
    return None
