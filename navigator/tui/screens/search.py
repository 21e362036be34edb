"""Search while one types."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from navigator.tui import marks
from navigator.tui.reading import Reading
from navigator.tui.search import Match, Names, parsed
from navigator.tui.search.full_text import Hit, lines_with
from navigator.tui.selection import Selection

MOST = 100
FRAME, KIND = 8, 9
"""Columns that the panel takes around a line, and the kind of a symbol within."""
NARROW = 100
"""Columns below which a line has no room for a file's folder; the name tells most of it."""
HINT = "kind: root: file: narrow · text:WORDS searches the source"


class SearchScreen(ModalScreen[Selection | None]):
    """Gives the symbol or line that was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"),
        Binding("down,ctrl+n", "move(1)", "Down", priority=True),
        Binding("up,ctrl+p", "move(-1)", "Up", priority=True),
        Binding("pagedown", "move(10)", "Page down", priority=True),
        Binding("pageup", "move(-10)", "Page up", priority=True),
    ]
    DEFAULT_CSS = """
    SearchScreen { align: center top; }
    SearchScreen > Vertical {
        width: 92%; max-width: 120; height: auto; max-height: 90%; margin: 1 0;
        border: round $primary; padding: 0 1; background: $surface;
    }
    SearchScreen Input, SearchScreen Input:focus { border: none; height: 1; padding: 0; background: $surface; }
    SearchScreen OptionList, SearchScreen OptionList:focus {
        height: auto; max-height: 100%; border: none; background: $surface; padding: 0;
    }
    SearchScreen OptionList { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, reading: Reading, names: Names | None, recent: Sequence[str], typed: str = "") -> None:
        super().__init__()
        self._reading, self.names, self._recent, self._typed = reading, names, recent, typed
        self.typed_last = typed
        self._chosen: list[Selection] = []
        self._searched: str | None = None
        """What the lines answer; what was typed may be ahead of it."""
        self._entered = False

    def compose(self) -> ComposeResult:
        box = Vertical()
        box.border_title, box.border_subtitle = "search", HINT
        with box:
            yield Input(self._typed, placeholder="letters of a name, in their order", select_on_focus=True)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._search(self._typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.typed_last = event.value
        self._entered = False
        self._search(event.value)

    @work(exclusive=True, exit_on_error=False)
    async def _search(self, typed: str) -> None:
        """An exclusive worker: a later letter ends the search of an earlier one."""
        query = parsed(typed)
        if query.text:
            # Reading all sources is long; one waits for the end of a word.
            await asyncio.sleep(0.2)
            self._show_hits(await self._reading.ask(lines_with, self._reading.workspace, query, MOST))
            self._answered(typed)
            return
        if self.names is None:
            self.names = await self._reading.ask(self._reading.names)
        names = self.names
        found = await asyncio.get_running_loop().run_in_executor(None, lambda: names.find(query, MOST, self._recent))
        self._show_names(found)
        self._answered(typed)

    def _answered(self, typed: str) -> None:
        """Chooses the first line if enter was pressed before it was there."""
        self._searched = typed
        if self._entered:
            self._entered = False
            self._choose(self.query_one(OptionList).highlighted)

    def _show_names(self, found: Sequence[Match]) -> None:
        self._chosen = [Selection(match.symbol.id) for match in found]
        self._fill([_line(match, self.app.size.width) for match in found])

    def _show_hits(self, found: Sequence[Hit]) -> None:
        self._chosen = [Selection(hit.symbol.id, None, hit.line) for hit in found]
        self._fill(
            [
                Text.assemble((f"{hit.symbol.file}:{hit.line}", "dim"), "  ", hit.text.strip()[:160], no_wrap=True)
                for hit in found
            ]
        )

    def _fill(self, lines: list[Text]) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(line) for line in lines] or [Option(Text("nothing fits", "dim"), disabled=True)])
        options.highlighted = 0 if lines else None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._entered = self._searched != event.value
        if not self._entered:
            self._choose(self.query_one(OptionList).highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(event.option_index)

    def _choose(self, place: int | None) -> None:
        if place is not None and 0 <= place < len(self._chosen):
            self.dismiss(self._chosen[place])

    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        if self._chosen:
            options.highlighted = min(max((options.highlighted or 0) + by, 0), len(self._chosen) - 1)

    def action_leave(self) -> None:
        self.dismiss(None)


def _line(match: Match, width: int) -> Text:
    """A name and its place within the columns of a screen. Of a name that is too long the end tells more."""
    symbol = match.symbol
    name = Text(symbol.name)
    for place in match.places:
        name.stylize("bold underline", place, place + 1)
    file = symbol.file.rpartition("/")[2] if width < NARROW else symbol.file
    where = f"  {file}:{symbol.line}" if file else "  external"
    room = min(int(width * 0.92), 120) - FRAME - KIND - len(where)
    if name.cell_len > room:
        name = Text.assemble(("…", "dim"), name[-max(room - 1, 1) :])
    kind = f"{marks.NAMES[symbol.kind]:<{KIND}}"
    return Text.assemble((kind, "dim"), name, (where, "dim"), no_wrap=True)
