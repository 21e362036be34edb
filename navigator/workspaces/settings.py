"""How a workspace is made: what is kept of an ``index`` command, so that it can be repeated."""

from __future__ import annotations

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """``sources`` are specs as ``navigator.sources`` reads them, folders as absolute paths."""

    sources: tuple[str, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    import_roots: tuple[str, ...] = ()
    with_deps: str = ""
    """An environment's folder, whose packages are read where imports lead; or empty."""


class Place(msgspec.Struct, frozen=True):
    """Where a root's files lie on disk, for roots that may change there; ``folder`` is empty for all others."""

    root: str
    folder: str


class Kept(msgspec.Struct, frozen=True):
    """What the index keeps of a workspace beside its graph."""

    settings: Settings
    places: tuple[Place, ...] = ()
    dependencies: tuple[str, ...] = ()
    """The distributions of ``Settings.with_deps`` that imports led to."""


def encode_kept(kept: Kept) -> bytes:
    return msgspec.json.encode(kept)


def decode_kept(data: bytes) -> Kept:
    """Raises ``msgspec.MsgspecError`` for what another version wrote."""
    return msgspec.json.decode(data, type=Kept)
