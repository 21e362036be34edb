"""Files, definitions and frames as the solver sees them: where each slot of each body lives among the nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from navigator.facts.languages import SCRIPTS
from navigator.facts.vocabulary import (
    Call,
    CallMember,
    Closure,
    Definition,
    DefinitionKind,
    Global,
    Member,
    Move,
    Narrow,
    ParameterKind,
    Return,
    SetMember,
)

if TYPE_CHECKING:
    from navigator.linking.program import ProgramFile
    from navigator.linking.values import ClassValue, ExternalValue, ModuleValue


STATIC, CLASS, INSTANCE = 0, 1, 2
"""What a method's first parameter is: nothing special, the class, an instance."""


class FileState:
    """One file in the solver. ``base`` is the node of its slot 0; ``model`` files hold library models."""

    __slots__ = (
        "base",
        "decorators",
        "definitions",
        "file",
        "model",
        "module",
        "outside",
        "parameter_slots",
        "raised",
        "rebound",
        "records",
        "resolved",
        "script",
        "sources",
        "stars",
        "supers",
        "value",
        "writers",
    )

    def __init__(self, file: ProgramFile, base: int, value: ModuleValue, model: bool) -> None:
        self.file = file
        self.base = base
        self.model = model
        self.script = file.facts.language in SCRIPTS
        """Whether the rules of ECMAScript hold in it."""
        self.value = value
        self.module = file.module
        self.stars: list[str] = []
        """Absolute names of modules imported with a star, in order."""
        self.decorators: dict[tuple[int, int], int] | None = None
        self.raised: dict[tuple[int, int], int] | None = None
        self.rebound: set[int] | None = None
        """Definitions, by index, whose name holds what a decorator returned."""
        self.supers: set[int] | None = None
        self.parameter_slots: set[int] | None = None
        self.sources: dict[int, Any] | None = None
        self.outside: dict[int, ExternalValue | None] = {}
        """For slots that were asked about: the one outside name that they are bound to."""
        self.resolved: dict[int, list[Any]] = {}
        """Static bindings of slots that were asked for."""
        self.records: dict[int, tuple[str, ...]] = {}
        """Field names by the slot that receives a ``namedtuple`` call's result."""
        self.writers: dict[int, list[Any]] = {}
        """For each slot the instructions that write it, where these can bind names."""
        self.definitions = [DefinitionState(self, index, d) for index, d in enumerate(file.facts.definitions)]
        for state in self.definitions[1:]:
            state.parent = self.definitions[state.facts.parent]
        for state in self.definitions:
            state.frame = Frame(self, state, base, 0, len(file.facts.slot_lines), None, 0)


