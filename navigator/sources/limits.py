"""How much of a source is read before it is called too much."""

from __future__ import annotations

import msgspec

MEBIBYTE = 1 << 20


class Limits(msgspec.Struct, frozen=True):
    """Sizes are in bytes. A larger file is left out with a problem; the other limits refuse the whole source."""

    file_size: int = 5_000_000
    files: int = 200_000
    """Files of a folder or revision that are taken, members of an archive."""
    unpacked: int = 4096 * MEBIBYTE
    """What an archive may hold in all."""
    ratio: int = 200
    """How many times its own size an archive may hold, once that is more than ``ratio_from``."""
    ratio_from: int = 64 * MEBIBYTE
    download: int = 8192 * MEBIBYTE
    kept_in_memory: int = 64 * MEBIBYTE
    """Bytes of one snapshot held in memory; what is beyond goes to an unnamed temporary file."""
