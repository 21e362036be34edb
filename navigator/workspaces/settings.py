"""How a workspace is made: what is kept of an ``index`` command or a workspace file, so that it can be repeated."""

from __future__ import annotations

import msgspec

from navigator.workspaces.specs import pinned_spec


class ImportRoot(msgspec.Struct, frozen=True):
    """A folder of a root where import names begin; the names in it are prefixed with ``name`` where that is given."""

    folder: str
    name: str = ""


class RootSettings(msgspec.Struct, frozen=True):
    """One root: ``source`` as ``navigator.sources`` reads it (a path is absolute), and what is taken of it.

    ``name`` is empty where the source gives it; ``revision`` pins the source, unless the source itself says one;
    globs and import roots are relative to ``folder``, the part of the source that is the root.
    """

    source: str
    name: str = ""
    revision: str = ""
    folder: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    import_roots: tuple[ImportRoot, ...] = ()
    local: str = ""
    """What is read instead of the source: a spec of a clone, archive or folder on this disk; mostly empty."""
    permalink: str = ""
    """A pattern for the addresses under which lines of the root can be read; empty where the source tells them."""

    @property
    def spec(self) -> str:
        """The source at its revision, in one text."""
        return pinned_spec(self.source, self.revision)


class Settings(msgspec.Struct, frozen=True):
    """Globs and import roots here hold for every root; paths are absolute."""

    roots: tuple[RootSettings, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    import_roots: tuple[str, ...] = ()
    with_deps: str = ""
    """An environment's folder, whose packages are read where imports lead; or empty."""
    knowledge: tuple[str, ...] = ()
    """Files of library knowledge, besides the navigator's own."""
    reproductions: tuple[str, ...] = ()
    """Folders that hold reproductions."""
    file: str = ""
    """The workspace file that all this was read from; empty where a command line said it."""

    @property
    def sources(self) -> tuple[str, ...]:
        """What every root is read from, at its revision."""
        return tuple(root.spec for root in self.roots)


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


def settings_of(*sources: str) -> Settings:
    """The settings of a workspace whose roots are these sources and nothing more."""
    return Settings(tuple(RootSettings(source) for source in sources))


def encode_kept(kept: Kept) -> bytes:
    return msgspec.json.encode(kept)


def decode_kept(data: bytes) -> Kept:
    """Raises ``msgspec.MsgspecError`` for what another version wrote."""
    return msgspec.json.decode(data, type=Kept)
