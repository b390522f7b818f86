"""Serves our stylesheets on hosts that serve no static files (Saleor does so in DEBUG only)."""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse

_FOLDER = Path(__file__).parent.parent / "static" / "saleor_returns_plugin"
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png"}


def serve(request: HttpRequest, name: str) -> HttpResponse:
    """A file that lies directly in our folder; `name` is looked up, never joined to a path."""
    files = {path.name: path for path in _FOLDER.iterdir() if path.suffix in _TYPES}
    if name not in files:
        raise Http404
    response = HttpResponse(files[name].read_bytes(), content_type=_TYPES[files[name].suffix])
    response["Cache-Control"] = "public, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def text_of(name: str) -> str:
    """One of our own stylesheets, for what is drawn here rather than in a browser."""
    return (_FOLDER / name).read_text()
