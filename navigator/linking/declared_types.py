"""Declared types stand in where value flow brought nothing."""

from __future__ import annotations

from navigator.facts.vocabulary import Call, Closure, Move, Narrow, Text, TypeRef
from navigator.linking.frames import DefinitionState, Frame
from navigator.linking.namespaces import Binding
from navigator.linking.narrowing import classes_tested
from navigator.linking.solver import Solver
from navigator.linking.values import ClassValue, ContainerValue, ExternalValue, InstanceValue, LiteralValue, Value

_SEQUENCES = frozenset(
    "list List tuple Tuple set Set frozenset FrozenSet Sequence MutableSequence Iterable Iterator Collection deque "
    "Deque Generator AbstractSet MutableSet AsyncIterator AsyncIterable AsyncGenerator KeysView ValuesView".split()
)
_MAPPINGS = frozenset("dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict ItemsView ChainMap".split())
_WRAPPERS = frozenset("Optional Union Annotated Awaitable Coroutine".split())
SUBCLASSES = 12
"""Constructed subclasses of a declared class that are taken for possible receivers."""


def seed(solver: Solver) -> bool:
    """Fill nodes that have an annotation and no value of use; tell whether anything changed."""
    changed = False
    for file in solver.spaces.files:
        if file.model:
            continue
        for state in file.definitions:
            for parameter in state.facts.parameters:
                if parameter.annotation is not None:
                    node = state.frame.node(parameter.slot)
                    if parameter.slot in (state.rest_slot, state.keywords_slot):
                        changed |= _seed_rest(solver, state, node, parameter.annotation)
                    else:
                        changed |= _seed_node(solver, state, node, parameter.annotation)
    for frame, node, annotation in solver.hints:
        if frame.site is None:
            changed |= _seed_node(solver, frame.definition, node, annotation)
    for frame, narrowing in solver.narrowings:
        changed |= _seed_narrowed(solver, frame, narrowing)
    for target, cls in solver.casts:
        changed |= _seed_cast(solver, target, cls)
    for target, cls in solver.caught:
        heirs = [heir.instance for heir in descendants(cls) if heir.constructed]
        for value in heirs if len(heirs) <= SUBCLASSES else ():
            if value not in solver.values(target):
                solver.add(target, value)
                changed = True
    return changed


def _seed_cast(solver: Solver, node: int, value: ClassValue) -> bool:
    """``cast`` says what an otherwise unknown value is."""
    if value.definition.file.model or _useful(solver.values(node)):
        return False
    solver.add(node, value.instance)
    for heir in [c for c in descendants(value) if c.constructed][:SUBCLASSES]:
        solver.add(node, heir.instance)
    return True


HEIRS = 40
"""Subclasses for which a tested class stands."""


def _seed_narrowed(solver: Solver, frame: Frame, narrowing: Narrow) -> bool:
    """A test for a class that held says what an otherwise unknown value is."""
    node = frame.node(narrowing.target)
    if _useful(solver.values(node)):
        return False
    found: list[Value] = []
    for cls in classes_tested(solver, frame.file, narrowing.against):
        if not isinstance(cls, ClassValue) or cls.definition.file.model:
            continue
        heirs = descendants(cls)
        if narrowing.test == "subclass":
            found.extend(heirs if len(heirs) <= HEIRS else [])
            found.append(cls)
        else:
            made = [c for c in heirs if c.constructed]
            found.append(cls.instance)
            found.extend(c.instance for c in made[:SUBCLASSES])
    for value in found:
        solver.add(node, value)
    return bool(found)


def _useful(values: dict[Value, int]) -> bool:
    return any(not (isinstance(v, ExternalValue) and not v.name) for v in values)


def _seed_node(solver: Solver, state: DefinitionState, node: int, annotation: TypeRef) -> bool:
    if _useful(solver.values(node)):
        return False
    found = declared(solver, state, annotation, 0)
    for value in found:
        solver.add(node, value)
    return bool(found)


def _seed_rest(solver: Solver, state: DefinitionState, node: int, annotation: TypeRef) -> bool:
    changed = False
    for value in list(solver.values(node)):
        if isinstance(value, ContainerValue):
            changed |= _seed_node(solver, state, value.star, annotation)
    return changed


