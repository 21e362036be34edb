"""The worklist: nodes hold sets of values, edges and watchers carry new values on until nothing changes.

Inclusion-based points-to analysis (Andersen 1994) with difference propagation and the call graph built on the fly.
Each value in a node remembers the node it came from first, which is an edge's evidence for free.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.frames import DefinitionState, Frame
from navigator.linking.namespaces import Binding, Namespaces
from navigator.linking.values import (
    BoundValue,
    ClassValue,
    ContainerValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    LiteralValue,
    ModuleValue,
    PatternValue,
    SuperValue,
    TextValue,
    Value,
)

Watcher = Callable[["Solver", Any, Frame, Value, int], None]
"""Called with the solver, the watcher's own data, its frame, a new value and the node where it arrived."""

LIMIT = 16
"""Values a node may hold before it is saturated (Wimmer et al. 2024). Saturated nodes are noted: they know too many
values to be of use."""

ROOM: dict[type[Value], int] = {FunctionValue: 48, TextValue: 48, ClassValue: 24}
"""A saturated node still takes and passes on values of these types until it holds so many in all."""

_BLOCK = 1 << 15

BEGIN = -1
"""Origin of a value that starts in a node."""


class EdgeRecord:
    """How a call edge was first found: the node whose value was called, and that value."""

    __slots__ = ("kind", "node", "rule", "value")

    def __init__(self, kind: str, rule: str, node: int, value: Value) -> None:
        self.kind = kind
        self.rule = rule
        self.node = node
        self.value = value


