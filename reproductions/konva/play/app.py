"""The screen: the stage, the upstream's graph with what just ran lit up, and the log of handlers."""

from __future__ import annotations

import os
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Footer, RichLog, Static

from ..dom import NativeEvent
from ..scenario import Player, Scenario
from ..scene import LISTENERS, STAGE, TREE
from .cells import cells, fitted, to_stage
from .tracing import Call, Tracer, path, tree

BUTTONS = {1: 0, 2: 1, 3: 2}
"""Textual counts buttons from 1, the DOM from 0."""


class StageView(Widget):
    """The stage as cells; the terminal's mouse over it becomes DOM events."""

    def __init__(self, play: Play) -> None:
        super().__init__()
        self._play = play
        self._drawn: list[list[Any]] = []
        self._over = False

    def redraw(self) -> None:
        columns, rows = self.fit()
        pixels = self._play.player.stage.toCanvas(2)._canvas.pixels()
        self._drawn = cells(pixels, columns, rows, self._play.ascii_only)
        self.refresh()

    def fit(self) -> tuple[int, int]:
        return fitted(STAGE["width"], STAGE["height"], max(1, self.size.width), max(1, self.size.height))

    def render_line(self, y: int) -> Strip:
        if y >= len(self._drawn):
            return Strip.blank(self.size.width)
        row = self._drawn[y]
        return Strip([Segment(char, _style(fore, back)) for char, fore, back in row]).adjust_cell_length(
            self.size.width
        )

    def on_resize(self) -> None:
        self.redraw()

    def _send(self, event: events.MouseEvent, *types: str, **fields: Any) -> None:
        event.stop()
        columns, rows = self.fit()
        x, y = to_stage(event.x, event.y, columns, rows, STAGE["width"], STAGE["height"])
        outside = not (0 <= x < STAGE["width"] and 0 <= y < STAGE["height"])
        fields |= {"clientX": x, "clientY": y, "shiftKey": event.shift, "ctrlKey": event.ctrl, "altKey": event.meta}
        if outside and self._over:
            self._play.dispatch(("pointerleave", "mouseleave"), fields)
        if not outside and not self._over:
            self._play.dispatch(("mouseenter",), fields)
        self._over = not outside
        self._play.dispatch(types, fields, outside)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._send(event, "pointermove", "mousemove", button=0)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        button = BUTTONS.get(event.button, 0)
        self._send(event, "pointerdown", "mousedown", *(("contextmenu",) if button == 2 else ()), button=button)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self.release_mouse()
        self._send(event, "pointerup", "mouseup", button=BUTTONS.get(event.button, 0))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._send(event, "wheel", deltaY=1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._send(event, "wheel", deltaY=-1)

    def on_leave(self, event: events.Leave) -> None:
        if self._over:
            self._over = False
            self._play.dispatch(("pointerleave", "mouseleave"), {"clientX": -1, "clientY": -1})


def _style(fore: Any, back: Any) -> Style:
    if fore is None:
        return Style.null()
    return Style(color="#{:02x}{:02x}{:02x}".format(*fore), bgcolor="#{:02x}{:02x}{:02x}".format(*back))


class Play(App[None]):
    """Plays the scene by hand."""

    CSS = """
    #top { height: 3fr; }
    StageView { width: 3fr; }
    #right { width: 2fr; border-left: solid $primary; }
    Static { text-wrap: nowrap; text-overflow: ellipsis; }
    #path { height: auto; max-height: 60%; }
    RichLog { height: 1fr; border-top: solid $primary; }
    .ascii #right { border-left: ascii; }
    .ascii RichLog { border-top: ascii; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("q", "quit", "Quit"),
        ("c", "clear", "Clear the log"),
        ("r", "restart", "Start again"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, colours: str) -> None:
        super().__init__(ansi_color=colours == "ascii")
        self.ascii_only = colours == "ascii" or self.no_color
        if colours in ("true", "256"):
            self.console._color_system = {"true": "truecolor", "256": "256"}[colours]  # type: ignore[assignment]
        self._arrow, self._times = (">", "x") if self.ascii_only else ("▶", "×")
        self.log_lines: list[str] = []
        self.tracer = Tracer()
        self.outline = tree(self.tracer.upstream.hops)
        self.player = self._player()

    def _player(self) -> Player:
        scenario: Scenario = {"stage": STAGE, "seed": 2026, "tree": TREE, "listeners": LISTENERS, "steps": []}
        player = Player(scenario, tell=self._tell, playing=True)
        return player

    def compose(self) -> ComposeResult:
        with Vertical():
            with Horizontal(id="top"):
                yield StageView(self)
                with Vertical(id="right"):
                    yield Static("Move, click, drag, wheel over the stage.", id="path")
                    with VerticalScroll():
                        yield Static(id="graph")
            yield RichLog(max_lines=2000, wrap=False)
        yield Footer()

    def on_mount(self) -> None:
        self.screen.set_class(self.ascii_only, "ascii")
        self._show([])
        self.set_interval(1 / 30, self._frame)
        self.set_interval(0.5, self._fit)

    def _tell(self, line: str) -> None:
        self.log_lines.append(line)
        if self.is_running:
            self.query_one(RichLog).write(line)

    def dispatch(self, types: tuple[str, ...], fields: dict[str, Any], outside: bool = False) -> None:
        """Sends DOM events one after the other; what ran for the last that reached the stage is shown."""
        for type in types:
            evt = NativeEvent(type, **fields)
            if type.startswith("pointer"):
                evt.pointerId, evt.pointerType = 1, "mouse"
            target = None if outside and type != "mouseleave" and type != "pointerleave" else self.player.stage.content
            before = len(self.log_lines)

            def deliver(evt: NativeEvent = evt, target: Any = target) -> None:
                self.player.window.dispatch(evt, target)

            calls = self.tracer.run(deliver)
            if calls and not type.startswith("pointer"):
                self._show(calls, type, self.log_lines[before:])

    def _frame(self) -> None:
        if self.player.window.flushFrames():
            self.query_one(StageView).redraw()

    def _fit(self) -> None:
        """A run that was lent its terminal gets no signal when that changes its size."""
        if self.is_headless:
            return
        size = Size(*os.get_terminal_size(0))
        if size != self.size:
            self.post_message(events.Resize(size, size))

    def _show(self, calls: list[Call], type: str = "", heard: list[str] | None = None) -> None:
        lines = Text()
        if calls:
            lines.append(f"DOM {type}\n", style="bold")
            for call, times in path(calls):
                if call.depth < 5 and _is_station(call.upstream):
                    repeated = f" {self._times}{times}" if times > 1 else ""
                    lines.append(f"{'  ' * call.depth}{self._arrow} {_short(call.upstream)}{repeated}\n")
            for line in dict.fromkeys(line.partition(":")[0] for line in heard or []):
                lines.append(f"      handler {line}\n", style="bold yellow")
            self.query_one("#path", Static).update(lines)
        ran = {call.upstream for call in calls}
        graph = Text()
        for depth, symbol in self.outline:
            lit = symbol in ran
            line = f"{'  ' * depth}{self._mark(lit)} {_short(symbol)}\n"
            graph.append(line, style="bold green" if lit else "dim")
        self.query_one("#graph", Static).update(graph)

    def _mark(self, lit: bool) -> str:
        return ("*" if lit else ".") if self.ascii_only else ("●" if lit else "·")

    def action_clear(self) -> None:
        self.query_one(RichLog).clear()

    def action_restart(self) -> None:
        self.player.close()
        self.player = self._player()
        self.query_one(StageView).redraw()


STATIONS = (
    "_bindContentEvents",
    "_pointer",
    "_wheel",
    "_contextmenu",
    "getIntersection",
    "_fireAndBubble",
    ":Node._fire",
)


def _is_station(symbol: str) -> bool:
    """Whether a symbol is one of those that the way from the DOM to a handler is told by."""
    return any(station in symbol for station in STATIONS)


def _short(symbol: str) -> str:
    return symbol.partition(":")[2]
