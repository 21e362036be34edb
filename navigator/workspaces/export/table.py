"""CSV: one row for each call, with what a spreadsheet or a data frame wants to know of both ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from navigator.callgraph import Symbol
from navigator.workspaces.export.extract import Extract, joined

COLUMNS = (
    "caller",
    "callee",
    "kind",
    "certainty",
    "rule",
    "file",
    "line",
    "column",
    "end_line",
    "end_column",
    "caller_name",
    "caller_kind",
    "callee_name",
    "callee_kind",
    "callee_file",
    "callee_line",
)


def pieces(extract: Extract) -> Iterator[bytes]:
    yield from joined(_lines(extract))


def _lines(extract: Extract) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    known: dict[str, Symbol] = {symbol.id: symbol for symbol in extract.symbols()}
    for call in extract.calls():
        caller, callee = known[call.caller], known[call.callee]
        place = (call.file, call.line, call.column, call.end_line, call.end_column)
        ends = (caller.name, caller.kind, callee.name, callee.kind, callee.file, callee.line)
        writer.writerow((call.caller, call.callee, call.kind, call.certainty, call.rule, *place, *ends))
        yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8", "backslashreplace")
    buffer.seek(0)
    buffer.truncate()
    return data
