"""What a slice keeps is upstream's text, byte for byte."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import libcst as cst
import pytest

from navigator.callgraph import Certainty, Role, Symbol, SymbolKind
from navigator.slicing import CheckFailed, wish_for_path, wish_for_symbols, write_slice
from navigator.slicing.sources import ModuleSource
from navigator.workspaces import Workspace, index, open_workspace

ROOT = Path(__file__).parents[2]
MINIATURES = ("torchvision", "deepspeed", "webui")
Miniature = Callable[[str], Workspace]


def python_files() -> list[Path]:
    library = Path(sys.modules["ast"].__file__ or "").parent
    return sorted([*(ROOT / "navigator").rglob("*.py"), *(ROOT / "fixtures").rglob("*.py"), *library.glob("*.py")])


def test_the_units_of_a_module_are_the_module() -> None:
    for file in python_files():
        content = file.read_bytes()
        source = ModuleSource("", file.name, "module", content)
        end = source.units[-1].end if source.units else 0
        pieces = [source.slice(unit.start, unit.end) for unit in source.units]
        text = "".join([*pieces, source.slice(end + 1, len(source.lines))])
        assert source.mark + text.encode(source.encoding) == content, file


def is_cuttable(symbol: Symbol) -> bool:
    kinds = (SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CLASS)
    return symbol.kind in kinds and symbol.role is Role.SOURCE and symbol.file.endswith(".py")


def statements(tree: cst.Module) -> Iterator[tuple[str, bool]]:
    """Every statement's text as libcst gives it, comments above included, and whether it is an import."""

    class Collecting(cst.CSTVisitor):
        def __init__(self) -> None:
            self.found: list[tuple[str, bool]] = []

        def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
            imports = any(isinstance(each, cst.Import | cst.ImportFrom) for each in node.body)
            self.found.append((tree.code_for_node(node).strip(), imports))

    collecting = Collecting()
    tree.visit(collecting)
    yield from collecting.found


@pytest.mark.parametrize("name", MINIATURES)
def test_kept_statements_are_those_of_upstream(name: str, miniature: Miniature, tmp_path: Path) -> None:
    """libcst as the judge: every simple statement of a slice stands in the file that it was cut from."""
    workspace = miniature(name)
    symbols = [each for each in workspace.graph.all_symbols() if is_cuttable(each)][::17]
    seen = 0
    for number, symbol in enumerate(symbols[:6]):
        folder = tmp_path / f"cut{number}"
        wish = wish_for_symbols(workspace, [symbol.id], 1)
        written = write_slice(workspace, wish, folder, stub_external=True, run=False, only_path=bool(number % 2))
        upstream: set[str] = set()
        for file in workspace.graph.files():
            if file.path.endswith(".py"):
                content = workspace.content(file.root, file.path)
                upstream |= {text for text, _ in statements(cst.parse_module(content))}
        for part in written.made.parts:
            for text, imports in statements(cst.parse_module((folder / part.path).read_bytes())):
                code = text.split("\n# Its licence", 1)[-1] if "# Cut out of" in text else text
                ours = "left_out" in code or "LeftOut" in code or code == "pass"
                if imports or ours or "No licence" in text or "# Cut out of" in text:
                    continue
                assert text in upstream, (part.path, text)
                seen += 1
    assert seen > 20


def test_line_ends_marks_and_encodings_stay(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    lines = ("# -*- coding: latin-1 -*-", "# (c) André", "def f():", "    return 'é' + g()   # wörd", "", "", "")
    latin = "\r\n".join((*lines, "def g():", "\treturn ''", ""))
    (folder / "latin.py").write_bytes(latin.encode("latin-1"))
    (folder / "marked.py").write_bytes(b"\xef\xbb\xbfdef h():\n    return 1\n")
    index([str(folder)], name="program", jobs=1)
    with open_workspace("program") as workspace:
        write_slice(workspace, wish_for_symbols(workspace, ["latin.f", "marked.h"], 1), tmp_path / "cut")
    cut = (tmp_path / "cut/latin.py").read_bytes()
    first, _, rest = cut.partition(b"\r\n")
    assert first == b"# -*- coding: latin-1 -*-"
    assert rest.endswith(latin.encode("latin-1").split(b"\r\n", 1)[1])
    assert b"\n" not in cut.replace(b"\r\n", b"")
    assert (tmp_path / "cut/marked.py").read_bytes().startswith(b"\xef\xbb\xbf#")


@pytest.mark.parametrize("name", MINIATURES)
def test_random_symbols(name: str, miniature: Miniature, tmp_path: Path) -> None:
    check_symbols(miniature(name), tmp_path, every=20)


@pytest.mark.long
@pytest.mark.parametrize("name", MINIATURES)
def test_every_symbol(name: str, miniature: Miniature, tmp_path: Path) -> None:
    check_symbols(miniature(name), tmp_path, every=1)


def check_symbols(workspace: Workspace, folder: Path, *, every: int) -> None:
    """Slices symbols and paths to them: each is written, which it is only when it is sound.

    A path whose calls rest on value flow may be refused where the values come over strings and patches that a slice
    cannot follow, now and then.
    """
    symbols = [each for each in workspace.graph.all_symbols() if is_cuttable(each)]
    paths = refused = 0
    for number, symbol in enumerate(symbols[::every]):
        place = folder / f"symbol{number}"
        written = write_slice(workspace, wish_for_symbols(workspace, [symbol.id], 1), place, stub_external=True)
        for caller, callee in written.open_calls:
            calls = [reason.call for reason in workspace.why(caller, callee).reasons]
            assert all(call.certainty is not Certainty.EXACT for call in calls), (caller, callee)
        callers = [each for each in workspace.callers(symbol.id).edges if is_cuttable(each.caller)]
        for edge in callers[:1]:
            wish = wish_for_path(workspace, edge.caller.id, symbol.id)
            place = folder / f"path{number}"
            paths += 1
            try:
                write_slice(workspace, wish, place, stub_external=True, only_path=bool(number % 2))
            except CheckFailed:
                assert edge.call.certainty is not Certainty.EXACT, (edge.caller.id, symbol.id)
                assert not place.exists()
                refused += 1
    assert refused <= paths // 10
