"""Lays a trace over the static graph of the traced code: confirmed, never reached, missed by the graph."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

import msgspec

from navigator.callgraph import DERIVED, CallKind, Certainty, Symbol, SymbolKind
from navigator.index import StoredGraph
from navigator.index.graph_reader import StoredCall
from navigator.runs.call_places import CallPlaces
from navigator.runs.joining import Joining
from navigator.runs.trace import Trace, TracedCall, TracedFunction, TracedKind
from navigator.workspaces import Workspace
from navigator.workspaces.symbols import CONSTRUCTORS


class Verdict(enum.StrEnum):
    """What the static graph says about a traced call.

    ``unjudged``: the trace cannot tell who made it. The first step of a generator is asked for by whoever consumes it,
    the first call of a thread belongs to what was handed to the thread.
    """

    CONFIRMED = "confirmed"
    MISSED = "missed"
    UNJUDGED = "unjudged"


class TracedEdge(msgspec.Struct, frozen=True):
    """All traced calls from one symbol to another. ``lines`` are those of the call sites, in the order of their first
    call; ``step`` counts from 1 in the order of first calls; ``certainty`` is that of the static edge, ``why`` tells of
    an edge that is not confirmed. ``static`` are the edges of the graph, as pairs of ids, that the trace lights up;
    ``text`` is the line of the first call site, as indexed."""

    step: int
    caller: Symbol
    callee: Symbol
    file: str
    lines: tuple[int, ...]
    count: int
    kind: TracedKind
    verdict: Verdict
    certainty: Certainty | None = None
    why: str = ""
    static: tuple[tuple[str, str], ...] = ()
    text: str = ""


class Lit(msgspec.Struct, frozen=True):
    """A symbol that ran, how often it was called, and at which step first (0: nothing traced led to it)."""

    symbol: Symbol
    step: int
    count: int


class Unreached(msgspec.Struct, frozen=True):
    """A call of the static graph out of a symbol that ran, which was not made. ``site_unused`` tells that its call
    site reached no other callee either."""

    caller: Symbol
    callee: Symbol
    file: str
    line: int
    certainty: Certainty
    kind: CallKind
    site_unused: bool


class Stranger(msgspec.Struct, frozen=True):
    """A traced function for which the graph has no symbol, and why."""

    file: str
    line: int
    name: str
    why: str


class Overlay(msgspec.Struct, frozen=True):
    """A trace on the graph of one workspace. ``edges`` and ``lit`` are in the order of first calls."""

    workspace: str
    edges: tuple[TracedEdge, ...]
    lit: tuple[Lit, ...]
    unreached: tuple[Unreached, ...]
    strangers: tuple[Stranger, ...]
    notes: tuple[str, ...] = ()

    def of(self, verdict: Verdict) -> tuple[TracedEdge, ...]:
        return tuple(edge for edge in self.edges if edge.verdict is verdict)

    @property
    def recall(self) -> float | None:
        """The share of the judged traced edges that the static graph has."""
        judged = [edge for edge in self.edges if edge.verdict is not Verdict.UNJUDGED]
        return len(self.of(Verdict.CONFIRMED)) / len(judged) if judged else None


def overlay(trace: Trace, workspace: Workspace) -> Overlay:
    """Joins by definition position; the graph's guesses count as missed, and are told as the reason."""
    return _Laying(trace, workspace).overlay()


