from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.accuracy import graphs


def test_export_by_names_without_guesses(tmp_path: Path) -> None:
    def call(caller: str, callee: str, certainty: str) -> dict[str, object]:
        return {"caller": caller, "callee": callee, "certainty": certainty, "file": "m.py", "line": 1}

    symbols = [{"id": f"root:m.{name}", "name": f"m.{name}", "kind": "function"} for name in "abc"]
    calls = [
        call("root:m.a", "root:m.b", "exact"),
        call("root:m.b", "root:m.c", "rule"),
        call("root:m.a", "root:m.c", "guess"),
        call("root:m.c", "root:m.a", "traced"),
    ]
    file = tmp_path / "graph.json"
    file.write_text(json.dumps({"schema": "navigator.callgraph/1", "symbols": symbols, "calls": calls}))
    assert graphs.read(file) == {("m.a", "m.b"), ("m.b", "m.c")}


def test_adjacency(tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    file.write_text('{"m.a": ["m.b", "m.c"], "m.b": []}')
    assert graphs.read(file) == {("m.a", "m.b"), ("m.a", "m.c")}


@pytest.mark.parametrize("content", ["", "[]", '{"symbols": 3}', "{"])
def test_anything_else_is_refused_by_name(content: str, tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    file.write_text(content)
    with pytest.raises(graphs.GraphError, match=r"graph\.json"):
        graphs.read(file)
