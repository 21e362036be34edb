"""All filters in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Checkbox, SelectionList
from textual.widgets.selection_list import Selection

from navigator.callgraph import CallKind, Certainty
from navigator.tui import marks
from navigator.tui.filters import Filters

SIGN = Checkbox.BUTTON_INNER
OTHERS = {
    "tests": "code in tests",
    "vendored": "vendored copies of other packages",
    "external": "calls to code outside of the workspace",
    "unresolved": "call sites without a known callee",
}


class Switches(SelectionList[str]):
    """Textual draws the same sign for what is on and off, in another colour; here what is off has none."""

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        number = self.scroll_offset.y + y
        if number >= self.option_count or self.get_option_at_index(number).value in self.selected:
            return strip
        place = next((n for n, part in enumerate(strip) if part.text == SIGN), None)
        if place is None:
            return strip
        parts = list(strip)
        parts[place] = Segment(" " * len(SIGN), parts[place].style)
        return Strip(parts, strip.cell_length)


class FiltersScreen(ModalScreen[Filters | None]):
    """Gives the filters as they were set, or None where nothing was to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"),
        Binding("enter", "accept", "Accept", priority=True),
        Binding("j", "down", "Down"),
        Binding("k", "up", "Up"),
    ]
    DEFAULT_CSS = """
    FiltersScreen { align: center middle; }
    FiltersScreen > Vertical {
        width: 60; max-width: 100%; height: auto; max-height: 90%;
        border: round $primary; padding: 0 1; background: $surface;
    }
    FiltersScreen SelectionList, FiltersScreen SelectionList:focus {
        height: auto; max-height: 100%; border: none; background: $surface; padding: 0;
    }
    """

    def __init__(self, filters: Filters, roots: Sequence[str], ascii_only: bool) -> None:
        super().__init__()
        self._filters, self._roots, self._ascii = filters, roots, ascii_only

    def compose(self) -> ComposeResult:
        known = self._filters
        signs = marks.signs(self._ascii)
        lines = [
            Selection(f"{signs[each]} {each} calls", f"certainty {each}", each in known.certainties)
            for each in Certainty
            if each is not Certainty.TRACED
        ]
        lines += [
            Selection(f"kind: {each}", f"kind {each}", not known.kinds or each in known.kinds) for each in CallKind
        ]
        lines += [Selection(text, name, getattr(known, name)) for name, text in OTHERS.items()]
        if len(self._roots) > 1:
            lines += [
                Selection(f"root: {each}", f"root {each}", not known.roots or each in known.roots)
                for each in self._roots
            ]
        box = Vertical()
        box.border_title, box.border_subtitle = "show", "space switches, enter accepts, escape leaves"
        with box:
            yield Switches(*lines)

    def action_down(self) -> None:
        self.query_one(SelectionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(SelectionList).action_cursor_up()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_accept(self) -> None:
        chosen = set(self.query_one(SelectionList).selected)
        kinds = tuple(each for each in CallKind if f"kind {each}" in chosen)
        roots = tuple(each for each in self._roots if f"root {each}" in chosen)
        self.dismiss(
            Filters(
                certainties=tuple(each for each in Certainty if f"certainty {each}" in chosen),
                kinds=() if len(kinds) in (0, len(CallKind)) else kinds,
                roots=() if len(roots) in (0, len(self._roots)) else roots,
                **{name: name in chosen for name in OTHERS},
            )
        )