class DefinitionState:
    """One definition. ``cls`` is the class value of a class, ``owner`` the class whose body holds a method."""

    __slots__ = (
        "abstract",
        "arguments_slot",
        "clones",
        "cls",
        "facts",
        "file",
        "frame",
        "full_name",
        "index",
        "keyword_slots",
        "keywords_slot",
        "kind",
        "parent",
        "passive",
        "policy",
        "positional",
        "receiver_kind",
        "rest_slot",
        "returns_first",
        "this_slot",
        "wrapped",
    )

    def __init__(self, file: FileState, index: int, facts: Definition) -> None:
        self.file = file
        self.index = index
        self.facts = facts
        self.kind = facts.kind
        self.parent: DefinitionState | None = None
        self.cls: ClassValue | None = None
        self.frame: Frame
        self.policy = -1
        """How calls choose a frame; decided on demand by ``cloning``."""
        self.clones = 0
        self.receiver_kind = STATIC
        """Methods: what the first parameter is."""
        self.abstract = False
        module = file.module
        mark = ":" if file.script and not file.model else "."
        self.full_name = f"{module}{mark}{facts.qualified}" if facts.qualified else module
        self.positional: list[int] = []
        self.keyword_slots: dict[str, int] = {}
        self.rest_slot = -1
        self.keywords_slot = -1
        self.this_slot = -1
        self.arguments_slot = -1
        for parameter in facts.parameters:
            kind = parameter.kind
            if kind is ParameterKind.REST:
                self.rest_slot = parameter.slot
            elif kind is ParameterKind.KEYWORDS:
                self.keywords_slot = parameter.slot
            elif kind is ParameterKind.RECEIVER:
                self.this_slot = parameter.slot
            elif kind is ParameterKind.ARGUMENTS:
                self.arguments_slot = parameter.slot
            else:
                if kind is not ParameterKind.KEYWORD_ONLY:
                    self.positional.append(parameter.slot)
                if kind is not ParameterKind.POSITIONAL_ONLY:
                    self.keyword_slots[parameter.name] = parameter.slot

        body = facts.body
        self.returns_first = (
            file.model
            and len(body) == 1
            and type(body[0]) is Return
            and bool(self.positional)
            and body[0].source == self.positional[0]
        )
        """Models that do nothing but return their first argument."""
        self.passive = file.model and self._passive()
        """Models that do nothing unless an argument can be called or taken apart."""
        self.wrapped = self._wrapped()
        """Functions that hand all their arguments on: the slot, of an outer function, that holds what they call."""

    def _passive(self) -> bool:
        if not self.facts.parameters:
            return False
        given = {p.slot for p in self.facts.parameters}
        for instruction in self.facts.body:
            kind = type(instruction)
            if kind is Global:
                given.add(instruction.target)  # type: ignore[union-attr]
            elif kind is Move or kind is Narrow:
                if instruction.source in given:  # type: ignore[union-attr]
                    given.add(instruction.target)  # type: ignore[union-attr]
            elif kind is Call:
                if instruction.function not in given:  # type: ignore[union-attr]
                    return False
            elif kind is Closure or kind is CallMember or kind is Member or kind is SetMember:
                return False
        return True

    def _wrapped(self) -> int:
        if self.rest_slot < 0 or self.keywords_slot < 0:
            return -1
        outer = self.file.file.facts.definitions[self.facts.parent]
        if outer.kind not in (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA):
            return -1
        low, high = self.facts.slots
        first, end = outer.slots
        for instruction in self.facts.body:
            if (
                type(instruction) is Call
                and not low <= instruction.function < high
                and first <= instruction.function < end
                and ~self.rest_slot in instruction.arguments
                and (None, self.keywords_slot) in instruction.keywords
            ):
                return instruction.function
        return -1

    @property
    def owner(self) -> ClassValue | None:
        """The class in whose body this function is defined."""
        return self.parent.cls if self.parent is not None else None

    @property
    def callable(self) -> bool:
        return self.kind is DefinitionKind.FUNCTION or self.kind is DefinitionKind.LAMBDA


class Frame:
    """A mapping from a definition's slots to nodes.

    Every definition has one frame in which its slots are those of the file; a copy made for one call maps the range
    ``low <= slot < high`` elsewhere, and everything else as ``outer`` does. ``site`` tells, in the copy of a library
    model, which real call site its calls belong to: the frame and the number of the site.
    """

    __slots__ = (
        "definition",
        "depth",
        "file",
        "high",
        "instantiated",
        "low",
        "node",
        "outer",
        "parameters",
        "rule",
        "shift",
        "site",
    )

    def __init__(
        self,
        file: FileState,
        definition: DefinitionState,
        shift: int,
        low: int,
        high: int,
        outer: Frame | None,
        depth: int,
    ) -> None:
        self.file = file
        self.definition = definition
        self.shift = shift
        self.low = low
        self.high = high
        self.outer = outer
        self.depth = depth
        # A definition's own frame is a plain offset, which is worth a short cut: this is the most frequent question.
        self.node: Callable[[int], int] = shift.__add__ if outer is None else self._node
        """The node of a slot in this frame."""
        self.site: tuple[Frame, int] | None = None
        self.rule = ""
        self.instantiated = False
        self.parameters: dict[str, int] | None = None

    def _node(self, slot: int) -> int:
        frame = self
        while not frame.low <= slot < frame.high:
            assert frame.outer is not None, "a slot outside every frame"
            frame = frame.outer
        return slot + frame.shift

    def nested(self, definition: DefinitionState) -> Frame:
        """The frame of a function defined in this one."""
        if self.outer is None:
            return definition.frame
        frame = Frame(self.file, definition, self.shift, self.low, self.high, self.outer, self.depth)
        frame.site = self.site
        frame.rule = self.rule
        return frame
