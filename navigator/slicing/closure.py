"""What a slice holds: the definitions asked for, what these need to be imported, and helpers up to a limit.

Three ways of needing something, strongest first:

* *run at import*: functions called, decorators applied and classes built while a module is imported; all that they
  touch is needed as well;
* *needed at import*: values, bases and names of import statements without which the import would fail;
* *needed later*: what functions read when they run. It is taken nearest first while the limit lasts and while it asks
  for no third-party package that the slice does without; the rest becomes stubs.
"""

from __future__ import annotations

import ast
import heapq
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from navigator.callgraph import CallKind, Certainty
from navigator.slicing.modules import Alias, Modules, Star, Trail, is_external
from navigator.slicing.names import Imported, Read, Reads, reads_of
from navigator.slicing.sources import Unit, UnitKind
from navigator.slicing.trimming import Trimmed

CONSTRUCTION = ("__init__", "__new__", "__post_init__", "__set_name__", "__init_subclass__", "__class_getitem__")
UNNEEDED = ("__del__", "__repr__", "__str__", "__getattr__", "__getattribute__", *CONSTRUCTION[2:])
"""Members without which a class still works as it should, or at least tells what it misses."""
DEEPEST = 12
"""How many bases of bases are looked at."""
NEAR, AROUND, FAR = 2, 3, 5
"""How much farther away the next thing is: read by what is kept; beside it in a class of the path; in another class."""


class Node(NamedTuple):
    """A unit of a module, or one member of a class."""

    module: str
    unit: int
    member: str = ""


class Stub(NamedTuple):
    """A module's name, or a class's member, that something in the slice wants and that is left out."""

    module: str
    name: str
    unit: int = -1
    member: str = ""


class _TooMuch(Exception):
    """A helper costs more than what is left, or wants another package."""


class Selection:
    """What has been chosen, in the order of choosing: nodes, names of import statements, modules, packages outside."""

    def __init__(self) -> None:
        self.kept: dict[Node, None] = {}
        self.imports: dict[Alias | Star, None] = {}
        self.modules: dict[str, None] = {}
        self.external: dict[str, None] = {}
        self.run: dict[Node, None] = {}
        """Those of ``kept`` that run when the slice is imported."""
        self.attributes_run: set[str] = set()

    def copy(self) -> Selection:
        other = Selection()
        other.kept, other.imports, other.modules = self.kept.copy(), self.imports.copy(), self.modules.copy()
        other.external, other.run = self.external.copy(), self.run.copy()
        other.attributes_run = self.attributes_run.copy()
        return other


