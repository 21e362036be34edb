"""One scope being read: its flow, the definition that its code belongs to, and its variables' lasting slots."""

from __future__ import annotations

from navigator.facts.building.definitions import DefinitionBuilder
from navigator.facts.building.flow import Flow
from navigator.facts.building.record import Record
from navigator.facts.building.versions import Emit
from navigator.facts.python.scopes import Scope, ScopeKind
from navigator.facts.vocabulary import Move, TypeRef


class Frame:
    """A scope being read.

    ``merged`` holds, for each variable that functions inside or other modules read, the slot that every assignment
    flows into. Variables in ``single`` are assigned at one place: that slot is their only version too. Variables in
    ``Scope.shared`` are assigned by other scopes as well: they have no versions.
    """

    __slots__ = (
        "annotations",
        "class_slot",
        "constants",
        "definition",
        "emit",
        "flow",
        "merged",
        "outer",
        "parent",
        "scope",
        "single",
    )

    def __init__(self, scope: Scope, definition: DefinitionBuilder, parent: Frame | None, record: Record) -> None:
        self.scope = scope
        self.definition = definition
        self.parent = parent
        self.emit: Emit = definition.body.append
        self.flow = Flow(scope.locals, record, self.emit)
        self.merged: dict[str, int] = {}
        self.single: set[str] = set()
        self.outer: dict[str, int] = {}
        """Slots of names that the scope itself gives no version, found once."""
        self.annotations: dict[str, TypeRef] = {}
        """Types declared for variables by annotations."""
        self.class_slot = -1
        """Class scopes: the slot of the class, which methods know as ``__class__``."""
        shared_definition = parent is not None and parent.definition is definition
        self.constants: dict[tuple[str, str], int] = parent.constants if parent and shared_definition else {}

    def start(self, parameters: dict[str, int], record: Record) -> None:
        """Makes the lasting slots; ``parameters`` are variables that arrive with a value."""
        scope = self.scope
        line = record.line
        record.line = 0
        module = scope.kind is ScopeKind.MODULE
        for name, count in scope.bindings.items():
            read_later = name in scope.captured or name in scope.shared
            if scope.kind is ScopeKind.CLASS or name not in scope.locals or not (read_later or (module and count > 1)):
                continue
            if count == 1 and name not in scope.shared:
                self.single.add(name)
                self.merged[name] = parameters.get(name, -1)
                if name in parameters:
                    continue
            self.merged[name] = record.named(name)
        record.line = line
        for name, slot in parameters.items():
            if name not in scope.shared:
                self.flow.versions[name] = slot
            merged = self.merged.get(name, slot)
            if merged != slot:
                self.write_line(merged, record)
                self.emit(Move(merged, slot))

    def write_line(self, merged: int, record: Record) -> None:
        """A lasting slot is made before its variable is assigned; its line is that of the first assignment."""
        if not record.lines[merged]:
            record.lines[merged] = record.line
