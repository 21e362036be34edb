"""Who ``self`` is: every class may be instantiated by code that nobody has shown us."""

from __future__ import annotations

from collections.abc import Iterator

from navigator.facts import vocabulary as v
from navigator.facts.vocabulary import DefinitionKind
from navigator.linking.declared_types import descendants
from navigator.linking.frames import CLASS, INSTANCE, STATIC, DefinitionState, FileState
from navigator.linking.namespaces import Namespaces
from navigator.linking.solver import Solver
from navigator.linking.values import ClassValue, ExternalValue, InstanceValue, Value

_IMPLICIT_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
MADE = "<made>"
"""The field of a metaclass that holds the classes it makes."""
HEIRS = 24
"""Subclasses that inherit a method, above which only its own class is taken for ``self``."""


def _kinds(spaces: Namespaces, file: FileState) -> dict[int, int]:
    """For each method of a file what its first parameter is, by the decorators on it."""
    kinds: dict[int, int] = {}
    for state in file.definitions:
        if state.kind is not DefinitionKind.CLASS:
            continue
        made: dict[int, int] = {}
        for instruction in state.facts.body:
            kind = type(instruction)
            if kind is v.Closure:
                assert isinstance(instruction, v.Closure)
                index = instruction.definition
                made[instruction.target] = index
                name = file.definitions[index].facts.name
                kinds[index] = CLASS if name in _IMPLICIT_CLASS else INSTANCE
            elif kind is v.Move:
                assert isinstance(instruction, v.Move)
                if instruction.source in made:
                    made[instruction.target] = made[instruction.source]
            elif kind is v.Call:
                assert isinstance(instruction, v.Call)
                if not instruction.arguments or instruction.arguments[0] not in made:
                    continue
                index = made[instruction.arguments[0]]
                if instruction.decorator:
                    made[instruction.target] = index
                for binding in spaces.resolve(file, instruction.function):
                    if isinstance(binding, DefinitionState) and binding.full_name == "abc.abstractmethod":
                        file.definitions[index].abstract = True
                    elif isinstance(binding, ExternalValue):
                        if binding.name == "builtins.staticmethod":
                            kinds[index] = STATIC
                        elif binding.name == "builtins.classmethod":
                            kinds[index] = CLASS
    return kinds


def decide_kinds(spaces: Namespaces) -> None:
    """Tell every method what its first parameter is."""
    for file in spaces.files:
        for index, kind in _kinds(spaces, file).items():
            state = file.definitions[index]
            cls = state.owner
            if cls is not None and state.positional:
                state.receiver_kind = kind


def _methods(solver: Solver) -> Iterator[tuple[DefinitionState, ClassValue]]:
    for file in solver.spaces.files:
        if not file.model:
            for state in file.definitions:
                if state.receiver_kind != STATIC and state.owner is not None:
                    yield state, state.owner


def seed_own(solver: Solver) -> None:
    """Methods get an instance of their class, or the class, as first argument."""
    for state, cls in _methods(solver):
        node = state.frame.node(state.positional[0])
        if state.facts.name == "__init_subclass__" and cls.subclasses:
            continue
        if state.receiver_kind == INSTANCE and (made := solver.fields.get((cls, MADE))) is not None:
            solver.edge(made, node)
            continue
        solver.add(node, cls.instance if state.receiver_kind == INSTANCE else cls)


def fits(state: DefinitionState, value: Value) -> bool:
    """Whether a value can be the first argument of a method: Python allows any, programs pass their own kind."""
    if state.receiver_kind == INSTANCE and isinstance(value, InstanceValue):
        cls = value.cls
    elif state.receiver_kind == CLASS and isinstance(value, ClassValue):
        cls = value
    else:
        return True
    if state.owner in cls.ancestors():
        return True
    return any(isinstance(c, ClassValue) and c.open_bases for c in cls.mro)


def stands_in(solver: Solver, state: DefinitionState, cls: ClassValue) -> bool:
    """Whether a method is abstract and there are classes that define it: then it is these that objects run."""
    name = state.facts.name
    return state.abstract and any(solver.binder(c, name) is not state.owner for c in descendants(cls))


def seed_heirs(solver: Solver) -> None:
    """Inherited methods get instances of the classes that inherit them."""
    for state, cls in _methods(solver):
        if not cls.subclasses:
            continue
        name = state.facts.name
        heirs = [c for c in descendants(cls) if _inherits(solver, c, cls, name)]
        if len(heirs) > HEIRS:
            heirs = [c for c in heirs if c.constructed][:HEIRS]
        node = state.frame.node(state.positional[0])
        for heir in heirs:
            solver.add(node, heir.instance if state.receiver_kind == INSTANCE else heir)


def _inherits(solver: Solver, heir: ClassValue, cls: ClassValue, name: str) -> bool:
    return solver.binder(heir, name) is cls
