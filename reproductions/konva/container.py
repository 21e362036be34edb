"""Nodes that hold nodes (upstream: ``Container.js``, ``Group.js``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .event import KonvaEvent
from .factory import Factory
from .node import Node
from .util import KonvaError


class Container(Node):
    """Draws its children in their order, inside its clip if it has one."""

    def __init__(self, config: dict[str, Any] | None = None, **attrs: Any) -> None:
        self.children: list[Any] = []
        super().__init__(config, **attrs)

    def getChildren(self, filterFunc: Callable[[Any], bool] | None = None) -> list[Any]:
        return [child for child in self.children if not filterFunc or filterFunc(child)]

    def hasChildren(self) -> bool:
        return bool(self.children)

    def add(self, *children: Any) -> Container:
        """Adds at the top; a node that has a parent moves."""
        if len(children) != 1:
            for child in children:
                self.add(child)
            return self
        (child,) = children
        if child.getParent():
            child.moveTo(self)
            return self
        self._validateAdd(child)
        child.index = len(self.children)
        child.parent = self
        child._clearCaches()
        self.children.append(child)
        self._fire("add", KonvaEvent(child=child))
        self._requestDraw()
        return self

    def removeChildren(self) -> Container:
        return self._clearChildren("remove")

    def destroyChildren(self) -> Container:
        return self._clearChildren("destroy")

    def _clearChildren(self, dispose: str) -> Container:
        for child in list(self.children):
            child.parent = None
            child.index = 0
            getattr(child, dispose)()
        self.children = []
        self._requestDraw()
        return self

    def destroy(self) -> Container:
        if self.hasChildren():
            self.destroyChildren()
        super().destroy()
        return self

    def find(self, selector: Any) -> list[Any]:
        """Every node below that matches, in drawing order."""
        return self._generalFind(selector, False)

    def findOne(self, selector: Any) -> Any:
        return next(iter(self._generalFind(selector, True)), None)

    def _generalFind(self, selector: Any, findOne: bool) -> list[Any]:
        found: list[Any] = []

        def look(node: Any) -> bool:
            if node._isMatch(selector):
                found.append(node)
                return findOne
            return False

        self._descendants(look)
        return found

    def _descendants(self, fn: Callable[[Any], bool]) -> bool:
        """Walks in drawing order until ``fn`` says stop."""
        return any(fn(child) or (child.hasChildren() and child._descendants(fn)) for child in self.children)

    def isAncestorOf(self, node: Any) -> bool:
        parent = node.getParent()
        while parent:
            if parent is self:
                return True
            parent = parent.getParent()
        return False

    def getAllIntersections(self, pos: dict[str, float]) -> list[Any]:
        """Every visible shape at a point, those that are covered too; slow."""
        return [shape for shape in self.find("Shape") if shape.isVisible() and shape.intersects(pos)]

    def _clearSelfAndDescendantCache(self, attr: str | None = None) -> None:
        super()._clearSelfAndDescendantCache(attr)
        for child in _present(self.children):
            child._clearSelfAndDescendantCache(attr)

    def _setChildrenIndices(self) -> None:
        for index, child in enumerate(self.children):
            child.index = index
        self._requestDraw()

    def drawScene(self, can: Any = None, top: Any = None) -> Container:
        layer = self.getLayer()
        canvas = can or (layer and layer.getCanvas())
        if (self._isVisible(top) if top else self.isVisible()) or top is self:
            self._drawChildren("drawScene", canvas, top)
        return self

    def drawHit(self, can: Any = None, top: Any = None) -> Container:
        if self.shouldDrawHit(top):
            layer = self.getLayer()
            self._drawChildren("drawHit", can or (layer and layer.hitCanvas), top)
        return self

    def _drawChildren(self, drawMethod: str, canvas: Any, top: Any) -> None:
        clipFunc, width, height = self.clipFunc(), self.clipWidth(), self.clipHeight()
        hasClip = clipFunc or (width is not None and height is not None)
        context = canvas.getContext() if canvas else None
        if hasClip:
            context.save()
            transform = self.getAbsoluteTransform(top)
            context.transform(*transform.getMatrix())
            context.beginPath()
            if clipFunc:
                clipFunc(context, self)
            else:
                context.rect(self.clipX() or 0, self.clipY() or 0, width, height)
            context.clip()
            context.transform(*transform.copy().invert().getMatrix())
        try:
            self._drawChildNodes(drawMethod, canvas, top)
        finally:
            if hasClip:
                context.restore()

    def _drawChildNodes(self, drawMethod: str, canvas: Any, top: Any) -> None:
        for child in _present(self.children):
            getattr(child, drawMethod)(canvas, top)


def _present(children: list[Any]) -> Iterator[Any]:
    """As ``Array.forEach``: a handler may change the list; what moves up into a place already seen is left out."""
    for index in range(len(children)):
        if index < len(children):
            yield children[index]


for _attr in ("clipX", "clipY", "clipWidth", "clipHeight", "clipFunc"):
    Factory.addGetterSetter(Container, _attr)
Factory.addComponentsGetterSetter(Container, "clip", ("x", "y", "width", "height"))


class Group(Container):
    """Holds shapes and groups: what moves, turns and hears together."""

    nodeType = "Group"

    def _validateAdd(self, child: Any) -> None:
        if child.getType() not in ("Group", "Shape"):
            raise KonvaError(f"a group holds groups and shapes, not a {child.getType()}")