class _Laying:
    def __init__(self, trace: Trace, workspace: Workspace) -> None:
        self.trace = trace
        self.workspace = workspace
        self.graph: StoredGraph = workspace.graph
        self.joining = Joining(workspace)
        self.places = CallPlaces(workspace)
        self.outgoing: dict[int, list[StoredCall]] = {}
        self.classes: dict[int, int | None] = {}

    def overlay(self) -> Overlay:
        grouped: dict[tuple[int, int], list[TracedCall]] = {}
        lit: dict[int, list[int]] = {}
        strangers: dict[TracedFunction, None] = {}
        order: list[tuple[int, int]] = []
        for call in self.trace.calls:
            callees = self._numbers(call.callee, strangers)
            callers = self._numbers(call.caller, strangers) if call.caller is not None else ()
            for callee in callees:
                for caller in callers:
                    pair = caller, callee
                    if pair not in grouped:
                        grouped[pair] = []
                        order.append(pair)
                    grouped[pair].append(call)
                    lit.setdefault(caller, [0, 0])
                lit.setdefault(callee, [len(order) if callers else 0, 0])[1] += call.count
        edges = tuple(self._edge(step, *pair, grouped[pair]) for step, pair in enumerate(order, 1))
        shining = zip(self.graph.symbols(lit), lit.values(), strict=True)
        return Overlay(
            self.workspace.name,
            edges,
            tuple(Lit(symbol, step, count) for symbol, (step, count) in shining),
            tuple(self._unreached(lit, set(grouped))),
            tuple(self._stranger(function) for function in strangers),
            self._notes(),
        )

    def _numbers(self, function: int, strangers: dict[TracedFunction, None]) -> tuple[int, ...]:
        found = self.joining.numbers(self.trace.functions[function])
        if not found:
            strangers.setdefault(self.trace.functions[function])
        return found

    def _calls(self, caller: int) -> list[StoredCall]:
        """All edges out of a symbol, read once."""
        if caller not in self.outgoing:
            self.outgoing[caller] = self.graph.calls_from(caller)
        return self.outgoing[caller]

    def _class_of(self, number: int) -> int | None:
        """The class that a constructor belongs to: calling the class means calling it."""
        if number not in self.classes:
            owner, _, last = self.graph.symbol(number).id.rpartition(".")
            self.classes[number] = self.graph.number(owner) if last.partition("~")[0] in CONSTRUCTORS else None
        return self.classes[number]

    def _edge(self, step: int, caller: int, callee: int, calls: Sequence[TracedCall]) -> TracedEdge:
        targets = {callee, self._class_of(callee)}
        known = [call for call in self._calls(caller) if call.callee in targets]
        sure = [call for call in known if call.certainty is not Certainty.GUESS]
        lines = tuple(dict.fromkeys(call.line for call in calls))
        kinds = [call.kind for call in calls]
        kind = TracedKind.DIRECT if TracedKind.DIRECT in kinds else kinds[0]
        if sure:
            verdict, why = Verdict.CONFIRMED, ""
        elif kind in (TracedKind.RESUMED, TracedKind.SPAWNED):
            verdict, why = Verdict.UNJUDGED, _UNJUDGED[kind]
        else:
            verdict, why = Verdict.MISSED, self._why(caller, callee, known, lines, kind)
        order = list(Certainty)
        certainty = min((call.certainty for call in sure), key=order.index, default=None)
        source, target = self.graph.symbols((caller, callee))
        pairs = tuple(dict.fromkeys((source.id, self.graph.symbol(call.callee).id) for call in sure))
        total = sum(call.count for call in calls)
        text = self.places.at(source.root, source.file, lines[0]).text
        return TracedEdge(step, source, target, source.file, lines, total, kind, verdict, certainty, why, pairs, text)

    def _why(
        self, caller: int, callee: int, known: Sequence[StoredCall], lines: Iterable[int], kind: TracedKind
    ) -> str:
        """Why the graph lacks a call, as far as the graph itself tells."""
        if known:
            return "guessed by name only"
        spanned = set(lines)
        site = next((each for each in self.graph.unresolved_in(caller) if each.line in spanned), None)
        if site is not None:
            return f"`{_short(site.expression)}` is unresolved: {site.reason}"
        last = self.graph.symbol(callee).id.rpartition(".")[2].partition("~")[0]
        if kind is TracedKind.THROUGH:
            return "code outside the workspace made it"
        there = [call for call in self._calls(caller) if call.line in spanned and call.rule not in DERIVED]
        if last.startswith("__") and last.endswith("__") and last not in CONSTRUCTORS:
            return f"an implicit call of {last}"
        if there:
            names = dict.fromkeys(symbol.name for symbol in self.graph.symbols(call.callee for call in there))
            listed = ", ".join(list(names)[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
            return f"the graph has {listed} there"
        return "the graph has no call there"

    def _unreached(self, lit: dict[int, list[int]], traced: set[tuple[int, int]]) -> Iterable[Unreached]:
        for caller in lit:
            calls = [
                call
                for call in self._calls(caller)
                if call.certainty is not Certainty.GUESS and call.rule not in DERIVED and self._traceable(call.callee)
            ]
            made = {id(call) for call in calls if self._made(call, traced)}
            used = {(call.line, call.column) for call in calls if id(call) in made}
            told: set[int] = set()
            for call in calls:
                if id(call) not in made and call.callee not in told:
                    told.add(call.callee)
                    source, target = self.graph.symbols((caller, call.callee))
                    unused = (call.line, call.column) not in used
                    yield Unreached(source, target, call.path, call.line, call.certainty, call.kind, unused)

    def _made(self, call: StoredCall, traced: set[tuple[int, int]]) -> bool:
        if (call.caller, call.callee) in traced:
            return True
        return any((call.caller, each) in traced for each in self._constructors(call.callee))

    def _constructors(self, number: int) -> list[int]:
        symbol = self.graph.symbol(number)
        if symbol.kind is not SymbolKind.CLASS:
            return []
        found = (self.graph.number(f"{symbol.id}.{name}") for name in CONSTRUCTORS)
        return [each for each in found if each is not None]

    def _traceable(self, number: int) -> bool:
        """Whether running it would show: code outside the workspace does not, nor does a class without a constructor
        of its own, nor a file that is not Python."""
        symbol = self.graph.symbol(number)
        if symbol.kind in (SymbolKind.EXTERNAL, SymbolKind.MODULE) or not symbol.file.endswith(".py"):
            return False
        return symbol.kind is not SymbolKind.CLASS or bool(self._constructors(number))

    def _stranger(self, function: TracedFunction) -> Stranger:
        place = self.joining.file(function.file)
        why = "its file is not in the graph" if place is None else "the graph has no such definition in the file"
        return Stranger(function.file, function.line, function.name, why)

    def _notes(self) -> tuple[str, ...]:
        notes = list(self.trace.notes)
        if self.trace.dropped:
            notes.append(f"{self.trace.dropped:,} calls found no room in the trace's tables and are not in it")
        if not self.trace.processes:
            notes.append("no Python process of the program was traced")
        return tuple(notes)


_UNJUDGED = {
    TracedKind.RESUMED: "the first step of a generator or coroutine; its maker is not seen",
    TracedKind.SPAWNED: "the first traced call of a thread that the caller started",
}


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 50 else text[:49] + "…"
