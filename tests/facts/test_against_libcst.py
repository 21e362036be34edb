"""libcst, which reads Python with a parser of its own, finds the same definitions and calls."""

from __future__ import annotations

from collections import Counter

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from navigator.facts import extract
from tests.facts import corpus, oracle


class Finder(cst.CSTVisitor):
    """Collects definitions by name and first line, and calls by their full span."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        self.definitions: Counter[tuple[str, int]] = Counter()
        self.calls: Counter[tuple[int, ...]] = Counter()

    def _line(self, node: cst.CSTNode) -> int:
        return int(self.get_metadata(PositionProvider, node).start.line)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.definitions[node.name.value, self._line(node.name)] += 1

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.definitions[node.name.value, self._line(node.name)] += 1

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.definitions["", self._line(node)] += 1

    def visit_Call(self, node: cst.Call) -> None:
        span = self.get_metadata(PositionProvider, node)
        self.calls[span.start.line, span.start.column, span.end.line, span.end.column] += 1


def test_a_sample_of_real_files() -> None:
    compared = 0
    for file in corpus.sample(30):
        source = file.read_bytes()
        if b"\f" in source or b"\t" in source or not source.isascii():
            continue
        try:
            wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
        except cst.ParserSyntaxError:
            continue
        finder = Finder()
        wrapper.visit(finder)
        facts = extract(source, "python")
        found = Counter((one.name, one.span.line) for one in facts.definitions[1:])
        assert found == finder.definitions, file
        assert oracle.calls_of_facts(facts) == finder.calls, file
        compared += 1
    assert compared > 15
