"""Facts to bytes and back."""

from __future__ import annotations

import msgspec

from navigator.facts.vocabulary import FileFacts

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(FileFacts)


def encode(facts: FileFacts) -> bytes:
    """The facts as bytes; the same facts give the same bytes."""
    return _ENCODER.encode(facts)


def decode(encoded: bytes) -> FileFacts:
    """The facts that ``encode`` made bytes of. Raises ``msgspec.DecodeError`` for anything else."""
    return _DECODER.decode(encoded)
