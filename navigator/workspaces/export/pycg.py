"""The PyCG benchmark's adjacency: {caller: [callees]}."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from navigator.callgraph import DERIVED, CallKind, SymbolKind
from navigator.workspaces.export.extract import Extract, joined
from navigator.workspaces.export.pycg_names import adjacency


def pieces(extract: Extract) -> Iterator[bytes]:
    symbols = list(extract.symbols())
    places = {number: place for place, number in enumerate(extract.numbers)}
    pairs = (
        (places[call.caller], places[call.callee])
        for call in extract.stored_calls()
        if call.rule not in DERIVED
        and not (call.kind is CallKind.DECORATE and symbols[places[call.callee]].kind is SymbolKind.EXTERNAL)
    )
    encode = msgspec.json.Encoder().encode
    callees = adjacency(symbols, pairs)
    yield b"{\n"
    yield from joined((encode(caller) + b": " + encode(callees[caller]) for caller in sorted(callees)), b",\n")
    yield b"\n}\n"
