"""The View: what part of a call graph one looks at, as data. The command line and the terminal interface build the same
view; ``select`` makes a subgraph of it, in which everything left out is counted.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

import msgspec

from navigator.callgraph.queries import Direction, GraphReader, simple_paths
from navigator.callgraph.records import CallKind, Certainty, Role, Symbol, SymbolKind, Unresolved


class Grouping(enum.StrEnum):
    """By what symbols belong together."""

    NONE = "none"
    CLASS = "class"
    MODULE = "module"
    PACKAGE = "package"
    ROOT = "root"


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which symbols to show, and how they are put together. Symbols are named by their ids.

    With ``to``, the paths from ``focus`` to ``to``; without, what lies up to ``callers`` calls before and ``callees``
    calls after ``focus``. Without a focus, everything that the filters let pass, externals aside unless asked for.
    Empty filters let everything pass; ``modules`` are globs over dotted names, and a symbol that is the focus or
    ``pinned`` passes every filter. ``siblings`` bounds the neighbours that one node brings in, ``limit`` the nodes
    altogether; what they leave out is counted in the subgraph.
    """

    focus: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    callers: int = 1
    callees: int = 1
    paths: int = 1
    roots: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    kinds: tuple[CallKind, ...] = ()
    certainties: tuple[Certainty, ...] = (Certainty.EXACT, Certainty.INFERRED, Certainty.RULE)
    roles: tuple[Role, ...] = ()
    external: bool = False
    unresolved: bool = False
    group: Grouping = Grouping.NONE
    collapsed: tuple[str, ...] = ()
    """Names of groups drawn as one node; ``*`` collapses every group."""
    pinned: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    siblings: int = 12
    limit: int = 60
    name: str = ""


class NodeKind(enum.StrEnum):
    SYMBOL = "symbol"
    EXTERNAL = "external"
    GROUP = "group"
    UNRESOLVED = "unresolved"
    MORE = "more"
    """Stands for ``count`` symbols that are not shown."""


class ViewNode(msgspec.Struct, frozen=True):
    """A node to draw. ``symbol`` is set for symbols and externals; ``members`` are the ids that a group stands for."""

    id: str
    name: str
    kind: NodeKind
    symbol: Symbol | None = None
    focus: bool = False
    group: str = ""
    members: tuple[str, ...] = ()
    count: int = 0


class ViewEdge(msgspec.Struct, frozen=True):
    """All calls from one node to another: ``certainty`` is that of the most certain, ``calls`` how many sites.
    ``gone`` marks a call that only an earlier graph has, ``traced`` one that ran, or that an earlier graph lacks."""

    caller: str
    callee: str
    certainty: Certainty
    kind: CallKind
    file: str = ""
    line: int = 0
    calls: int = 1
    traced: bool = False
    gone: bool = False


class Omission(msgspec.Struct, frozen=True):
    """How many of a symbol's distinct neighbours on one side are shown."""

    symbol: str
    direction: Direction
    shown: int
    total: int


class Subgraph(msgspec.Struct, frozen=True):
    """What a view shows: nodes in reading order, edges between them, and what was left out."""

    view: View
    nodes: tuple[ViewNode, ...]
    edges: tuple[ViewEdge, ...]
    omitted: tuple[Omission, ...] = ()
    more_paths: bool = False
    """Whether there are further paths than those shown."""
    total: int = 0
    """How many nodes a view without a focus would have, had it no limit; 0 with a focus."""


class SiteRecord(Protocol):
    """What the view reads of one call."""

    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def kind(self) -> CallKind: ...
    @property
    def certainty(self) -> Certainty: ...


class ViewReader(GraphReader, Protocol):
    """A graph that also tells symbols and calls by number."""

    def number(self, key: str) -> int | None: ...
    def all_symbols(self) -> Iterable[Symbol]: ...
    def symbols(self, numbers: Iterable[int]) -> list[Symbol]: ...
    def calls_between(self, caller: int, callee: int) -> Sequence[SiteRecord]: ...
    def unresolved_in(self, caller: int) -> list[Unresolved]: ...


