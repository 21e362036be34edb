"""Classes whose constructor is generated from their fields: dataclasses and named tuples."""

from __future__ import annotations

import re
from typing import Any

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.frames import DefinitionState, FileState
from navigator.linking.namespaces import Namespaces
from navigator.linking.values import ClassValue, ExternalValue

GENERATORS = frozenset({"dataclasses.dataclass", "attr.s"})
"""Decorators, by the name of their model, that generate a constructor."""

_NAME = re.compile(r"[A-Za-z_]\w*")


def mark(spaces: Namespaces) -> None:
    """Find the classes with generated constructors, and the fields of every ``namedtuple``."""
    for file in spaces.files:
        if file.model:
            continue
        calls = _calls(file)
        if _mentions_namedtuple(file):
            for slot, call in calls.items():
                if "collections.namedtuple" in _called(spaces, file, call):
                    file.records[slot] = _field_names(file, call)
        for state in file.definitions:
            for instruction in state.facts.body:
                if type(instruction) is v.Call and instruction.decorator:
                    _mark_decorated(spaces, file, calls, instruction)
                elif type(instruction) is v.MakeClass:
                    cls = file.definitions[instruction.definition].cls
                    assert cls is not None
                    _mark_bases(spaces, file, cls, instruction)
    for file in spaces.files:
        for state in file.definitions:
            cls = state.cls
            if cls is not None and state.kind is DefinitionKind.CLASS:
                for base in cls.mro[1:]:
                    if isinstance(base, ClassValue):
                        cls.dataclass = cls.dataclass or base.dataclass
                        cls.record = cls.record or base.record


def match_arguments(cls: ClassValue) -> tuple[str, ...]:
    """``__match_args__``: written in the class, or made from the fields of a generated constructor."""
    for base in cls.mro:
        if isinstance(base, ClassValue):
            slot = base.definition.facts.variables.get("__match_args__")
            if slot is not None:
                return _texts_in(base.definition.file, slot)
    if cls.record:
        return cls.record
    return tuple(record_fields(cls)) if cls.dataclass else ()


def record_fields(cls: ClassValue) -> list[str]:
    """The fields of a dataclass or named tuple, in the order of its generated constructor."""
    names: list[str] = []
    for base in reversed(cls.mro):
        if isinstance(base, ClassValue):
            slot_names = base.definition.file.file.facts.slot_names
            for instruction in base.definition.facts.body:
                if type(instruction) is v.Hint:
                    name = slot_names[instruction.target]
                    if name and name not in names:
                        names.append(name)
    return names


def _calls(file: FileState) -> dict[int, Any]:
    """Plain calls that could be a decorator factory's or ``namedtuple``'s, by the slot of their result."""
    found: dict[int, Any] = {}
    for state in file.definitions:
        for instruction in state.facts.body:
            kind = type(instruction)
            if kind is v.Call and not instruction.decorator:  # type: ignore[union-attr]
                found[instruction.target] = instruction  # type: ignore[union-attr]
            elif kind is v.CallMember and instruction.name in _MEMBER_NAMES:  # type: ignore[union-attr]
                found[instruction.target] = _MemberCall(instruction)  # type: ignore[union-attr]
    return found


def _mentions_namedtuple(file: FileState) -> bool:
    return any(
        type(i) in _NAMING and i.name == "namedtuple"  # type: ignore[union-attr]
        for state in file.definitions
        for i in state.facts.body
    ) or any(type(i) is v.ImportStar for i in file.definitions[0].facts.body)


_NAMING = frozenset({v.ImportName, v.Member, v.CallMember, v.Global})

_MEMBER_NAMES = frozenset({"dataclass", "namedtuple", "s", "define", "frozen", "attrs", "mutable"})


class _MemberCall:
    """A call ``module.name(...)`` seen as a call of what the member is bound to."""

    __slots__ = ("arguments", "function", "keywords", "name", "receiver")

    def __init__(self, call: Any) -> None:
        self.function = -1
        self.receiver = call.receiver
        self.name = call.name
        self.arguments = call.arguments
        self.keywords = call.keywords


def _called(spaces: Namespaces, file: FileState, call: Any) -> set[str]:
    """The dotted names that a call may name."""
    if isinstance(call, _MemberCall):
        bindings = [b for r in spaces.resolve(file, call.receiver) for b in spaces.static_member(r, call.name)]
    else:
        bindings = spaces.resolve(file, call.function)
    return {b.full_name if isinstance(b, DefinitionState) else b.name for b in bindings}


def _mark_decorated(spaces: Namespaces, file: FileState, calls: dict[int, Any], instruction: v.Call) -> None:
    made = spaces.resolve(file, instruction.arguments[0])
    if len(made) != 1 or not isinstance(made[0], ClassValue):
        return
    factory = calls.get(instruction.function)
    names = _called(spaces, file, factory if factory is not None else instruction)
    if names & GENERATORS:
        made[0].dataclass = True


def _mark_bases(spaces: Namespaces, file: FileState, cls: ClassValue, instruction: v.MakeClass) -> None:
    if any(isinstance(base, ExternalValue) and base.name == "typing.NamedTuple" for base in cls.mro):
        cls.dataclass = True
        slot_names = file.file.facts.slot_names
        body = cls.definition.facts.body
        cls.record = tuple(slot_names[i.target] for i in body if type(i) is v.Hint and slot_names[i.target])
        return
    for slot in instruction.bases:
        fields = file.records.get(slot) or _record_behind(file, slot)
        if fields:
            cls.record = fields


def _record_behind(file: FileState, slot: int) -> tuple[str, ...]:
    for _ in range(8):
        if slot in file.records:
            return file.records[slot]
        writers = file.writers.get(slot, [])
        if len(writers) != 1 or type(writers[0]) is not v.Move:
            return ()
        slot = writers[0].source
    return ()


def _field_names(file: FileState, call: Any) -> tuple[str, ...]:
    arguments = call.arguments
    if len(arguments) < 2 or arguments[1] < 0:
        return ()
    slot = arguments[1]
    texts = [i.value for i in file.writers.get(slot, []) if type(i) is v.Text]
    if texts:
        return tuple(_NAME.findall(texts[0]))
    return _texts_in(file, slot)


def _texts_in(file: FileState, slot: int) -> tuple[str, ...]:
    """The constant strings of the display that a slot holds."""
    slots = {slot}
    for _ in range(4):
        slots |= {i.source for s in list(slots) for i in file.writers.get(s, []) if type(i) is v.Move}
    for state in file.definitions:
        for instruction in state.facts.body:
            if type(instruction) is v.Collection and instruction.target in slots:
                names: list[str] = []
                for _, element in instruction.elements:
                    names.extend(i.value for i in file.writers.get(element, []) if type(i) is v.Text)
                return tuple(names)
    return ()
