"""The root of the tree's classes: attributes, caches, drawing requests (upstream: ``Node.js``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import pointer_events
from .dragging import Dragging
from .factory import Factory
from .listeners import Listeners
from .placement import Placement
from .settings import Konva
from .transform import Transform
from .tree import Tree
from .util import Util

if TYPE_CHECKING:
    from .event import KonvaEvent

_MISSING = object()
TRANSFORM, ABSOLUTE_TRANSFORM = "transform", "absoluteTransform"


class Node(Listeners, Placement, Tree, Dragging):
    """Anything in the tree. ``config`` holds attributes by name, set as ``setAttrs`` does, without change events."""

    nodeType = "Node"
    className = ""
    _last_id = 0

    def __init__(self, config: dict[str, Any] | None = None, **attrs: Any) -> None:
        Node._last_id += 1
        self._id = Node._last_id
        self.eventListeners = {}
        self.attrs: dict[str, Any] = {}
        self.index = 0
        self.parent: Any = None
        self._cache: dict[str, Any] = {}
        self._batchingTransformChange = False
        self._needClearTransformCache = False
        self._shouldFireChangeEvents = False
        self.setAttrs({**(config or {}), **attrs})
        self._shouldFireChangeEvents = True

    def __repr__(self) -> str:
        return f"<{self.getClassName()} {self.id() or self.name() or self._id}>"

    def getClassName(self) -> str:
        return self.className or self.nodeType

    def getType(self) -> str:
        return self.nodeType

    def hasChildren(self) -> bool:
        return False

    def getAttrs(self) -> dict[str, Any]:
        return self.attrs

    def getAttr(self, attr: str) -> Any:
        method = getattr(self, "get" + Util._capitalize(attr), None)
        return method() if method else self.attrs.get(attr)

    def setAttr(self, attr: str, val: Any) -> Node:
        method = getattr(self, "set" + Util._capitalize(attr), None)
        if method:
            method(val)
        else:
            self._setAttr(attr, val)
        return self

    def setAttrs(self, config: dict[str, Any] | None) -> Node:
        def each() -> None:
            for key, value in (config or {}).items():
                if key != "children":
                    self.setAttr(key, value)

        self._batchTransformChanges(each)
        return self

    def _setAttr(self, key: str, val: Any) -> None:
        """Stores, tells (``keyChange``) and asks for a redraw; None takes the attribute away."""
        oldVal = self.attrs.get(key)
        if _identical(oldVal, val):
            return
        if val is None:
            self.attrs.pop(key, None)
        else:
            self.attrs[key] = val
        if self._shouldFireChangeEvents:
            self._fireChangeEvent(key, oldVal, val)
        self._requestDraw()

    def _clearCache(self, attr: str | None = None) -> None:
        cached = self._cache.get(attr) if attr else None
        if isinstance(cached, Transform):
            cached.dirty = True
        elif attr:
            self._cache.pop(attr, None)
        else:
            self._cache = {}

    def _getCache(self, attr: str, privateGetter: Callable[[], Any]) -> Any:
        cached = self._cache.get(attr, _MISSING)
        if cached is _MISSING or (isinstance(cached, Transform) and cached.dirty):
            cached = self._cache[attr] = privateGetter()
        return cached

    def _clearSelfAndDescendantCache(self, attr: str | None = None) -> None:
        self._clearCache(attr)
        if attr is None or attr == ABSOLUTE_TRANSFORM:
            self.fire("absoluteTransformChange")

    def isListening(self) -> bool:
        """Whether the node and all its ancestors listen."""
        return self._getCache("listening", self._isListening)

    def _isListening(self, relativeTo: Any = None) -> bool:
        if not self.listening():
            return False
        parent = self.getParent()
        if parent and parent is not relativeTo and self is not relativeTo:
            return parent._isListening(relativeTo)
        return True

    def isVisible(self) -> bool:
        """Whether the node and all its ancestors are visible."""
        return self._getCache("visible", self._isVisible)

    def _isVisible(self, relativeTo: Any = None) -> bool:
        if not self.visible():
            return False
        parent = self.getParent()
        if parent and parent is not relativeTo and self is not relativeTo:
            return parent._isVisible(relativeTo)
        return True

    def shouldDrawHit(self, top: Any = None) -> bool:
        if top:
            return self._isVisible(top) and self._isListening(top)
        return self.isListening() and self.isVisible()

    def show(self) -> Node:
        return self.visible(True)

    def hide(self) -> Node:
        return self.visible(False)

    def getAbsoluteOpacity(self) -> float:
        return self._getCache("absoluteOpacity", self._getAbsoluteOpacity)

    def _getAbsoluteOpacity(self) -> float:
        parent = self.getParent()
        return self.opacity() * (parent.getAbsoluteOpacity() if parent else 1)

    def _requestDraw(self) -> None:
        if Konva.autoDrawEnabled:
            drawNode = self.getLayer() or self.getStage()
            if drawNode:
                drawNode.batchDraw()

    def draw(self) -> Node:
        """Draws scene and hit graph at once."""
        self.drawScene()
        self.drawHit()
        return self

    def destroy(self) -> Node:
        """Removes for good: captures end, and a shape gives its colour key back."""
        from .event import KonvaEvent

        self._fire("destroy", KonvaEvent(target=self))
        pointer_events.releaseCapturesOf(self)
        self.remove()
        self._clearSelfAndDescendantCache()
        self._requestDraw()
        return self


def _identical(old: Any, new: Any) -> bool:
    """JavaScript's ``===`` for plain values; a list, a dictionary, a function or a node always counts as changed."""
    if old is None or new is None:
        return old is new
    if isinstance(new, bool) or isinstance(old, bool):
        return old is new
    return isinstance(new, int | float | str) and isinstance(old, int | float | str) and old == new


def _transform_changed(this: Node, evt: KonvaEvent) -> None:
    if this._batchingTransformChange:
        this._needClearTransformCache = True
        return
    this._clearCache(TRANSFORM)
    this._clearSelfAndDescendantCache(ABSOLUTE_TRANSFORM)


_TRANSFORM_ATTRS = "x y scaleX scaleY skewX skewY rotation offsetX offsetY transformsEnabled".split()
Node.prototype.on(" ".join(f"{attr}Change.konva" for attr in _TRANSFORM_ATTRS), _transform_changed)
Node.prototype.on("visibleChange.konva", lambda this, evt: this._clearSelfAndDescendantCache("visible"))
Node.prototype.on("listeningChange.konva", lambda this, evt: this._clearSelfAndDescendantCache("listening"))
Node.prototype.on("opacityChange.konva", lambda this, evt: this._clearSelfAndDescendantCache("absoluteOpacity"))

for _attr in ("zIndex", "absolutePosition", "position", "dragBoundFunc", "size", "dragDistance"):
    Factory.addGetterSetter(Node, _attr)
for _attr in ("x", "y", "rotation", "skewX", "skewY", "offsetX", "offsetY", "width", "height"):
    Factory.addGetterSetter(Node, _attr, 0)
for _attr in ("scale", "skew", "offset"):
    Factory.addComponentsGetterSetter(Node, _attr, ("x", "y"))
for _attr, _default in {
    "scaleX": 1,
    "scaleY": 1,
    "opacity": 1,
    "name": "",
    "id": "",
    "listening": True,
    "visible": True,
    "preventDefault": True,
    "draggable": False,
    "transformsEnabled": "all",
}.items():
    Factory.addGetterSetter(Node, _attr, _default)
