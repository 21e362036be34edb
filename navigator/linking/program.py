"""The input of linking: every file's facts, and the names under which files import each other."""

from __future__ import annotations

import msgspec

from navigator.callgraph import Role, Root
from navigator.facts.vocabulary import FileFacts


class ProgramFile(msgspec.Struct, frozen=True):
    """One file of the program. ``module`` is its dotted import name; ``package`` tells an ``__init__`` file."""

    root: str
    path: str
    module: str
    package: bool
    role: Role
    facts: FileFacts


class ScriptPackage(msgspec.Struct, frozen=True):
    """A package of npm: the folder of a ``package.json``, and where imports of its ``name`` (which may be empty) lead.

    ``main`` are targets for the package itself, ``exports`` (Node.js "Package entry points") subpaths such as ``.`` or
    ``./lib/*`` with their targets; both best first, relative to ``folder``. ``imports`` are names such as ``#core``
    that the package's own files use.
    """

    root: str
    folder: str
    name: str
    main: tuple[str, ...] = ()
    exports: tuple[tuple[str, tuple[str, ...]], ...] = ()
    imports: tuple[tuple[str, tuple[str, ...]], ...] = ()


class ScriptProject(msgspec.Struct, frozen=True):
    """Where a TypeScript project finds modules for the files below ``folder``.

    ``paths`` are specifiers, at most one ``*`` in each, with targets best first; ``base`` is where other specifiers are
    looked for before packages are. Targets and ``base`` are paths from the top of the root.
    """

    root: str
    folder: str
    base: str | None = None
    paths: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Program(msgspec.Struct, frozen=True):
    files: tuple[ProgramFile, ...]
    roots: tuple[Root, ...]
    packages: tuple[ScriptPackage, ...] = ()
    projects: tuple[ScriptProject, ...] = ()
