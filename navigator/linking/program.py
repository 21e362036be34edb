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


class Program(msgspec.Struct, frozen=True):
    files: tuple[ProgramFile, ...]
    roots: tuple[Root, ...]
