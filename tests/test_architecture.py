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
STATUS_SAVERS = {
    # lifecycle.derive_shipment_status has assigned it; many shipments are saved with one statement.
    "services/split.py": ["bulk_update of status"],
}

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


def status_writes(source: str) -> list[str]:
    """Each way in which the code writes a `status`, in its order."""
    nodes = [(node.lineno, what) for node in ast.walk(ast.parse(source)) if (what := _write(node))]
    return [what for _, what in sorted(nodes)]


def _write(node: ast.AST) -> str:
    """What it does to a status; blank for nothing. Assigned is in tuples, loops and `with`, too."""
    if isinstance(node, ast.Attribute) and node.attr == "status":
        return "" if isinstance(node.ctx, ast.Load) else "assignment of status"
    if not isinstance(node, ast.Call):
        return ""
    name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
    if name in ("setattr", "__setattr__") and any(_is_status(each) for each in node.args[:2]):
        return "setattr of status"
    if name == "update" and any(_names_status(keyword) for keyword in node.keywords):
        return "update of status"
    fields = [*node.args[1:2], *(each.value for each in node.keywords if each.arg == "fields")]
    if name in ("bulk_update", "abulk_update") and any(
        _is_status(each) for field in fields for each in ast.walk(field)
    ):
        return "bulk_update of status"
    return ""


def _names_status(keyword: ast.keyword) -> bool:
    """`status=...`, or within `**{"status": ...}`."""
    spread = keyword.value if keyword.arg is None else None
    keys = spread.keys if isinstance(spread, ast.Dict) else []
    return keyword.arg == "status" or any(_is_status(key) for key in keys)


def _is_status(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == "status"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_lifecycle_writes_a_status(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    if name in STATUS_WRITERS or room_of(path) == "host":
        return
    assert status_writes(path.read_text()) == STATUS_SAVERS.get(name, []), name


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("row.status = 1", "assignment"),
        ("row.status: str = 1", "assignment"),
        ("row.status += 1", "assignment"),
        ("row.number, row.status = 1, 2", "assignment"),
        ("for row.status in rows: pass", "assignment"),
        ("del row.status", "assignment"),
        ("setattr(row, 'status', 1)", "setattr"),
        ("object.__setattr__(row, 'status', 1)", "setattr"),
        ("row.__setattr__('status', 1)", "setattr"),
        ("Row.objects.filter(pk=1).update(number=2, status=1)", "update"),
        ("rows.update(**{'status': 1})", "update"),
        ("Row.objects.bulk_update(rows, ['number', 'status'])", "bulk_update"),
        ("Row.objects.bulk_update(rows, ('status',), batch_size=9)", "bulk_update"),
        ("Row.objects.bulk_update(rows, fields=['status'])", "bulk_update"),
        ("Row.objects.bulk_update(rows, [*more, 'status'])", "bulk_update"),
    ],
)
def test_every_way_to_write_a_status_is_seen(source: str, what: str) -> None:
    assert status_writes(source) == [f"{what} of status"]


@pytest.mark.parametrize(
    "source",
    [
        "found = row.status",
        "status = row.status",
        "rows.filter(status=1)",
        "Row(status=1)",
        "setattr(row, 'number', 'status')",
        "setattr(row, name, value)",
        "rows.update(number=1)",
        "Row.objects.bulk_update(rows, ['number'])",
        "row.save(update_fields=['status'])",
        "row.status.lower()",
    ],
)
def test_reading_a_status_is_no_write(source: str) -> None:
    assert status_writes(source) == []
