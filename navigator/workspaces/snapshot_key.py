"""Names for what was computed from what: a graph's key holds every input and the code that made it."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from navigator.callgraph import Problem, Role
from navigator.workspaces.settings import ImportRoot, Settings


class RootContent(msgspec.Struct, frozen=True):
    """One root as far as its graph depends on it. ``top`` is the top folder's import name; ``files`` are path, digest
    and role."""

    name: str
    source: str
    revision: str
    top: str
    import_roots: Sequence[ImportRoot]
    files: Sequence[tuple[str, str, Role]]
    problems: Sequence[Problem]


@functools.cache
def code_version(package: str, modules: tuple[str, ...] = ()) -> str:
    """A hash of the sources of this project's ``package`` (or of some of its modules), for cache keys."""
    folder = Path(__file__).parent.parent / package
    files = [folder / f"{module}.py" for module in modules] if modules else sorted(folder.rglob("*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def facts_version(front_end: str) -> str:
    """What facts, and the summaries kept beside them, depend on besides the bytes they came from."""
    return f"{front_end}-{code_version('workspaces', ('extraction', 'imports'))}"


def graph_key(
    roots: Iterable[RootContent],
    settings: Settings,
    installed: Sequence[tuple[str, str]],
    front_end: str,
    linker: str,
) -> str:
    """32 hexadecimal digits that stand for one graph; equal inputs give equal keys.

    ``installed`` are name and version of what an environment offers for imports to lead to.
    """
    modules = (
        "assembly",
        "bundles",
        "dependencies",
        "import_roots",
        "packaging_metadata",
        "program",
        "script_packages",
        "script_projects",
    )
    naming = code_version("workspaces", modules)
    layout = code_version("index", ("graph_file", "graph_writer"))
    inputs = (
        [facts_version(front_end), linker, naming, layout],
        settings.import_roots,
        [_digest(Path(file)) for file in settings.knowledge],
        list(installed),
        list(roots),
    )
    return hashlib.sha256(msgspec.msgpack.encode(inputs)).hexdigest()[:32]


def _digest(file: Path) -> str:
    """A hash of a file's bytes; of one that cannot be read, a value of its own (whoever needs it will say so)."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return f"unreadable {file}"
