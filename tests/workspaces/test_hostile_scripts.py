"""JavaScript that nobody should have to read: it costs bounded time and a note, and nothing of the files beside it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator.index import Home
from navigator.workspaces import open_workspace
from navigator.workspaces.indexing import index

GOOD = "export function good() { return helper(); }\nfunction helper() { return 1; }\n"
LIMIT = 5_000_000


def minified(size: int) -> bytes:
    """One line of short names and no spaces."""
    unit = "function a(b,c){return b?c(b):d(function(e){return e.f(b,c)})}var g=h({i:j,k:[l,m]});"
    return (unit * (size // len(unit) + 1))[:size].encode()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a minified bundle": (lambda: minified(1_200_000), "minified"),
    "a bundle above the limit": (lambda: minified(LIMIT + 1), "more than the limit"),
    "binary junk": (lambda: random.Random(1).randbytes(2_000_000), "binary data"),
    "brackets": (lambda: b"x = " + b"[" * 50_000 + b"]" * 50_000, "nested too deeply"),
    "functions": (lambda: b"(function(){" * 5_000 + b"})()" * 5_000, "nested too deeply"),
    "blocks": (lambda: b"if (a) {" * 5_000 + b"}" * 5_000, "nested too deeply"),
}


def indexed(folder: Path, content: bytes, home: Home) -> tuple[set[tuple[str, str]], list[str]]:
    """Calls by name in ``good.js`` and the problems of an index of it with a file ``other.js``."""
    folder.mkdir()
    (folder / "good.js").write_text(GOOD)
    (folder / "other.js").write_bytes(content)
    index([str(folder)], home=home, jobs=1)
    with open_workspace(home=home) as workspace:
        found = workspace.callees("good.js:good").edges
        calls = {(edge.caller.id, edge.callee.id) for edge in found}
        return calls, [problem.message for problem in workspace.health().problems if problem.file == "other.js"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_note_and_nothing_lost(name: str, tmp_path: Path) -> None:
    make, note = HOSTILE[name]
    calls, problems = indexed(tmp_path / "code", make(), Home(tmp_path / "home"))
    assert calls == {("code:good.js:good", "code:good.js:helper")}
    assert len(problems) == 1
    assert note in problems[0]


def test_a_function_with_thousands_of_properties(tmp_path: Path) -> None:
    """More than are told apart, and it is used as a class all the same."""
    lines = "".join(f"Table.p{i} = function () {{ return Table.p{i + 1}; }};\n" for i in range(3_000))
    text = f"function Table() {{}}\n{lines}Table.prototype.open = function () {{}};\nnew Table().open();\n"
    calls, problems = indexed(tmp_path / "code", text.encode(), Home(tmp_path / "home"))
    assert calls == {("code:good.js:good", "code:good.js:helper")}
    assert problems == []


@pytest.mark.long
def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    count = 50_000
    lines = "".join(f"export function f{i}(a) {{ return f{(i * 7) % count}(a); }}\n// a line\n" for i in range(count))
    calls, problems = indexed(tmp_path / "code", lines.encode(), Home(tmp_path / "home"))
    assert calls == {("code:good.js:good", "code:good.js:helper")}
    assert problems == []
