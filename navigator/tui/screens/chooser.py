"""A list to choose from, narrowed by typing. Most panels are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option


@dataclass(frozen=True)
class Choice:
    """One line. ``value`` is what choosing it gives; a line without one is a heading or a remark. ``lacking`` says why
    it cannot be chosen now."""

    label: Text
    value: str = ""
    words: str = ""
    """What typing is compared with, where that is not the label."""
    lacking: str = ""


BORDERS = 6
"""Columns of frame, padding and scroll bar."""


class Chooser(ModalScreen[str | None]):
    """Gives the value of what was chosen, or None. Every word that is typed must occur in a line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down,ctrl+n", "move(1)", "Down", priority=True),
        Binding("up,ctrl+p", "move(-1)", "Up", priority=True),
        Binding("pagedown", "move(10)", "Page down", priority=True),
        Binding("pageup", "move(-10)", "Page up", priority=True),
    ]
    WIDEST = 110
    DEFAULT_CSS = """
    Chooser { align: center middle; }
    Chooser > Vertical {
        width: 90%; max-width: 110; height: auto; max-height: 85%;
        border: round $primary; padding: 0 1; background: $surface;
    }
    Chooser OptionList, Chooser OptionList:focus {
        height: auto; max-height: 100%; border: none; background: $surface; padding: 0;
    }
    Chooser OptionList { text-wrap: nowrap; text-overflow: ellipsis; }
    Chooser Input, Chooser Input:focus { border: none; height: 1; padding: 0; background: $surface; }
    """

    @classmethod
    def room(cls, columns: int) -> int:
        """How wide a line may be on a screen of so many columns."""
        return min(cls.WIDEST, columns * 9 // 10) - BORDERS

    def __init__(self, title: str, choices: Sequence[Choice], *, hint: str = "", filtered: bool = True) -> None:
        super().__init__()
        self._title = title
        self.choices = list(choices)
        self._hint = hint
        self._filtered = filtered
        self._shown: list[Choice] = []

    def compose(self) -> ComposeResult:
        box = Vertical()
        box.border_title = Text(self._title)
        box.border_subtitle = Text(self._hint)
        with box:
            if self._filtered:
                yield Input(placeholder="type to narrow", select_on_focus=False)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        self.fill("")
        self.query_one(Input if self._filtered else OptionList).focus()

    def fill(self, typed: str) -> None:
        """Shows the lines that hold every word that was typed."""
        words = typed.lower().split()
        self._shown = [
            each for each in self.choices if all(word in (each.words or each.label.plain).lower() for word in words)
        ]
        options = self.query_one(OptionList)
        options.clear_options()
        lines = []
        for each in self._shown:
            label = each.label.copy()
            if each.lacking:
                label.append(f"  ({each.lacking})", "dim italic")
            lines.append(Option(label, disabled=not each.value))
        options.add_options(lines or [Option(Text("nothing fits", style="dim"), disabled=True)])
        options.highlighted = next((n for n, each in enumerate(self._shown) if each.value), None)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.fill(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose(self.query_one(OptionList).highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(event.option_index)

    def _choose(self, place: int | None) -> None:
        if place is None or not 0 <= place < len(self._shown):
            return
        chosen = self._shown[place]
        if chosen.lacking:
            self.app.notify(chosen.lacking, severity="warning", markup=False)
        elif chosen.value:
            self.dismiss(chosen.value)

    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        step = 1 if by > 0 else -1
        for _ in range(abs(by)):
            place = -1 if options.highlighted is None and step > 0 else options.highlighted or 0
            place += step
            while 0 <= place < len(self._shown) and not self._shown[place].value:
                place += step
            if not 0 <= place < len(self._shown):
                return
            options.highlighted = place

    async def action_dismiss(self, result: str | None = None) -> None:
        self.dismiss(None)
