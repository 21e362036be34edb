"""What is known while a file is read: its text, its record, the innermost frame and block, what a name means there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from navigator.facts.building.definitions import DefinitionBuilder, Definitions
from navigator.facts.building.flow import Flow, Loop
from navigator.facts.building.record import Record
from navigator.facts.building.versions import Emit
from navigator.facts.typescript.grammars import Grammar
from navigator.facts.typescript.scanning import Scan
from navigator.facts.typescript.scopes import Binding, Scope, ScopeKind
from navigator.facts.vocabulary import (
    NONE,
    DefinitionKind,
    Global,
    Hint,
    Instruction,
    Literal,
    Move,
    Parameter,
    ParameterKind,
    SetMember,
    SyntaxProblem,
    Text,
    TypeRef,
)

if TYPE_CHECKING:
    from tree_sitter import Node

Expression = Callable[["Reader", "Node"], int]
"""Reads an expression; returns the slot of its value."""
Statement = Callable[["Reader", "Node"], object]
TEXT = re.compile(r"\S{1,200}")
"""A string that could name a definition, a module, a key, an event."""


class Target:
    """What ``break`` and ``continue`` can leave or repeat; ``continues`` is false for ``switch`` and blocks."""

    __slots__ = ("continues", "label", "loop")

    def __init__(self, loop: Loop, label: str, continues: bool) -> None:
        self.loop = loop
        self.label = label
        self.continues = continues


class Frame:
    """A function-like scope being read."""

    __slots__ = (
        "annotations",
        "definition",
        "emit",
        "extra",
        "flow",
        "literals",
        "namespace",
        "parent",
        "receiver",
        "scope",
        "static",
        "super_class",
        "targets",
        "texts",
    )

    def __init__(self, scope: Scope, definition: DefinitionBuilder, parent: Frame | None, record: Record) -> None:
        self.scope = scope
        self.definition = definition
        self.parent = parent
        self.emit: Emit = definition.body.append
        self.flow = Flow(scope.keys, record, self.emit)
        self.literals: dict[str, int] = {}
        self.texts: dict[str, int] = {}
        self.annotations: dict[str, TypeRef] = {}
        """Types declared for variables, by key."""
        self.extra: list[Parameter] = []
        """The parameters for ``this`` and ``arguments``, where they are read."""
        self.receiver = NONE
        """The slot of ``this``, once somebody has read it."""
        self.super_class = NONE
        """Methods: the class whose bases ``super`` means."""
        self.static = False
        """Methods: belongs to the class itself."""
        self.namespace = NONE
        """In a namespace: the slot of its object."""
        self.targets: list[Target] = []


class Reader:
    """The state of reading one file. Handlers of node kinds get it as their first argument."""

    __slots__ = (
        "_told",
        "definitions",
        "expressions",
        "frame",
        "globals",
        "grammar",
        "module",
        "problems",
        "record",
        "scan",
        "scope",
        "skip_too_deep",
        "statements",
        "text",
    )

    def __init__(
        self, text: str, scan: Scan, expressions: list[Expression], statements: list[Statement | None]
    ) -> None:
        self.text = text
        self.scan = scan
        self.grammar: Grammar = scan.grammar
        self.expressions = expressions
        self.statements = statements
        self.record = Record()
        self.definitions = Definitions()
        self.problems: list[SyntaxProblem] = []
        self.skip_too_deep = False
        """Whether statements that exhaust the stack are left out, instead of giving up."""
        definition = self.definitions.open(DefinitionKind.MODULE, "", None, 0)
        self.scope = scan.module
        self.module = self.frame = Frame(scan.module, definition, None, self.record)
        self.globals = {name: self.record.named("") for name in scan.free}
        self._told: set[str] = set()
        self.start(self.frame)

    def source(self, node: Node) -> str:
        """The node's text."""
        return self.text[node.start_byte : node.end_byte]

    def emit(self, instruction: Instruction) -> None:
        """Adds to the body being read."""
        self.frame.emit(instruction)

    def evaluate(self, node: Node) -> int:
        """Reads an expression; returns the slot of its value."""
        return self.expressions[node.kind_id](self, node)

    def problem(self, line: int, message: str) -> None:
        """Records that something could not be read."""
        self.problems.append(SyntaxProblem(line, message))

    def start(self, frame: Frame) -> None:
        """Makes the slots that functions inside may read: they belong to this frame and not to theirs."""
        scope = frame.scope
        for binding in scope.all:
            if (binding.captured or binding.shared) and binding.slot < 0:
                binding.slot = self.record.named(binding.name)
        if scope.uses_this and frame.receiver < 0:
            frame.receiver = self.record.named("this")
            frame.extra.append(Parameter("this", ParameterKind.RECEIVER, frame.receiver))
        if scope.uses_arguments and scope.kind is ScopeKind.FUNCTION:
            slot = self.record.named("arguments")
            frame.extra.append(Parameter("arguments", ParameterKind.ARGUMENTS, slot))

    # Constants.

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
            if not TEXT.fullmatch(value):
                return self.literal("str")
            slot = frame.texts[value] = self.record.named("")
            frame.emit(Text(slot, value))
        return slot

    # Reading names.

    def binding(self, name: str) -> Binding | None:
        """What the name is bound to here."""
        scope: Scope | None = self.scope
        while scope is not None:
            found = scope.bindings.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def read(self, name: str, node: Node | None = None) -> int:
        """The slot that holds the name's value here."""
        binding = self.binding(name)
        if binding is None:
            if name == "arguments":
                slot = self.arguments()
                if slot >= 0:
                    return slot
            return self.global_slot(name, node)
        if binding.scope is self.frame.scope:
            slot = self.frame.flow.read(binding.key)
            if slot >= 0:
                return slot
        return self.lasting(binding)

    def lasting(self, binding: Binding) -> int:
        """The slot of a variable whatever its version."""
        if binding.slot < 0:
            binding.slot = self.record.named(binding.name)
        return binding.slot

    def global_slot(self, name: str, node: Node | None = None) -> int:
        """The slot of a name that the file does not bind, one for the file."""
        slot = self.globals.get(name, -1)
        if slot < 0:
            slot = self.globals[name] = self.record.named("")
        if name not in self._told:
            self._told.add(name)
            line = self.record.line
            site = self.record.site(node) if node is not None else NONE
            self.record.lines[slot] = self.record.line
            self.record.line = line
            self.module.emit(Global(slot, name, site))
        return slot

    def receiver(self) -> int:
        """The slot of ``this``, or one that nothing fills."""
        frame = self._owner_of_this()
        return frame.receiver if frame.receiver >= 0 else self.literal("undefined")

    def arguments(self) -> int:
        """The slot of ``arguments``, or -1 outside of functions."""
        for parameter in self._owner_of_this().extra:
            if parameter.kind is ParameterKind.ARGUMENTS:
                return parameter.slot
        return NONE

    def _owner_of_this(self) -> Frame:
        frame = self.frame
        while frame.scope.kind is ScopeKind.ARROW and frame.parent is not None:
            frame = frame.parent
        return frame

    # Binding names.

    def target(self, binding: Binding) -> int:
        """The slot to write for an assignment to the variable, which from now on has that version."""
        frame = self.frame
        if binding.scope is not frame.scope or binding.shared:
            slot = self.lasting(binding)
        elif binding.captured and binding.writes == 1:
            slot = self.lasting(binding)
            frame.flow.assign(binding.key, slot)
        else:
            slot = self.record.named(binding.name)
            self._new_version(binding, slot)
        self._hint(binding, slot)
        return slot

    def bind(self, binding: Binding, value: int, fresh: bool) -> None:
        """Assigns a value that is already in a slot; a fresh temporary becomes the version itself."""
        local = binding.scope is self.frame.scope
        if fresh and local and not binding.shared and not (binding.captured and binding.writes == 1):
            self.record.names[value] = binding.name
            self._new_version(binding, value)
            self._hint(binding, value)
        else:
            slot = self.target(binding)
            if slot != value:
                self.emit(Move(slot, value))

    def _new_version(self, binding: Binding, slot: int) -> None:
        self.frame.flow.assign(binding.key, slot)
        if binding.captured:
            self.emit(Move(self.lasting(binding), slot))

    def _hint(self, binding: Binding, slot: int) -> None:
        annotation = self.frame.annotations.get(binding.key) if self.frame.annotations else None
        if annotation is not None:
            self.emit(Hint(slot, annotation))

    def is_fresh(self, slot: int, mark: int) -> bool:
        """Whether a slot was made after ``mark`` slots existed and belongs to no variable or constant."""
        return slot >= mark and slot not in self.record.names

    def assign_name(self, name: str, value: int, mark: int) -> None:
        """Assigns to a name; one that nothing declares becomes a member of the global object."""
        binding = self.binding(name)
        if binding is not None:
            self.bind(binding, value, self.is_fresh(value, mark))
        else:
            self.emit(SetMember(self.global_slot("globalThis"), name, value, NONE))

    # Entering and leaving what can be left half read.

    def mark(self) -> Mark:
        """Where reading stands, for ``abandon``."""
        flow = self.frame.flow
        return (
            self.frame,
            self.scope,
            len(flow.loops),
            len(flow.recorders),
            len(self.definitions.builders),
            len(self.frame.targets),
        )

    def abandon(self, mark: Mark) -> None:
        """Leaves everything entered since the mark."""
        self.frame, self.scope, loops, recorders, definitions, targets = mark
        flow = self.frame.flow
        del flow.loops[loops:]
        del self.frame.targets[targets:]
        while len(flow.recorders) > recorders:
            flow.stop_recording()
        for builder in self.definitions.builders[definitions:]:
            if builder.end_slot < 0:
                builder.end_slot = len(self.record.lines)


Mark = tuple[Frame, Scope, int, int, int, int]
