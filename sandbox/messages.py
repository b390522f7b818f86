"""Keeps the translations up to date with the code: `make messages`. A test compares them.

`python -m sandbox.messages fr` starts a new language. Babel and Django alone do it, no GNU gettext.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from .paths import CHECKOUT

PACKAGE = CHECKOUT / "saleor_returns_plugin"
LOCALE = PACKAGE / "locale"
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_HEADER = {"project": "saleor-returns-plugin", "version": "catalogue", "msgid_bugs_address": ""}


def extracted() -> Catalog:
    """Every text that is marked for translators, in Python and in templates."""
    catalog = Catalog(**_HEADER)
    for path in _sources():
        where = [(str(path.relative_to(PACKAGE)), 0)]
        for _, message, _, context in extract("python", _source(path), _KEYWORDS):
            catalog.add(message, locations=where, context=context)
    return catalog


def languages() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def read(path: Path, *, with_old: bool = False) -> Catalog:
    """A language's catalogue; texts that are gone from the code only `with_old`."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], ignore_obsolete=not with_old)


def keys(catalog: Catalog) -> set[tuple[str, ...]]:
    """What a catalogue has, singular and plural and context."""
    return {_key(message) for message in catalog if message.id}


def _key(message: Message) -> tuple[str, ...]:
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    return (*ids, message.context or "")


def _sources() -> Iterator[Path]:
    for pattern in ("*.py", "*.html", "*.txt"):
        yield from sorted(PACKAGE.rglob(pattern))


def _source(path: Path) -> BytesIO:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into calls of gettext; without indentation they read as Python.
        plain = templatize(text, origin=str(path))
        text = "\n".join(line.strip() for line in plain.splitlines())
    return BytesIO(text.encode())


def _update(path: Path, template: Catalog) -> int:
    """Merge the texts of the code into a language; answers how many wait for a translation."""
    catalog = read(path, with_old=True)
    dates = catalog.revision_date, catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True)
    catalog.revision_date, catalog.creation_date = dates
    with path.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, ignore_obsolete=True)
    compiled = read(path)
    missing = [message for message in compiled if message.id and not _is_translated(message)]
    for message in missing:  # a blank plural would be shown as such
        compiled.delete(message.id, message.context)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, compiled)
    return len(missing)


def _is_translated(message: Message) -> bool:
    texts = [message.string] if isinstance(message.string, str) else message.string
    return all(texts)


def _start(language: str) -> None:
    path = LOCALE / str(Locale.parse(language.replace("-", "_"))) / "LC_MESSAGES" / "django.po"
    if not path.exists():
        path.parent.mkdir(parents=True)
        catalog = Catalog(locale=path.parts[-3], fuzzy=False, **_HEADER)
        catalog.header_comment = f"# {catalog.locale.english_name} for saleor-returns-plugin."
        with path.open("wb") as file:
            write_po(file, catalog)


def main(arguments: list[str]) -> int:
    for language in arguments:
        _start(language)
    template = extracted()
    for path in languages():
        missing = _update(path, template)
        print(f"[messages] {path.relative_to(CHECKOUT)}: {len(template)} texts, {missing} to do")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
