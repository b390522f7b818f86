"""PDF by WeasyPrint, where the store has installed it (`saleor-returns-plugin[pdf]`)."""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from ..errors import NotSupportedByHost

logger = logging.getLogger(__name__)


def is_offered() -> bool:
    return _weasyprint() is not None


def made_of(html: str, styles: Sequence[str]) -> bytes:
    """The page with these stylesheets; nothing is loaded from anywhere. Raises NotSupportedByHost."""
    library = _weasyprint()
    if library is None:
        raise NotSupportedByHost(_("This store makes no PDFs. Print the page instead."))
    sheets = [library.CSS(string=style) for style in styles]
    return bytes(library.HTML(string=html).write_pdf(stylesheets=sheets))


@cache
def _weasyprint() -> Any:
    """None as well where the libraries of the system that it draws with are missing."""
    try:
        import weasyprint
    except ImportError:
        return None
    except OSError as error:
        logger.warning("No PDFs are made, as WeasyPrint lacks a library: %s", error)
        return None
    return weasyprint
