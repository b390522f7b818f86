"""Builds .sandbox/venv: Saleor 2.10.1 by the pins, its servers, and the tools.

Standard library only; any Python 3.8+ can run it, as long as a 3.11 or 3.12 can be found. What it
did is remembered in a stamp, so that the next run takes no time and no network.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SANDBOX = Path(__file__).resolve().parent
CHECKOUT = SANDBOX.parent
STATE = CHECKOUT / ".sandbox"
VENV = STATE / "venv"
STAMP = VENV / "returns-stamp"
REQUIREMENTS = [
    SANDBOX / "pins.txt",
    SANDBOX / "host-requirements.txt",
    SANDBOX / "dev-requirements.txt",
]
# `import magic` needs libmagic, which a small machine lacks; this package brings its own.
MAGIC_WITH_LIBRARY = "python-magic-standalone==0.4.28"


def say(text: str) -> None:
    print(f"[sandbox] {text}", flush=True)


def version_of(python: str) -> str:
    """ "3.11" and so on; blank when it cannot run (a pyenv shim, for example)."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def find_python() -> str:
    named = os.environ.get("RETURNS_PYTHON")
    for candidate in [named, sys.executable, "python3.12", "python3.11", "python3"]:
        found = candidate and shutil.which(candidate)
        if found and version_of(found) in ("3.11", "3.12"):
            return found
    sys.exit("Python 3.11 or 3.12 is needed and was not found (RETURNS_PYTHON can name it).")


def fingerprint() -> str:
    digest = hashlib.sha256(str(CHECKOUT).encode())
    for path in [Path(__file__), *REQUIREMENTS]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_venv(python: str) -> list[str]:
    """Create the environment, or keep a complete one, and answer the pip command that installs into it."""
    inside = VENV / "bin" / "python"
    if version_of(str(inside)) == version_of(python) and STAMP.exists():
        return [python, "-m", "pip", "--python", str(inside)]  # complete before: only what changed
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([python, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode == 0:
        return [str(inside), "-m", "pip"]
    # Debian keeps ensurepip in a package of its own; the system's pip can do its work.
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([python, "-m", "venv", "--without-pip", str(VENV)])
    if made.returncode != 0:
        sys.exit("The venv module of this Python does not work.")
    return [python, "-m", "pip", "--python", str(inside)]


def install(pip: list[str], *what: str) -> None:
    command = [*pip, "install", "--no-deps", "--ignore-requires-python", "--progress-bar=off"]
    process = subprocess.Popen(
        [*command, *what], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    seen: list[str] = []
    started = time.monotonic()
    assert process.stdout is not None
    for line in process.stdout:
        seen.append(line)
        word = line.split(" ")[0]
        if word == "Collecting":
            count = sum(each.startswith("Collecting") for each in seen)
            if count % 20 == 0:
                say(f"  {count} packages found, {time.monotonic() - started:.0f} s")
        elif line.strip().startswith("Building wheel for") and "started" not in line:
            say(f"  {line.strip()}")
        elif word == "Installing":
            say("  installing them")
    if process.wait() != 0:
        print("".join(seen[-60:]))
        sys.exit("pip failed, see above.")


def main() -> None:
    STATE.mkdir(exist_ok=True)
    with (STATE / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_unless_done()


def build_unless_done() -> None:
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and version_of(str(VENV / "bin/python")):
        return
    python = find_python()
    say(f"building {VENV.relative_to(CHECKOUT)} with Python {version_of(python)}, about a minute")
    pip = make_venv(python)
    install(pip, *[part for path in REQUIREMENTS for part in ("-r", str(path))])
    inside = str(VENV / "bin" / "python")
    if subprocess.run([inside, "-c", "import magic"], capture_output=True).returncode != 0:
        install(pip, "--force-reinstall", MAGIC_WITH_LIBRARY)
    # The checkout itself: a path is enough, for 2.10 knows no entry points.
    site_packages = next(VENV.glob("lib/python3.*/site-packages"))
    (site_packages / "returns-checkout.pth").write_text(f"{CHECKOUT}\n")
    STAMP.write_text(wanted)
    say("environment ready")


if __name__ == "__main__":
    main()
