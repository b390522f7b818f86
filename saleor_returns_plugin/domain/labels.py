"""What a label's bytes are, whatever its file is called."""

from ..enums import LabelKind

MOST_BYTES = 5_000_000

CONTENT_TYPES = {LabelKind.PDF: "application/pdf", LabelKind.PNG: "image/png"}

_PDF = b"%PDF-"
_PDF_END = b"%%EOF"
_PDF_TAIL = 1024
"""Within its last bytes, as readers look for it (ISO 32000-1, H.3.18)."""
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"


def kind_of(content: bytes) -> LabelKind | None:
    """By its beginning and its end, so that nothing hangs on to it; None for anything else."""
    if content.startswith(_PDF) and _PDF_END in content[-_PDF_TAIL:]:
        return LabelKind.PDF
    if content.startswith(_PNG) and content.endswith(_PNG_END):
        return LabelKind.PNG
    return None
