"""Finding symbols by what people type."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from navigator.callgraph import CallGraph, Symbol, SymbolKind
from navigator.index import Home, StoredFile, StoredGraph
from navigator.index.graph_writer import write_graph
from navigator.index.symbol_search import at_line, containing, ending, nearest
from tests.index.sample import stored


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> StoredGraph:
    return stored(Home(tmp_path_factory.mktemp("home")))


def names(graph: StoredGraph, numbers: list[int]) -> list[str]:
    return [symbol.id.partition(":")[2] for symbol in graph.symbols(numbers)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop:shop.core.checkout", ["shop.core.checkout"]),
        ("shop.core.checkout", ["shop.core.checkout"]),
        ("core.checkout", ["shop.core.checkout"]),
        ("checkout", ["shop.core.checkout"]),
        ("heckout", []),
        ("rate", ["shop.tax.rate", "shop.tax.rate~2"]),
        ("shop:shop.tax.rate", ["shop.tax.rate"]),
        ("rate~2", []),
        ("total.<lambda:12>", ["shop.core.Cart.total.<lambda:12>"]),
        ("<lambda1>", []),
        ("core", ["shop.core"]),
        ("sum", ["<builtin>.sum"]),
        ("list.price", ["<builtin>.list.price"]),
        ("", []),
        ("'; DROP TABLE symbols; --", []),
    ],
)
def test_ends_of_names(graph: StoredGraph, text: str, expected: list[str]) -> None:
    found = ending(graph, text)
    assert [n.replace("<lambda1>", "<lambda:12>") for n in names(graph, found)] == expected


@pytest.mark.parametrize(
    ("text", "first", "total"),
    [
        ("checkout", "shop.core.checkout", 2),
        ("CHECKOUT", "shop.core.checkout", 2),
        ("cart", "shop.core.Cart", 4),
        ("ta", "shop.tax", 5),
        ("rt.to", "shop.core.Cart.total", 2),
        ("%", None, 0),
        ("_", "shop.core.Cart.__init__", 3),
        ('"', None, 0),
        ("zzzz", None, 0),
    ],
)
def test_parts_of_names(graph: StoredGraph, text: str, first: str | None, total: int) -> None:
    found, number = containing(graph, text, 50)
    assert number == total == len(found)
    if first is not None:
        assert graph.symbol(found[0]).name == first
    limited, number = containing(graph, text, 1)
    assert (limited, number) == (found[:1], total)


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("core.py", 10, ["shop.core.Cart.total"]),
        ("core.py", 12, ["shop.core.Cart.total.<lambda1>"]),
        ("core.py", 4, ["shop.core.Cart"]),
        ("core.py", 18, ["shop.core"]),
        ("core.py", 999, ["shop.core"]),
        ("tests/test_core.py", 3, ["shop.tests.test_core.test_checkout"]),
        ("test_core.py", 3, ["shop.tests.test_core.test_checkout"]),
        ("ore.py", 3, []),
    ],
)
def test_places(graph: StoredGraph, file: str, line: int, expected: list[str]) -> None:
    assert names(graph, at_line(graph, file, line)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("chekout", "shop.core.checkout"),
        ("core.chekout", "shop.core.checkout"),
        ("Cart.totl", "shop.core.Cart.total"),
        ("tax.raet", "shop.tax.rate"),
        ("test_chekcout", "shop.tests.test_core.test_checkout"),
    ],
)
def test_near_names(graph: StoredGraph, typed: str, expected: str) -> None:
    assert nearest(graph, typed, 3)[0].name == expected


def test_nothing_near(graph: StoredGraph) -> None:
    assert nearest(graph, "qqqqwwww", 3) == []
    assert nearest(graph, "", 3) == []


LETTERS = st.text(st.sampled_from("abAB_.%'\"ß日"), min_size=1, max_size=8)


@given(st.lists(LETTERS, min_size=1, max_size=12, unique=True), LETTERS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_search_equals_looking_at_every_name(tmp_path: Path, known: list[str], text: str) -> None:
    symbols = tuple(Symbol(f"r:{name}", name, SymbolKind.FUNCTION, "r", "m.py", 1, 1) for name in known)
    write_graph(
        tmp_path / "g", "k", CallGraph((), symbols, (), ()), [StoredFile("r", "m.py", "d", 1, "source", "m", "p")]
    )
    graph = StoredGraph.open(tmp_path / "g")
    found, total = containing(graph, text, 100)
    expected = {name for name in known if _folded(text) in _folded(name)}
    assert {graph.symbol(number).name for number in found} == expected
    assert total == len(expected)
    ends = {graph.symbol(number).name for number in ending(graph, text)}
    assert ends == ({text} if text in known else {name for name in known if name.endswith("." + text)})
    graph.close()


def _folded(text: str) -> str:
    """Only ASCII letters match in any case."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)
