"""What handlers may do while they are called, and words of the event system, without the real Konva."""

from __future__ import annotations

from typing import Any

import pytest

from reproductions.konva import DD, EVENTS, Group, KonvaError, KonvaEvent, Layer, NativeEvent, Rect, Stage, Text

pytestmark = pytest.mark.usefixtures("own_rasteriser")


class Page:
    """A stage with a rectangle in a group, and the log of what is heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.errors: list[Exception] = []
        self.stage = Stage(width=100, height=80)
        self.stage.content.ownerWindow.onerror = self.errors.append
        self.layer = Layer()
        self.group = Group(x=10, y=10)
        self.rect = Rect(width=30, height=20, fill="red", name="hot", id="rect")
        self.group.add(self.rect)
        self.layer.add(self.group)
        self.stage.add(self.layer)

    def hears(self, node: Any, events: str, name: str, then: Any = None) -> None:
        def handler(evt: KonvaEvent) -> None:
            self.heard.append(f"{name} {evt.type}")
            if then:
                then(evt)

        node.on(events, handler)

    def send(self, type: str, x: float = 20, y: float = 20, **fields: Any) -> NativeEvent:
        evt = NativeEvent(type, clientX=x, clientY=y, **fields)
        self.stage.content.ownerWindow.dispatch(evt, self.stage.content)
        return evt


@pytest.fixture
def page() -> Any:
    made = Page()
    yield made
    made.stage.destroy()
    made.stage.content.ownerWindow.reset()
    DD._dragElements.clear()


def test_there_are_eighteen_dom_events() -> None:
    assert len(EVENTS) == 18
    assert all(hasattr(Stage, method) for _, method in EVENTS)


def test_a_handler_that_raises_ends_its_dispatch_and_nothing_else(page: Page) -> None:
    def fail(evt: KonvaEvent) -> None:
        raise ValueError("no")

    page.hears(page.rect, "mousedown", "first", fail)
    page.hears(page.rect, "mousedown mouseup", "second")
    page.send("mousedown")
    assert page.heard == ["first mousedown"]
    assert [str(error) for error in page.errors] == ["no"]
    page.send("mouseup")
    assert page.heard[1:] == ["second mouseup"]


def test_a_handler_that_removes_its_node(page: Page) -> None:
    page.hears(page.rect, "mousedown", "rect", lambda evt: page.rect.destroy())
    page.hears(page.rect, "mousedown", "rect again")
    page.hears(page.group, "mousedown", "group")
    page.send("mousedown")
    assert page.heard == ["rect mousedown", "rect again mousedown"]  # it has no parent to bubble to
    page.stage.content.ownerWindow.flushFrames()
    assert page.stage.getIntersection({"x": 20, "y": 20}) is None


def test_a_listener_that_is_added_while_firing_is_called_in_the_same_dispatch(page: Page) -> None:
    page.hears(page.rect, "click", "first", lambda evt: page.hears(page.rect, "click", "late"))
    page.rect.fire("click")
    assert page.heard == ["first click", "late click"]


def test_fire_inside_fire(page: Page) -> None:
    def again(evt: KonvaEvent) -> None:
        if len(page.heard) < 3:
            page.rect.fire("ping", {}, True)

    page.hears(page.rect, "ping", "rect", again)
    page.hears(page.stage, "ping", "stage")
    page.rect.fire("ping", {}, True)
    assert page.heard == ["rect ping"] * 3 + ["stage ping"] * 3


def test_namespaces(page: Page) -> None:
    page.hears(page.rect, "click.a", "a")
    page.hears(page.rect, "click.b mouseup.b", "b")
    page.rect.off("click.a")
    page.rect.fire("click")
    page.rect.off(".b")
    page.rect.fire("mouseup")
    assert page.heard == ["b click"]


def test_a_drag_is_no_click(page: Page) -> None:
    page.rect.draggable(True)
    page.hears(page.stage, "click dragstart dragmove dragend", "stage")
    for type, x in (("mousedown", 20), ("mousemove", 22), ("mousemove", 30), ("mouseup", 30)):
        page.send(type, x, button=0)
    assert page.heard == ["stage dragstart", "stage dragmove", "stage dragend"]
    assert page.rect.getAbsolutePosition() == {"x": 20, "y": 10}


def test_a_delegated_listener_hears_for_what_matches(page: Page) -> None:
    page.stage.on("mousedown", ".hot", lambda evt: page.heard.append(repr(evt.currentTarget)))
    page.send("mousedown")
    page.send("mousedown", 90, 70)
    assert page.heard == ["<Rect rect>"]


def test_what_may_hold_what() -> None:
    with pytest.raises(KonvaError, match="a stage holds layers"):
        Stage(width=1, height=1).add(Rect())
    with pytest.raises(KonvaError, match="a layer holds groups and shapes"):
        Layer().add(Layer())


def test_text_is_seen_and_is_hit_in_its_box(page: Page) -> None:
    text = Text(text="words", fontSize=20, x=40, y=40, fill="white")
    page.layer.add(text)
    page.layer.draw()
    seen = page.stage.toCanvas()._canvas.pixels()
    assert seen[40:60, 40:90, 3].max() > 200
    assert page.stage.getIntersection({"x": 42, "y": 42}) is text
