"""Files that people gave us, as they are handed out: never to be run or shown in our name."""

import re

from django.http import HttpResponse

_POLICY = "default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'; sandbox"


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """To be saved under `name`; the other headers are those of every page."""
    response = HttpResponse(content, content_type=content_type)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name)
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    response["Content-Security-Policy"] = _POLICY
    return response
