"""`python -m sandbox.story`: exit 0 when every step did what it says."""

import argparse
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from .client import Person
from .hosts import host_of
from .narration import Failed, chapter, say
from .steps import STEPS
from .world import World


def main(arguments: list[str] | None = None) -> int:
    options = _options().parse_args(arguments)
    began = time.monotonic()
    try:
        _play(options)
    except Failed as failure:
        print(f"\nFAILED: {failure}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    say("")
    say(f"The story went as told, in {time.monotonic() - began:.0f} s.")
    return 0


def _play(options: argparse.Namespace) -> None:
    url = _base(options.url)
    visitor = Person("the shopper", url)
    merchant = Person("the merchant", url, email=options.email, password=options.password)
    host = host_of(merchant, visitor)
    tag = options.tag or f"{int(time.time()) % 0x1000000:06x}"
    world = World(
        url=url,
        tag=tag,
        gateway=options.gateway,
        patience=options.patience,
        mail_dir=options.mail_dir,
        host=host,
        merchant=merchant,
        visitor=visitor,
        shopper_email=f"ada.{tag}@example.com",
    )
    try:
        for number, (title, step) in enumerate(STEPS, start=1):
            chapter(number, title)
            try:
                step(world)
            except Failed as failure:
                raise Failed(f"step {number}, {title!r}: {failure}") from failure
    finally:
        host.leave()
        for undo in world.put_back:
            undo()


def _base(url: str) -> str:
    """Also of an address that names the GraphQL endpoint."""
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        raise Failed(f"{url!r} is no address; give one like http://127.0.0.1:8000")
    return f"{parts.scheme}://{parts.netloc}"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.story", description=__doc__)
    parser.add_argument("--url", required=True, help="of Saleor, for example http://127.0.0.1:8000")
    parser.add_argument(
        "--email", required=True, help="of a staff user with all permissions, in all channels"
    )
    parser.add_argument("--password", required=True)
    parser.add_argument("--mail-dir", type=Path, help="folder of Django's file mail backend")
    parser.add_argument(
        "--gateway", default="mirumee.payments.dummy", help="ID of the payment plugin"
    )
    parser.add_argument("--patience", type=float, default=60, help="seconds a Celery task may take")
    parser.add_argument("--tag", default="", help="names this run's goods and people")
    return parser


if __name__ == "__main__":
    sys.exit(main())
