"""The story that `make demo` tells: what it reads, what it says, and that it notices."""

import re
from email.message import EmailMessage
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.story import __main__ as story
from sandbox.story.browser import Page
from sandbox.story.mails import SEPARATOR, all_mails, mails_to
from sandbox.story.narration import Failed, span
from sandbox.story.steps import exchanging, letters
from sandbox.story.steps.vendors import KILN, LUMEN, NORD

TAG = "0abc12"
SHOPPER = f"ada.{TAG}@example.com"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3599.8, "one hour"), (7200, "2 hours"), (900, "15 minutes"), (5400, "90 minutes")],
)
def test_a_time_is_told_in_words(seconds, words):
    assert span(seconds) == words


def test_a_page_is_read_as_a_person_does():
    page = Page(
        "http://shop/returns/",
        200,
        '<form action="/search/"><input name="search"></form>'
        '<form action="/returns/"><input type="hidden" name="csrf" value="abc">'
        '<input name="order"><input name="email"></form>'
        '<p>Return <a href="/returns/requests/1/">7-R1</a> of order &amp; more</p>',
    )
    assert page.text == "Return 7-R1 of order & more"
    assert page.links == {"7-R1": "/returns/requests/1/"}
    form = page.form_with("order", "email")
    assert form is not None
    assert form.action == "/returns/"
    assert form.fields["csrf"] == "abc"
    assert page.form_with("password") is None