def declared(solver: Solver, state: DefinitionState, annotation: TypeRef, depth: int) -> list[Value]:
    """The values that a declared type stands for."""
    name = annotation.name.rpartition(".")[2]
    if annotation.name == "|" or name in _WRAPPERS:
        arguments = annotation.arguments[-1:] if name in ("Coroutine",) else annotation.arguments
        return [v for a in arguments for v in declared(solver, state, a, depth)]
    if annotation.name in ("?", "None", "Any") or name in ("Any", "None", "Callable", "TypeVar", "object"):
        return []
    if name in ("type", "Type"):
        found: list[Value] = []
        for argument in annotation.arguments:
            found.extend(v.cls for v in declared(solver, state, argument, depth) if isinstance(v, InstanceValue))
        return found
    if (name in _SEQUENCES or name in _MAPPINGS) and depth < 3:
        mapping = name in _MAPPINGS
        arguments = annotation.arguments
        if name in ("Generator", "AsyncGenerator"):
            arguments = arguments[:1]
        inner = arguments[-1:] if mapping else tuple(a for a in arguments if a.name != "...")
        from navigator.linking.calls import element

        positions: list[list[Value]] = []
        if name in ("tuple", "Tuple") and len(inner) == len(arguments) > 1:
            positions = [declared(solver, state, a, depth + 1) for a in inner]
            elements = [v for values_there in positions for v in values_there]
        else:
            elements = [v for a in inner for v in declared(solver, state, a, depth + 1)]
        kind = "dict" if mapping else "list"
        if all(v is solver.unknown or isinstance(v, LiteralValue) for v in elements):
            # Nothing in it could be called by its elements: one value for all such containers.
            return [solver.literal(kind)]
        made = solver.container("tuple" if positions else kind, "annotation", state, id(annotation))
        for index, values_there in enumerate(positions):
            for value in values_there:
                solver.add(element(solver, made, index), value)
        for value in elements if not positions else ():
            solver.add(made.star, value)
        return [made]
    if annotation.name == "str":
        return [solver.literal("str")]
    if name == "Self" and state.owner is not None:
        return [state.owner.instance]
    values: list[Value] = []
    for binding in solver.spaces.type_bindings(state, annotation.name) or _bounds(solver, state, annotation.name):
        if isinstance(binding, ClassValue):
            having = _having(solver, binding) if _is_protocol(binding) else []
            if having:
                values.extend(c.instance for c in having)
                continue
            values.append(
                binding.instance if not binding.definition.file.model else solver.instance(binding, "declared")
            )
            constructed = [c for c in descendants(binding) if c.constructed]
            if len(constructed) <= SUBCLASSES:
                values.extend(c.instance for c in constructed)
        elif isinstance(binding, ExternalValue):
            values.append(solver.unknown)
    return values


def _is_protocol(cls: ClassValue) -> bool:
    return any(isinstance(base, ExternalValue) and base.name.endswith(".Protocol") for base in cls.bases)


def _having(solver: Solver, protocol: ClassValue) -> list[ClassValue]:
    """The classes of which objects are made and that have all methods of a protocol (PEP 544), if they are few."""
    key = ("protocol", protocol)
    found = solver.made.get(key)
    if found is None:
        file = protocol.definition.file
        names = [
            file.definitions[i.definition].facts.name for i in protocol.definition.facts.body if type(i) is Closure
        ]
        found = []
        for other in solver.spaces.files if names else ():
            for state in other.definitions:
                cls = state.cls
                if cls is None or not cls.constructed or other.model or _is_protocol(cls):
                    continue
                if all(solver.binder(cls, name) is not None for name in names):
                    found.append(cls)
        found = solver.made[key] = found if len(found) <= SUBCLASSES else []
    assert isinstance(found, list)
    return found


def _bounds(solver: Solver, state: DefinitionState, name: str) -> list[Binding]:
    """What a type variable of that name, made by ``TypeVar``, is bound by or chosen from."""
    scope: DefinitionState | None = state
    while scope is not None and name not in scope.facts.variables:
        scope = scope.parent
    if scope is None:
        return []
    file = scope.file
    writers = file.writers.get(scope.facts.variables[name], ())
    while len(writers) == 1 and type(writers[0]) is Move:
        writers = file.writers.get(writers[0].source, ())
    if len(writers) != 1 or type(writers[0]) is not Call:
        return []
    call = writers[0]
    maker = solver.spaces.outside(file, call.function)
    if maker is None or maker.name.rpartition(".")[2] != "TypeVar":
        return []
    slots = [*call.arguments[1:], *(slot for key, slot in call.keywords if key == "bound")]
    found: list[Binding] = []
    for slot in slots:
        texts = [i.value for i in file.writers.get(slot, ()) if type(i) is Text]
        found.extend(solver.spaces.type_bindings(scope, texts[0]) if texts else solver.spaces.resolve(file, slot))
    return found


def descendants(cls: ClassValue) -> list[ClassValue]:
    """All classes that derive from ``cls``, nearest first."""
    found: list[ClassValue] = []
    pending = list(cls.subclasses)
    while pending:
        subclass = pending.pop(0)
        if subclass not in found:
            found.append(subclass)
            pending.extend(subclass.subclasses)
    return found