def select(view: View, graph: ViewReader, reader: GraphReader | None = None) -> Subgraph:
    """The subgraph that ``view`` shows. ``reader`` gives the neighbours where they differ from ``graph``'s own (with
    guesses). Ids that the graph does not have are passed over."""
    return _Selection(view, graph, reader or graph).subgraph()


def group_of(symbol: Symbol, grouping: Grouping) -> str:
    """The name of the group that a symbol belongs to; empty without grouping."""
    if grouping is Grouping.NONE:
        return ""
    if symbol.kind is SymbolKind.EXTERNAL:
        return symbol.name.partition(".")[0] if grouping in (Grouping.PACKAGE, Grouping.ROOT) else ""
    if grouping is Grouping.ROOT:
        return symbol.root
    module = _module(symbol)
    if grouping is Grouping.MODULE:
        return module
    if grouping is Grouping.PACKAGE:
        separator = "/" if "/" in module else "."
        return module.rpartition(separator)[0] or module
    if symbol.kind is SymbolKind.CLASS:
        return symbol.name
    if symbol.kind is SymbolKind.METHOD:
        return symbol.name.rpartition(".")[0]
    return module


def _module(symbol: Symbol) -> str:
    """The module part of a symbol's name, told from its file."""
    if symbol.kind is SymbolKind.MODULE:
        return symbol.name
    # Functions without a name are called <lambda:LINE>.
    if ":" in symbol.name.partition("<")[0]:
        return symbol.name.partition(":")[0]
    stem = symbol.file.rpartition(".")[0].removesuffix("/__init__")
    parts = symbol.name.partition(".<")[0].split(".")
    last = stem.rpartition("/")[2]
    for place in range(len(parts), 0, -1):
        if parts[place - 1] == last and (place < len(parts) or "<" in symbol.name):
            return ".".join(parts[:place])
    return parts[0] if len(parts) > 1 else symbol.name


