"""The rooms of the package and the arrows between them, read from the imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "saleor_returns_plugin"
ROOT = Path(__file__).parent.parent / PACKAGE

# A room may import from the rooms below it, and from itself.
LEVELS = [
    {"apps"},
    {"startup", "checks"},
    {"plugin", "urls", "root_urls", "tasks"},
    {"graphql", "portal", "console", "webhooks", "management"},
    {"web"},
    {"services"},
    {"selectors"},
    {"models", "host"},
    {"domain"},
    {"errors"},
    {"enums"},
]
ANYWHERE = {"conf"}
LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
MAY_IMPORT_SALEOR = {"host", "graphql"}
MAY_IMPORT_SALEOR_FILES = {"plugin.py", "root_urls.py"}
STATUS_WRITERS = {"services/lifecycle.py"}

FILES = sorted(
    path for path in ROOT.rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[list[str]]:
    """Every imported module as absolute parts, wherever in the file it stands."""
    here = [PACKAGE, *path.relative_to(ROOT).with_suffix("").parts]
    if here[-1] == "__init__":
        here = [*here[:-1], "__init__"]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else []
            module = [*base, *(node.module or "").split(".")]
            module = [part for part in module if part]
            yield from ([*module, alias.name] for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    room = room_of(path)
    for module in imports(path):
        if module[0] != PACKAGE or len(module) < 2 or room == "__init__":
            continue
        target = module[1]
        if target == room or target in ANYWHERE or target.startswith("__"):
            assert target != "conf" or room != "domain", f"{path}: domain knows no settings"
            continue
        assert LEVEL[room] < LEVEL[target], f"{path}: {room} imports {target}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_host_knows_saleor(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    if room_of(path) in MAY_IMPORT_SALEOR or name in MAY_IMPORT_SALEOR_FILES:
        return
    assert not [module for module in imports(path) if module[0] == "saleor"], name


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if room_of(p) in {"domain", "enums", "errors"}],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_domain_is_pure(path: Path) -> None:
    assert not [module for module in imports(path) if module[0] in {"django", "celery", "graphene"}]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_lifecycle_writes_a_status(path: Path) -> None:
    if str(path.relative_to(ROOT)) in STATUS_WRITERS or room_of(path) == "host":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        targets = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        written = [
            target
            for target in targets
            if isinstance(target, ast.Attribute) and target.attr == "status"
        ]
        assert not written, f"{path}:{node.lineno} writes a status"
