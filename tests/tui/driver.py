"""The interface as its users have it: a driver that presses keys and says what is to be seen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, SelectionList, Static

from navigator.tui.app import NavigatorApp
from navigator.tui.screens.chooser import Chooser
from navigator.tui.screens.search import SearchScreen

PATIENCE = 20.0


class Driver:
    """Presses keys in a running app and waits until what they began has come to rest."""

    def __init__(self, app: NavigatorApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    async def settled(self) -> Driver:
        """Waits until no worker runs and no message is on its way."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            await self.pilot.pause()
            busy = [each for each in self.app.workers if not each.is_finished]
            if not busy:
                await self.pilot.pause()
                if all(each.is_finished for each in self.app.workers):
                    return self
            assert asyncio.get_running_loop().time() < deadline, f"still at work: {busy}"
            await asyncio.sleep(0.01)

    async def press(self, *keys: str) -> Driver:
        for key in keys:
            await self.pilot.press(key)
            await self.settled()
        return self

    async def type(self, text: str) -> Driver:
        """Types into the line that has the focus."""
        line = self.app.screen.query_one(Input)
        line.value = text
        return await self.settled()

    async def search(self, text: str) -> Driver:
        """Opens the search and types; ``open`` takes the first."""
        await self.press("slash")
        assert isinstance(self.app.screen, SearchScreen)
        await self.type(text)
        if "text:" in text:
            await asyncio.sleep(0.3)
            await self.settled()
        return self

    async def open(self, text: str = "") -> Driver:
        """Searches, if there is something to search for, and opens the first hit."""
        if text:
            await self.search(text)
        return await self.press("enter")

    async def row(self, text: str) -> Driver:
        """Puts the cursor of the calls on the first row that holds a text."""
        await self.press("1")
        tree = self.app.calls
        await self.press("home")
        for _ in range(200):
            if tree.cursor_node is not None and text in str(tree.cursor_node.label):
                return self
            before = tree.cursor_line
            await self.press("down")
            if tree.cursor_line == before:
                break
        raise AssertionError(f"no row holds {text!r}: {self.rows()}")

    async def choose(self, text: str) -> Driver:
        """Chooses the first line of a list that holds a text."""
        screen = self.app.screen
        assert isinstance(screen, Chooser), screen
        place = next(n for n, line in enumerate(self.lines()) if text in line)
        screen.query_one(OptionList).highlighted = place
        screen._choose(place)
        return await self.settled()

    # What is to be seen

    @property
    def middle(self) -> str:
        return self.app.middle.name if self.app.middle is not None else ""

    @property
    def selected(self) -> str:
        return self.app.selection.symbol.partition(":")[2]

    def rows(self) -> list[str]:
        """The rows of the calls that are not folded away."""
        found = []
        pending = list(reversed(self.app.calls.root.children))
        while pending:
            node = pending.pop()
            found.append(str(node.label))
            if node.is_expanded:
                pending.extend(reversed(node.children))
        return found

    def lines(self) -> list[str]:
        """The lines of the list that is open."""
        options = self.app.screen.query_one(OptionList)
        return [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]

    def drawn(self) -> str:
        drawing = self.app.graph._drawing
        return "\n".join(drawing.lines()) if drawing is not None else ""

    def nodes(self) -> set[str]:
        return {node.name for node in self.app.graph.graph.nodes} if self.app.graph.graph is not None else set()

    def source(self) -> str:
        return "\n".join(line.plain for line in self.app.source._lines)

    def status(self) -> str:
        return str(self.app.query_one("#status", Static).render())

    def notes(self) -> list[str]:
        return [note.message for note in self.app._notifications]

    def screen_text(self) -> str:
        """The whole screen as text, as a terminal shows it."""
        return "\n".join(
            "".join(segment.text for segment in strip).rstrip() for strip in self.app.screen._compositor.render_strips()
        )

    def switches(self) -> SelectionList[str]:
        return self.app.screen.query_one(SelectionList)


@contextlib.asynccontextmanager
async def opened(
    workspace: str | None = "demo-torchvision",
    symbol: str | None = None,
    size: tuple[int, int] = (160, 48),
    ascii_only: bool = False,
) -> AsyncIterator[Driver]:
    """The app in a terminal of that size, ready."""
    app = NavigatorApp(workspace, symbol, ascii_only=ascii_only)
    async with app.run_test(size=size) as pilot:
        yield await Driver(app, pilot).settled()
