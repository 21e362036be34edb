"""Declared types stand in where value flow brought nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from navigator.facts.vocabulary import ClassTypes, DeclareType, Move, TypeRef
from navigator.linking.ecmascript import objects
from navigator.linking.ecmascript.calls import promise_of
from navigator.linking.ecmascript.objects import scripts_of
from navigator.linking.ecmascript.values import ClassObject, ObjectValue
from navigator.linking.frames import DefinitionState, Frame
from navigator.linking.solver import Solver
from navigator.linking.values import ExternalValue, LiteralValue, Value

SUBCLASSES = 12
"""Classes that extend a declared one, or implement a declared interface, and are taken for possible receivers."""
DEPTH = 6
_LISTS = frozenset("Array ReadonlyArray Set ReadonlySet Iterable IterableIterator Iterator Tuple".split())
_SAME = frozenset("Readonly Required Partial NonNullable Awaited Pick Omit Exclude Extract".split())
"""Generic types that stand for their first argument, as far as anybody needs to know."""

Environment = Mapping[str, TypeRef]
"""What type parameters stand for."""


def seed(solver: Solver) -> bool:
    """Fill nodes that have an annotation and no value of use; tell whether anything changed."""
    changed = False
    scripts = scripts_of(solver)
    for file in scripts.files:
        for state in file.definitions:
            for parameter in state.facts.parameters:
                if parameter.annotation is None:
                    continue
                node = state.frame.node(parameter.slot)
                if parameter.slot == state.rest_slot:
                    for value in list(solver.values(node)):
                        if isinstance(value, ObjectValue):
                            changed |= _fill(solver, state, value.star, parameter.annotation, {})
                else:
                    changed |= _fill(solver, state, node, parameter.annotation, {})
    for frame, node, annotation in solver.hints:
        if frame.file.script and frame.site is None:
            changed |= _fill(solver, frame.definition, node, annotation, {})
    for node, against in scripts.tested:
        if not any(_useful(solver, value) for value in solver.values(node)):
            for cls in list(solver.values(against)):
                for made in _instances(solver, cls) if isinstance(cls, ClassObject) else ():
                    if made not in solver.values(node):
                        solver.add(node, made)
                        changed = True
    for frame, hint in scripts.member_hints:
        for value in list(solver.values(frame.node(hint.receiver))):
            holder = objects.properties(solver, value)
            if holder is not None:
                environment = _environment(solver, holder, frame.definition)
                node = objects.own(solver, holder, hint.name)
                changed |= _fill(solver, frame.definition, node, hint.annotation, environment)
    return changed


def _useful(solver: Solver, value: Value) -> bool:
    """Whether a value says more than its declared type: an array does when something in it does."""
    pending = [value]
    seen: set[Value] = set()
    while pending:
        current = pending.pop()
        if isinstance(current, ObjectValue) and current.kind == "array":
            if current not in seen:
                seen.add(current)
                pending.extend(solver.values(objects.everything(solver, current)))
        elif isinstance(current, ExternalValue):
            if current.name:
                return True
        elif not isinstance(current, LiteralValue) or current.type == "str":
            return True
    return False


def _fill(solver: Solver, state: DefinitionState, node: int, annotation: TypeRef, environment: Environment) -> bool:
    if any(_useful(solver, value) for value in solver.values(node)):
        return False
    changed = False
    for value in _Types(solver, environment).values(state, annotation, 0):
        if value not in solver.values(node):
            solver.add(node, value)
            changed = True
    return changed


def _environment(solver: Solver, holder: ObjectValue, written_in: DefinitionState) -> dict[str, TypeRef]:
    """What the type parameters of the class that ``written_in`` is, or is in, stand for in an object's class."""
    cls = holder.maker if holder.kind == "instance" else holder
    types = scripts_of(solver).class_types
    if not isinstance(cls, ClassObject):
        return {}
    target: DefinitionState | None = written_in
    while target is not None and target not in types:
        target = target.parent
    if target is None:
        return {}
    pending: list[tuple[ClassObject, tuple[TypeRef, ...] | None]] = [(cls, None)]
    seen: set[ClassObject] = set()
    while pending:
        current, given = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        said = types.get(current.definition)
        environment = _bound(said, given)
        if current.definition is target:
            return environment
        handed = said.extends.arguments if isinstance(said, ClassTypes) and said.extends is not None else None
        inner = tuple(_substituted(each, environment) for each in handed) if handed else None
        pending.extend((v, inner) for v in solver.values(current.prototypes) if isinstance(v, ClassObject))
    return {}


