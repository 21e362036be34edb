"""Generated accessors: ``getX``, ``setX`` and the overloaded ``x`` (upstream: ``Factory.js``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .util import Util

if TYPE_CHECKING:
    from .node import Node


class Factory:
    """Adds accessors to a class. What the class or a base defines by hand is kept."""

    @staticmethod
    def addGetterSetter(constructor: type[Node], attr: str, default: Any = None) -> None:
        Factory.addGetter(constructor, attr, default)
        Factory.addSetter(constructor, attr)
        Factory.addOverloadedGetterSetter(constructor, attr)

    @staticmethod
    def addGetter(constructor: type[Node], attr: str, default: Any = None) -> None:
        shared = isinstance(default, list)

        def getter(self: Node) -> Any:
            value = self.attrs.get(attr)
            if value is not None:
                return value
            return list(default) if shared else default

        _define(constructor, "get" + Util._capitalize(attr), getter)

    @staticmethod
    def addSetter(constructor: type[Node], attr: str) -> None:
        def setter(self: Node, value: Any = None) -> Node:
            self._setAttr(attr, value)
            return self

        _define(constructor, "set" + Util._capitalize(attr), setter)

    @staticmethod
    def addComponentsGetterSetter(constructor: type[Node], attr: str, components: tuple[str, ...]) -> None:
        """``scale`` reads and writes ``scaleX`` and ``scaleY`` together, as a dictionary by component."""
        names = {component: attr + Util._capitalize(component) for component in components}

        def getter(self: Node) -> dict[str, Any]:
            return {component: self.getAttr(name) for component, name in names.items()}

        def setter(self: Node, value: dict[str, Any] | None = None) -> Node:
            before = getter(self)
            for component in value or dict.fromkeys(components):
                self._setAttr(attr + Util._capitalize(component), (value or {}).get(component))
            self._fireChangeEvent(attr, before, value)
            return self

        _define(constructor, "get" + Util._capitalize(attr), getter, override=True)
        _define(constructor, "set" + Util._capitalize(attr), setter, override=True)
        Factory.addOverloadedGetterSetter(constructor, attr)

    @staticmethod
    def addOverloadedGetterSetter(constructor: type[Node], attr: str) -> None:
        """``node.x()`` reads, ``node.x(5)`` writes and returns the node."""
        get, set_ = "get" + Util._capitalize(attr), "set" + Util._capitalize(attr)

        def accessor(self: Node, *value: Any) -> Any:
            if value:
                getattr(self, set_)(value[0])
                return self
            return getattr(self, get)()

        _define(constructor, attr, accessor, override=True)


def _define(constructor: type, name: str, function: Callable[..., Any], override: bool = False) -> None:
    if override or not hasattr(constructor, name):
        function.__name__ = name
        function.__qualname__ = f"{constructor.__qualname__}.{name}"
        setattr(constructor, name, function)