class Letters:
    """A mail folder, and the world whose return the mails are about."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()
        sides = {
            name: SimpleNamespace(
                email=f"orders.{word}.{TAG}@example.com",
                member=SimpleNamespace(email=f"{word}.{TAG}@example.com"),
            )
            for name, word in {NORD: "nord", LUMEN: "lumen", KILN: "kiln"}.items()
        }
        self.world: Any = SimpleNamespace(
            tag=TAG,
            mail_dir=folder,
            patience=0,
            shopper_email=SHOPPER,
            order_number="7",
            request={"number": "7-R1"},
            returns={
                name: {"number": f"7-R1-S{number}"}
                for number, name in enumerate((NORD, LUMEN, KILN), start=1)
            },
            shipments={n: {"number": f"7-S{i}"} for i, n in enumerate(sides, start=1)},
            vendors=sides,
        )
        everything = letters._wanted(self.world) + letters._copies(self.world)
        for to, subject in everything:
            rest = "" if "7-" in subject else " $1.00 for return 7-R1-S1"
            self.add(to or "merchant@example.com", subject + rest)
        self.count = len(everything)

    def add(self, to: str, subject: str, text: str = f"About {SHOPPER}", html: bool = True) -> None:
        message = EmailMessage()
        message["To"], message["Subject"] = to, subject
        message.set_content(text)
        if html:
            message.add_alternative("<p>…</p>", subtype="html")
        name = f"{next(self._numbers):03}.log"
        (self.folder / name).write_bytes(message.as_bytes() + b"\n" + SEPARATOR)


@pytest.fixture
def box(tmp_path) -> Letters:
    return Letters(tmp_path)


def test_each_mail_is_counted_and_saleors_own_apart(box, capsys):
    box.add(SHOPPER, "Your order 7", html=False)
    box.add("ada.other@example.com", "We have your return 7-R1", text="An older run's")
    letters.play(box.world)
    said = capsys.readouterr().out
    assert f"the plugin sent {box.count} mails: none twice" in said
    assert "Mails of Saleor itself to these people, beside them: 1." in said


def test_a_mail_to_several_addresses_of_the_store_is_no_second_one(box, capsys):
    box.add("owner@example.com", "New return 7-R1 for order 7")
    letters.play(box.world)
    assert "  and to owner@example.com" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        (SHOPPER, "We have your return 7-R1"),
        ("merchant@example.com", "New return 7-R1 for order 7"),
        (f"nord.{TAG}@example.com", "New shipment 7-S1"),
    ],
    ids=["shopper", "merchant", "member"],
)
def test_a_mail_that_comes_twice_fails_the_story(box, to, subject):
    box.add(to, subject)
    with pytest.raises(Failed, match="none twice"):
        letters.play(box.world)


def test_a_mail_that_does_not_come_fails_the_story(box):
    next(iter(sorted(box.folder.iterdir()))).unlink()
    with pytest.raises(Failed, match="did not come: 'New shipment 7-S1'"):
        letters.play(box.world)


def test_a_mail_without_html_fails_the_story(box):
    sorted(box.folder.iterdir())[-1].unlink()
    (to, subject) = letters._copies(box.world)[-1]
    box.add(to, subject, html=False)
    with pytest.raises(Failed, match="HTML"):
        letters.play(box.world)


def test_a_long_mail_is_cut_in_view_and_where_to_send_it_is_not(box, capsys):
    long = "\n".join(f"line {number}" for number in range(1, 21)) + f"\n{SHOPPER}"
    for path in box.folder.iterdir():
        if (
            b"Please send return 7-R1-S1" in path.read_bytes()
            or b"was declined" in path.read_bytes()
        ):
            path.unlink()
    box.add(SHOPPER, "Please send return 7-R1-S1", text=long)
    box.add(SHOPPER, "Your return 7-R1-S2 was declined", text=long)
    letters.play(box.world)
    said = capsys.readouterr().out
    declined = said.split("was declined")[1].split("To ")[0].rstrip()
    assert declined.endswith("| …")
    assert "line 8" not in declined
    sent = said.split("Please send return 7-R1-S1")[1].split("To ")[0]
    assert SHOPPER in sent
    assert "…" not in sent


def test_a_mail_about_an_exchange_that_comes_twice_fails_the_story(box):
    subject = "Your exchange is kept for you: order 8"
    box.add(SHOPPER, subject)
    mail = exchanging.told(box.world, SHOPPER, subject)
    assert mail is not None
    assert mail.subject == subject
    box.add(SHOPPER, subject)
    with pytest.raises(Failed, match="came 2 times"):
        exchanging.told(box.world, SHOPPER, subject)


def test_one_address_inside_another_is_another_person(box):
    assert {mail.to for mail in mails_to(box.folder, f"nord.{TAG}@example.com")} == {
        f"nord.{TAG}@example.com"
    }
    assert len(list(all_mails(box.folder))) == box.count


@pytest.mark.skipif(find_spec("saleor.channel") is not None, reason="plays on the sandbox's host")
@pytest.mark.parametrize("has_reasons", [True, False])
def test_the_story_plays_to_its_end(
    live_server, transactional_db, settings, tmp_path, capsys, has_reasons
):
    from saleor.account.models import User

    from saleor_returns_plugin.models import ReturnReason
    from saleor_returns_plugin.selectors import branding
    from tests.saleor_rows import a_site

    a_site()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.RETURNS_EXCHANGES = True
    settings.RETURNS_PUBLIC_URL = live_server.url
    User.objects.create_superuser("owner@example.com", "a-password")
    if has_reasons:
        ReturnReason.objects.create(code="too-big", label="Too big")
    who = ["--email", "owner@example.com", "--password", "a-password"]
    result = story.main(["--url", live_server.url, *who, "--mail-dir", str(tmp_path)])
    told = capsys.readouterr()
    assert result == 0, told.out + told.err
    assert "for one hour" in told.out
    assert "Lumen Lights' reason: This lamp was made to measure." in told.out
    assert "of the two mugs in" in told.out
    assert "and reads why: The mug came back without its handle." in told.out
    assert re.search(r"1 × Oak chair +DAMAGED +NOT_RESTOCKED", told.out)
    assert ("“Too big”" in told.out) is has_reasons
    assert ("the merchant writes two" in told.out) is not has_reasons
    assert re.search(r"[0-9.]+ \+ [0-9.]+ = 158\.1[78]: what was paid, to the cent", told.out)
    assert re.search(r"checkout made order \d+ of it: UNFULFILLED, total 0\.00 USD", told.out)
    assert "moved by the difference, less commission: 6.50 - 0.81 = 5.69" in told.out
    assert "the exchange FAILED: There is not enough of Linen shirt L in stock" in told.out
    assert "Saleor's mail to the shopper tells it" in told.out
    assert re.search(r"orders \d+ and \d+ together: 46\.50 less commission, 40\.69", told.out)
    assert told.out.count("✓") > 130
    assert branding.portal("").checkout_url == ""