def _bound(said: object, given: tuple[TypeRef, ...] | None) -> dict[str, TypeRef]:
    """A class's type parameters with what they are given, or else their bounds."""
    environment: dict[str, TypeRef] = {}
    if isinstance(said, ClassTypes):
        for position, parameter in enumerate(said.parameters):
            if given is not None and position < len(given):
                environment[parameter.name] = given[position]
            elif parameter.arguments:
                environment[parameter.name] = parameter.arguments[0]
    return environment


def _substituted(annotation: TypeRef, environment: Environment) -> TypeRef:
    if annotation.name in environment and not annotation.arguments:
        return environment[annotation.name]
    if not annotation.arguments:
        return annotation
    return TypeRef(annotation.name, tuple(_substituted(each, environment) for each in annotation.arguments))


class _Types:
    """The values that declared types stand for, with type parameters replaced."""

    def __init__(self, solver: Solver, environment: Environment) -> None:
        self.solver = solver
        self.environment = environment

    def values(self, state: DefinitionState, annotation: TypeRef, depth: int) -> list[Value]:
        solver = self.solver
        name = annotation.name
        if depth > DEPTH or name == "?":
            return []
        if name == "|":
            found: list[Value] = []
            for each in annotation.arguments:
                found += [v for v in self.values(state, each, depth + 1) if v not in found]
            return found
        if name == "this":
            return self._this(state)
        if name == "string":
            return [solver.literal("str")]
        replacement = self.environment.get(name)
        if replacement is not None and replacement.name != name:
            return _Types(solver, {}).values(state, replacement, depth + 1)
        bound = _parameter_bound(solver, state, name)
        if bound is not None:
            return self.values(state, bound, depth + 1)
        bindings = self._named(state, name, depth)
        if bindings is not None:
            return bindings
        arguments = annotation.arguments
        if name in _LISTS:
            made = objects.make_object(solver, "array", "declared", state, id(annotation), _key(self.environment))
            for argument in arguments:
                for value in self.values(state, argument, depth + 1):
                    solver.add(made.star, value)
            return [made]
        if name in ("Map", "ReadonlyMap", "WeakMap", "Record"):
            return self._mapping(state, annotation, depth)
        if name in ("Promise", "PromiseLike"):
            held = solver.node()
            for argument in arguments[:1]:
                for value in self.values(state, argument, depth + 1):
                    solver.add(held, value)
            return [promise_of(solver, held, "declared", state, id(annotation))]
        if name in _SAME:
            return self.values(state, arguments[0], depth + 1) if arguments else []
        if name == "typeof" and arguments:
            return [v.maker or v for v in self.values(state, arguments[0], depth + 1) if isinstance(v, ObjectValue)]
        return []

    def _this(self, state: DefinitionState) -> list[Value]:
        owner: DefinitionState | None = state
        while owner is not None:
            if owner.this_slot >= 0:
                return list(self.solver.values(owner.frame.node(owner.this_slot)))
            owner = owner.parent
        return []

    def _mapping(self, state: DefinitionState, annotation: TypeRef, depth: int) -> list[Value]:
        solver = self.solver
        held = objects.make_object(solver, "object", "declared", state, id(annotation), _key(self.environment))
        for argument in annotation.arguments[1:2]:
            for value in self.values(state, argument, depth + 1):
                solver.add(held.star, value)
        if annotation.name == "Record":
            return [held]
        cls = objects.builtin_class(solver, "Map")
        if cls is None:
            return []
        made = objects.instance_of(solver, cls, "declared", state, id(annotation), _key(self.environment))
        solver.add(objects.own(solver, made, "entries_"), held)
        return [made]

    def _named(self, state: DefinitionState, name: str, depth: int) -> list[Value] | None:
        """The values of a class, interface or alias of the program; ``None`` for other names."""
        head, *rest = name.split(".")
        scope: DefinitionState | None = state
        while scope is not None:
            slot = scope.facts.variables.get(head)
            if slot is not None:
                return self._of_slot(scope, slot, rest, depth)
            scope = scope.parent
        return None

    def _of_slot(self, scope: DefinitionState, slot: int, rest: list[str], depth: int) -> list[Value] | None:
        solver = self.solver
        for state, declared in _declarations(solver, scope, slot, rest):
            if declared.members or declared.bases:
                return self._interface(state, declared, depth)
        values = list(solver.values(scope.frame.node(slot)))
        for part in rest:
            inner: list[Value] = []
            for value in values:
                holder = objects.properties(solver, value)
                if holder is not None:
                    inner.extend(solver.values(objects.lookup(solver, holder, part)))
            values = inner
        found: list[Value] = []
        for value in values:
            if isinstance(value, ClassObject):
                found.extend(_instances(solver, value))
            elif isinstance(value, ExternalValue):
                found.append(solver.unknown)
        return found

    def _interface(self, state: DefinitionState, declared: DeclareType, depth: int) -> list[Value]:
        """An alias is what it names; an interface stands for the classes that implement it, and has its members."""
        solver = self.solver
        found: list[Value] = []
        for cls in scripts_of(solver).classes:
            said = scripts_of(solver).class_types.get(cls.definition)
            names = {t.name.rpartition(".")[2] for t in said.implements} if isinstance(said, ClassTypes) else ()
            if _slot_name(state, declared) in names:
                found.extend(_instances(solver, cls))
        for base in declared.bases:
            found.extend(v for v in self.values(state, base, depth + 1) if v not in found)
        if found or not declared.members:
            return found[: 2 * SUBCLASSES]
        made = objects.make_object(solver, "object", "interface", state.file, declared.target)
        if ("interface", made) not in solver.linked:
            solver.linked.add(("interface", made))
            for name, annotation in declared.members:
                for value in self.values(state, annotation, depth + 1):
                    solver.add(objects.own(solver, made, name), value)
        return [made]


