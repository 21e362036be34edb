"""A node among its ancestors and siblings (upstream: the tree methods of ``Node.js``)."""

from __future__ import annotations

from typing import Any

from .drag_and_drop import DD
from .util import KonvaError, Util


class Tree:
    """Mixed into ``Node``."""

    def getParent(self) -> Any:
        return self.parent

    def getAncestors(self) -> list[Any]:
        """Parent first."""
        ancestors, parent = [], self.getParent()
        while parent:
            ancestors.append(parent)
            parent = parent.getParent()
        return ancestors

    def getDepth(self) -> int:
        return len(self.getAncestors())

    def findAncestors(self, selector: Any, includeSelf: bool = False, stopNode: Any = None) -> list[Any]:
        """The ancestors that match, nearest first, below ``stopNode``."""
        found = [self] if includeSelf and self._isMatch(selector) else []
        ancestor = self.parent
        while ancestor and ancestor is not stopNode:
            if ancestor._isMatch(selector):
                found.append(ancestor)
            ancestor = ancestor.parent
        return found

    def findAncestor(self, selector: Any, includeSelf: bool = False, stopNode: Any = None) -> Any:
        return next(iter(self.findAncestors(selector, includeSelf, stopNode)), None)

    def _isMatch(self, selector: Any) -> bool:
        """``#id``, ``.name``, a class or type name, several of them between commas, or a function of the node."""
        if not selector:
            return False
        if callable(selector):
            return bool(selector(self))
        for each in selector.replace(" ", "").split(","):
            if not each or not (each[0] in "#." or each[0] == each[0].upper()):
                Util.warn(f"{each!r} is no selector; write #id, .name or a class such as Rect")
            if each.startswith("#"):
                if self.id() == each[1:]:
                    return True
            elif each.startswith("."):
                if self.hasName(each[1:]):
                    return True
            elif each in (self.className, self.nodeType):
                return True
        return False

    def hasName(self, name: str) -> bool:
        """Names stand in one attribute, separated by spaces."""
        return bool(name) and name in (self.name() or "").split()

    def addName(self, name: str) -> Any:
        if not self.hasName(name):
            self.name(f"{self.name()} {name}" if self.name() else name)
        return self

    def removeName(self, name: str) -> Any:
        names = (self.name() or "").split()
        if name in names:
            names.remove(name)
            self.name(" ".join(names))
        return self

    def getLayer(self) -> Any:
        parent = self.getParent()
        return parent.getLayer() if parent else None

    def getStage(self) -> Any:
        return self._getCache("stage", self._getStage)

    def _getStage(self) -> Any:
        parent = self.getParent()
        return parent.getStage() if parent else None

    def remove(self) -> Any:
        """Takes the node out of its parent; a drag of it, or of a node in it, ends."""
        if self.isDragging():
            self.stopDrag()
        DD._dragElements.pop(self._id, None)
        for key, elem in list(DD._dragElements.items()):
            if self.isAncestorOf(elem.node):
                DD._dragElements.pop(key, None)
        self._remove()
        return self

    def _remove(self) -> None:
        parent = self.getParent()
        if parent:
            del parent.children[self.index]
            parent._setChildrenIndices()
            self.parent = None
        self._clearCaches()

    def _clearCaches(self) -> None:
        for attr in ("absoluteTransform", "absoluteOpacity", "stage", "visible", "listening"):
            self._clearSelfAndDescendantCache(attr)

    def moveTo(self, newContainer: Any) -> Any:
        if self.getParent() is not newContainer:
            self._remove()
            newContainer.add(self)
        return self

    def getZIndex(self) -> int:
        return self.index or 0

    def setZIndex(self, zIndex: int) -> Any:
        if not self.parent:
            Util.warn("a node without a parent has no zIndex")
            return self
        if not 0 <= zIndex < len(self.parent.children):
            Util.warn(f"zIndex {zIndex} is not between 0 and {len(self.parent.children) - 1}")
        self._place(zIndex)
        return self

    def moveToTop(self) -> bool:
        return self._movable() and self.index < len(self.parent.children) - 1 and self._place(len(self.parent.children))

    def moveUp(self) -> bool:
        return self._movable() and self.index < len(self.parent.children) - 1 and self._place(self.index + 1)

    def moveDown(self) -> bool:
        return self._movable() and self.index > 0 and self._place(self.index - 1)

    def moveToBottom(self) -> bool:
        return self._movable() and self.index > 0 and self._place(0)

    def _movable(self) -> bool:
        if not self.parent:
            Util.warn("a node without a parent cannot change its place among siblings")
        return self.parent is not None

    def _place(self, index: int) -> bool:
        children = self.parent.children
        del children[self.index]
        children.insert(index, self)
        self.parent._setChildrenIndices()
        return True

    def _validateAdd(self, child: Any) -> None:
        raise KonvaError(f"a {self.getClassName()} holds no children")
