"""What one file says: its definitions, scopes, assignments, calls and positions; a pure function of its bytes."""

from __future__ import annotations

from navigator.facts.encoding import decode, encode
from navigator.facts.languages import extract, language_of
from navigator.facts.version import front_end_version
from navigator.facts.vocabulary import Definition, DefinitionKind, FileFacts, SyntaxProblem

VERSION: str
"""Names the code that makes facts: cached ones of another version are not to be used."""


def __getattr__(name: str) -> str:
    if name == "VERSION":
        return front_end_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "VERSION",
    "Definition",
    "DefinitionKind",
    "FileFacts",
    "SyntaxProblem",
    "decode",
    "encode",
    "extract",
    "language_of",
]
