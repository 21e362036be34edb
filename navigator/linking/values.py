"""Abstract values: what a variable can hold, as far as calls are concerned.

Values are interned by their makers, so identity is equality, and dictionaries of values iterate in insertion order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from navigator.linking.frames import DefinitionState, Frame


class Value:
    """Base of all abstract values."""

    __slots__ = ()


class FunctionValue(Value):
    """A function or lambda, closed over one frame: ``frame`` is the frame of its own body."""

    __slots__ = ("definition", "frame")

    def __init__(self, definition: DefinitionState, frame: Frame) -> None:
        self.definition = definition
        self.frame = frame


class ClassValue(Value):
    """A class of the workspace, or of a library model."""

    __slots__ = (
        "_ancestors",
        "bases",
        "binders",
        "constructed",
        "dataclass",
        "definition",
        "instance",
        "keywords",
        "lookups",
        "mro",
        "open_bases",
        "record",
        "subclasses",
    )

    def __init__(self, definition: DefinitionState) -> None:
        self.definition = definition
        self.bases: list[ClassValue | ExternalValue] = []
        self.mro: list[ClassValue | ExternalValue] = [self]
        self.subclasses: list[ClassValue] = []
        self.instance = InstanceValue(self)
        self.keywords: dict[str, int] = {}
        self.lookups: dict[str, int] = {}
        self._ancestors: frozenset[object] | None = None
        self.binders: dict[str, ClassValue | None] = {}
        self.open_bases = False
        """Some base is known by value flow only."""
        self.dataclass = False
        """A decorator generates the constructor from annotated class variables."""
        self.record: tuple[str, ...] = ()
        """The field names of a named tuple among the bases."""
        self.constructed = False

    @property
    def name(self) -> str:
        return self.definition.full_name

    def ancestors(self) -> frozenset[object]:
        """The class and its bases; asked for only after they are resolved."""
        if self._ancestors is None:
            self._ancestors = frozenset(self.mro)
        return self._ancestors


class InstanceValue(Value):
    """The instances of a class: one value a class, or one an allocation site for classes of library models."""

    __slots__ = ("cls", "origin")

    def __init__(self, cls: ClassValue, origin: object = None) -> None:
        self.cls = cls
        self.origin = origin


class BoundValue(Value):
    """A function whose first argument is given: a bound method."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: FunctionValue, receiver: Value) -> None:
        self.function = function
        self.receiver = receiver


class ModuleValue(Value):
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class TextValue(Value):
    """A string that can name something in the program."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class ContainerValue(Value):
    """A container made at one place. ``fields`` maps known keys to nodes; see ``containers``."""

    __slots__ = ("all", "fields", "key_values", "star", "type", "watchers")

    def __init__(self, type: str, star: int) -> None:
        self.type = type
        self.star = star
        """Node of the elements whose key is unknown."""
        self.all = -1
        """Node of all elements, once somebody has asked for it: see ``Solver.elements``."""
        self.fields: dict[int | str, int] = {}
        self.watchers: list[Callable[[int | str, int], None]] = []
        self.key_values = -1


class ExternalValue(Value):
    """A name outside the workspace, reached by imports and attributes alone; or, unnamed, whatever comes from there."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class LiteralValue(Value):
    """An instance of a built-in type (``str``, ``bytes``, ...) that needs no more than its type."""

    __slots__ = ("type",)

    def __init__(self, type: str) -> None:
        self.type = type


class PatternValue(LiteralValue):
    """A string of which the beginning and the end are known."""

    __slots__ = ("prefix", "suffix")

    def __init__(self, prefix: str, suffix: str) -> None:
        super().__init__("str")
        self.prefix = prefix
        self.suffix = suffix

    def fits(self, text: str) -> bool:
        return (
            text.startswith(self.prefix)
            and text.endswith(self.suffix)
            and len(text) >= len(self.prefix) + len(self.suffix)
        )


class NativeMethod(Value):
    """A method of a built-in type, bound to a container or a literal."""

    __slots__ = ("name", "receiver")

    def __init__(self, receiver: Value, name: str) -> None:
        self.receiver = receiver
        self.name = name


class SuperValue(Value):
    """``super()``: members of ``receiver``'s class after ``after`` in its method resolution order."""

    __slots__ = ("after", "receiver")

    def __init__(self, after: ClassValue, receiver: Value) -> None:
        self.after = after
        self.receiver = receiver


class PropertyValue(Value):
    """``property``: ``getter``, ``setter`` and ``deleter`` are nodes."""

    __slots__ = ("deleter", "getter", "setter")

    def __init__(self, getter: int, setter: int, deleter: int) -> None:
        self.getter = getter
        self.setter = setter
        self.deleter = deleter


class StaticValue(Value):
    """``staticmethod`` of what the node holds."""

    __slots__ = ("function",)

    def __init__(self, function: int) -> None:
        self.function = function


class ClassMethodValue(Value):
    """``classmethod`` of what the node holds."""

    __slots__ = ("function",)

    def __init__(self, function: int) -> None:
        self.function = function


class WrapsValue(Value):
    """``functools.wraps(f)``: returns what it is called with, which gets ``f`` as ``__wrapped__``."""

    __slots__ = ("wrapped",)

    def __init__(self, wrapped: int) -> None:
        self.wrapped = wrapped


class RecordFactory(Value):
    """What ``namedtuple`` returns: a callable that makes tuples whose elements have names."""

    __slots__ = ("fields",)

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields


class NamespaceValue(Value):
    """A mapping view of an object's members: ``vars(x)``, ``x.__dict__``, ``globals()``."""

    __slots__ = ("owner",)

    def __init__(self, owner: Value) -> None:
        self.owner = owner
