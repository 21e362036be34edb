"""What is known while a file is read: its text, its record, the innermost scope, and what a name means there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navigator.facts.building.definitions import DefinitionBuilder, Definitions
from navigator.facts.building.record import Record
from navigator.facts.building.versions import slot_of
from navigator.facts.python.builtin_names import BUILTINS
from navigator.facts.python.frames import Frame
from navigator.facts.python.private_names import own_name
from navigator.facts.python.scanning import Scan
from navigator.facts.python.scopes import RUNS_IN_PLACE, Scope, ScopeKind
from navigator.facts.vocabulary import (
    DefinitionKind,
    Global,
    Hint,
    Instruction,
    Literal,
    Move,
    SyntaxProblem,
    Text,
)

if TYPE_CHECKING:
    from tree_sitter import Node


class Reader:
    """The state of reading one file. Handlers of node kinds get it as their first argument."""

    __slots__ = (
        "ascii",
        "definitions",
        "frame",
        "globals",
        "module",
        "partly_bound",
        "problems",
        "record",
        "scopes",
        "skip_too_deep",
        "star_imports",
        "text",
        "too_deep",
    )

    def __init__(self, text: str, scan: Scan) -> None:
        self.text = text
        self.ascii = text.isascii()
        self.record = Record()
        self.definitions = Definitions()
        self.problems: list[SyntaxProblem] = []
        self.skip_too_deep = False
        """Whether statements that exhaust the stack are left out, instead of giving up."""
        self.too_deep: frozenset[int] = frozenset()
        """The ids of nodes that are nested too deeply to be read."""
        self.scopes = scan.by_start
        scope = scan.scopes[0]
        definition = self.definitions.open(DefinitionKind.MODULE, "", None, 0)
        self.partly_bound: dict[str, None] = {}
        """The module's variables that mean something else on paths that have not bound them."""
        self.star_imports = scan.star_imports
        self.module = self.frame = Frame(scope, definition, None, self.record, self._outside_of_module)
        self.module.start({}, self.record)
        unbound = sorted((scope.free | scope.free_later) - scope.locals - {"__class__"})
        self.globals = {name: self.record.named("") for name in unbound}

    def emit(self, instruction: Instruction) -> None:
        """Adds to the body being read."""
        self.frame.emit(instruction)

    def name(self, node: Node) -> str:
        """The name that an identifier means here."""
        name = self.text[node.start_byte : node.end_byte]
        if name[:2] == "__" or not self.ascii:
            return own_name(name, self.frame.scope.private)
        return name

    def source(self, node: Node) -> str:
        """The node's text."""
        return self.text[node.start_byte : node.end_byte]

    def literal(self, type_name: str) -> int:
        """The slot of a constant of a built-in type, one for each type and definition."""
        frame = self.frame
        slot = frame.literals.get(type_name)
        if slot is None:
            slot = frame.literals[type_name] = self.record.named("")
            frame.emit(Literal(slot, type_name))
        return slot

    def string(self, value: str) -> int:
        """The slot of a string constant."""
        frame = self.frame
        slot = frame.texts.get(value)
        if slot is None:
            if not names_something(value):
                return self.literal("str")
            slot = frame.texts[value] = self.record.named("")
            frame.emit(Text(slot, value))
        return slot

    # Reading names.

    def read(self, name: str, node: Node | None = None) -> int:
        """The slot that holds the name's value here."""
        frame = self.frame
        version = frame.flow.versions.get(name)
        if version is not None:
            return version if isinstance(version, int) else slot_of(version, self.record, frame.emit)
        slot = frame.outer.get(name)
        return self._read_outside(frame, name, node) if slot is None else slot

    def _read_outside(self, frame: Frame, name: str, node: Node | None) -> int:
        scope = frame.scope
        if name in scope.locals:
            if name not in scope.shared:
                if scope.kind is ScopeKind.MODULE:
                    return self.global_slot(name, node)
                if scope.kind is ScopeKind.CLASS:
                    return self._read_module(frame, name, node)
            return self._lasting(frame, name)
        if name in scope.globals:
            return self._read_module(frame, name, node)
        inner = frame
        in_place = True
        while inner.parent is not None:
            in_place = in_place and inner.scope.kind in RUNS_IN_PLACE
            outer = inner.parent
            kind = outer.scope.kind
            if kind is ScopeKind.CLASS and not (in_place and inner.scope.kind is ScopeKind.TYPE_PARAMETERS):
                if name == "__class__" and not in_place:
                    return outer.class_slot
            elif in_place and name in outer.flow.versions:
                return outer.flow.read(name)
            elif name in outer.scope.locals:
                if in_place and kind is ScopeKind.MODULE and name not in outer.scope.shared:
                    return self.global_slot(name, node)
                slot = self._lasting(outer, name)
                if not in_place:
                    frame.outer[name] = slot
                return slot
            elif name in outer.scope.globals:
                return self._read_module(frame, name, node)
            inner = outer
        return self.global_slot(name, node)

    def _read_module(self, frame: Frame, name: str, node: Node | None) -> int:
        """A name looked up in the module, past all scopes between."""
        module = self.module
        if name not in module.scope.locals:
            return self.global_slot(name, node)
        inner: Frame | None = frame
        while inner is not None and inner.scope.kind in RUNS_IN_PLACE:
            inner = inner.parent
        if inner is module and name not in module.scope.shared:
            slot = module.flow.read(name)
            return slot if slot >= 0 else self.global_slot(name, node)
        slot = frame.outer[name] = self._lasting(module, name)
        return slot

    def _lasting(self, frame: Frame, name: str) -> int:
        """The slot of a variable whatever its version; one that nothing fills when no version lasts."""
        slot = frame.merged.get(name)
        if slot is None:
            slot = frame.outer.get(name)
            if slot is None:
                slot = frame.outer[name] = self.record.named(name)
        return slot

    def global_slot(self, name: str, node: Node | None) -> int:
        """The slot of a name that the module does not bind, one for the file."""
        slot = self.globals.get(name, -1)
        if slot < 0:
            slot = self.globals[name] = self.record.named("")
        if name not in self.module.outer:
            self.module.outer[name] = slot
            line = self.record.line
            site = self.record.site(node) if node is not None else -1
            self.record.lines[slot] = self.record.line
            self.record.line = line
            self.module.emit(Global(slot, name, site))
        return slot

    def _outside_of_module(self, name: str) -> int | None:
        """What a variable of the module means before it is bound: a built-in, or something from a star import."""
        if not self.star_imports and name not in BUILTINS:
            return None
        self.partly_bound[name] = None
        return self.global_slot(name, None)

    # Binding names.

    def owner(self, frame: Frame, name: str) -> Frame:
        """The frame whose variable an assignment in ``frame`` changes."""
        scope = frame.scope
        if name in scope.globals:
            return self.module
        if name in scope.nonlocals:
            outer = frame.parent
            while outer is not None:
                if outer.scope.kind is not ScopeKind.CLASS and name in outer.scope.locals:
                    return outer
                outer = outer.parent
        return frame

    def target(self, name: str, frame: Frame | None = None) -> int:
        """The slot to write for an assignment to the name, which from now on has that version."""
        frame = frame or self.frame
        record = self.record
        owner = self.owner(frame, name)
        if owner is not frame or name in frame.scope.shared:
            slot = self._lasting(owner, name)
            owner.write_line(slot, record)
        elif name in frame.single:
            slot = frame.merged[name]
            owner.write_line(slot, record)
            frame.flow.assign(name, slot)
        else:
            slot = record.named(name)
            self._new_version(frame, name, slot)
        self._hint(frame, name, slot)
        return slot

    def bind(self, name: str, value: int, fresh: bool, frame: Frame | None = None) -> None:
        """Assigns a value that is already in a slot; a fresh temporary becomes the version itself."""
        frame = frame or self.frame
        scope = frame.scope
        plain = name not in frame.single and name not in scope.shared
        if fresh and plain and name not in scope.globals and name not in scope.nonlocals:
            self.record.names[value] = name
            self._new_version(frame, name, value)
            self._hint(frame, name, value)
        else:
            self.frame.emit(Move(self.target(name, frame), value))

    def _new_version(self, frame: Frame, name: str, slot: int) -> None:
        frame.flow.assign(name, slot)
        merged = frame.merged.get(name)
        if merged is not None:
            frame.write_line(merged, self.record)
            frame.emit(Move(merged, slot))

    def _hint(self, frame: Frame, name: str, slot: int) -> None:
        if frame.annotations:
            annotation = frame.annotations.get(name)
            if annotation is not None:
                frame.emit(Hint(slot, annotation))

    def is_fresh(self, slot: int, mark: int) -> bool:
        """Whether a slot was made after ``mark`` slots existed and belongs to no variable or constant."""
        return slot >= mark and slot not in self.record.names

    def unbind(self, name: str) -> None:
        """``del name``"""
        self.frame.flow.versions.pop(name, None)

    # Entering scopes.

    def enter(
        self, node: Node, kind: ScopeKind, definition: DefinitionBuilder, parameters: dict[str, int] | None = None
    ) -> Frame:
        """Makes the scope that starts at the node the innermost one; returns the one before."""
        outer = self.frame
        scope = self.scopes.get((node.start_byte, kind))
        if scope is None:
            scope = Scope(kind, "", node.start_byte, None, outer.scope.private)
        self.frame = Frame(scope, definition, outer, self.record)
        self.frame.start(parameters or {}, self.record)
        return outer

    def leave(self, outer: Frame) -> None:
        """Goes back to the scope around."""
        self.frame = outer

    def mark(self) -> Mark:
        """Where reading stands, for ``abandon``."""
        flow = self.frame.flow
        return self.frame, len(flow.loops), len(flow.recorders), len(self.definitions.builders)

    def abandon(self, mark: Mark) -> None:
        """Leaves everything entered since the mark."""
        self.frame, loops, recorders, definitions = mark
        flow = self.frame.flow
        del flow.loops[loops:]
        while len(flow.recorders) > recorders:
            flow.stop_recording()
        for builder in self.definitions.builders[definitions:]:
            if builder.end_slot < 0:
                builder.end_slot = len(self.record.lines)

    def problem(self, line: int, message: str) -> None:
        """Records that something could not be read."""
        self.problems.append(SyntaxProblem(line, message))


Mark = tuple[Frame, int, int, int]
TEXT_LIMIT = 200


def names_something(value: str) -> bool:
    """Whether a string could name a definition, a module, a key: short, without white space, not empty."""
    return 0 < len(value) <= TEXT_LIMIT and value.split(None, 1) == [value]
