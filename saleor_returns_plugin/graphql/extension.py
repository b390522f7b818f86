def install() -> None:
    """Placeholder until the schema lands."""


def collisions() -> list[str]:
    """Names of ours that the host's schema had already (for the system check)."""
    return []