class Closure:
    """Grows a selection. ``limit`` is how many lines of helpers it may take besides what cannot be done without."""

    def __init__(
        self,
        modules: Modules,
        limit: int,
        trimmed: Mapping[Node, Trimmed] | None = None,
        excluded: Collection[Node] = (),
        thorough: bool = False,
    ) -> None:
        self.modules = modules
        self.thorough = thorough
        """Whether functions that are made by what runs at import count as run there too."""
        self.excluded = excluded
        """What is never kept, whoever wants it."""
        self.trimmed = trimmed
        """What stays of functions of the path; with it, nothing is kept that no kept statement reads."""
        self._trimmed_reads: dict[Node, Reads] = {}
        self.chosen = Selection()
        self.path: set[Node] = set()
        self.stubs: dict[Stub, None] = {}
        self._left = limit
        self._budget: int | None = None
        """While a helper is tried: the lines that may still be taken."""
        self._work: deque[tuple[Node, bool]] = deque()
        self._candidates: list[tuple[int, int, Node]] = []
        self._offered: dict[Node, int] = {}

    def grow(self, nodes: Iterable[Node], run: Iterable[Node] = ()) -> None:
        """Keeps ``nodes``, and ``run`` as what runs at import, whatever they cost, then helpers as the limit allows.
        Says what becomes a stub."""
        wanted = list(dict.fromkeys(nodes))
        self.path.update(wanted)
        for node in wanted:
            self._want(node)
        for node in run:
            self._want(node, True)
        self._settle()
        self._offer_around(wanted, 0)
        self._offer_around([node for node in self.chosen.kept if node not in self.path], AROUND)
        while self._candidates:
            distance, _, node = heapq.heappop(self._candidates)
            if node not in self.chosen.kept:
                self._try(node, distance)
        self.stubs = dict.fromkeys(self._missing())

    def original(self, stub: Stub) -> str:
        """The upstream name of what a stub stands for."""
        if not stub.member:
            return f"{stub.module}.{stub.name}"
        owner = next(iter(self.unit(Node(stub.module, stub.unit)).binds))
        return f"{stub.module}.{owner}.{stub.member}"

    def is_called_from_outside(self, node: Node, member: str) -> bool:
        """Whether a library calls a member of a class: by a rule, or implicitly."""
        graph = self.modules.workspace.graph
        root, _ = self.modules.place(node.module)
        number = graph.number(f"{root}:{node.module}.{next(iter(self.unit(node).binds))}.{member}")
        return number is not None and any(
            call.kind is CallKind.IMPLICIT or call.certainty is Certainty.RULE for call in graph.calls_to(number)
        )

    def unit(self, node: Node) -> Unit:
        return self.modules.source(node.module).units[node.unit]

    def reads(self, node: Node) -> Reads:
        unit = self.unit(node)
        if self.trimmed and node in self.trimmed:
            known = self._trimmed_reads.get(node)
            if known is None:
                lazy = self.modules.source(node.module).lazy_annotations
                statement = self.trimmed[node].node
                known = reads_of([statement], lazy_annotations=lazy, inside_class=bool(node.member))
                self._trimmed_reads[node] = known
            return known
        return unit.members[node.member].reads if node.member else unit.reads

    def lines(self, node: Node) -> int:
        unit = self.unit(node)
        return unit.members[node.member].lines if node.member else unit.lines

    # What cannot be done without

    def _want(self, node: Node, run: bool = False) -> None:
        chosen = self.chosen
        if node in chosen.run or (node in chosen.kept and not run) or node in self.excluded:
            return
        if node.member:
            self._want(Node(node.module, node.unit))
        if node not in chosen.kept:
            chosen.kept[node] = None
            chosen.modules[node.module] = None
            if self._budget is not None:
                self._budget -= self.lines(node)
                if self._budget < 0:
                    raise _TooMuch
        if run:
            chosen.run[node] = None
        self._work.append((node, run))

    def _settle(self) -> None:
        """Follows what is needed at import until nothing more is."""
        while self._work:
            node, run = self._work.popleft()
            reads = self.reads(node)
            members = self.unit(node).members
            for read in reads.now:
                if read.name in members:
                    self._want(Node(*node[:2], read.name), read.called)
                self._need(node, read)
            for imported in reads.imports_now:
                if self.unit(node).kind is UnitKind.PLAIN or self.unit(node).kind is UnitKind.CLASS:
                    self._import(node, imported, reads.guarded)
            for read in reads.later:
                if run and (self.thorough or read in reads.soon):
                    self._need(node, read)
                else:
                    self._mark(node, read)
            if run:
                self._attributes(reads.attributes)
            elif not node.member:
                self._attributes(reads.attributes_now)
            unit = self.unit(node)
            if not node.member:
                self._mutators(node, unit)
                if unit.kind is UnitKind.CLASS and (run or self._makes_its_members(unit)):
                    for base in self._bases(node):
                        self._want(base, True)
                    for name in unit.members:
                        if name.startswith("__") or name in self.chosen.attributes_run:
                            self._want(Node(*node[:2], name), True)

    def _attributes(self, names: Iterable[str]) -> None:
        """Code that runs at import reads these attributes: the members of that name of what it makes run too."""
        fresh = set(names) - self.chosen.attributes_run
        if not fresh:
            return
        self.chosen.attributes_run |= fresh
        for node in list(self.chosen.run):
            if not node.member:
                for name in fresh & self.unit(node).members.keys():
                    self._want(Node(*node[:2], name), True)

    def _mutators(self, node: Node, unit: Unit) -> None:
        """Statements elsewhere in the module that change what the unit binds."""
        source = self.modules.source(node.module)
        for name in unit.binds & source.mutators.keys():
            for other in source.mutators[name]:
                if other.index > unit.index:
                    self._want(Node(node.module, other.index))

    def _need(self, node: Node, read: Read) -> None:
        """Something that is read at import."""
        for trail in self.modules.trails(node.module, read):
            self._follow(node, trail)
            if trail.unit < 0:
                continue
            target = Node(trail.module, trail.unit)
            unit = self.unit(target)
            if unit.kind is UnitKind.FUNCTION:
                if read.called:
                    self._want(target, True)
            elif unit.kind is UnitKind.CLASS:
                if read.called and not trail.rest:
                    self._want(target, True)
                elif read.base or trail.rest:
                    self._want(target)
                    if read.base:
                        for name in CONSTRUCTION:
                            if name in unit.members and name not in ("__init__", "__post_init__"):
                                self._want(Node(*target[:2], name), True)
                    for owner in self._owners(target, trail.rest[0]) if trail.rest else ():
                        self._want(Node(*owner[:2], trail.rest[0]), read.called)
            else:
                self._want(target)
                for imported in unit.reads.imports_now if target != node else ():
                    # Its import may fail without harm, what it brings must be there all the same.
                    if imported.bound == read.name:
                        self._import(target, imported, ())

    def _owners(self, node: Node, member: str, depth: int = 0) -> Iterator[Node]:
        """The class, or the bases of it, that define a member."""
        if member in self.unit(node).members:
            yield node
        elif depth < DEEPEST:
            for base in self._bases(node):
                yield from self._owners(base, member, depth + 1)

    def _makes_its_members(self, unit: Unit) -> bool:
        """Whether a class statement makes instances of the class: that of an enumeration does."""
        names = ((*read.chain, "")[-2] if read.chain else read.name for read in unit.reads.now if read.base)
        return any(name.endswith(("Enum", "Flag")) for name in names)

    def _bases(self, node: Node) -> Iterator[Node]:
        for read in self.unit(node).reads.now:
            for trail in self.modules.trails(node.module, read) if read.base else ():
                if trail.unit >= 0 and not trail.rest:
                    base = Node(trail.module, trail.unit)
                    if self.unit(base).kind is UnitKind.CLASS and base != node:
                        yield base

    def _import(self, node: Node, imported: Imported, guarded: Iterable[str]) -> None:
        """An import statement within something that is kept."""
        for trail in self.modules.imported(node.module, imported):
            if imported.module in guarded and trail.unbound and not self.modules.has_file(trail.module):
                continue
            self._follow(node, trail, optional=imported.module in guarded)
            if imported.name == "*":
                for target in trail.modules:
                    self._exported(target)

    def _exported(self, module: str) -> None:
        """Everything that a star import brings that stays as it is."""
        for unit in self.modules.source(module).units if self.modules.has_file(module) else ():
            if unit.kind in (UnitKind.IMPORT, UnitKind.STAR):
                for place, imported in enumerate(unit.imports):
                    if imported.name == "*" or self.modules.exported(module, imported.bound):
                        self.chosen.imports[Alias(module, unit.index, place)] = None
                        self._import(Node(module, unit.index), imported, ())
            elif any(self.modules.exported(module, name) for name in unit.binds):
                self._want(Node(module, unit.index))

    def _mark(self, node: Node, read: Read) -> None:
        """Something that is read later: only the import statements on the way are needed, and further names for it."""
        for trail in self.modules.trails(node.module, read):
            self._follow(node, trail)
            if trail.unit >= 0 and _is_alias(self.unit(Node(trail.module, trail.unit))):
                self._want(Node(trail.module, trail.unit))

    def _follow(self, node: Node, trail: Trail, optional: bool = False) -> None:
        chosen = self.chosen
        for step in trail.imports:
            chosen.imports[step] = None
            chosen.modules[step.module] = None
        for module in trail.modules:
            chosen.modules[module] = None
        if trail.external and is_external(trail.external) and not optional:
            package = trail.external.partition(".")[0]
            if package not in chosen.external:
                if self._budget is not None:
                    raise _TooMuch
                chosen.external[package] = None

    # What is needed later

    def _offer_around(self, nodes: Iterable[Node], distance: int) -> None:
        """Makes candidates of what ``nodes`` lead to."""
        for node in nodes:
            reads = self.reads(node)
            for read in (*reads.now, *reads.later):
                for trail in self.modules.trails(node.module, read):
                    if trail.unit >= 0:
                        self._offer(Node(trail.module, trail.unit), distance + NEAR)
                        if trail.rest and trail.rest[0] in self.unit(Node(trail.module, trail.unit)).members:
                            self._offer(Node(trail.module, trail.unit, trail.rest[0]), distance + NEAR)
            for imported in reads.imports_later:
                for trail in self.modules.imported(node.module, imported):
                    if trail.unit >= 0:
                        self._offer(Node(trail.module, trail.unit), distance + NEAR)
            unit = self.unit(node)
            own = self.unit(node).members
            for name in reads.attributes & own.keys():
                self._offer(Node(*node[:2], name), distance + NEAR)
            if not node.member and unit.kind is UnitKind.CLASS and self.trimmed is None:
                on_path = any(each[:2] == node[:2] for each in self.path)
                for name in own:
                    near = on_path or name.startswith("__")
                    self._offer(Node(*node[:2], name), distance + (AROUND if near else FAR))

    def _offer(self, node: Node, distance: int) -> None:
        if node in self.chosen.kept or node in self.excluded or self._offered.get(node, distance + 1) <= distance:
            return
        self._offered[node] = distance
        heapq.heappush(self._candidates, (distance, len(self._offered) + len(self._candidates), node))

    def _try(self, node: Node, distance: int) -> None:
        """Keeps a helper with what it cannot do without, if that fits."""
        if self._left <= 0:
            return
        before, self._budget = self.chosen, self._left
        self.chosen = before.copy()
        try:
            self._want(node)
            self._settle()
        except _TooMuch:
            self.chosen = before
            self._work.clear()
            return
        finally:
            left, self._budget = self._budget, None
        self._left = left
        self._offer_around([each for each in self.chosen.kept if each not in before.kept], distance)

    # What is left out

    def _missing(self) -> Iterator[Stub]:
        """Everything that the kept code wants and that is not kept."""
        chosen = self.chosen
        attributes: set[str] = set()
        for node in list(chosen.kept):
            reads = self.reads(node)
            attributes |= reads.attributes
            for read in (*reads.now, *reads.later):
                for trail in self.modules.trails(node.module, read):
                    yield from self._stub_of(trail)
            for imported in (*reads.imports_later, *reads.imports_now):
                if self.unit(node).kind in (UnitKind.IMPORT, UnitKind.STAR):
                    continue
                for trail in self.modules.imported(node.module, imported):
                    absent = trail.unbound and not self.modules.has_file(trail.module)
                    if absent and imported.module in reads.guarded:
                        continue
                    self._follow(node, trail, optional=True)
                    yield from self._stub_of(trail, imported.name)
        called = {node.member for node in chosen.kept if node.member}
        for node in chosen.kept:
            for name in self.unit(node).members if not node.member else ():
                protocol = name.startswith("__") and name not in UNNEEDED
                if protocol or name in attributes or name in called or self.is_called_from_outside(node, name):
                    if Node(*node[:2], name) not in chosen.kept:
                        yield Stub(node.module, "", node.unit, name)

    def _stub_of(self, trail: Trail, name: str = "") -> Iterator[Stub]:
        if trail.unbound:
            yield Stub(trail.module, trail.unbound)
        if trail.unit < 0 or Node(trail.module, trail.unit) in self.chosen.kept:
            return
        unit = self.unit(Node(trail.module, trail.unit))
        if unit.kind in (UnitKind.FUNCTION, UnitKind.CLASS):
            yield Stub(trail.module, next(iter(unit.binds)), trail.unit)
        else:
            yield Stub(trail.module, trail.name, trail.unit)


def _is_alias(unit: Unit) -> bool:
    """Whether a statement gives something another name (``html = util.html``)."""
    node = unit.nodes[0]
    return len(unit.nodes) == 1 and isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute)
