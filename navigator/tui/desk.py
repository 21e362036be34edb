"""What the actions work on: the open workspace, the three views with their one selection, and what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import TYPE_CHECKING, TypeVar

from rich.text import Text
from textual import events, work
from textual.app import App
from textual.css.query import NoMatches
from textual.widget import Widget
from textual.widgets import Static

from navigator.callgraph import Symbol
from navigator.callgraph.changes import Changes
from navigator.callgraph.views import Grouping
from navigator.errors import NavigatorError
from navigator.runs.places import state_folder
from navigator.tui import marks
from navigator.tui.actions import Action
from navigator.tui.allowed import actions_allowed
from navigator.tui.filters import Filters
from navigator.tui.history import History, Session, Sessions
from navigator.tui.reading import Reading
from navigator.tui.search import Names
from navigator.tui.selection import Opened, Selected, Selection
from navigator.tui.tasks import Task
from navigator.tui.themes import NAMES, SYNTAX
from navigator.tui.views.calls import CallsView
from navigator.tui.views.graph import GraphView
from navigator.tui.views.source import SourceView
from navigator.workspaces import Progress
from navigator.workspaces.user_settings import UserSettings

if TYPE_CHECKING:
    from navigator.runs import Frame, Replay

T = TypeVar("T")
NEEDS_SYMBOL = ("symbol", "call", "file", "start", "group")
WIDE = 100
"""Columns from which on the three views stand beside each other."""
VIEWS = ("calls", "graph", "source")


class Desk(App[int]):
    """An app whose screen has the three views, a heading and a status line."""

    def __init__(
        self,
        settings: UserSettings,
        registry: tuple[Action, ...],
        deeds: Mapping[str, Callable[[Desk], Awaitable[None] | None]],
        *,
        ascii_only: bool,
        theme_name: str,
    ) -> None:
        super().__init__()
        self.registry = registry
        self._deeds = deeds
        self.user_settings = settings
        self.ascii_only = ascii_only
        self.fixed_theme = bool(theme_name)
        self.reading: Reading | None = None
        self.selection = Selection("")
        self.selected_symbol: Symbol | None = None
        self.middle: Symbol | None = None
        self.session = Session()
        self.sessions = Sessions(state_folder() / "sessions")
        self.names: Names | None = None
        self.last_search = ""
        self.long_task: Task | None = None
        self.problems: list[str] = []
        self.current = "calls"
        self.zoomed = False
        self.replay: Replay | None = None
        self.compared = ""
        """The name of the earlier side of the comparison that is shown."""
        self.copied = ""
        """What was copied last, for terminals that cannot take it."""

    # Making

    async def open_workspace(self, name: str | None, symbol: str | None = None) -> None:
        """Shows a workspace, at ``symbol`` or where it was left. Raises what ``open_workspace`` and ``resolve`` raise;
        then what is open stays."""
        reading = Reading(name)
        try:
            await reading.open()
            found = (await reading.ask(reading.workspace.resolve, symbol))[0] if symbol else None
        except BaseException:
            reading.close()
            raise
        self.keep_session()
        if self.reading is not None:
            self.reading.close()
        self.reading, self.names = reading, None
        self.session = self.sessions.load(reading.workspace.name)
        if self.sessions.message:
            self.report(self.sessions.message)
        if self.session.theme and not self.fixed_theme:
            self.use_theme(self.session.theme)
        self.source.show_from(reading)
        self.graph.traced = frozenset()
        self.calls.changes = self.graph.changes = None
        self.calls.order = {}
        self.graph.replaying = False
        self.compared, self.replay = "", None
        if found is None and self.history.current:
            found = await reading.ask(reading.symbol, self.history.current)
        if found is None:
            found = await reading.ask(reading.first)
        if found is None:
            self.report(f"workspace {reading.workspace.name!r} holds no code; index another folder")
            return
        await self.show_middle(found.id)

    # Parts

    @property
    def calls(self) -> CallsView:
        return self.query_one("#calls", CallsView)

    @property
    def graph(self) -> GraphView:
        return self.query_one("#graph", GraphView)

    @property
    def source(self) -> SourceView:
        return self.query_one("#source", SourceView)

    @property
    def history(self) -> History:
        return self.session.history

    @property
    def filters(self) -> Filters:
        return self.session.filters

    @property
    def path_start(self) -> str:
        return self.session.path_start

    def place(self) -> tuple[str, str, int] | None:
        """Root, file and line of the selection: of its call site, or of its definition."""
        call, symbol = self.selection.call, self.selected_symbol
        if call is not None and self.middle is not None:
            return call.caller.partition(":")[0], call.file, call.line
        if symbol is None or not symbol.file:
            return None
        return symbol.root, symbol.file, self.selection.line or symbol.line

    # One selection

    async def show_middle(self, key: str, to: tuple[str, ...] = (), *, visit: bool = True) -> None:
        """Puts a symbol into the middle of all views, and into the history unless it is no ``visit``."""
        reading = self.reading
        assert reading is not None
        symbol = await reading.ask(reading.symbol, key)
        if symbol is None:
            self.report(f"{key} is no longer in the graph of {reading.workspace.name!r}")
            return
        self.middle = symbol
        if visit:
            self.history.go(key)
        focus = await reading.ask(reading.workspace.called_as, key)
        self.calls.show_middle(reading, key, self.filters)
        self.graph.show_middle(reading, focus, self.filters, to)
        self.select(Selection(key))

    def on_opened(self, message: Opened) -> None:
        self.open(message.selection)

    @work(exclusive=True, group="open", exit_on_error=False)
    async def open(self, selection: Selection) -> None:
        """Makes something the middle, and selects the line that was meant."""
        await self.show_middle(selection.symbol)
        if selection.line or selection.call:
            self.select(selection)

    def on_selected(self, message: Selected) -> None:
        self.select(message.selection)

    def select(self, selection: Selection) -> None:
        """Makes something the selection of all views."""
        self.selection = selection
        for view in (self.calls, self.graph, self.source):
            view.show(selection)
        self._name_selection(selection)

    @work(exclusive=True, group="select", exit_on_error=False)
    async def _name_selection(self, selection: Selection) -> None:
        if self.reading is not None:
            self.selected_symbol = await self.reading.ask(self.reading.symbol, selection.symbol)
            self.tell()

    def refilter(self, filters: Filters) -> None:
        """Shows the same middle through other filters."""
        self.session.filters = filters
        if self.middle is not None and self.reading is not None:
            self.calls.show_middle(self.reading, self.middle.id, filters)
            self.graph.change(**{name: getattr(filters.applied(self.graph.view), name) for name in FILTERED})
            self.tell()

    def compare_with(self, earlier: str, changes: Changes | None) -> None:
        """Shows in graph and trees what came and went since ``earlier``; None shows the graph as it is."""
        self.compared = earlier
        self.calls.changes = self.graph.changes = changes
        self.refilter(self.filters)

    # Actions

    async def action_do(self, name: str) -> None:
        """Does an action of the registry, or says why it cannot be done."""
        action = self.action_named(name)
        reason = self.lacking(action)
        if reason:
            # A key that is held down tells it once.
            self.clear_notifications()
            self.notify(reason, title=action.title, severity="warning", markup=False)
            return
        done = self._deeds[name](self)
        if isawaitable(done):
            await done

    def action_named(self, name: str) -> Action:
        return next(action for action in self.registry if action.id == name)

    def lacking(self, action: Action) -> str:
        """Why an action cannot be done now; empty if it can."""
        if action.acts_outside and not actions_allowed():
            return "not in this session: it was started without --allow-actions"
        if action.needs == "task":
            return "" if self.long_task is not None else "nothing is going on"
        if action.needs and self.reading is None:
            return "no workspace is open"
        if action.needs in NEEDS_SYMBOL and not self.selection.symbol:
            return "no symbol is selected"
        missing = {
            "call": (self.selection.call is None, "no call is selected: go to a row of calls"),
            "file": (self.place() is None, "the selected symbol has no source in this workspace"),
            "past": (not self.history.can_go_back, "this is where you began"),
            "future": (not self.history.can_go_forward, "nothing lies ahead: go back first"),
            "start": (not self.path_start, "mark where the path starts first, with m"),
            "group": (self.graph.view.group is Grouping.NONE, "the graph is not grouped: press g first"),
            "replay": (self.replay is None, "no run is replayed: r runs one, and offers it"),
            "mode": (
                not (self.graph.view.to or self.compared or self.replay),
                "neither paths nor a comparison nor a replay is shown",
            ),
        }
        lacks, why = missing.get(action.needs, (False, ""))
        return why if lacks else ""

    # Tasks and messages

    async def carry_out(self, title: str, work: Callable[[Progress, Task], T]) -> T | None:
        """Does ``work`` in a thread while the status line tells about it; None where it failed, which is reported, or
        where another task is going on."""
        if self.long_task is not None:
            self.notify(f"{self.long_task.title} is going on; ctrl+x stops it", severity="warning", markup=False)
            return None
        task = self.long_task = Task(title)
        ticking = self.set_interval(0.1, self.tell)
        try:
            return await asyncio.to_thread(work, task.progress, task)
        except NavigatorError as error:
            self.report(error)
            return None
        finally:
            ticking.stop()
            self.long_task = None
            self.tell()

    def report(self, problem: NavigatorError | str) -> None:
        """Tells what went wrong, and keeps it for the panel of messages."""
        self.problems.append(str(problem))
        self.notify(f"{problem}\n(M shows all messages)", severity="error", markup=False, timeout=8)

    # Layout

    def arrange(self) -> None:
        """Shows all views, or the current one alone on a narrow screen and when it is zoomed."""
        alone = self.zoomed or self.size.width < WIDE
        for name in VIEWS:
            view = self.query_one(f"#{name}")
            view.display = not alone or name == self.current
            view.set_class(name == self.current, "current")
        self.query_one("#right").display = not alone or self.current != "calls"
        self.tell()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.arrange)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._follow_focus(event.widget)

    def _follow_focus(self, widget: Widget | None) -> None:
        if widget is not None and widget.id in VIEWS and widget.id != self.current:
            self.current = widget.id
            self.arrange()

    def show_view(self, name: str) -> None:
        self.current = name
        self.arrange()
        self.query_one(f"#{name}").focus()

    def use_theme(self, name: str) -> None:
        if name not in self.available_themes:
            self.report(f"no theme {name!r}; there is: {', '.join(NAMES)}")
            return
        self.theme = name
        self.source.recolour(SYNTAX.get(name, "monokai"))

    def tell(self) -> None:
        """Writes heading and status."""
        try:
            heading, status = self.query_one("#heading", Static), self.query_one("#status", Static)
        except NoMatches:
            return
        heading.update(self._heading())
        status.update(self._status())

    def _heading(self) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f" {self.reading.workspace.name if self.reading else 'navigator'} ", "reverse")
        if self.zoomed or self.size.width < WIDE:
            tabs = "  ".join(f"[{n} {each}]" if each == self.current else f" {n} {each} " for n, each in TABS)
            text.append(f" {tabs} ")
        if self.middle is not None:
            text.append(f" {marks.NAMES[self.middle.kind]} ", "dim").append(self.middle.name, "bold")
        return text

    def _status(self) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        if self.long_task is not None:
            text.append(f" {self.long_task.words()}  (ctrl+x cancels) ", "reverse")
        place = self.place()
        symbol = self.selected_symbol
        if symbol is not None:
            text.append(f" {symbol.name}")
        if place is not None:
            text.append(f"  {place[1]}:{place[2]}", "dim")
        call = self.selection.call
        if call is not None:
            text.append(f"  {call.kind}, {call.certainty}{f' ({call.rule})' if call.rule else ''}", "dim")
        if self.path_start:
            text.append(f"  from {self.path_start.rpartition('.')[2]} to ?", "italic")
        if self.replay is not None and self.replay.frame is not None:
            text = self._replayed(self.replay, self.replay.frame)
        if self.compared:
            text.append(f"  compared with {self.compared}, esc ends", "italic")
        words = self.filters.words()
        if words:
            text.append(f"  filters: {', '.join(words)}", "bold")
        return text

    def _replayed(self, replay: Replay, frame: Frame) -> Text:
        """Where a replay is, and what its call mirrors."""
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f" {frame.number}/{len(replay.steps)} ", "reverse").append(" , back  . on  esc ends ", "dim")
        text.append(f" {marks.short(frame.caller)} → {marks.short(frame.callee)}", "bold")
        if frame.why:
            text.append(f"  not upstream: {frame.why}")
        if frame.ours:
            ours = " → ".join(marks.short(each) for each in dict.fromkeys(frame.ours))
            text.append(f"  ours: {ours}, {frame.count}×", "dim")
        return text

    # Ending

    def keep_session(self) -> None:
        """Saves where one is with the workspace."""
        if self.reading is None or not hasattr(self.reading, "workspace"):
            return
        try:
            self.sessions.save(self.reading.workspace.name, self.session)
        except (NavigatorError, OSError) as error:
            self.report(f"the session could not be saved: {error}")

    async def on_unmount(self) -> None:
        if self.long_task is not None:
            self.long_task.cancel()
        if self.reading is not None:
            self.keep_session()
            self.reading.close()


TABS = tuple(enumerate(VIEWS, 1))
FILTERED = ("certainties", "kinds", "roots", "roles", "external")
