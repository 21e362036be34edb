"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, singular: str, plural: str = "") -> str:
    """``1 call``, ``1,234 calls``; ``plural`` where it is not the singular with an ``s``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
