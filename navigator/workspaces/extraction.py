"""What a worker process does: a batch of sources in, encoded facts out. Nothing that is read is ever run."""

from __future__ import annotations

import gc
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from navigator import facts
from navigator.workspaces.imports import encode_summary, imports_of

COMPRESSION = 1


class Source(msgspec.Struct, frozen=True):
    """One content to be read in one language."""

    digest: str
    language: str
    content: bytes


class Extracted(msgspec.Struct, frozen=True):
    """Facts and summary of one content, encoded and the facts compressed; or the failure that kept them away."""

    digest: str
    language: str
    summary: bytes = b""
    data: bytes = b""
    failure: str = ""


def extract_batch(batch: Sequence[Source]) -> list[Extracted]:
    """One result for each source, in order. A source on which the front end fails gives the failure as its result."""
    with collector_paused():
        return [_extract(source) for source in batch]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Reading and linking code make many objects and few cycles; the collector would walk them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _extract(source: Source) -> Extracted:
    try:
        found = facts.extract(source.content, source.language)
        data = pack(facts.encode(found))
        summary = encode_summary(imports_of(found))
    except ImportError:
        # The installation is broken, not this file.
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        return Extracted(source.digest, source.language, failure=f"{type(error).__name__}: {reason}".rstrip(": "))
    return Extracted(source.digest, source.language, summary, data)


def pack(data: bytes) -> bytes:
    return zlib.compress(data, COMPRESSION)


def unpack(data: bytes) -> bytes:
    return zlib.decompress(data)
