"""Callers and callees as trees that grow where one looks: one row per call site."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text
from textual import work
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from navigator.callgraph import SymbolKind
from navigator.callgraph.changes import Changes
from navigator.callgraph.queries import Direction
from navigator.errors import NavigatorError
from navigator.tui import marks
from navigator.tui.bindings import bindings_of
from navigator.tui.filters import Filters
from navigator.tui.reading import Reading, Row, Rows
from navigator.tui.selection import Opened, Selected, Selection
from navigator.tui.views.row_label import RowLabel

TOGGLES = Style.from_meta({"toggle": True})
"""Where a click opens and closes a row of Textual's tree."""
MOST_ROWS = 400
"""Rows of one node; a last row tells how many more there are."""


class Side(enum.Enum):
    """What a node of the tree stands for."""

    BRANCH = "branch"
    ROW = "row"
    MORE = "more"


@dataclass
class Entry:
    """The data of a node. ``chain`` holds the ids of the symbols from the middle to here."""

    side: Side
    direction: Direction
    row: Row | None = None
    chain: tuple[str, ...] = ()
    loaded: bool = False
    label: RowLabel | None = None

    @property
    def key(self) -> str:
        """The id of the symbol that the row leads to; empty for a site without a callee."""
        return self.row.symbol.id if self.row is not None and self.row.symbol is not None else ""


