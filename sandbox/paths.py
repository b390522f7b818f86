"""Where the sandbox keeps what it makes; all of it is under .sandbox, which `make clean` removes."""

from pathlib import Path

SANDBOX = Path(__file__).resolve().parent
CHECKOUT = SANDBOX.parent
STATE = CHECKOUT / ".sandbox"
MAIL = STATE / "mail"
MEDIA = STATE / "media"
STATIC = STATE / "static"
LOGS = STATE / "logs"
DEMO = STATE / "demo.json"