def _key(environment: Environment) -> tuple[tuple[str, TypeRef], ...]:
    return tuple(sorted(environment.items(), key=lambda item: item[0]))


def _slot_name(state: DefinitionState, declared: DeclareType) -> str:
    return state.file.file.facts.slot_names[declared.target]


def _declarations(
    solver: Solver, scope: DefinitionState, slot: int, rest: list[str]
) -> Iterable[tuple[DefinitionState, DeclareType]]:
    """The interface or alias that a slot is, in this file or where it is imported from."""
    from navigator.linking.ecmascript.imports import declaration

    found = declaration(solver, scope.file, slot, rest)
    return [found] if found is not None else []


def _parameter_bound(solver: Solver, state: DefinitionState, name: str) -> TypeRef | None:
    """The bound of a type parameter of a class around."""
    scope: DefinitionState | None = state
    while scope is not None:
        said = scripts_of(solver).class_types.get(scope)
        if isinstance(said, ClassTypes):
            for parameter in said.parameters:
                if parameter.name == name:
                    return parameter.arguments[0] if parameter.arguments else TypeRef("?")
        scope = scope.parent
    return None


def _instances(solver: Solver, cls: ClassObject) -> list[Value]:
    """The instances of a class, and of the classes that extend it if these are few."""
    found: list[ClassObject] = []
    pending = [cls]
    while pending:
        current = pending.pop(0)
        if current not in found:
            found.append(current)
            pending.extend(current.extended)
    chosen = found if len(found) <= SUBCLASSES + 1 else found[:1]
    return [each.instance if not each.definition.file.model else solver.unknown for each in chosen]


__all__ = ["Frame", "Move", "seed"]
