"""Calls: which functions a called value runs, and how arguments and results flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from navigator.facts.vocabulary import CallMember, Closure, DefinitionKind, ParameterKind
from navigator.linking import cloning
from navigator.linking.frames import DefinitionState, Frame
from navigator.linking.receivers import fits, stands_in
from navigator.linking.records import record_fields
from navigator.linking.solver import BARE, Solver
from navigator.linking.values import (
    BoundValue,
    ClassMethodValue,
    ClassValue,
    ContainerValue,
    ExternalValue,
    FunctionValue,
    InstanceValue,
    LiteralValue,
    ModuleValue,
    NamespaceValue,
    NativeMethod,
    RecordFactory,
    StaticValue,
    SuperValue,
    TextValue,
    Value,
    WrapsValue,
)


class Arguments:
    """Nodes of the arguments of one call; a starred one is the complement of its node, ``**`` has no name."""

    __slots__ = ("keywords", "positional")

    def __init__(self, positional: Sequence[int], keywords: Sequence[tuple[str | None, int]] = ()) -> None:
        self.positional = positional
        self.keywords = keywords


class CallSite:
    """One call expression, or one implicit call, in one frame. ``site`` is the number of its position."""

    __slots__ = ("arguments", "kind", "name", "site", "target")

    def __init__(self, site: int, arguments: Arguments, target: int, kind: str = "call", name: str = "") -> None:
        self.site = site
        self.arguments = arguments
        self.target = target
        self.kind = kind
        self.name = name
        """The member called, for calls of members."""

    def implicit(self, name: str) -> CallSite:
        """The same arguments handed to a special method."""
        kind = "decorate" if self.kind == "decorate" else "implicit"
        return CallSite(self.site, self.arguments, self.target, kind, name)


NATIVE_FUNCTIONS: dict[str, Callable[[Solver, CallSite, Frame], None]] = {}
"""Built-in functions whose effect is part of the language rather than of a library."""

NATIVE_METHODS: dict[tuple[str, str], Callable[[Solver, CallSite, Frame, ContainerValue], None]] = {}
"""Methods of built-in containers, by type and name."""


def call_value(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    """Call a value with the site's arguments."""
    kind = type(value)
    if kind is FunctionValue:
        assert isinstance(value, FunctionValue)
        call_function(solver, site, frame, value, None, node)
    elif kind is BoundValue:
        assert isinstance(value, BoundValue)
        call_function(solver, site, frame, value.function, value.receiver, node)
    elif kind is ClassValue:
        assert isinstance(value, ClassValue)
        construct(solver, site, frame, value, node)
    elif kind is InstanceValue:
        call_member(solver, site.implicit("__call__"), frame, value, node)
    elif kind is ExternalValue:
        assert isinstance(value, ExternalValue)
        call_external(solver, site, frame, value, node)
    elif kind is NativeMethod:
        assert isinstance(value, NativeMethod)
        call_native(solver, site, frame, value.receiver, value.name)
    elif kind is StaticValue:
        assert isinstance(value, StaticValue)
        solver.watch(value.function, call_value_watcher, site, frame)
    elif kind is WrapsValue:
        assert isinstance(value, WrapsValue)
        if site.arguments.positional and site.arguments.positional[0] >= 0:
            solver.edge(site.arguments.positional[0], site.target)
            solver.watch(site.arguments.positional[0], _on_wrapper, value.wrapped, frame)
        solver.record_outside(frame, site.site)
    elif kind is RecordFactory:
        assert isinstance(value, RecordFactory)
        make_record(solver, site, frame, value)


