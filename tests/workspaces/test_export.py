"""Exports: the schema as documented, the benchmark's names, and files that are complete or absent."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from navigator.callgraph import Role, Symbol, SymbolKind
from navigator.index import Home
from navigator.workspaces import Workspace, open_workspace
from navigator.workspaces.errors import Unwritable
from navigator.workspaces.export import UnknownFormat
from navigator.workspaces.export.pycg_names import adjacency, pycg_name
from navigator.workspaces.files import DiskFailed, write_file
from tests.index.sample import installed

KEYS = {
    "roots": {"name", "source", "revision"},
    "symbols": {"id", "name", "kind", "root", "file", "line", "end_line"},
    "calls": {
        "caller",
        "callee",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "kind",
        "certainty",
        "rule",
    },
    "unresolved": {"caller", "file", "line", "column", "expression", "reason"},
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    home = Home(tmp_path / "home")
    installed(home)
    with open_workspace(home=home) as workspace:
        yield workspace


def exported(workspace: Workspace, format: str = "json", **options: bool) -> Any:
    return json.loads(b"".join(workspace.export(format, **options)))


def test_the_schema(shop: Workspace) -> None:
    data = exported(shop)
    assert list(data) == ["schema", "workspace", *KEYS]
    assert (data["schema"], data["workspace"]) == ("navigator.callgraph/1", "shop")
    for part, keys in KEYS.items():
        assert data[part] and all(set(record) == keys for record in data[part]), part


def test_calls_name_symbols(shop: Workspace) -> None:
    data = exported(shop)
    ids = {symbol["id"] for symbol in data["symbols"]}
    assert len(ids) == len(data["symbols"]) == 13
    assert all({call["caller"], call["callee"]} <= ids for call in data["calls"])


def test_guesses_are_exported_only_when_asked(shop: Workspace) -> None:
    assert {call["certainty"] for call in exported(shop)["calls"]} == {"exact", "inferred", "rule"}
    assert len(exported(shop, guesses=True)["calls"]) == len(exported(shop)["calls"]) + 1


def test_one_record_a_line(shop: Workspace) -> None:
    lines = b"".join(shop.export("json")).decode().splitlines()
    records = [line.rstrip(",]}") + "}" for line in lines if line.startswith('{"') and "schema" not in line]
    assert len([json.loads(record) for record in records]) == 1 + 13 + 8 + 1


def test_pycg(shop: Workspace) -> None:
    assert exported(shop, "pycg") == {
        "<builtin>.sum": [],
        "<**PyList**>.price": [],
        "shop.core": ["shop.tax.rate"],
        "shop.core.Cart.__init__": ["shop.tax.rate"],
        "shop.core.Cart.total": ["<builtin>.sum", "shop.core.Cart.total.<lambda1>"],
        "shop.core.Cart.total.<lambda1>": ["shop.tax.rate"],
        "shop.core.checkout": ["shop.core.Cart.__init__", "shop.core.Cart.total"],
        "shop.tax": [],
        "shop.tax.rate": [],
        "shop.tests.test_core": [],
        "shop.tests.test_core.test_checkout": ["shop.core.checkout"],
    }


def test_unknown_format(shop: Workspace) -> None:
    with pytest.raises(UnknownFormat, match="json, pycg"):
        shop.export("svg")


def symbol(id: str, kind: SymbolKind = SymbolKind.FUNCTION, name: str = "") -> Symbol:
    root, _, local = id.partition(":")
    return Symbol(id, name or local, kind, root, "f", 1, 1, Role.SOURCE)


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("r:main.func", "main.func"),
        ("r:main.func~3", "main.func"),
        ("r:main.func~2.inner", "main.func.inner"),
        ("r:main.<lambda2>", "main.<lambda2>"),
        ("r:src/Stage.ts:Stage.on", "src.Stage.Stage.on"),
        ("r:src/Stage.d.ts:Stage.<arrow1>", "src.Stage.Stage.<arrow1>"),
        ("r:src/Stage.ts", "src.Stage"),
        ("r:lib.ts.module.f", "lib.ts.module.f"),
    ],
)
def test_pycg_names(id: str, name: str) -> None:
    assert pycg_name(symbol(id, name="x")) == name


@pytest.mark.parametrize(
    ("external", "name"),
    [
        ("<builtin>.len", "<builtin>.len"),
        ("<builtin>.str", "<builtin>.str"),
        ("<builtin>.str.join", "<**PyStr**>.join"),
        ("<builtin>.dict.items", "<**PyDict**>.items"),
        ("torch.nn.Module", "torch.nn.Module"),
    ],
)
def test_pycg_names_of_externals(external: str, name: str) -> None:
    assert pycg_name(symbol(f"external:{external}", SymbolKind.EXTERNAL, external)) == name


def test_code_of_nested_classes_runs_in_the_function_around_them() -> None:
    kinds = {
        "r:m": SymbolKind.MODULE,
        "r:m.f": SymbolKind.FUNCTION,
        "r:m.f.A": SymbolKind.CLASS,
        "r:m.f.A.B": SymbolKind.CLASS,
        "r:m.g": SymbolKind.FUNCTION,
        "r:src/a.ts": SymbolKind.MODULE,
        "r:src/a.ts:C": SymbolKind.CLASS,
    }
    symbols = [symbol(id, kind) for id, kind in kinds.items()]
    assert adjacency(symbols, [(3, 4), (2, 3), (4, 2), (6, 4)]) == {
        "m": [],
        "m.f": ["m.g"],
        "m.g": [],
        "src.a": ["m.g"],
    }


# Files


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "graph.json"
    target.write_text("old")
    target.chmod(0o640)
    write_file(str(target), [b"new ", b"text"])
    assert target.read_bytes() == b"new text"
    assert target.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["graph.json"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    write_file(str(tmp_path / "link"), [b"x"])
    assert (tmp_path / "real").read_bytes() == b"x" and (tmp_path / "link").is_symlink()


def test_what_fails_on_the_way_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "graph.json"
    target.write_text("old")

    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(str(target), pieces())
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["graph.json"]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    for target in (str(tmp_path), str(tmp_path / "no" / "such"), f"{tmp_path}/x\0y"):
        with pytest.raises(Unwritable, match="cannot write"):
            write_file(target, [b"x"])


def test_devices_are_written_directly() -> None:
    write_file(os.devnull, [b"x"])
    if Path("/dev/full").exists():
        with pytest.raises(DiskFailed, match="No space left"):
            write_file("/dev/full", [b"x"])
