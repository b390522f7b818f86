def install() -> None:
    """Placeholder until the schema lands."""
