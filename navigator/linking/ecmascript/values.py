"""Abstract values of ECMAScript: objects with named properties and prototypes, classes, bound functions."""

from __future__ import annotations

from collections.abc import Callable

from navigator.linking.frames import DefinitionState, Frame
from navigator.linking.solver import ROOM
from navigator.linking.values import ExternalValue, Value

Key = int | str


class ObjectValue(Value):
    """An object made at one place, or all instances of one class.

    ``kind`` is ``object``, ``array``, ``arguments``, ``generator``, ``instance``, ``prototype``, ``module`` or
    ``function`` (the properties of a function). All other fields hold nodes; see ``objects``.
    """

    __slots__ = (
        "definite",
        "everything",
        "heirs",
        "keys",
        "kind",
        "lookups",
        "maker",
        "own",
        "prototypes",
        "star",
        "watchers",
    )

    def __init__(self, kind: str, star: int, prototypes: int, maker: Value | None = None) -> None:
        self.kind = kind
        self.own: dict[Key, int] = {}
        self.star = star
        """Properties whose name is not known."""
        self.prototypes = prototypes
        self.maker = maker
        """The class or function of which it is an instance or the prototype."""
        self.lookups: dict[str, int] = {}
        """By name: the property as found on the object and its prototypes."""
        self.definite: set[str] = set()
        """Own properties that are there from the start: nothing is looked up behind them."""
        self.everything = -1
        """All own properties, once somebody has asked for them."""
        self.keys = -1
        self.heirs = -1
        """What methods found here may be called on without being seen."""
        self.watchers: list[Callable[[Key, int], None]] = []


class ClassObject(ObjectValue):
    """A class, made in one frame. Its own properties are the static members."""

    __slots__ = ("definition", "derived", "extended", "frame", "instance", "prototype")

    def __init__(self, definition: DefinitionState, frame: Frame, star: int, prototypes: int) -> None:
        super().__init__("class", star, prototypes)
        self.definition = definition
        self.frame = frame
        self.prototype: ObjectValue
        self.instance: ObjectValue
        self.derived = False
        """It says that it extends something."""
        self.extended: list[ClassObject] = []
        """Classes that extend this one directly."""


class BoundFunction(Value):
    """``f.bind(receiver, ...first)``; ``receiver`` is a node, or -1."""

    __slots__ = ("first", "function", "receiver")

    def __init__(self, function: Value, receiver: int, first: tuple[int, ...]) -> None:
        self.function = function
        self.receiver = receiver
        self.first = first


class MethodOf(Value):
    """A member of a built-in type that was taken from a value and not called yet: ``f.call``."""

    __slots__ = ("name", "receiver")

    def __init__(self, receiver: Value, name: str) -> None:
        self.receiver = receiver
        self.name = name


class AccessorValue(Value):
    """A property with a getter and a setter; both are nodes."""

    __slots__ = ("getter", "setter")

    def __init__(self, getter: int, setter: int) -> None:
        self.getter = getter
        self.setter = setter


class SuperObject(Value):
    """``super``: what the base of ``home`` has, with the values of the node ``receiver`` as receiver."""

    __slots__ = ("home", "receiver", "static")

    def __init__(self, home: ClassObject, receiver: int, static: bool) -> None:
        self.home = home
        self.receiver = receiver
        self.static = static


ROOM.update({ObjectValue: 64, ClassObject: 64})


__all__ = [
    "AccessorValue",
    "BoundFunction",
    "ClassObject",
    "ExternalValue",
    "Key",
    "MethodOf",
    "ObjectValue",
    "SuperObject",
]