class Solver:
    """State of one solve. The rules of the language live in sibling modules as functions over it."""

    def __init__(self, spaces: Namespaces, names: frozenset[str]) -> None:
        self.spaces = spaces
        self.names = names
        """Every name that a string could usefully spell."""
        self.used = 0
        """Nodes made; the lists by node are longer."""
        self.points: list[dict[Value, int] | None] = []
        self.successors: list[list[int] | None] = []
        self.watchers: list[list[tuple[Watcher, Any, Frame]] | None] = []
        self.pending: list[list[Value] | None] = []
        self.queue: deque[int] = deque()
        self.later: deque[tuple[Callable[[int | str, int], None], int | str, int]] = deque()
        """Containers' watchers to be told of a new key."""
        self.full: set[int] = set()
        self.linked: set[tuple[object, ...]] = set()
        self.edges: dict[tuple[DefinitionState, int, DefinitionState | str], EdgeRecord] = {}
        self.outside: set[tuple[DefinitionState, int]] = set()
        """Call sites that reach code outside the workspace under no known name."""
        self.fields: dict[tuple[Value, str], int] = {}
        self.bound_fields: dict[tuple[Value, str], int] = {}
        self.lookups: dict[str, list[tuple[list[ClassValue], int]]] = {}
        """By name, the nodes of members looked up on classes, each with the classes that were searched."""
        self.copies: list[tuple[int, int, Frame]] = []
        """Node ranges of copied frames: first node, end, frame; ascending."""
        self.member_loads: list[tuple[Frame, Any, Value]] = []
        """Reads of members that may run code: the frame, what has ``name`` and ``site``, and the object read."""
        self.hidden: dict[int, dict[DefinitionState, EdgeRecord]] = {}
        """What library code calls in calls that no expression makes, by the numbers of ``hidden_site``."""
        self.hidden_sites = 0
        self.misfits: dict[tuple[DefinitionState, int], list[tuple[Any, Frame, FunctionValue, Value | None, int]]] = {}
        """Calls left out because the arguments do not fit the function, by call site."""
        self.forgiven: set[object] = set()
        """Call sites whose arguments need not fit."""
        self.unkeyed: list[tuple[int, ContainerValue, int, bool]] = []
        """Accesses to mappings under keys that had no value: the key, the mapping, what is read into or written."""
        self.unplaced: list[tuple[int, Any, int, Frame, int]] = []
        """Starred arguments with others behind them: their node, all arguments, the next one, where it would go."""
        self.narrowings: list[tuple[Frame, Any]] = []
        """Tests for classes that have held: they declare what they test."""
        self.linked_sites: set[tuple[DefinitionState, int]] = set()
        """Call sites that had a callee in the workspace before objects of unknown class were considered."""
        self.nested_frames: list[Frame] = []
        """Frames that are copies."""
        self.wrappers: list[tuple[Any, Frame, Frame]] = []
        """Calls of functions that hand all their arguments on: call site, its frame, the function's frame."""
        self.replaced: set[str] = set()
        """Definitions, by name, whose place in their module or class is assigned from elsewhere."""
        self.caught: list[tuple[int, ClassValue]] = []
        """What handlers of exceptions are given, and the classes that they name."""
        self.casts: list[tuple[int, ClassValue]] = []
        """Results of ``cast``, and the classes that they were cast to."""
        self.hints: list[tuple[Frame, int, Any]] = []
        self.texts: dict[str, TextValue] = {}
        self.patterns: dict[tuple[str, str], PatternValue] = {}
        self.templates: list[Any] = []
        """Strings put together (``patterns.Template``) whose parts may stay unknown."""
        self.literals: dict[str, LiteralValue] = {}
        self.functions: dict[tuple[DefinitionState, Frame], FunctionValue] = {}
        self.bounds: dict[tuple[FunctionValue, Value], BoundValue] = {}
        self.supers: dict[tuple[ClassValue, Value], SuperValue] = {}
        self.made: dict[tuple[object, ...], Any] = {}
        """Values made once a place: containers, properties, instances of models."""
        self.unknown = ExternalValue("")
        self.clone_nodes = 0
        self.fixtures: Any = None
        """What parameters of tests ask for (``fixtures.Fixtures``), in a program that has such parameters."""
        self.scripts: Any = None
        """What the rules of ECMAScript keep (``ecmascript.scripts.Scripts``), in a program that has such files."""
        self.rule_kinds: dict[str, str] = {}
        """For rules whose edges are not callbacks: the kind of edge, by the rule's name."""

    # -- nodes ------------------------------------------------------------------------------------------------------

    def reserve(self, count: int) -> int:
        """Make ``count`` nodes; return the first."""
        first = self.used
        self.used = first + count
        if self.used > len(self.points):
            self._grow()
        return first

    def node(self) -> int:
        """Make a node that is no slot of a frame."""
        index = self.used
        self.used = index + 1
        if self.used > len(self.points):
            self._grow()
        return index

    def _grow(self) -> None:
        room: list[None] = [None] * (self.used - len(self.points) + _BLOCK)
        self.points.extend(room)
        self.successors.extend(room)
        self.watchers.extend(room)
        self.pending.extend(room)

    def add(self, node: int, value: Value, origin: int = BEGIN) -> None:
        """Put a value into a node."""
        held = self.points[node]
        if held is None:
            self.points[node] = {value: origin}
        elif value in held:
            return
        elif len(held) >= LIMIT and len(held) >= ROOM.get(type(value), LIMIT):
            self._saturate(node)
            return
        else:
            held[value] = origin
        if self.successors[node] is None and self.watchers[node] is None:
            return
        waiting = self.pending[node]
        if waiting is None:
            self.pending[node] = [value]
            self.queue.append(node)
        else:
            waiting.append(value)

    def _saturate(self, node: int) -> None:
        """Note that a node has too many values; what it has not passed on yet stays here, callables excepted."""
        if node in self.full:
            return
        self.full.add(node)
        waiting = self.pending[node]
        if waiting is not None:
            self.pending[node] = [value for value in waiting if type(value) in ROOM]

    def edge(self, source: int, target: int) -> None:
        """Everything in ``source`` flows to ``target``."""
        if source == target:
            return
        following = self.successors[source]
        if following is None:
            self.successors[source] = [target]
        elif target in following[-8:]:
            return
        else:
            following.append(target)
        held = self.points[source]
        if not held:
            return
        fresh = [value for value in held if type(value) in ROOM] if source in self.full else list(held)
        reached = self.points[target]
        if reached is None:
            self.points[target] = dict.fromkeys(fresh, source)
        else:
            fresh = [value for value in fresh if value not in reached]
            if not fresh:
                return
            if len(reached) + len(fresh) > LIMIT:
                for value in fresh:
                    self.add(target, value, source)
                return
            for value in fresh:
                reached[value] = source
        if self.successors[target] is None and self.watchers[target] is None:
            return
        waiting = self.pending[target]
        if waiting is None:
            self.pending[target] = fresh
            self.queue.append(target)
        else:
            waiting.extend(fresh)

    def watch(self, node: int, watcher: Watcher, data: Any, frame: Frame) -> None:
        """Call ``watcher`` for every value that ``node`` holds or will hold."""
        present = self.watchers[node]
        if present is None:
            self.watchers[node] = [(watcher, data, frame)]
        else:
            present.append((watcher, data, frame))
        held = self.points[node]
        if held:
            waiting = self.pending[node]
            full = node in self.full
            for value in list(held):
                if (waiting is None or value not in waiting) and (not full or type(value) in ROOM):
                    watcher(self, data, frame, value, node)

    def run(self) -> None:
        """Carry values on until nothing changes."""
        queue, pending, points = self.queue, self.pending, self.points
        successors, watchers = self.successors, self.watchers
        later = self.later
        while queue or later:
            while later:
                watcher_of_keys, key, made = later.popleft()
                watcher_of_keys(key, made)
            if not queue:
                break
            node = queue.popleft()
            fresh = pending[node]
            pending[node] = None
            if not fresh:
                continue
            following = successors[node]
            if following is not None:
                for target in following:
                    held = points[target]
                    if held is None:
                        added = fresh
                        points[target] = dict.fromkeys(fresh, node)
                    else:
                        added = [v for v in fresh if v not in held]
                        if not added:
                            continue
                        if len(held) + len(added) > LIMIT:
                            self._saturate(target)
                            added = _fitting(added, len(held))
                            if not added:
                                continue
                        for value in added:
                            held[value] = node
                    if successors[target] is not None or watchers[target] is not None:
                        waiting = pending[target]
                        if waiting is None:
                            pending[target] = list(added)
                            queue.append(target)
                        else:
                            waiting.extend(added)
            watching = watchers[node]
            if watching is not None:
                for index in range(len(watching)):
                    watcher, data, frame = watching[index]
                    for value in fresh:
                        watcher(self, data, frame, value, node)

    def values(self, node: int) -> dict[Value, int]:
        return self.points[node] or {}

    # -- values made once --------------------------------------------------------------------------------------------

    def text(self, text: str) -> Value:
        """A string: itself if it can name something in the program, else any string."""
        if text in self.names or (text.rpartition(".")[2] in self.names and "." in text):
            return self.named_text(text)
        return self.literal("str")

    def named_text(self, text: str) -> TextValue:
        """A string kept as it is."""
        value = self.texts.get(text)
        if value is None:
            value = self.texts[text] = TextValue(text)
        return value

    def pattern(self, prefix: str, suffix: str) -> PatternValue:
        """A string of which only the ends are known."""
        key = (prefix, suffix)
        value = self.patterns.get(key)
        if value is None:
            value = self.patterns[key] = PatternValue(prefix, suffix)
        return value

    def literal(self, type: str) -> LiteralValue:
        value = self.literals.get(type)
        if value is None:
            value = self.literals[type] = LiteralValue(type)
        return value

    def function(self, definition: DefinitionState, frame: Frame) -> FunctionValue:
        key = (definition, frame)
        value = self.functions.get(key)
        if value is None:
            value = self.functions[key] = FunctionValue(definition, frame)
        return value

    def bound(self, function: FunctionValue, receiver: Value) -> BoundValue:
        key = (function, receiver)
        value = self.bounds.get(key)
        if value is None:
            value = self.bounds[key] = BoundValue(function, receiver)
        return value

    def super_value(self, after: ClassValue, receiver: Value) -> SuperValue:
        key = (after, receiver)
        value = self.supers.get(key)
        if value is None:
            value = self.supers[key] = SuperValue(after, receiver)
        return value

    def container(self, type: str, *place: object) -> ContainerValue:
        """The container made at a place; the same place gives the same container."""
        key = (type, *place)
        value = self.made.get(key)
        if value is None:
            value = self.made[key] = ContainerValue(type, self.node())
        assert isinstance(value, ContainerValue)
        return value

    def elements(self, container: ContainerValue) -> int:
        """The node of all elements of a container."""
        node = container.all
        if node < 0:
            node = container.all = self.node()
            self.edge(container.star, node)
            for field in container.fields.values():
                self.edge(field, node)
        return node

    def instance(self, cls: ClassValue, *place: object) -> InstanceValue:
        """An instance of a class; classes of library models have one a place."""
        cls.constructed = True
        if not cls.definition.file.model:
            return cls.instance
        key = ("instance", cls, *place)
        value = self.made.get(key)
        if value is None:
            value = self.made[key] = InstanceValue(cls, key)
        assert isinstance(value, InstanceValue)
        return value

    def field(self, owner: Value, name: str) -> int:
        """The node of a member that was stored on a value."""
        key = (owner, name)
        node = self.fields.get(key)
        if node is None:
            node = self.fields[key] = self.node()
        return node

    def binding_value(self, binding: Binding) -> Value:
        """The value of a static binding; a definition stands for its function or class."""
        if isinstance(binding, DefinitionState):
            if binding.kind is DefinitionKind.CLASS:
                assert binding.cls is not None
                return binding.cls
            return self.function(binding, binding.frame)
        return binding

    def external(self, name: str) -> Value:
        return self.binding_value(self.spaces.external(name))

    # -- members of modules and classes ------------------------------------------------------------------------------

    def module_member(self, module: ModuleValue, name: str) -> int:
        """The node of a module's member: its variable, a submodule, or what is put there from outside."""
        state = self.spaces.modules.get(module.name)
        if state is not None:
            slot = state.definitions[0].facts.variables.get(name)
            if slot is not None:
                return slot + state.base
        key = (module, name)
        node = self.fields.get(key)
        if node is not None:
            return node
        node = self.fields[key] = self.node()
        full = f"{module.name}.{name}"
        if self.spaces.is_module(full):
            self.add(node, self.spaces.module_value(full))
        if state is not None:
            for source, found in self.spaces.star_sources(state, name):
                self.edge(self.module_member(source.value, found), node)
            if not self.spaces.is_module(full):
                for _ in self.spaces.external_stars(state):
                    self.add(node, self.unknown)
        return node

    def module_stores(self, module: ModuleValue, name: str) -> list[int]:
        """The nodes that an assignment to a module's member from outside writes."""
        nodes = [self.module_member(module, name)]
        state = self.spaces.modules.get(module.name)
        if state is not None:
            slot = state.definitions[0].facts.everything.get(name)
            if slot is not None:
                nodes.append(slot + state.base)
        return nodes

    def class_store(self, cls: ClassValue, name: str) -> int:
        """The node that an assignment to a class's member from outside writes."""
        key = (cls, name)
        node = self.fields.get(key)
        if node is None:
            node = self.fields[key] = self.node()
            for searched, found in self.lookups.get(name, ()):
                if cls in searched:
                    self.edge(node, found)
        return node

    def static_binder(self, mro: list[ClassValue | ExternalValue], name: str) -> ClassValue | None:
        """The first class of an order whose body binds ``name``."""
        for cls in mro:
            if isinstance(cls, ClassValue) and name in cls.definition.facts.variables:
                return cls
        return None

    def binder(self, cls: ClassValue, name: str) -> ClassValue | None:
        """As ``static_binder`` over the order of a class, remembered."""
        binders = cls.binders
        if name in binders:
            return binders[name]
        found = binders[name] = self.static_binder(cls.mro, name)
        return found

    def lookup(self, cls: ClassValue, name: str) -> int:
        """The node of everything that ``name`` can be on the class and its bases, unbound."""
        node = cls.lookups.get(name)
        if node is None:
            node = cls.lookups[name] = self.node()
            self._collect(cls.mro, name, node)
        return node

    def lookup_after(self, after: ClassValue, cls: ClassValue, name: str) -> int:
        """As ``lookup``, among the classes behind ``after`` in the order of ``cls``."""
        key = ("super", after, cls, name)
        node: int | None = self.made.get(key)
        if node is None:
            node = self.made[key] = self.node()
            mro = cls.mro
            position = mro.index(after) + 1 if after in mro else len(mro)
            self._collect(mro[position:], name, node)
        return node

    def _collect(self, mro: list[ClassValue | ExternalValue], name: str, node: int) -> None:
        outside: ExternalValue | None = None
        searched: list[ClassValue] = []
        self.lookups.setdefault(name, []).append((searched, node))
        for cls in mro:
            if isinstance(cls, ExternalValue):
                if outside is None and cls.name not in BARE:
                    outside = cls
                continue
            searched.append(cls)
            stored = self.fields.get((cls, name))
            if stored is not None:
                self.edge(stored, node)
            slot = cls.definition.facts.variables.get(name)
            if slot is not None:
                self.edge(cls.definition.frame.node(slot), node)
                return
            if cls.open_bases:
                self.watch(self.field(cls, "<bases>"), _on_open_base, (name, node), cls.definition.frame)
        if outside is not None:
            self.add(node, self.external(f"{outside.name}.{name}"))

    # -- edges ------------------------------------------------------------------------------------------------------

    def record(
        self,
        frame: Frame,
        site: int,
        callee: DefinitionState | str,
        kind: str,
        node: int,
        value: Value,
        rule: str = "",
    ) -> None:
        """Note a call edge from the site; calls inside library models belong to the site that entered them."""
        inside = frame.site is not None
        while frame.site is not None:
            rule = frame.rule
            frame, site = frame.site
        if site < -1 and inside and not isinstance(callee, str) and not callee.file.model:
            self.hidden.setdefault(site, {}).setdefault(callee, EdgeRecord("implicit", rule, node, value))
        if site < 0 or frame.file.model:
            return
        if not isinstance(callee, str) and callee.file.model:
            callee = callee.full_name
        if inside:
            if isinstance(callee, str):
                return
            entered = self.rule_kinds.get(rule, "callback")
            if entered != "call" or kind != "construct":
                kind = entered
        key = (frame.definition, site, callee)
        known = self.edges.get(key)
        if known is None:
            self.edges[key] = EdgeRecord(kind, rule, node, value)
        elif known.rule and not rule:
            known.rule, known.kind, known.node, known.value = rule, kind, node, value

    def hidden_site(self, key: tuple[object, ...]) -> int:
        """The number of a call that no expression makes but that a member is read: what a library's descriptor calls is
        noted under it, and belongs to every read."""
        number = self.made.get(("site", *key))
        if number is None:
            self.hidden_sites += 1
            number = self.made["site", *key] = -1 - self.hidden_sites
        assert isinstance(number, int)
        return number

    def note_linked_sites(self) -> None:
        """Remember which call sites have a callee in the workspace by now."""
        self.linked_sites = {(state, site) for state, site, callee in self.edges if not isinstance(callee, str)}

    def record_outside(self, frame: Frame, site: int) -> None:
        """Note that the site reaches unnamed code outside the workspace."""
        if frame.site is None and site >= 0:
            self.outside.add((frame.definition, site))


def _fitting(values: list[Value], held: int) -> list[Value]:
    """Of values new to a saturated node that holds ``held`` others those that it takes."""
    taken = []
    for value in values:
        if held < ROOM.get(type(value), 0):
            taken.append(value)
            held += 1
    return taken


BARE = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "builtins.type"})
"""Bases that bring no members of their own."""


def _on_open_base(solver: Solver, data: tuple[str, int], _frame: Frame, value: Value, _node: int) -> None:
    name, target = data
    if isinstance(value, ClassValue):
        solver.edge(solver.lookup(value, name), target)
    elif isinstance(value, ExternalValue):
        solver.add(target, solver.external(f"{value.name}.{name}") if value.name else solver.unknown)
