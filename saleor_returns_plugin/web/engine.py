"""Our own template engine: Saleor's prints unknown variables in DEBUG, and lacks our needs."""

from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.template import Engine, RequestContext

TEMPLATES = Path(__file__).parent.parent / "templates" / "saleor_returns_plugin"


def html(request: HttpRequest, name: str, context: dict[str, Any]) -> str:
    """The template `name`, escaped; a RequestContext adds nothing but the CSRF token."""
    return _engine().get_template(name).render(RequestContext(request, context))


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], builtins=["django.templatetags.i18n"])