class CallsView(Tree[Entry]):
    """The tree: two branches below the symbol in the middle, callers and callees."""

    BORDER_TITLE = "calls"
    BINDINGS = bindings_of("calls")
    ICON_NODE, ICON_NODE_EXPANDED = "▸ ", "▾ "
    DEFAULT_CSS = """
    CallsView { scrollbar-gutter: stable; overflow-x: hidden; }
    """

    def __init__(self, *, ascii_only: bool = False, id: str | None = None) -> None:
        super().__init__("", id=id)
        self.show_root = False
        self.auto_expand = False
        self.guide_depth = 2
        self.ascii_only = ascii_only
        if ascii_only:
            self.ICON_NODE, self.ICON_NODE_EXPANDED = "+ ", "- "
            self.show_guides = False
        self.filters = Filters()
        self.changes: Changes | None = None
        """What a comparison found: new calls are marked, those that went have rows."""
        self.order: dict[tuple[str, str], int] = {}
        """In a replay: as which of the run's calls, counted from 1, an edge lit up."""
        self.wanted = ""
        """The symbol whose row the cursor goes to when the rows of another middle come in."""
        self._reading: Reading | None = None
        self._middle = ""
        self._generation = 0
        self._filled = 0
        """Branches the rows of which have come in."""
        self._at: TreeNode[Entry] | None = None
        """Where the cursor is known to be: the last row that was told of, or to which a selection elsewhere put it."""
        self._label_of_file = str

    def show_middle(self, reading: Reading, key: str, filters: Filters) -> None:
        """Makes a symbol the middle: its callers and callees are read."""
        self._reading, self._middle, self.filters = reading, key, filters
        self._filled = 0
        self._generation += 1
        self.clear()
        self.move_cursor(None)
        for direction in (Direction.CALLERS, Direction.CALLEES):
            branch = self.root.add(
                Text(str(direction), style="bold"), Entry(Side.BRANCH, direction, chain=(key,)), expand=True
            )
            self._load(branch, key)

    @work(exit_on_error=False)
    async def _load(self, node: TreeNode[Entry], key: str) -> None:
        """Fills a node with the rows before or after a symbol, unless the tree is another by then."""
        reading, entry, generation = self._reading, node.data, self._generation
        assert reading is not None and entry is not None
        entry.loaded = True
        try:
            rows = await reading.ask(reading.rows, key, entry.direction, self.filters, self.changes)
        except NavigatorError as error:
            rows = Rows((), 0, 0)
            self.app.notify(str(error), severity="error", markup=False)
        if generation == self._generation:
            self._fill(node, entry, rows)

    def _fill(self, node: TreeNode[Entry], entry: Entry, rows: Rows) -> None:
        if entry.side is Side.BRANCH:
            gone = sum(row.gone for row in rows.rows)
            label = Text.assemble((str(entry.direction), "bold"), (f" {len(rows.rows) - gone}", "dim"))
            if gone:
                label.append(f" · {gone} gone", "dim")
            if rows.hidden:
                label.append(f" · {rows.hidden_words()}", "dim")
            node.set_label(label)
            # A tree would show an empty branch as if it could be opened.
            node.allow_expand = bool(rows.rows)
        for row in rows.rows[:MOST_ROWS]:
            self._add(node, entry, row)
        left = len(rows.rows) - MOST_ROWS
        if left > 0:
            node.add_leaf(Text(f"… {left} more call sites; f filters", style="dim"), Entry(Side.MORE, entry.direction))
        if entry.side is Side.ROW and not rows.rows:
            node.allow_expand = False
        if entry.side is Side.BRANCH and self.cursor_node in (None, self.root):
            self._put_cursor(self.root.children[0])
        if entry.side is Side.BRANCH:
            self._filled += 1
            if self.wanted and self._filled == len(self.root.children):
                self.wanted, wanted = "", self.wanted
                self.show(Selection(wanted), self.root.children[-1])
        self.post_message(self.Filled())

    def _add(self, node: TreeNode[Entry], entry: Entry, row: Row) -> None:
        """Adds a row below a node; the candidates of one call site below a row of their own."""
        child = Entry(Side.ROW, entry.direction, row, entry.chain, loaded=bool(row.candidates))
        seen = bool(child.key) and child.key in entry.chain
        opens = bool(row.candidates) or (
            not row.gone and row.symbol is not None and row.symbol.kind is not SymbolKind.EXTERNAL and not seen
        )
        child.label = self._label(row, seen)
        added = node.add(child.label.plain, child, allow_expand=opens)
        if child.key:
            child.chain = (*entry.chain, child.key)
        for candidate in row.candidates:
            self._add(added, child, candidate)

    class Filled(Tree.NodeExpanded[Entry]):
        """Rows have come in."""

        def __init__(self) -> None:
            super(Tree.NodeExpanded, self).__init__()

    def _label(self, row: Row, seen: bool) -> RowLabel:
        if row.site is not None:
            what = Text(f"{marks.UNRESOLVED} {row.site.expression.splitlines()[0]}", style="yellow")
            file = row.site.file.rpartition("/")[2]
            return RowLabel(what, file, f":{row.site.line}", reason=f"unresolved: {row.site.reason}")
        assert row.call is not None
        gone = marks.ASCII_GONE if self.ascii_only else marks.GONE
        mark = gone if row.gone else marks.signs(self.ascii_only)[row.call.certainty]
        if row.symbol is None:
            ends = {marks.short(each.symbol).rpartition(".")[2] for each in row.candidates if each.symbol is not None}
            name = ends.pop() if len(ends) == 1 else "one"
            label = Text.assemble(mark, " ", f"{name} of {len(row.candidates)} candidates")
        else:
            external = row.symbol.kind is SymbolKind.EXTERNAL
            label = Text.assemble(mark, " ", (marks.short(row.symbol), "dim" if external else ""))
        if row.symbol is not None and self.order:
            number = self.order.get((row.call.caller, row.call.callee))
            ran = f" #{number}" if number is not None else ""
        else:
            ran = ""
        if row.new:
            label = Text.assemble(mark, " + ", label[2:])
        if row.gone:
            label.stylize("dim")
        cycle = (marks.ASCII_CYCLE if self.ascii_only else marks.CYCLE) if seen else ""
        file = row.call.file.rpartition("/")[2]
        return RowLabel(label, file, f":{row.call.line}", _manner(row), cycle=cycle, ran=ran)

    def render_label(self, node: TreeNode[Entry], base_style: Style, style: Style) -> Text:
        """A row as wide as there is room for it; what does not fit is told by the status line and the other views."""
        entry = node.data
        if entry is None or entry.label is None:
            return super().render_label(node, base_style, style)
        icon = (self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE) if node.allow_expand else ""
        depth, above = 0, node.parent
        while above is not None and above is not self.root:
            depth, above = depth + 1, above.parent
        room = self.scrollable_content_region.width - depth * self.guide_depth - len(icon)
        text = entry.label.within(room, "~" if self.ascii_only else "…")
        text.stylize(style)
        return Text.assemble((icon, base_style + TOGGLES), text)

    def get_label_width(self, node: TreeNode[Entry]) -> int:
        """No row is wider than the view: there is nothing to scroll to sideways."""
        return 0

    # What the user does

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Entry]) -> None:
        if isinstance(event, self.Filled):
            return
        entry = event.node.data
        if entry is not None and entry.side is Side.ROW and not entry.loaded:
            self._load(event.node, entry.key)

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Entry]) -> None:
        event.stop()
        # The cursor may have gone on since, and a tree tells of a node again when rows come in above it.
        if event.node is not self.cursor_node or event.node is self._at:
            return
        self._at = event.node
        selection = self._selection(event.node)
        if selection is not None:
            self.post_message(Selected(selection))

    def on_tree_node_selected(self, event: Tree.NodeSelected[Entry]) -> None:
        event.stop()
        entry = event.node.data
        if entry is not None and entry.side is Side.BRANCH:
            event.node.toggle()
            return
        selection = self._selection(event.node)
        if selection is not None and entry is not None and entry.key:
            self.post_message(Opened(Selection(selection.symbol)))

    def _selection(self, node: TreeNode[Entry] | None) -> Selection | None:
        entry = node.data if node is not None else None
        if entry is None or entry.side is Side.MORE:
            return None
        if entry.row is None:
            return Selection(self._middle)
        if entry.row.site is not None:
            return Selection(entry.row.site.caller, None, entry.row.site.line)
        assert entry.row.call is not None
        if entry.row.gone:
            # Its line is one of the earlier text.
            return Selection(entry.key)
        return Selection(entry.key or entry.row.call.callee, entry.row.call)

    def show(self, selection: Selection, below: TreeNode[Entry] | None = None) -> None:
        """Moves the cursor to the row of a selection made elsewhere, if one is to be seen; of those ``below`` a node if
        that is given."""
        here = self._selection(self.cursor_node)
        if here is not None and here.symbol == selection.symbol and selection.call in (None, here.call):
            return
        best: TreeNode[Entry] | None = None
        pending = list(self.root.children if below is None else below.children)
        while pending:
            node = pending.pop(0)
            entry = node.data
            if entry is not None and entry.row is not None and entry.key == selection.symbol:
                if selection.call is None or entry.row.call == selection.call:
                    best = node
                    break
                best = best or node
            if node.is_expanded:
                pending.extend(node.children)
        if best is None and selection.symbol == self._middle and self.root.children:
            # A tree that is being filled begins at its top.
            best = self.root.children[0 if self.cursor_node is None else -1]
        if best is not None and best is not self.cursor_node:
            self._put_cursor(best)

    def _put_cursor(self, node: TreeNode[Entry]) -> None:
        """Moves the cursor without telling of it."""
        _ = self.last_line  # New rows have their places only once the tree has counted its lines.
        self._at = node
        self.move_cursor(node)

    def action_inward(self) -> None:
        """Opens the row under the cursor, or goes to its first child."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and not node.is_expanded:
            node.expand()
        elif node.children:
            self.move_cursor(node.children[0])

    def action_outward(self) -> None:
        """Closes the row under the cursor, or goes to the one above it in the tree."""
        node = self.cursor_node
        if node is None:
            return
        if node.is_expanded and node.children:
            node.collapse()
        elif node.parent is not None and node.parent is not self.root:
            self.move_cursor(node.parent)


def _manner(row: Row) -> str:
    assert row.call is not None
    words = "gone, at this line before" if row.gone else "new" if row.new else ""
    return " ".join(each for each in (words, marks.manner(row.call)) if each)
