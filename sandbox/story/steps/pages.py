"""The portal's and the console's doors."""

import re

from ..narration import check
from ..world import World

PAGES = {"/returns/": "the portal's sign-in page", "/returns/console/": "the console's login page"}


def play(world: World) -> None:
    for path, name in PAGES.items():
        status, text = world.visitor.page(path)
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        check(
            status == 200 and "<form" in text,
            f"{name}: {world.url}{path} ({' '.join(title[1].split()) if title else 'no title'})",
            f"HTTP {status}",
        )
