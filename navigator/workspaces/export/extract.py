"""What an export writes: every symbol and call, or those of a view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from navigator.callgraph import Call, Certainty, Root, Symbol, Unresolved
from navigator.callgraph.views import View, select
from navigator.index import StoredCall, StoredGraph

ROWS = 2000


class Extract:
    """Records in the order of the graph file; ``calls`` name their ends by id."""

    def __init__(self, graph: StoredGraph, workspace: str, guesses: bool, view: View | None) -> None:
        self.graph = graph
        self.workspace = workspace
        self._certainties = set(Certainty) if guesses else set(Certainty) - {Certainty.GUESS}
        self._view = view
        self._numbers: list[int] | None = None
        if view is not None:
            self._certainties = set(view.certainties or Certainty)
            reader = graph.with_guesses() if Certainty.GUESS in self._certainties else graph
            found = select(view, graph, reader)
            keys = {key for node in found.nodes for key in (node.members or (node.id,))}
            numbers = (graph.number(key) for key in keys)
            self._numbers = sorted(number for number in numbers if number is not None)

    @property
    def roots(self) -> tuple[Root, ...]:
        return self.graph.roots

    @property
    def numbers(self) -> Iterable[int]:
        return self._numbers if self._numbers is not None else range(len(self.graph.ids()))

    def symbols(self) -> Iterable[Symbol]:
        return self.graph.all_symbols() if self._numbers is None else self.graph.symbols(self._numbers)

    def stored_calls(self) -> Iterator[StoredCall]:
        if self._numbers is None:
            calls: Iterable[StoredCall] = self.graph.all_calls()
        else:
            chosen = set(self._numbers)
            calls = (
                call for number in self._numbers for call in self.graph.calls_from(number) if call.callee in chosen
            )
        kinds = self._view.kinds if self._view is not None else ()
        for call in calls:
            if call.certainty in self._certainties and (not kinds or call.kind in kinds):
                yield call

    def calls(self) -> Iterator[Call]:
        ids = self.graph.ids()
        for call in self.stored_calls():
            yield Call(
                ids[call.caller],
                ids[call.callee],
                call.path,
                call.line,
                call.column,
                call.end_line,
                call.end_column,
                call.kind,
                call.certainty,
                call.rule,
            )

    def unresolved(self) -> Iterable[Unresolved]:
        if self._numbers is None:
            return self.graph.all_unresolved()
        return (site for number in self._numbers for site in self.graph.unresolved_in(number))


def joined(lines: Iterable[bytes], separator: bytes = b"") -> Iterator[bytes]:
    """Many small pieces as few larger ones."""
    waiting = iter(lines)
    start = b""
    while chunk := list(islice(waiting, ROWS)):
        yield start + separator.join(chunk)
        start = separator
