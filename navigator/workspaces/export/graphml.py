"""GraphML (Brandes et al., "GraphML Progress Report", Graph Drawing 2001), as Gephi, yEd and networkx read it: a node
for each symbol, an edge for each call, all that is known of them as attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from navigator.callgraph import Call, Symbol
from navigator.workspaces.export.extract import Extract, joined

NODE_KEYS = {
    "label": "string",
    "name": "string",
    "kind": "string",
    "root": "string",
    "file": "string",
    "line": "int",
    "end_line": "int",
    "role": "string",
}
EDGE_KEYS = {
    "kind": "string",
    "certainty": "string",
    "rule": "string",
    "file": "string",
    "line": "int",
    "column": "int",
}
# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def pieces(extract: Extract) -> Iterator[bytes]:
    yield from joined(line.encode() for line in _lines(extract))


def _lines(extract: Extract) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for side, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for name, type in keys.items():
            yield f'<key id="{side}_{name}" for="{side}" attr.name="{name}" attr.type="{type}"/>\n'
    yield f'<graph id={_quoted(extract.workspace)} edgedefault="directed">\n'
    for symbol in extract.symbols():
        yield _node(symbol)
    for number, call in enumerate(extract.calls()):
        yield _edge(number, call)
    yield "</graph>\n</graphml>\n"


def _node(symbol: Symbol) -> str:
    values = {each: getattr(symbol, each, "") for each in NODE_KEYS} | {"label": _short(symbol)}
    return f"<node id={_quoted(symbol.id)}>{_data('node', values)}</node>\n"


def _short(symbol: Symbol) -> str:
    parts = symbol.name.rpartition(":")[2].split(".") if "<" not in symbol.name else [symbol.name]
    return ".".join(parts[-2:] if symbol.kind == "method" else parts[-1:])


def _edge(number: int, call: Call) -> str:
    values = {each: getattr(call, each) for each in EDGE_KEYS}
    ends = f"source={_quoted(call.caller)} target={_quoted(call.callee)}"
    return f'<edge id="e{number}" {ends}>{_data("edge", values)}</edge>\n'


def _data(side: str, values: dict[str, object]) -> str:
    return "".join(f'<data key="{side}_{name}">{_text(value)}</data>' for name, value in values.items() if value != "")


def _text(value: object) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", str(value)))


def _quoted(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", value))
