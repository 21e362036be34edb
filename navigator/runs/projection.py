"""Projects the trace of a reproduction through its links: which upstream symbols lit up, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from navigator.callgraph import Symbol
from navigator.runs.call_places import CallPlace, CallPlaces
from navigator.runs.finding import Reproduction
from navigator.runs.links import Linked
from navigator.runs.overlay import Overlay, TracedEdge
from navigator.runs.upstream_paths import UpstreamPaths
from navigator.workspaces import Workspace
from navigator.workspaces.symbols import CONSTRUCTORS


class Projected(msgspec.Struct, frozen=True):
    """One step of the replay: a traced call between two linked symbols, and what it lights up.

    ``ours`` are our symbols: the linked caller, the helpers between that mirror nothing, the linked callee; ``edge`` is
    the traced call of two of them that completed it, ``step`` its step in the overlay of our own code.

    ``path`` are upstream symbols, from the caller's partner to the callee's; those between are linked to nothing. It is
    empty where no such path of calls is known upstream: then ``caller`` and ``callee`` are partners that were tried,
    and ``why`` says what stands in the way. Two of our symbols that mirror one of the upstream's have a path of one.
    ``places`` are those of the upstream's calls, one for each two neighbours of the path.
    """

    step: int
    ours: tuple[Symbol, ...]
    edge: TracedEdge
    caller: Symbol
    callee: Symbol
    path: tuple[Symbol, ...]
    why: str = ""
    places: tuple[CallPlace, ...] = ()

    @property
    def direct(self) -> bool:
        """Whether it is one call, not a way through helpers: calls by several symbols of one helper are told apart no
        further than that each called it."""
        return len(self.ours) == 2

    @property
    def conforms(self) -> bool:
        return bool(self.path)


class LitUpstream(msgspec.Struct, frozen=True):
    """An upstream symbol whose partner ran: at which step of our own overlay first, and how often it was called."""

    symbol: Symbol
    ours: tuple[Symbol, ...]
    step: int
    count: int


class LitHop(msgspec.Struct, frozen=True):
    """A hop of an upstream chain. ``step`` is where it lit up, None where it did not, and ``why`` it did not."""

    caller: str
    callee: str
    step: int | None
    why: str = ""


class LitChain(msgspec.Struct, frozen=True):
    id: str
    hops: tuple[LitHop, ...]

    @property
    def lit(self) -> int:
        return sum(hop.step is not None for hop in self.hops)

    @property
    def linked(self) -> int:
        return sum(hop.why != UNLINKED for hop in self.hops)


UNLINKED = "an end is not linked"


class Projection(msgspec.Struct, frozen=True):
    """``lit`` and ``steps`` are in the order of first calls; ``dark`` are linked upstream symbols whose partners did
    not run."""

    reproduction: str
    workspace: str
    lit: tuple[LitUpstream, ...]
    dark: tuple[Symbol, ...]
    steps: tuple[Projected, ...]
    chains: tuple[LitChain, ...]

    @property
    def direct(self) -> tuple[Projected, ...]:
        return tuple(step for step in self.steps if step.direct)

    @property
    def conformance(self) -> float | None:
        """The share of traced calls from one linked symbol to another that the upstream has as a path of calls."""
        direct = self.direct
        return sum(step.conforms for step in direct) / len(direct) if direct else None


def project(reproduction: Reproduction, overlaid: Overlay, linked: Sequence[Linked], upstream: Workspace) -> Projection:
    """``overlaid`` is the trace on the reproduction's own graph, ``linked`` its sound links into ``upstream``."""
    return _Projecting(reproduction, overlaid, linked, upstream).projection()


def class_id(id: str) -> str:
    """A constructor's class, for a class stands for itself and its constructor; any other id as it is."""
    owner, _, last = id.rpartition(".")
    return owner if last.partition("~")[0] in CONSTRUCTORS else id


