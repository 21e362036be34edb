"""A stored graph gives back what was written, and says so when it cannot."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from navigator.callgraph import Call, CallGraph, CallKind, Certainty, Step, Symbol, SymbolKind
from navigator.callgraph.queries import MemoryGraph
from navigator.index import DamagedIndex, Home, StoredFile, StoredGraph, UnusableIndex
from navigator.index.graph_file import BLOCK, tail_of
from navigator.index.graph_writer import write_graph
from tests.index.sample import files, sample, stored


@pytest.fixture
def graph(tmp_path: Path) -> StoredGraph:
    return stored(Home(tmp_path))


def test_records_come_back_as_written(graph: StoredGraph) -> None:
    written = sample()
    assert list(graph.all_symbols()) == sorted(written.symbols, key=lambda symbol: symbol.id)
    assert sorted(map(graph.record, graph.all_calls()), key=repr) == sorted(written.calls, key=repr)
    assert list(graph.all_unresolved()) == list(written.unresolved)
    assert graph.roots == written.roots
    assert graph.problems == written.problems
    assert graph.files() == files()


def test_evidence_belongs_to_its_call(graph: StoredGraph) -> None:
    expected = dict(zip(sample().calls, sample().evidence, strict=True))
    assert {graph.record(call): graph.evidence(call) for call in graph.all_calls()} == expected
    assert any(expected.values())


def test_neighbours_are_those_of_the_records_without_guesses(graph: StoredGraph) -> None:
    for reader, memory in (
        (graph, MemoryGraph(sorted_sample())),
        (graph.with_guesses(), MemoryGraph(sorted_sample(), guesses=True)),
    ):
        for number in range(len(sample().symbols)):
            assert tuple(reader.callees(number)) == tuple(memory.callees(number))
            assert tuple(reader.callers(number)) == tuple(memory.callers(number))


def sorted_sample() -> CallGraph:
    graph = sample()
    return msgspec.structs.replace(graph, symbols=tuple(sorted(graph.symbols, key=lambda symbol: symbol.id)))


def test_calls_come_in_the_order_of_the_source(graph: StoredGraph) -> None:
    number = graph.number("shop:shop.core.Cart.total")
    assert number is not None
    places = [(call.line, call.column) for call in graph.calls_from(number)]
    assert places == sorted(places) and len(places) == 3


def test_totals(graph: StoredGraph) -> None:
    totals = graph.totals()
    assert totals.files == {"source": 2, "test": 1}
    assert totals.symbols == {"module": 3, "class": 1, "function": 4, "method": 2, "lambda": 1, "external": 2}
    assert totals.calls == {"exact": 5, "inferred": 2, "rule": 1, "guess": 1}
    assert totals.unresolved == {"unknown receiver": 1}
    assert totals.frequent == {"unknown receiver": (("item.price", 1),)}
    assert (totals.sites, totals.external_sites, totals.unresolved_sites) == (9, 1, 1)


def test_the_same_graph_gives_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    graph = sample()
    shuffled = list(zip(graph.calls, graph.evidence, strict=True))
    random.Random(3).shuffle(shuffled)
    other = msgspec.structs.replace(
        graph,
        symbols=graph.symbols[::-1],
        calls=tuple(call for call, _ in shuffled),
        evidence=tuple(steps for _, steps in shuffled),
    )
    opened = []
    for name, each in (("a", graph), ("b", other)):
        write_graph(tmp_path / name, "k", each, files())
        opened.append(StoredGraph.open(tmp_path / name))
    first, second = opened
    assert list(map(first.record, first.all_calls())) == list(map(second.record, second.all_calls()))
    assert [*map(first.evidence, first.all_calls())] == [*map(second.evidence, second.all_calls())]


def test_evidence_beyond_one_block(tmp_path: Path) -> None:
    number = 2 * BLOCK + 5
    symbols = (Symbol("r:m", "m", SymbolKind.MODULE, "r", "m.py", 1, number),)
    calls = tuple(
        Call("r:m", "r:m", "m.py", line, 0, line, 1, CallKind.CALL, Certainty.INFERRED) for line in range(number)
    )
    evidence = tuple((Step(f"step {line}", "m.py", line),) for line in range(number))
    graph = CallGraph((), symbols, calls, (), (), evidence)
    write_graph(tmp_path / "g", "k", graph, [StoredFile("r", "m.py", "d", 1, "source", "m", "python")])
    opened = StoredGraph.open(tmp_path / "g")
    assert [opened.evidence(call)[0].line for call in opened.all_calls()] == list(range(number))


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    broken = msgspec.structs.replace(sample(), symbols=())
    with pytest.raises(KeyError):
        write_graph(tmp_path / "g.sqlite", "k", broken, files())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableIndex, match=r"NAVIGATOR_HOME"):
        write_graph(tmp_path / "file" / "g.sqlite", "k", sample(), files())


def test_damage_is_one_clear_line(tmp_path: Path) -> None:
    home = Home(tmp_path)
    stored(home).close()
    file = home.graph("k1")
    whole = file.read_bytes()
    for damaged in (b"", b"not a database, but long enough to look at" * 100, whole[:5000]):
        file.write_bytes(damaged)
        with pytest.raises(DamagedIndex, match="navigator index") as caught:
            list(StoredGraph.open(file).all_symbols())
        assert "\n" not in str(caught.value)
    file.unlink()
    with pytest.raises(DamagedIndex, match="missing"):
        StoredGraph.open(file)


def test_a_torn_file_is_not_sound(tmp_path: Path) -> None:
    home = Home(tmp_path)
    graph = stored(home)
    assert graph.sound()
    graph.close()
    file = home.graph("k1")
    content = bytearray(file.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    file.write_bytes(bytes(content))
    assert not StoredGraph.open(file).sound()


@pytest.mark.parametrize(
    ("name", "tail"),
    [("a.b.c", "c"), ("a", "a"), ("a.<lambda:3>", "<lambda:3>"), ("src/F.ts:Class.m", "m"), ("src/F.ts:f", "f")],
)
def test_tails(name: str, tail: str) -> None:
    assert tail_of(name) == tail
