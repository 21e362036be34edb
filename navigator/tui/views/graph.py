"""The call graph around the middle, drawn with characters, with one node selected."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events, work
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from navigator.callgraph.changes import Changes, with_changes
from navigator.callgraph.views import Grouping, NodeKind, Subgraph, View, ViewNode
from navigator.diagrams.cells import ASCII, UNICODE, Drawing, Style, captions, draw
from navigator.errors import NavigatorError
from navigator.tui.bindings import bindings_of
from navigator.tui.filters import Filters
from navigator.tui.reading import Reading
from navigator.tui.selection import Opened, Selected, Selection
from navigator.tui.walking import neighbour

LARGEST_RADIUS = 4
NARROWEST = 40
STYLES = {
    Style.PLAIN: RichStyle(),
    Style.LINE: RichStyle(dim=True),
    Style.NODE: RichStyle(),
    Style.FOCUS: RichStyle(bold=True),
    Style.DIM: RichStyle(dim=True),
    Style.UNRESOLVED: RichStyle(italic=True),
}


class GraphView(ScrollView, can_focus=True):
    """Draws ``view``; everything the keys change is a new view of the same kind that the command line takes."""

    BORDER_TITLE = "graph"
    BINDINGS = bindings_of("graph")

    def __init__(self, *, ascii_only: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = View()
        self.selected = ""
        self.graph: Subgraph | None = None
        self.traced: frozenset[tuple[str, str]] = frozenset()
        """Pairs of ids drawn as heavy lines: what a trace marks."""
        self.replaying = False
        """Whether the view is of a run's latest calls: then nodes are pinned, but not by the user."""
        self.changes: Changes | None = None
        """What a comparison found: new calls are heavy lines, those that went dashed ones."""
        self._drawing: Drawing | None = None
        self._glyphs = ASCII if ascii_only else UNICODE
        self._reading: Reading | None = None
        self._generation = 0
        self._drawn_width = 0

    def show_middle(self, reading: Reading, focus: tuple[str, ...], filters: Filters, to: tuple[str, ...] = ()) -> None:
        """Draws around other symbols, or the paths between two; radius, grouping and pins stay."""
        self._reading = reading
        self.view = filters.applied(msgspec.structs.replace(self.view, focus=focus, to=to, hidden=()))
        if to:
            self.view = msgspec.structs.replace(self.view, paths=4)
        self.selected = focus[0] if focus else ""
        self.redraw()

    def change(self, **changes: object) -> None:
        """Draws the same view but for some fields."""
        self.view = msgspec.structs.replace(self.view, **changes)
        self.redraw()

    def redraw(self) -> None:
        if self._reading is not None and self.view.focus:
            self._draw(max(self.size.width, NARROWEST))

    @work(exclusive=True, exit_on_error=False)
    async def _draw(self, width: int) -> None:
        reading, view, traced, changes = self._reading, self.view, self.traced, self.changes
        assert reading is not None
        self._generation += 1
        generation = self._generation
        glyphs, previous = self._glyphs, self._drawing

        def made() -> tuple[Subgraph, Drawing]:
            graph = reading.subgraph(view)
            if traced:
                edges = tuple(
                    msgspec.structs.replace(edge, traced=(edge.caller, edge.callee) in traced) for edge in graph.edges
                )
                graph = msgspec.structs.replace(graph, edges=edges)
            if changes is not None:
                graph = with_changes(graph, changes)
            return graph, draw(graph, width, glyphs=glyphs, previous=previous)

        try:
            graph, drawing = await reading.ask(made)
        except NavigatorError as error:
            self.app.notify(str(error), severity="error", markup=False)
            return
        if generation != self._generation:
            return
        self.graph, self._drawing, self._drawn_width = graph, drawing, width
        if self.selected not in drawing.nodes:
            self.selected = next((node.id for node in graph.nodes if node.focus), "")
        self.virtual_size = Size(drawing.width, len(drawing.rows))
        group = "" if view.group is Grouping.NONE else f" · by {view.group}"
        left_out = captions(graph)
        more = f" · {left_out[0]}" + (f" and {len(left_out) - 1} more" if len(left_out) > 1 else "") if left_out else ""
        radius = "replay" if self.replaying else "paths" if view.to else f"radius {view.callees}"
        gone = sum(edge.gone for edge in graph.edges)
        compared = f" · {gone} gone {self._glyphs.gone}" if gone else ""
        self.border_subtitle = f"{len(graph.nodes)} nodes · {radius}{group}{compared}{more}"
        self._reveal()
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        if self._drawing is not None and max(event.size.width, NARROWEST) != self._drawn_width:
            self.redraw()

    def show(self, selection: Selection) -> None:
        """Marks the node of a selection made elsewhere, if it is drawn."""
        if self._drawing is None:
            return
        for key in (selection.symbol, selection.call.caller if selection.call is not None else ""):
            node = self._node_of(key)
            if node is not None:
                if node.id != self.selected:
                    self.selected = node.id
                    self._reveal()
                    self.refresh()
                return

    def _node_of(self, key: str) -> ViewNode | None:
        """The node that stands for a symbol: its own, or that of its group."""
        if self.graph is None or not key:
            return None
        return next((node for node in self.graph.nodes if node.id == key or key in node.members), None)

    @property
    def node(self) -> ViewNode | None:
        """The selected node."""
        return self._node_of(self.selected)

    # Walking

    def walk(self, direction: str) -> None:
        """Moves the selection ``left``, ``right``, ``up`` or ``down``: along a call where one leads there."""
        if self._drawing is None or self.selected not in self._drawing.nodes:
            return
        edges = [(edge.caller, edge.callee) for edge in self.graph.edges] if self.graph is not None else []
        found = neighbour(self._drawing.nodes, edges, self.selected, direction)
        if found is not None:
            self._select(found)

    def action_walk(self, direction: str) -> None:
        self.walk(direction)

    def _select(self, key: str) -> None:
        self.selected = key
        self._reveal()
        self.refresh()
        node = self.node
        if node is None:
            return
        symbol = node.symbol.id if node.symbol is not None else node.members[0] if node.members else ""
        if symbol:
            self.post_message(Selected(Selection(symbol)))

    def _reveal(self) -> None:
        box = self._drawing.nodes.get(self.selected) if self._drawing is not None else None
        if box is not None:
            self.scroll_to_region(Region(box.column, box.row, box.width, box.height), animate=False, force=True)

    def action_refocus(self) -> None:
        """Opens the selected symbol; a group is opened up instead."""
        node = self.node
        if node is None:
            return
        if node.symbol is not None and node.kind in (NodeKind.SYMBOL, NodeKind.EXTERNAL):
            self.post_message(Opened(Selection(node.symbol.id)))
        elif node.kind is NodeKind.GROUP:
            self.toggle_box()
        elif node.kind is NodeKind.MORE:
            self.change(siblings=self.view.siblings * 2, limit=self.view.limit + 40)

    # Changing the view

    def resize_radius(self, by: int) -> None:
        """One call more or less on both sides."""
        callers = min(max(self.view.callers + by, 0 if self.view.callees else 1), LARGEST_RADIUS)
        callees = min(max(self.view.callees + by, 1), LARGEST_RADIUS)
        self.change(callers=max(callers, 1), callees=callees)

    def toggle_pin(self) -> None:
        """Keeps the selected node whatever the filters are, or no longer."""
        if self.node is not None:
            self.change(pinned=_toggled(self.view.pinned, self.selected))

    def hide(self) -> None:
        """Leaves the selected node out."""
        if self.node is not None and self.selected not in self.view.focus:
            gone = self.selected
            self.walk("left")
            if self.selected == gone:
                self.selected = self.view.focus[0]
            self.change(hidden=(*self.view.hidden, gone))

    def group(self) -> None:
        """Groups by the next thing: class, module, package, root, nothing."""
        order = list(Grouping)
        following = order[(order.index(self.view.group) + 1) % len(order)]
        self.change(group=following, collapsed=() if following is Grouping.NONE else ("*",))

    def toggle_box(self) -> None:
        """Draws the selected node's group as one node, or its members each for itself."""
        node = self.node
        if node is None or self.view.group is Grouping.NONE or self.graph is None:
            return
        name = node.name if node.kind is NodeKind.GROUP else node.group
        known = self.view.collapsed
        if known == ("*",):
            groups = (each.name if each.kind is NodeKind.GROUP else each.group for each in self.graph.nodes)
            known = tuple(dict.fromkeys(each for each in groups if each))
        if name:
            self.change(collapsed=_toggled(known, name))

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        base = self.rich_style
        if self._drawing is None:
            return Strip.blank(width, base)
        row = y + self.scroll_offset.y
        rows = self._drawing.rows
        if row >= len(rows):
            return Strip.blank(width, base)
        segments = [Segment(run.text, STYLES[run.style]) for run in rows[row]]
        strip = Strip(segments).extend_cell_length(self._drawing.width)
        box = self._drawing.nodes.get(self.selected)
        if box is not None and box.row <= row < box.row + box.height:
            left, middle, right = strip.divide([box.column, box.column + box.width, strip.cell_length])
            strip = Strip.join([left, middle.apply_style(RichStyle(reverse=True)), right])
        for pinned in self.view.pinned:
            at = self._drawing.nodes.get(pinned)
            if not self.replaying and at is not None and at.row == row and at.column > 0:
                # Before the name, where a label begins with a blank, and never over an arrow head.
                column = at.column if "".join(run.text for run in rows[row])[at.column] == " " else at.column - 1
                left, middle, right = strip.divide([column, column + 1, strip.cell_length])
                strip = Strip.join([left, Strip([Segment("*")]), right])
        return strip.apply_style(base).crop_extend(self.scroll_offset.x, self.scroll_offset.x + width, base)

    def on_click(self, event: events.Click) -> None:
        if self._drawing is None:
            return
        row = event.y + self.scroll_offset.y - self.gutter.top
        column = event.x + self.scroll_offset.x - self.gutter.left
        for key, box in self._drawing.nodes.items():
            if box.row <= row < box.row + box.height and box.column <= column < box.column + box.width:
                self._select(key)
                if event.chain > 1:
                    self.action_refocus()
                return


def _toggled(known: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(each for each in known if each != name) if name in known else (*known, name)
