"""Publish and subscribe (upstream: ``on``, ``off``, ``fire``, ``_fire``, ``_fireAndBubble`` in ``Node.js``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from .event import NON_BUBBLING_EVENTS, KonvaEvent
from .util import Util

Handler = Callable[[KonvaEvent], object]


class Listener(NamedTuple):
    """One subscription; ``name`` is the namespace, the part behind the dot of ``click.menu``."""

    name: str
    handler: Callable[..., object]


class Subscriptions:
    """``eventListeners`` by event type, and the words that add to them and take away."""

    eventListeners: dict[str, list[Listener]]

    def on(self, evtStr: str, *rest: Any) -> Any:
        """``on("click.menu mousedown", handler)``, or with a selector between the two: ``_delegate``."""
        self._prepareListeners()
        if len(rest) == 2:
            return self._delegate(evtStr, *rest)
        (handler,) = rest
        for event in evtStr.split(" "):
            baseEvent, name = _parts(event)
            self.eventListeners.setdefault(baseEvent, []).append(Listener(name or "", handler))
        return self

    def off(self, evtStr: str = "", callback: Callable[..., object] | None = None) -> Any:
        """Takes away by type, by namespace (``.menu``), by both, or everything but namespace ``konva``."""
        self._prepareListeners()
        if not evtStr:
            for kind in list(self.eventListeners):
                self._off(kind)
        for event in evtStr.split(" "):
            baseEvent, name = _parts(event)
            for kind in [baseEvent] if baseEvent else list(self.eventListeners):
                if kind in self.eventListeners:
                    self._off(kind, name, callback)
        return self

    def _off(self, type: str, name: str | None = None, callback: Callable[..., object] | None = None) -> None:
        kept = [
            listener
            for listener in self.eventListeners[type]
            if (listener.name == "konva" and name != "konva")
            or (name and listener.name != name)
            or (callback and listener.handler != callback)
        ]
        # The list itself is changed: a dispatch that is going on looks at it again after its own copy.
        self.eventListeners[type][:] = kept
        if not kept:
            del self.eventListeners[type]

    def _prepareListeners(self) -> None:
        """Hook for prototypes, whose listeners are cached by the nodes below them."""

    def _delegate(self, event: str, selector: Any, handler: Handler) -> Any:
        raise NotImplementedError


class Prototype(Subscriptions):
    """The listeners of a class: they hear every node of the class and of the classes below it, before its own.

    A handler here is a function of the node (JavaScript's ``this``) and the event.
    """

    def __init__(self) -> None:
        self.eventListeners = {}

    def _prepareListeners(self) -> None:
        Listeners.protoListenerMap = {}


class Listeners(Subscriptions):
    """The part of a node that hears and fires. Each class below has a ``prototype`` of its own."""

    prototype: Prototype
    protoListenerMap: ClassVar[dict[type, dict[str, list[Listener]]]] = {}
    nodeType: str
    parent: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.prototype = Prototype()

    def _delegate(self, event: str, selector: Any, handler: Handler) -> Any:
        """One listener here, which calls ``handler`` for every match between the target and this node."""

        def delegated(evt: KonvaEvent) -> None:
            original = evt
            for target in evt.target.findAncestors(selector, True, self):
                evt = Util.cloneObject(evt)
                evt.currentTarget = target
                handler(evt)
            if evt.cancelBubble:
                original.cancelBubble = True

        return self.on(event, delegated)

    def fire(self, eventType: str, evt: KonvaEvent | dict[str, Any] | None = None, bubble: bool = False) -> Any:
        """Fires by hand; ``bubble`` lets it travel up the tree."""
        event = evt if isinstance(evt, KonvaEvent) else KonvaEvent(**(evt or {}))
        event.target = event.target or self
        if bubble:
            self._fireAndBubble(eventType, event)
        else:
            self._fire(eventType, event)
        return self

    def dispatchEvent(self, evt: Any) -> Any:
        """The DOM's word for ``fire``."""
        return self.fire(evt.type, KonvaEvent(target=self, type=evt.type, evt=evt))

    def addEventListener(self, type: str, handler: Callable[[Any], object]) -> Any:
        """The DOM's word for ``on``; the handler gets the native event."""
        return self.on(type, lambda evt: handler(evt.evt))

    def removeEventListener(self, type: str) -> Any:
        return self.off(type)

    def _fireChangeEvent(self, attr: str, oldVal: Any, newVal: Any) -> None:
        self._fire(attr + "Change", KonvaEvent(oldVal=oldVal, newVal=newVal))

    def _fireAndBubble(self, eventType: str, evt: KonvaEvent, compareShape: Any = None) -> None:
        """Fires here, then on every ancestor that listens, until ``cancelBubble``.

        Enter and leave do not bubble, they are told to each node that was entered or left: ``compareShape`` is where
        the pointer came from or went to, and nodes that hold it are left out.
        """
        if self.nodeType == "Shape":
            evt.target = self
        nonBubbling = eventType in NON_BUBBLING_EVENTS
        if nonBubbling:
            if compareShape and (self is compareShape or self.isAncestorOf(compareShape)):
                return
            if not compareShape and self.nodeType == "Stage":
                return
        self._fire(eventType, evt)
        stopBubble = (
            nonBubbling
            and compareShape
            and compareShape.isAncestorOf(self)
            and not compareShape.isAncestorOf(self.parent)
        )
        if not evt.cancelBubble and self.parent and self.parent.isListening() and not stopBubble:
            self.parent._fireAndBubble(eventType, evt, compareShape if compareShape and compareShape.parent else None)

    def _getProtoListeners(self, eventType: str) -> list[Listener]:
        """The listeners of the class and of its bases, nearest first; remembered until a prototype changes."""
        cls = type(self)
        known = Listeners.protoListenerMap.setdefault(cls, {})
        if eventType not in known:
            prototypes = [vars(base)["prototype"] for base in cls.__mro__ if "prototype" in vars(base)]
            known[eventType] = [each for proto in prototypes for each in proto.eventListeners.get(eventType, ())]
        return known[eventType]

    def _fire(self, eventType: str, evt: KonvaEvent) -> None:
        """Calls the listeners of the classes, then a copy of the node's own, then those added meanwhile."""
        evt.currentTarget = self
        evt.type = eventType
        for listener in self._getProtoListeners(eventType):
            listener.handler(self, evt)
        own = self.eventListeners.get(eventType)
        if not own:
            return
        before = list(own)
        for listener in before:
            listener.handler(evt)
        live = self.eventListeners.get(eventType, [])
        position = len(before)
        while position < len(live):
            live[position].handler(evt)
            position += 1

    def isAncestorOf(self, node: Any) -> bool:
        return False


def _parts(event: str) -> tuple[str, str | None]:
    """``click.menu.more`` is type ``click`` in namespace ``menu``; what follows a second dot is ignored."""
    base, *names = event.split(".")
    return base, names[0] if names else None
