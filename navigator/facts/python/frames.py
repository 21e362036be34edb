"""One scope being read: its flow, the definition that its code belongs to, and its variables' lasting slots."""

from __future__ import annotations

from navigator.facts.building.definitions import DefinitionBuilder
from navigator.facts.building.flow import Flow, Outside
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
        "definition",
        "emit",
        "flow",
        "literals",
        "merged",
        "outer",
        "parent",
        "scope",
        "single",
        "texts",
        "unwritten",
    )

    def __init__(
        self,
        scope: Scope,
        definition: DefinitionBuilder,
        parent: Frame | None,
        record: Record,
        outside: Outside | None = None,
    ) -> None:
        self.scope = scope
        self.definition = definition
        self.parent = parent
        self.emit: Emit = definition.body.append
        self.flow = Flow(scope.locals, record, self.emit, outside)
        self.merged: dict[str, int] = {}
        self.single: set[str] = set()
        self.outer: dict[str, int] = {}
        """Slots of names that the scope itself gives no version, found once."""
        self.annotations: dict[str, TypeRef] = {}
        """Types declared for variables by annotations."""
        self.class_slot = -1
        """Class scopes: the slot of the class, which methods know as ``__class__``."""
        shared_definition = parent is not None and parent.definition is definition
        self.literals: dict[str, int] = parent.literals if parent and shared_definition else {}
        """Slots of constants by type; one for each type and definition."""
        self.texts: dict[str, int] = parent.texts if parent and shared_definition else {}
        """Slots of string constants by value."""
        self.unwritten: set[int] = set()
        """Lasting slots of variables that have not been assigned so far."""

    def start(self, parameters: dict[str, int], record: Record) -> None:
        """Makes the lasting slots; ``parameters`` are variables that arrive with a value."""
        scope = self.scope
        module = scope.kind is ScopeKind.MODULE
        if module or ((scope.captured or scope.shared) and scope.kind is not ScopeKind.CLASS):
            for name in scope.names_in_order():
                count = scope.bindings[name]
                read_later = name in scope.captured or name in scope.shared
                if not (read_later or (module and count > 1)) or name not in scope.locals:
                    continue
                if count == 1 and name not in scope.shared:
                    self.single.add(name)
                    if name in parameters:
                        self.merged[name] = parameters[name]
                        continue
                slot = self.merged[name] = record.named(name)
                self.unwritten.add(slot)
        for name, slot in parameters.items():
            if name not in scope.shared:
                self.flow.versions[name] = slot
            merged = self.merged.get(name, slot)
            if merged != slot:
                self.write_line(merged, record)
                self.emit(Move(merged, slot))

    def write_line(self, merged: int, record: Record) -> None:
        """A lasting slot is made before its variable is assigned; its line is that of the first assignment."""
        if merged in self.unwritten:
            self.unwritten.remove(merged)
            record.lines[merged] = record.line
