"""The source of the selected definition: syntax colours, the calls in it as links, stepped with n and p."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Span
from rich.text import Text as RichText
from textual import events, work
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from navigator.callgraph import Call, Symbol
from navigator.errors import NavigatorError
from navigator.tui.bindings import bindings_of
from navigator.tui.reading import Reading, Text
from navigator.tui.selection import Opened, Selected, Selection

LEXERS = {"py": "python", "pyi": "python", "pyw": "python", "ts": "typescript", "tsx": "tsx", "mts": "typescript"}
LONGEST_LINE = 2000
"""Columns of a line that are shown; minified code has lines without end."""


class SourceView(ScrollView, can_focus=True):
    """One definition. ``site`` is the call that the cursor is on, by its place among the calls of the text."""

    BORDER_TITLE = "source"
    BINDINGS = bindings_of("source")

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._reading: Reading | None = None
        self._shown: Text | None = None
        self._lines: list[RichText] = []
        self._strips: dict[int, Strip] = {}
        self._wanted = Selection("")
        self._generation = 0
        self.line = 0
        """The line of the file that the cursor is on."""
        self.site = -1
        self.syntax_theme = "monokai"

    def show_from(self, reading: Reading) -> None:
        """Names the workspace that the text is read from."""
        self._reading, self._shown = reading, None

    def show(self, selection: Selection) -> None:
        """Shows the place of a selection: its call site in the caller's text, or the definition itself."""
        self._wanted = selection
        key = selection.call.caller if selection.call is not None else selection.symbol
        if self._shown is not None and self._shown.symbol.id == key:
            self._place(selection)
        else:
            self._load(key, selection)

    @work(exclusive=True, exit_on_error=False)
    async def _load(self, key: str, selection: Selection) -> None:
        if self._reading is None:
            return
        self._generation += 1
        generation = self._generation
        try:
            text = await self._reading.ask(self._reading.text, key)
        except NavigatorError as error:
            text = None
            self.app.notify(str(error), severity="error", markup=False)
        if generation != self._generation:
            return
        self._set(text, key)
        self._place(selection)

    def _set(self, text: Text | None, key: str) -> None:
        self._shown = text
        self.line, self.site = 0, -1
        if text is None:
            self._lines = [RichText(f"{key.partition(':')[2] or key} has no source in this workspace", style="dim")]
            self.border_subtitle = ""
        else:
            self._lines = self._coloured(text)
            self.border_subtitle = f"{text.label}:{text.symbol.line}" + (" (stale)" if text.stale else "")
        self._settle()

    def recolour(self, syntax_theme: str) -> None:
        """Takes another theme of syntax colours."""
        self.syntax_theme = syntax_theme
        if self._shown is not None:
            self._lines = self._coloured(self._shown)
            self._settle(keep=True)

    def _settle(self, keep: bool = False) -> None:
        self._strips.clear()
        width = max((line.cell_len for line in self._lines), default=0) + self._gutter + 1
        self.virtual_size = Size(width, len(self._lines))
        if not keep:
            self.scroll_to(0, 0, animate=False)
        self.refresh()

    def _coloured(self, text: Text) -> list[RichText]:
        lexer = LEXERS.get(text.symbol.file.rpartition(".")[2].lower(), "javascript")
        code = "\n".join(line[:LONGEST_LINE].expandtabs(4).replace("\x1b", "␛") for line in text.lines)
        shown = Syntax(code, lexer, theme=self.syntax_theme).highlight(code)
        shown.style = ""
        shown.spans = [Span(span.start, span.end, _without_ground(span.style)) for span in shown.spans]
        lines = shown.split("\n", allow_blank=True)
        coloured = list(lines)[: max(len(text.lines), 1)]
        for _, call in text.calls:
            self._mark(coloured, text, call.line, call.column, call.end_line, call.end_column, "underline")
        for site in text.unresolved:
            self._mark(coloured, text, site.line, site.column, site.end_line, site.end_column, "underline italic")
        return coloured

    @staticmethod
    def _mark(lines: list[RichText], text: Text, line: int, column: int, end_line: int, end: int, style: str) -> None:
        """Styles the name that a call site calls by: up to its bracket, on its last line before it."""
        row = line - text.first
        if not 0 <= row < len(lines):
            return
        written = text.lines[row]
        if "\t" in written:
            return
        stop = end if end_line == line else len(written)
        bracket = written.find("(", column, stop)
        lines[row].stylize(style, column, bracket if bracket > column else stop)

    # The cursor

    def _place(self, selection: Selection) -> None:
        """Puts the cursor on a selection's call, or on the line that it names, and scrolls there."""
        text = self._shown
        if text is None:
            return
        self.site = -1
        line = selection.line or text.symbol.line
        if selection.call is not None:
            line = selection.call.line
            self.site = next((n for n, (_, call) in enumerate(text.calls) if call == selection.call), -1)
        self._go(line)

    def _go(self, line: int) -> None:
        self.line = line
        self._strips.clear()
        self.refresh()
        row = line - (self._shown.first if self._shown else 1)
        self.scroll_to_region(Region(0, max(row - 3, 0), 1, 7), animate=False, force=True)

    @property
    def calls(self) -> tuple[tuple[Symbol, Call], ...]:
        return self._shown.calls if self._shown is not None else ()

    def step(self, by: int) -> None:
        """Goes to the next or an earlier call site of the text, and selects it."""
        calls = self.calls
        if not calls:
            return
        if 0 <= self.site < len(calls):
            here = _where(calls[self.site][1])
            place = self.site
            # Several callees of one site are one step.
            while 0 <= place < len(calls) and _where(calls[place][1]) == here:
                place += by
        else:
            places = range(len(calls)) if by > 0 else range(len(calls) - 1, -1, -1)
            after = [n for n in places if (calls[n][1].line - self.line) * by >= 0]
            place = after[0] if after else -1
        if not 0 <= place < len(calls):
            place = 0 if by > 0 else len(calls) - 1
        self._take(place)

    def _take(self, place: int) -> None:
        callee, call = self.calls[place]
        self.site = place
        self._go(call.line)
        self.post_message(Selected(Selection(callee.id, call)))

    def action_next_site(self) -> None:
        self.step(1)

    def action_previous_site(self) -> None:
        self.step(-1)

    def action_follow(self) -> None:
        """Opens what the call under the cursor calls; without one, the definition that is shown."""
        if 0 <= self.site < len(self.calls):
            self.post_message(Opened(Selection(self.calls[self.site][0].id)))
        elif self._shown is not None:
            self.post_message(Opened(Selection(self._shown.symbol.id)))

    def on_click(self, event: events.Click) -> None:
        text = self._shown
        if text is None:
            return
        line = text.first + event.y + self.scroll_offset.y - self.gutter.top
        column = event.x + self.scroll_offset.x - self._gutter - self.gutter.left
        for place, (_, call) in enumerate(text.calls):
            if (call.line, call.column) <= (line, column) < (call.end_line, call.end_column):
                self._take(place)
        if event.chain > 1:
            self.action_follow()

    # Drawing

    @property
    def _gutter(self) -> int:
        last = (self._shown.first if self._shown else 0) + len(self._lines)
        return len(str(last)) + 3

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        width = self.size.width
        base = self.rich_style
        if row >= len(self._lines):
            return Strip.blank(width, base)
        strip = self._strips.get(row)
        if strip is None:
            strip = self._strips[row] = self._rendered(row, base)
        return strip.crop_extend(self.scroll_offset.x, self.scroll_offset.x + width, base)

    def _rendered(self, row: int, base: Style) -> Strip:
        text = self._lines[row].copy()
        if self._shown is None:
            return Strip(text.render(self.app.console), text.cell_len).apply_style(base)
        line = self._shown.first + row
        here = line == self.line
        if 0 <= self.site < len(self.calls):
            call = self.calls[self.site][1]
            if call.line == line and "\t" not in self._shown.lines[row]:
                text.stylize("reverse", call.column, call.end_column if call.end_line == line else len(text))
        number = f"{'>' if here else ' '}{line:>{self._gutter - 3}}  "
        segments = [Segment(number, base + Style(dim=not here, bold=here)), *text.render(self.app.console)]
        return Strip(segments).apply_style(base)


def _without_ground(style: str | Style) -> str | Style:
    """The style of a token without the background that the Pygments style gives all of its tokens."""
    if isinstance(style, str):
        return style
    return Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline)


def _where(call: Call) -> tuple[int, int, int, int]:
    return call.line, call.column, call.end_line, call.end_column
