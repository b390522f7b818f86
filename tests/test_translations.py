"""The catalogues: nothing untranslated, nothing broken, nothing that the code no longer says."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from saleor_returns_plugin.domain.actors import NOBODY
from saleor_returns_plugin.errors import ReturnsError
from saleor_returns_plugin.services import branding, policies, reasons
from sandbox import messages
from tests.builders import MERCHANT

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]+>")
LANGUAGES = messages.languages()
every_language = pytest.mark.parametrize(
    "path", LANGUAGES, ids=[path.parts[-3] for path in LANGUAGES]
)


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Each text with its translation; of a plural each form."""
    for message in messages.read(path):
        if isinstance(message.id, str):
            if message.id:
                yield message.id, message.string
            continue
        singular, plural = message.id
        for number, form in enumerate(message.string):
            yield (plural if number else singular), form


def test_german_is_spoken() -> None:
    assert "de" in [path.parts[-3] for path in LANGUAGES]


@every_language
def test_every_text_is_translated(path: Path) -> None:
    assert [text for text, translation in texts(path) if not translation.strip()] == []
    catalog = messages.read(path)
    forms = {len(message.string) for message in catalog if not isinstance(message.id, str)}
    assert forms <= {catalog.num_plurals}
    assert [message.id for message in catalog if message.fuzzy and message.id] == []


@every_language
def test_a_translation_names_what_its_text_names(path: Path) -> None:
    for text, translation in texts(path):
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(translation)), text
        assert translation.endswith(":") == text.endswith(":"), text


@every_language
def test_the_catalogue_has_what_the_code_says(path: Path) -> None:
    """Else run `make messages`, and translate what is new."""
    said, known = messages.keys(messages.extracted()), messages.keys(messages.read(path))
    assert said - known == set()
    assert known - said == set()


@every_language
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages.read(path):
        if isinstance(message.id, str):
            assert not message.id or compiled.gettext(message.id) == message.string
        else:
            assert compiled.ngettext(*message.id, 1) == message.string[0]


def test_what_is_marked_is_found_in_python_and_templates() -> None:
    found = messages.keys(messages.extracted())
    for text in (
        "Return {number} was requested.",
        "We have your request",
        "Too many tries. Wait 15 minutes, then try again.",
    ):
        assert (text, "") in found
    assert ("%(units)s missing", "%(units)s missing", "") in found


def test_every_refusal_can_be_translated() -> None:
    """A refusal's words are a text that `make messages` finds, filled in afterwards."""
    package = Path(messages.__file__).parent.parent / "saleor_returns_plugin"
    errors = ast.parse((package / "errors.py").read_text())
    refusals = {node.name for node in errors.body if isinstance(node, ast.ClassDef)}
    bare = [
        f"{path.relative_to(package)}:{node.lineno}"
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in refusals
        and node.args
        and _is_bare(node.args[0])
    ]
    assert bare == []


def _is_bare(message: ast.expr) -> bool:
    if isinstance(message, ast.BinOp):
        return _is_bare(message.left)
    return isinstance(message, ast.Constant | ast.JoinedStr)


@pytest.mark.django_db
def test_a_refusal_of_a_setting_speaks_the_callers_language() -> None:
    with override("de"):
        for act, given in (
            (branding.update, {"channel": "", "values": {"colors": {"primary": "red"}}}),
            (policies.create, {"values": {"window_days": -1}}),
            (reasons.create, {"values": {"label": " "}}),
        ):
            with pytest.raises(ReturnsError) as refused:
                act(actor=MERCHANT, **given)
            assert refused.value.message in GERMAN
        with pytest.raises(ReturnsError) as refused:
            reasons.create(actor=NOBODY, values={})
        assert refused.value.message == "Nur das Personal des Shops darf Einstellungen ändern."


GERMAN = (
    "Geben Sie eine Farbe als #rrggbb an.",
    "Geben Sie eine Zahl von 0 bis 3650 an.",
    "Dies darf nicht leer sein.",
)


@pytest.mark.parametrize(
    ("text", "translation", "never"),
    [(r"\bshipments?\b", "Sendung", "Lieferung"), (r"\bheld\b", "zurückgehalten", "angehalten")],
)
def test_german_has_one_word_for_one_thing(text: str, translation: str, never: str) -> None:
    [path] = [path for path in LANGUAGES if path.parts[-3] == "de"]
    said = [german for english, german in texts(path) if re.search(text, english, re.IGNORECASE)]
    assert any(translation.lower() in german.lower() for german in said)
    assert [german for german in said if never.lower() in german.lower()] == []