class _Selection:
    def __init__(self, view: View, graph: ViewReader, reader: GraphReader) -> None:
        self.view = view
        self.graph = graph
        self.reader = reader
        self.focus = self._numbers(view.focus)
        self.pinned = self._numbers(view.pinned)
        self.hidden = set(self._numbers(view.hidden)) - set(self.focus)
        self.sites: dict[tuple[int, int], list[SiteRecord]] = {}
        self.passes: dict[int, bool] = {}

    def _numbers(self, keys: Iterable[str]) -> list[int]:
        found = (self.graph.number(key) for key in keys)
        return list(dict.fromkeys(number for number in found if number is not None))

    def symbol(self, number: int) -> Symbol:
        return self.graph.symbols((number,))[0]

    def calls(self, caller: int, callee: int) -> list[SiteRecord]:
        hop = (caller, callee)
        if hop not in self.sites:
            view = self.view
            self.sites[hop] = [
                call
                for call in self.graph.calls_between(caller, callee)
                if (not view.certainties or call.certainty in view.certainties)
                and (not view.kinds or call.kind in view.kinds)
            ]
        return self.sites[hop]

    def shown(self, number: int) -> bool:
        """Whether the filters let a symbol pass."""
        known = self.passes.get(number)
        if known is None:
            known = self.passes[number] = self._shown(number)
        return known

    def _shown(self, number: int) -> bool:
        if number in self.hidden:
            return False
        if number in self.focus or number in self.pinned:
            return True
        view, symbol = self.view, self.symbol(number)
        if any(fnmatchcase(symbol.name, glob) for glob in view.without):
            return False
        if symbol.kind is SymbolKind.EXTERNAL:
            return view.external
        if view.roots and symbol.root not in view.roots:
            return False
        if view.roles and symbol.role not in view.roles:
            return False
        return not view.modules or any(
            fnmatchcase(symbol.name, glob) or fnmatchcase(_module(symbol), glob) for glob in view.modules
        )

    def callees(self, number: int) -> list[int]:
        """Those shown, in the order of their first call site."""
        near = [each for each in self.reader.callees(number) if self.shown(each) and self.calls(number, each)]
        return sorted(near, key=lambda each: (*min((c.line, c.column) for c in self.calls(number, each)), each))

    def callers(self, number: int) -> list[int]:
        return [each for each in self.reader.callers(number) if self.shown(each) and self.calls(each, number)]

    def subgraph(self) -> Subgraph:
        if self.view.to:
            return self._paths()
        return self._neighbourhood() if self.view.focus else self._everything()

    def _everything(self) -> Subgraph:
        """All that passes, symbols without any shown call aside, where the limit is on what is drawn."""
        passing = [number for number, _ in enumerate(self.graph.all_symbols()) if self.shown(number)]
        chosen = set(passing)
        calling = {number for number in passing if any(callee in chosen for callee in self.callees(number))}
        called = {callee for number in calling for callee in self.callees(number)}
        linked = [number for number in passing if number in calling or number in called or number in self.pinned]
        owners = dict.fromkeys(map(self._owner, linked))
        kept = set(list(owners)[: self.view.limit])
        members = [number for number in linked if self._owner(number) in kept]
        return msgspec.structs.replace(self._assembled(members, {}, set(), False), total=len(owners))

    def _paths(self) -> Subgraph:
        targets = self._numbers(self.view.to)
        found = list(simple_paths(_Filtered(self), self.focus, targets, self.view.paths + 1))
        members = dict.fromkeys(number for path in found[: self.view.paths] for number in path)
        return self._assembled(
            [*members, *(n for n in self.pinned if n not in members)], {}, {*targets}, len(found) > self.view.paths
        )

    def _neighbourhood(self) -> Subgraph:
        members = dict.fromkeys([*self.focus, *self.pinned])
        wanted: dict[tuple[int, Direction], list[int]] = {}
        fronts = {Direction.CALLERS: list(self.focus), Direction.CALLEES: list(self.focus)}
        reach = {Direction.CALLERS: self.view.callers, Direction.CALLEES: self.view.callees}
        distance = 0
        while any(fronts[side] and distance < reach[side] for side in fronts):
            distance += 1
            for side in fronts:
                if distance > reach[side]:
                    continue
                following: list[int] = []
                for number in fronts[side]:
                    near = self.callers(number) if side is Direction.CALLERS else self.callees(number)
                    wanted[number, side] = near
                    brought = 0
                    for each in near:
                        if each in members:
                            continue
                        if brought < self.view.siblings and len(members) < self.view.limit:
                            brought += 1
                            members[each] = None
                            following.append(each)
                fronts[side] = following
        return self._assembled(list(members), wanted, set(), False)

    def _assembled(
        self,
        members: list[int],
        wanted: dict[tuple[int, Direction], list[int]],
        targets: Collection[int],
        more_paths: bool,
    ) -> Subgraph:
        chosen = set(members)
        owners = {number: self._owner(number) for number in members}
        nodes: dict[str, ViewNode] = {}
        for number in members:
            node = self._node(number, owners[number], targets)
            known = nodes.get(node.id)
            nodes[node.id] = node if known is None else _merged(known, node)
        edges: dict[tuple[str, str], ViewEdge] = {}
        for caller in members:
            for callee in self.reader.callees(caller):
                if callee in chosen and (calls := self.calls(caller, callee)):
                    ends = owners[caller], owners[callee]
                    if ends[0] == ends[1] and caller != callee:
                        continue
                    if ends[0] == ends[1] and nodes[ends[0]].kind is NodeKind.GROUP:
                        continue
                    edge = _edge(*ends, calls)
                    edges[ends] = edge if ends not in edges else _joined(edges[ends], edge)
        omitted = []
        for (number, side), near in wanted.items():
            left = [each for each in near if each not in chosen]
            if left:
                omitted.append(Omission(self.symbol(number).id, side, len(near) - len(left), len(near)))
                more = f"more:{side}:{owners[number]}"
                count = len(left) + (nodes[more].count if more in nodes else 0)
                nodes[more] = ViewNode(more, f"+{count} more", NodeKind.MORE, count=count)
                ends = (more, owners[number]) if side is Direction.CALLERS else (owners[number], more)
                best = min(
                    (c for each in left for c in self._between(number, each, side)),
                    key=lambda c: list(Certainty).index(c.certainty),
                )
                edges[ends] = ViewEdge(*ends, best.certainty, best.kind, calls=count)
        if self.view.unresolved:
            for number in self.focus:
                if sites := self.graph.unresolved_in(number):
                    key = f"unresolved:{owners[number]}"
                    label = f"? {sites[0].expression}" + (f" and {len(sites) - 1} more" if len(sites) > 1 else "")
                    nodes[key] = ViewNode(key, " ".join(label.split()), NodeKind.UNRESOLVED, count=len(sites))
                    ends = owners[number], key
                    edges[ends] = ViewEdge(*ends, Certainty.GUESS, CallKind.CALL, sites[0].file, sites[0].line)
        return Subgraph(self.view, tuple(nodes.values()), tuple(edges.values()), tuple(omitted), more_paths)

    def _between(self, number: int, other: int, side: Direction) -> list[SiteRecord]:
        return self.calls(other, number) if side is Direction.CALLERS else self.calls(number, other)

    def _owner(self, number: int) -> str:
        symbol = self.symbol(number)
        group = group_of(symbol, self.view.group)
        folded = group and ("*" in self.view.collapsed or group in self.view.collapsed)
        return f"group:{group}" if folded else symbol.id

    def _node(self, number: int, owner: str, targets: Collection[int]) -> ViewNode:
        symbol = self.symbol(number)
        group = group_of(symbol, self.view.group)
        focus = number in self.focus or number in targets
        if owner != symbol.id:
            return ViewNode(owner, group, NodeKind.GROUP, focus=focus, group=group, members=(symbol.id,), count=1)
        kind = NodeKind.EXTERNAL if symbol.kind is SymbolKind.EXTERNAL else NodeKind.SYMBOL
        return ViewNode(symbol.id, symbol.name, kind, symbol, focus, group)