class _Projecting:
    def __init__(
        self, reproduction: Reproduction, overlaid: Overlay, linked: Sequence[Linked], upstream: Workspace
    ) -> None:
        self.reproduction = reproduction
        self.overlaid = overlaid
        self.upstream = upstream
        self.partners: dict[str, dict[str, Symbol]] = {}
        """Upstream partners of our symbols, both by id, a constructor's being its class's."""
        for link in linked:
            for ours in link.ours:
                for other in link.upstream:
                    self.partners.setdefault(class_id(ours.id), {}).setdefault(class_id(other.id), other)
        self.places = CallPlaces(upstream)
        self.paths = UpstreamPaths(upstream, {id for known in self.partners.values() for id in known})

    def projection(self) -> Projection:
        lit = self._lit()
        steps = tuple(self._steps())
        shining = {class_id(each.symbol.id) for each in lit}
        known = {id: symbol for partners in self.partners.values() for id, symbol in partners.items()}
        dark = tuple(symbol for id, symbol in sorted(known.items()) if id not in shining)
        chains = tuple(self._chains(steps, known))
        return Projection(self.reproduction.id, self.upstream.name, lit, dark, steps, chains)

    def _lit(self) -> tuple[LitUpstream, ...]:
        found: dict[str, LitUpstream] = {}
        for each in self.overlaid.lit:
            for id, symbol in self.partners.get(class_id(each.symbol.id), {}).items():
                before = found.get(id)
                ours = (*before.ours, each.symbol) if before else (each.symbol,)
                count = each.count + (before.count if before else 0)
                found[id] = LitUpstream(symbol, ours, before.step if before else each.step, count)
        return tuple(sorted(found.values(), key=lambda each: each.step))

    def _steps(self) -> Iterable[Projected]:
        """Direct calls, and for each two linked symbols without one the first way through our own helpers."""
        edges = self.overlaid.edges
        told = {(edge.caller.id, edge.callee.id) for edge in edges}
        callers: dict[str, list[Symbol]] = {}
        callees: dict[str, list[Symbol]] = {}
        for edge in edges:
            if self._of(edge.caller) and self._of(edge.callee):
                yield self._projected(edge, (edge.caller, edge.callee))
                continue
            callers.setdefault(edge.callee.id, []).append(edge.caller)
            callees.setdefault(edge.caller.id, []).append(edge.callee)
            for before in self._ways(edge.caller, callers):
                for after in self._ways(edge.callee, callees):
                    way = (*reversed(before), *after)
                    if (way[0].id, way[-1].id) not in told:
                        told.add((way[0].id, way[-1].id))
                        yield self._projected(edge, way)

    def _of(self, symbol: Symbol) -> dict[str, Symbol]:
        return self.partners.get(class_id(symbol.id), {})

    def _ways(self, start: Symbol, near: Mapping[str, Sequence[Symbol]]) -> list[tuple[Symbol, ...]]:
        """From ``start`` through helpers alone to every linked symbol that was reached so far."""
        ways: dict[str, tuple[Symbol, ...]] = {start.id: (start,)}
        found: list[tuple[Symbol, ...]] = []
        front = [start]
        while front:
            following: list[Symbol] = []
            for symbol in front:
                if self._of(symbol):
                    found.append(ways[symbol.id])
                    continue
                for other in near.get(symbol.id, ()):
                    if other.id not in ways:
                        ways[other.id] = (*ways[symbol.id], other)
                        following.append(other)
            front = following
        return found

    def _projected(self, edge: TracedEdge, ours: tuple[Symbol, ...]) -> Projected:
        """The shortest path between any two partners."""
        callers, callees = self._of(ours[0]), self._of(ours[-1])
        if class_id(ours[0].id) != class_id(ours[-1].id):
            for id in callers:
                if id in callees:
                    return Projected(edge.step, ours, edge, callers[id], callees[id], (callers[id],))
        every = (self.paths.find(caller, callee) for caller in callers for callee in callees)
        found: list[tuple[int, ...]] = [path for path in every if path]
        if found:
            shortest = sorted(found, key=len)[0]
            symbols = tuple(self.upstream.graph.symbols(shortest))
            places = tuple(self.places.between(*hop) for hop in pairwise(shortest))
            return Projected(edge.step, ours, edge, symbols[0], symbols[-1], symbols, places=places)
        first, last = next(iter(callers)), next(iter(callees))
        why = self.paths.hindrance(first, last)
        return Projected(edge.step, ours, edge, callers[first], callees[last], (), why)

    def _chains(self, steps: Sequence[Projected], linked: dict[str, Symbol]) -> Iterable[LitChain]:
        shown: dict[tuple[str, str], int] = {}
        for step in steps:
            ids = [class_id(symbol.id) for symbol in step.path] or [class_id(step.caller.id), class_id(step.callee.id)]
            pairs = [*pairwise(ids), (ids[0], ids[-1])]
            for pair in pairs:
                shown.setdefault(pair, step.step)
        ran = {class_id(each.symbol.id) for each in self._lit()}
        for id, hops in self.reproduction.manifest.chains.items():
            yield LitChain(id, tuple(self._hop(*hop, shown, linked, ran) for hop in hops))

    def _hop(
        self, caller: str, callee: str, shown: dict[tuple[str, str], int], linked: dict[str, Symbol], ran: set[str]
    ) -> LitHop:
        ends = [self._end(name) & linked.keys() for name in (caller, callee)]
        if not all(ends):
            return LitHop(caller, callee, None, UNLINKED)
        steps = [shown[one, other] for one in ends[0] for other in ends[1] if (one, other) in shown]
        if steps:
            return LitHop(caller, callee, min(steps))
        asleep = [name for name, end in zip((caller, callee), ends, strict=True) if not end & ran]
        if asleep:
            return LitHop(caller, callee, None, f"{' and '.join(asleep)} did not run")
        return LitHop(caller, callee, None, "both ran, but the one did not call the other")

    def _end(self, name: str) -> set[str]:
        from navigator.workspaces import AmbiguousSymbol, UnknownSymbol

        try:
            return {class_id(symbol.id) for symbol in self.upstream.resolve(name)}
        except (UnknownSymbol, AmbiguousSymbol):
            return set()
