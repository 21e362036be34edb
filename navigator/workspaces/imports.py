"""Which modules a file imports: the part of its facts that naming needs, small enough to keep beside them."""

from __future__ import annotations

import msgspec

from navigator.facts.vocabulary import FileFacts, ImportModule, ImportName, ImportStar


class Import(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """``module`` as written, ``level`` leading dots, and the name imported from it (empty for the module itself)."""

    module: str
    level: int
    name: str


Summary = tuple[Import, ...]

_decoder = msgspec.msgpack.Decoder(Summary)


def imports_of(facts: FileFacts) -> Summary:
    """Every import of one file, once each, sorted."""
    found: set[Import] = set()
    for definition in facts.definitions:
        for instruction in definition.body:
            kind = type(instruction)
            if kind is ImportName:
                found.add(Import(instruction.module, instruction.level, instruction.name))  # type: ignore[union-attr]
            elif kind is ImportModule or kind is ImportStar:
                found.add(Import(instruction.module, instruction.level, ""))  # type: ignore[union-attr]
    return tuple(sorted(found))


def encode_summary(summary: Summary) -> bytes:
    return msgspec.msgpack.encode(summary)


def decode_summary(data: bytes) -> Summary:
    return _decoder.decode(data)