def _merged(known: ViewNode, node: ViewNode) -> ViewNode:
    members = known.members + node.members
    return msgspec.structs.replace(known, members=members, count=len(members), focus=known.focus or node.focus)


def _edge(caller: str, callee: str, calls: Sequence[SiteRecord]) -> ViewEdge:
    order = list(Certainty)
    best = min(calls, key=lambda call: (order.index(call.certainty), call.line, call.column))
    return ViewEdge(caller, callee, best.certainty, best.kind, best.path, best.line, len(calls))


def _joined(known: ViewEdge, edge: ViewEdge) -> ViewEdge:
    order = list(Certainty)
    best = min(known, edge, key=lambda each: order.index(each.certainty))
    return msgspec.structs.replace(best, calls=known.calls + edge.calls)


class _Filtered:
    """The graph as the filters of a view leave it, for the search of paths."""

    def __init__(self, selection: _Selection) -> None:
        self._selection = selection

    def callees(self, symbol: int) -> Sequence[int]:
        return sorted(self._selection.callees(symbol))

    def callers(self, symbol: int) -> Sequence[int]:
        return self._selection.callers(symbol)


def without_cycles(nodes: Sequence[str], pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs without those that close a cycle in a depth-first search from ``nodes``, in their order."""
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for caller, callee in pairs:
        following[caller].append(callee)
    finished: dict[str, bool] = {}
    for start in nodes:
        if start in finished:
            continue
        finished[start] = False
        work = [(start, iter(following[start]))]
        while work:
            node, rest = work[-1]
            for step in rest:
                if finished.get(step, True):
                    yield node, step
                if step not in finished:
                    finished[step] = False
                    work.append((step, iter(following[step])))
                    break
            else:
                finished[node] = True
                work.pop()