def call_value_watcher(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    call_value(solver, site, frame, value, node)


def _on_wrapper(solver: Solver, wrapped: int, _frame: Frame, value: Value, _node: int) -> None:
    if isinstance(value, FunctionValue):
        solver.edge(wrapped, solver.field(value, "__wrapped__"))


def call_external(solver: Solver, site: CallSite, frame: Frame, value: ExternalValue, node: int) -> None:
    """Call something outside the workspace: its result is unknown, unless the language defines it."""
    name = value.name
    if not name:
        solver.record_outside(frame, site.site)
    else:
        solver.record(frame, site.site, name, site.kind, node, value)
        native = NATIVE_FUNCTIONS.get(name)
        if native is not None:
            native(solver, site, frame)
            return
        base = solver.spaces.base_of_external(value)
        if base is not None:
            made = solver.instance(base, name)
            solver.add(site.target, made, node)
            starter = solver.lookup(base, "__init__")
            inner = CallSite(site.site, site.arguments, solver.node(), "construct", "__init__")
            solver.watch(starter, on_method, (inner, made), frame)
            return
    if site.kind == "decorate" and site.arguments.positional and site.arguments.positional[0] >= 0:
        # What a decorator returns stands for what it decorates, as a rule.
        solver.edge(site.arguments.positional[0], site.target)
    solver.add(site.target, solver.unknown)


def call_native(solver: Solver, site: CallSite, frame: Frame, receiver: Value, name: str) -> None:
    """Call a method of a built-in type."""
    from navigator.linking.members import has_method

    type_name = getattr(receiver, "type", "str")
    if not isinstance(receiver, NamespaceValue | ClassValue) and not has_method(receiver, name):
        return
    solver.record(frame, site.site, f"builtins.{type_name}.{name}", site.kind, -1, receiver)
    if isinstance(receiver, ContainerValue):
        method = NATIVE_METHODS.get((receiver.type, name)) or NATIVE_METHODS.get(("", name))
        if method is not None:
            key = (site, receiver, name)
            if key not in solver.linked:
                solver.linked.add(key)
                method(solver, site, frame, receiver)
            return
    if isinstance(receiver, NamespaceValue) and name == "update":
        from navigator.linking.containers import update_namespace

        update_namespace(solver, site, frame, receiver)
        return
    if isinstance(receiver, TextValue):
        from navigator.linking.dotted import take_apart

        if take_apart(solver, site, frame, receiver, name):
            return
    if type_name == "str" and name == "join":
        from navigator.linking.dotted import put_together

        put_together(solver, site, frame)
    if type_name == "str" and name in _STR_TO_STR:
        solver.add(site.target, solver.literal("str"))
    else:
        solver.add(site.target, solver.unknown)


_STR_TO_STR = frozenset(
    "capitalize casefold center expandtabs format format_map join ljust lower lstrip replace rjust rstrip strip "
    "swapcase title translate upper zfill removeprefix removesuffix".split()
)


# -- functions ------------------------------------------------------------------------------------------------------


def accepts(definition: DefinitionState, arguments: Arguments, bound: int) -> bool:
    """Whether a call with these arguments gets past Python's argument check."""
    starred = False
    given = bound
    for argument in arguments.positional:
        if argument < 0:
            starred = True
        else:
            given += 1
    if given > len(definition.positional) and definition.rest_slot < 0:
        return False
    spread = False
    names = set()
    for name, _ in arguments.keywords:
        if name is None:
            spread = True
        elif name not in definition.keyword_slots:
            if definition.keywords_slot < 0:
                return False
        else:
            names.add(name)
    if starred or spread:
        return True
    position = 0
    for parameter in definition.facts.parameters:
        kind = parameter.kind
        if kind is ParameterKind.REST or kind is ParameterKind.KEYWORDS:
            continue
        if kind is not ParameterKind.KEYWORD_ONLY:
            position += 1
            if position <= given:
                if kind is ParameterKind.POSITIONAL and parameter.name in names:
                    return False
                continue
        if parameter.default < 0 and (kind is ParameterKind.POSITIONAL_ONLY or parameter.name not in names):
            return False
    return True


def call_function(
    solver: Solver, site: CallSite, frame: Frame, function: FunctionValue, receiver: Value | None, node: int
) -> None:
    """Call a function, with ``receiver`` as the first argument if given."""
    definition = function.definition
    bound = 0 if receiver is None else 1
    if receiver is not None and not fits(definition, receiver):
        return
    if not definition.file.model and not accepts(definition, site.arguments, bound):
        if site not in solver.forgiven:
            solver.misfits.setdefault((frame.definition, site.site), []).append((site, frame, function, receiver, node))
            return
    if definition.returns_first:
        solver.record(frame, site.site, definition, site.kind, node, function)
        if receiver is not None:
            solver.add(site.target, receiver, node)
        elif site.arguments.positional and site.arguments.positional[0] >= 0:
            solver.edge(site.arguments.positional[0], site.target)
        return
    if definition.passive and receiver is None and _idle(solver, site.arguments):
        # Nothing has arrived that a library function could do anything with.
        solver.record(frame, site.site, definition, site.kind, node, function)
        waiting = (site, function, "idle")
        if waiting not in solver.linked:
            solver.linked.add(waiting)
            for argument in _nodes(site.arguments):
                solver.watch(argument, _on_first_argument, (site, function), frame)
        return
    callee = cloning.choose(solver, site, frame, function, receiver)
    if callee is None:
        return
    solver.record(frame, site.site, definition, site.kind, node, function)
    if receiver is not None:
        if definition.positional:
            solver.add(callee.node(definition.positional[0]), receiver, node)
        elif definition.rest_slot >= 0:
            solver.add(element(solver, rest_of(solver, callee), 0), receiver, node)
    key = (site, callee, bound)
    if key in solver.linked:
        return
    solver.linked.add(key)
    bind(solver, site.arguments, callee, bound)
    deliver(solver, callee, site.target)
    if definition.wrapped >= 0 and not definition.file.model:
        solver.wrappers.append((site, frame, callee))


def forgive(solver: Solver) -> None:
    """Take calls whose arguments do not fit after all, where nothing else could be meant: the call is then wrong."""
    for (state, number), calls in list(solver.misfits.items()):
        candidates = {function.definition for _, _, function, _, _ in calls}
        if number < 0 or len(candidates) != 1 or (state, number) in solver.linked_sites:
            continue
        for site, frame, function, receiver, node in calls:
            solver.forgiven.add(site)
            call_function(solver, site, frame, function, receiver, node)


def _nodes(arguments: Arguments) -> list[int]:
    found = [~argument if argument < 0 else argument for argument in arguments.positional]
    found.extend(node for _, node in arguments.keywords)
    return found


def _idle(solver: Solver, arguments: Arguments) -> bool:
    """Whether no argument holds anything but strings and values from outside; calls without arguments are not idle."""
    nodes = _nodes(arguments)
    return bool(nodes) and all(type(value) in _INERT for node in nodes for value in solver.points[node] or ())


_INERT = (ExternalValue, LiteralValue)


def _on_first_argument(
    solver: Solver, data: tuple[CallSite, FunctionValue], frame: Frame, value: Value, node: int
) -> None:
    site, function = data
    if type(value) not in _INERT:
        call_function(solver, site, frame, function, None, node)


def deliver(solver: Solver, callee: Frame, target: int) -> None:
    """The result of a call flows to ``target``."""
    facts = callee.definition.facts
    if facts.elements >= 0:
        generator = solver.container("generator", callee)
        if callee.parameters is None or "<generator>" not in callee.parameters:
            callee.parameters = callee.parameters or {}
            callee.parameters["<generator>"] = 0
            solver.edge(callee.node(facts.elements), generator.star)
            if facts.result >= 0:
                solver.edge(callee.node(facts.result), solver.field(generator, "<return>"))
            if facts.received >= 0:
                solver.edge(solver.field(generator, "<send>"), callee.node(facts.received))
        solver.add(target, generator)
    elif facts.result >= 0:
        solver.edge(callee.node(facts.result), target)


def rest_of(solver: Solver, frame: Frame) -> ContainerValue:
    """The tuple behind ``*args`` of a frame."""
    rest = solver.container("tuple", frame, "rest")
    solver.add(frame.node(frame.definition.rest_slot), rest)
    return rest


def keywords_of(solver: Solver, frame: Frame) -> ContainerValue:
    """The dict behind ``**kwargs`` of a frame."""
    keywords = solver.container("dict", frame, "keywords")
    solver.add(frame.node(frame.definition.keywords_slot), keywords)
    return keywords


def bind(solver: Solver, arguments: Arguments, callee: Frame, offset: int) -> None:
    """Arguments flow to parameters; ``offset`` first parameters are taken."""
    if callee.outer is not None and callee.definition.rest_slot >= 0:
        # That nothing is left over is known of copies, and tells how many arguments `*args` stands for.
        rest_of(solver, callee)
    _bind_positional(solver, arguments, 0, callee, offset)
    for name, argument in arguments.keywords:
        if name is None:
            solver.watch(argument, _on_keywords_argument, callee, callee)
        else:
            _bind_keyword(solver, callee, name, argument)


def _bind_positional(solver: Solver, arguments: Arguments, index: int, callee: Frame, position: int) -> None:
    """Arguments from ``index`` on flow to parameters from ``position`` on."""
    given = arguments.positional
    while index < len(given) and given[index] >= 0:
        _bind_position(solver, given[index], callee, position)
        index += 1
        position += 1
    if index == len(given):
        return
    starred = ~given[index]
    solver.watch(starred, _on_star_argument, (callee, position), callee)
    if index + 1 < len(given):
        solver.watch(starred, _on_star_before, (arguments, index + 1, callee, position), callee)
        solver.unplaced.append((starred, arguments, index + 1, callee, position))


def _bind_position(solver: Solver, argument: int, callee: Frame, position: int) -> None:
    definition = callee.definition
    positional = definition.positional
    if position == 0 and positional and definition.receiver_kind:
        solver.watch(argument, _on_self_argument, callee, callee)
    elif position < len(positional):
        solver.edge(argument, callee.node(positional[position]))
    elif definition.rest_slot >= 0:
        solver.edge(argument, element(solver, rest_of(solver, callee), position - len(positional)))


def _on_star_before(
    solver: Solver, data: tuple[Arguments, int, Frame, int], _frame: Frame, value: Value, _node: int
) -> None:
    """Where the arguments behind a starred one go depends on how many it stands for."""
    arguments, index, callee, position = data
    length = known_length(value) if isinstance(value, ContainerValue) else None
    if length is None or not isinstance(value, ContainerValue):
        bind_anywhere(solver, arguments, index, callee, position)
        return
    solver.watch(value.star, _on_more, data, callee)
    key = (arguments, index, callee, position + length)
    if key not in solver.linked:
        solver.linked.add(key)
        _bind_positional(solver, arguments, index, callee, position + length)


def _on_more(solver: Solver, data: tuple[Arguments, int, Frame, int], _frame: Frame, _value: Value, _node: int) -> None:
    """A starred sequence has elements at unknown positions too."""
    arguments, index, callee, position = data
    bind_anywhere(solver, arguments, index, callee, position)


def bind_anywhere(solver: Solver, arguments: Arguments, index: int, callee: Frame, position: int) -> None:
    """Arguments from ``index`` on flow to every parameter from ``position`` on: how many come before is not known."""
    key = (arguments, index, callee, position, "anywhere")
    if key in solver.linked:
        return
    solver.linked.add(key)
    definition = callee.definition
    for argument in arguments.positional[index:]:
        if argument < 0:
            solver.watch(~argument, _on_star_argument, (callee, position), callee)
            continue
        for slot in definition.positional[position:]:
            solver.edge(argument, callee.node(slot))
        if definition.rest_slot >= 0:
            solver.edge(argument, rest_of(solver, callee).star)


def _on_self_argument(solver: Solver, callee: Frame, _frame: Frame, value: Value, node: int) -> None:
    """A first argument that is given explicitly still has to be of the method's class."""
    if fits(callee.definition, value):
        solver.add(callee.node(callee.definition.positional[0]), value, node)


def _bind_keyword(solver: Solver, callee: Frame, name: str, source: int) -> None:
    definition = callee.definition
    slot = definition.keyword_slots.get(name)
    if slot is not None:
        solver.edge(source, callee.node(slot))
    elif definition.keywords_slot >= 0:
        solver.edge(source, element(solver, keywords_of(solver, callee), name))


def _on_star_argument(solver: Solver, data: tuple[Frame, int], _frame: Frame, value: Value, _node: int) -> None:
    callee, start = data
    if not isinstance(value, ContainerValue) or value.type == "dict":
        return
    definition = callee.definition

    def link(key: int | str, source: int) -> None:
        if not isinstance(key, int) or key < 0:
            return
        position = start + key
        if position == 0 and definition.positional and definition.receiver_kind:
            solver.watch(source, _on_self_argument, callee, callee)
        elif position < len(definition.positional):
            solver.edge(source, callee.node(definition.positional[position]))
        elif definition.rest_slot >= 0:
            solver.edge(source, element(solver, rest_of(solver, callee), position - len(definition.positional)))

    each_field(value, link)
    for slot in definition.positional[start:]:
        if slot == definition.positional[0] and definition.receiver_kind:
            solver.watch(value.star, _on_self_argument, callee, callee)
        else:
            solver.edge(value.star, callee.node(slot))
    if definition.rest_slot >= 0:
        solver.edge(value.star, rest_of(solver, callee).star)


def _on_keywords_argument(solver: Solver, callee: Frame, _frame: Frame, value: Value, _node: int) -> None:
    if not isinstance(value, ContainerValue):
        return
    definition = callee.definition

    def link(key: int | str, source: int) -> None:
        if isinstance(key, str):
            _bind_keyword(solver, callee, key, source)

    each_field(value, link)
    for slot in definition.keyword_slots.values():
        if slot not in definition.positional[:1] or not definition.receiver_kind:
            solver.edge(value.star, callee.node(slot))
    if definition.keywords_slot >= 0:
        solver.edge(value.star, keywords_of(solver, callee).star)


POSITIONS = 32
"""Positions of a sequence told apart; elements further on share one node."""

KEYS = 512
"""Keys of a mapping told apart."""


# -- containers' nodes ----------------------------------------------------------------------------------------------


def element(solver: Solver, container: ContainerValue, key: int | str | None) -> int:
    """The node of one element; ``None`` is an element whose key is unknown."""
    if key is None:
        return container.star
    node = container.fields.get(key)
    if node is None:
        if (isinstance(key, int) and key >= POSITIONS) or len(container.fields) >= KEYS:
            return container.star
        node = container.fields[key] = solver.node()
        if container.all >= 0:
            solver.edge(node, container.all)
        solver.edge(container.star, node)
        if isinstance(key, str) and container.key_values >= 0:
            solver.add(container.key_values, solver.text(key))
        for watcher in container.watchers:
            solver.later.append((watcher, key, node))
    return node


def known_length(container: ContainerValue) -> int | None:
    """The number of elements of a sequence whose positions are all known so far."""
    if container.type not in ("list", "tuple"):
        return None
    keys = [k for k in container.fields if isinstance(k, int)]
    return len(keys) if sorted(keys) == list(range(len(keys))) else None


def each_field(container: ContainerValue, watcher: Callable[[int | str, int], None]) -> None:
    """Call ``watcher`` with every key and node that the container has or will have."""
    container.watchers.append(watcher)
    for key, node in list(container.fields.items()):
        watcher(key, node)


# -- classes --------------------------------------------------------------------------------------------------------


def construct(solver: Solver, site: CallSite, frame: Frame, cls: ClassValue, node: int, *, plain: bool = False) -> None:
    """Call a class: make an instance and run what Python runs for it; ``plain`` leaves out the metaclass's say."""
    place: tuple[object, ...] = ()
    if cls.definition.file.model:
        place = (frame, site.site, site)
    key = (site, frame, cls)
    if key in solver.linked:
        return
    solver.linked.add(key)
    instance = solver.instance(cls, *place)
    metaclass = metaclass_of(solver, cls)
    caller = solver.binder(metaclass, "__call__") if metaclass is not None and not plain else None
    if metaclass is not None and caller is not None:
        # Its result is an instance as a rule, and would be one of every class that the metaclass made.
        constructs = _constructs(caller)
        result = solver.node() if constructs else site.target
        inner = CallSite(site.site, site.arguments, result, "implicit", "__call__")
        solver.watch(solver.lookup(metaclass, "__call__"), on_method, (inner, cls), frame)
        if constructs:
            solver.add(site.target, instance, node)
        return
    solver.add(site.target, instance, node)
    kind = "construct" if site.kind == "call" else site.kind
    made = False
    maker = solver.binder(cls, "__new__")
    if maker is not None:
        made = True
        inner = CallSite(site.site, site.arguments, site.target, kind, "__new__")
        solver.watch(solver.lookup(cls, "__new__"), _on_new, (inner, cls), frame)
    starter = solver.binder(cls, "__init__")
    if starter is not None:
        made = made or not starter.definition.file.model
        inner = CallSite(site.site, site.arguments, solver.node(), kind, "__init__")
        solver.watch(solver.lookup(cls, "__init__"), on_method, (inner, instance), frame)
        outside = None
    else:
        outside = next((c for c in cls.mro if isinstance(c, ExternalValue)), None)
    if starter is None and (cls.dataclass or cls.record):
        _construct_record(solver, site, frame, cls, instance, kind)
    if cls.definition.file.model:
        solver.record(frame, site.site, cls.definition, kind, node, cls)
    elif not made:
        solver.record(frame, site.site, cls.definition, kind, node, cls)
        if outside is not None and not outside.name.startswith(("builtins.", "typing.", "abc.")):
            solver.record(frame, site.site, f"{outside.name}.__init__", kind, node, cls)


def _constructs(metaclass: ClassValue) -> bool:
    """Whether the metaclass's ``__call__`` goes on to that of ``type``."""
    file, slot = metaclass.definition.file, metaclass.definition.facts.variables["__call__"]
    for instruction in file.writers.get(slot, ()):
        if type(instruction) is Closure:
            body = file.definitions[instruction.definition].facts.body
            if any(type(i) is CallMember and i.name == "__call__" for i in body):
                return True
    return False


def make_record(solver: Solver, site: CallSite, frame: Frame, factory: RecordFactory) -> None:
    """Call what ``namedtuple`` returned: a tuple whose elements can be read by name as well."""
    made = solver.container("record", frame, site, factory)
    key = (site, frame, factory)
    if key not in solver.linked:
        solver.linked.add(key)
        for position, name in enumerate(factory.fields):
            made.fields[name] = element(solver, made, position)

        def link(key: int | str, source: int) -> None:
            if key in made.fields:
                solver.edge(source, made.fields[key])

        _spread(solver, site, frame, link)
    solver.add(site.target, made)
    solver.record_outside(frame, site.site)


def _spread(solver: Solver, site: CallSite, frame: Frame, link: Callable[[int | str, int], None]) -> None:
    """Hand every argument to ``link`` under its position or name."""
    for position, argument in enumerate(site.arguments.positional):
        if argument >= 0:
            link(position, argument)
        else:
            solver.watch(~argument, _on_spread_record, link, frame)
            break
    for name, argument in site.arguments.keywords:
        if name is not None:
            link(name, argument)
        else:
            solver.watch(argument, _on_spread_record, link, frame)


def _on_new(solver: Solver, data: tuple[CallSite, ClassValue], frame: Frame, value: Value, node: int) -> None:
    site, cls = data
    if isinstance(value, FunctionValue):
        call_function(solver, site, frame, value, cls, node)
    elif isinstance(value, StaticValue):
        solver.watch(value.function, _on_new, data, frame)


def _construct_record(
    solver: Solver, site: CallSite, frame: Frame, cls: ClassValue, instance: InstanceValue, kind: str
) -> None:
    names = list(cls.record) or record_fields(cls)

    def link(key: int | str, source: int) -> None:
        if isinstance(key, str):
            solver.edge(source, solver.field(instance, key))
        elif 0 <= key < len(names):
            solver.edge(source, solver.field(instance, names[key]))

    _spread(solver, site, frame, link)
    if solver.binder(cls, "__post_init__") is not None:
        inner = CallSite(site.site, Arguments(()), solver.node(), "implicit", "__post_init__")
        call_member(solver, inner, frame, instance, -1)


def _on_spread_record(
    _solver: Solver, link: Callable[[int | str, int], None], _frame: Frame, value: Value, _node: int
) -> None:
    if isinstance(value, ContainerValue):
        each_field(value, link)


def metaclass_of(solver: Solver, cls: ClassValue) -> ClassValue | None:
    """The metaclass, where its name binds statically, of a class or its bases."""
    for base in cls.mro:
        if isinstance(base, ClassValue):
            node = base.keywords.get("metaclass")
            if node is not None:
                for value in solver.spaces.resolve(base.definition.file, node):
                    if isinstance(value, ClassValue):
                        return value
    return None


_OBJECT = frozenset(dir(object)) | {"__setattr__", "__delattr__"}
"""What every object has."""
_TYPE = frozenset(dir(type))
"""What every class has."""


# -- members --------------------------------------------------------------------------------------------------------


def call_member(solver: Solver, site: CallSite, frame: Frame, value: Value, node: int) -> None:
    """Call ``value.NAME`` where the site says the name."""
    from navigator.linking import members

    name = site.name
    kind = type(value)
    if kind is InstanceValue:
        assert isinstance(value, InstanceValue)
        cls = value.cls
        if name == "__class__":
            construct(solver, site, frame, cls, node)
            return
        solver.watch(solver.lookup(cls, name), _on_own_method, (site, value), frame)
        if site.kind != "implicit" and site.kind != "decorate":
            solver.watch(solver.field(value, name), call_value_watcher, site, frame)
            fallback = members.fallback_getter(solver, value, name)
            if fallback is not None:
                solver.watch(fallback, call_value_watcher, site, frame)
                solver.member_loads.append((frame, site, value))
    elif kind is ClassValue:
        assert isinstance(value, ClassValue)
        if solver.binder(value, name) is None:
            metaclass = metaclass_of(solver, value)
            if metaclass is not None:
                solver.watch(solver.lookup(metaclass, name), on_method, (site, value), frame)
            if name == "__subclasses__":
                members.subclasses(solver, value, site.target)
            if metaclass is None and name in _TYPE and not _outside_bases(value):
                owner = "type" if name in _TYPE and name not in _OBJECT else "object"
                inner = CallSite(site.site, site.arguments, site.target, site.kind)
                call_value(solver, inner, frame, solver.external(f"builtins.{owner}.{name}"), node)
        solver.watch(solver.lookup(value, name), on_class_member, (site, value), frame)
    elif kind is SuperValue:
        assert isinstance(value, SuperValue)
        _call_super(solver, site, frame, value, node)
    else:
        if kind is ModuleValue and members.module_hook(solver, value) is not None:
            solver.member_loads.append((frame, site, value))
        members.load(solver, value, name, frame, node, members.CallTarget(site))


def _outside_bases(cls: ClassValue) -> bool:
    """Whether a class has bases that could define any member."""
    return any(isinstance(c, ExternalValue) and c.name not in BARE for c in cls.mro)


def super_owner(solver: Solver, value: SuperValue) -> ClassValue | None:
    """The class in whose method resolution order ``super()`` goes on."""
    receiver = value.receiver
    if isinstance(receiver, InstanceValue):
        return receiver.cls
    if not isinstance(receiver, ClassValue):
        return None
    return receiver if value.after in receiver.mro else metaclass_of(solver, receiver)


def _call_super(solver: Solver, site: CallSite, frame: Frame, value: SuperValue, node: int) -> None:
    receiver, name = value.receiver, site.name
    owner = super_owner(solver, value)
    if owner is None:
        return
    found = solver.lookup_after(value.after, owner, name)
    rest = owner.mro[owner.mro.index(value.after) + 1 :] if value.after in owner.mro else []
    if solver.static_binder(rest, name) is None:
        outside = [c.name for c in rest if isinstance(c, ExternalValue) and c.name != "builtins.object"]
        if outside == ["builtins.type"] and name in _TYPE:
            _call_type(solver, site, frame, receiver, node)
        elif name in _OBJECT:
            if not outside:
                call_value(solver, site, frame, solver.external(f"builtins.object.{name}"), node)
            if name == "__new__":
                solver.add(site.target, owner.instance)
    if isinstance(receiver, InstanceValue) or owner is not receiver:
        solver.watch(found, on_method, (site, receiver), frame)
    else:
        solver.watch(found, on_class_member, (site, owner), frame)


def _call_type(solver: Solver, site: CallSite, frame: Frame, receiver: Value, node: int) -> None:
    """A method that every class has from ``type``; ``__new__`` is given the metaclass by the caller."""
    positional = site.arguments.positional
    if site.name != "__new__":
        holder = solver.node()
        solver.add(holder, receiver)
        positional = (holder, *positional)
    inner = CallSite(site.site, Arguments(positional, site.arguments.keywords), site.target, site.kind, site.name)
    call_value(solver, inner, frame, solver.external(f"builtins.type.{site.name}"), node)


def _on_own_method(solver: Solver, data: tuple[CallSite, InstanceValue], frame: Frame, value: Value, node: int) -> None:
    """A member of an object's class is called on the object."""
    if isinstance(value, FunctionValue) and value.definition.abstract:
        if stands_in(solver, value.definition, data[1].cls):
            return
    on_method(solver, data, frame, value, node)


def on_method(solver: Solver, data: tuple[CallSite, Value], frame: Frame, value: Value, node: int) -> None:
    """A raw class member is called on an instance (or on a class, for metaclass members)."""
    site, receiver = data
    kind = type(value)
    if kind is FunctionValue:
        assert isinstance(value, FunctionValue)
        call_function(solver, site, frame, value, receiver, node)
    elif kind is ClassMethodValue:
        assert isinstance(value, ClassMethodValue)
        owner = receiver.cls if isinstance(receiver, InstanceValue) else receiver
        solver.watch(value.function, on_method, (site, owner), frame)
    else:
        from navigator.linking import members

        members.bind(solver, value, receiver, frame, node, members.CallTarget(site))


def on_class_member(solver: Solver, data: tuple[CallSite, ClassValue], frame: Frame, value: Value, node: int) -> None:
    """A raw class member is called on the class itself."""
    site, cls = data
    if isinstance(value, ClassMethodValue):
        solver.watch(value.function, on_method, (site, cls), frame)
    elif isinstance(value, FunctionValue) and site.name in ("__init_subclass__", "__class_getitem__"):
        call_function(solver, site, frame, value, cls, node)
    else:
        call_value(solver, site, frame, value, node)


def is_function(definition: DefinitionState) -> bool:
    return definition.kind in (DefinitionKind.FUNCTION, DefinitionKind.LAMBDA)
