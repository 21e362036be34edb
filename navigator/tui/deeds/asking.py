"""Search, why, paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from navigator.callgraph import Step
from navigator.errors import NavigatorError
from navigator.tui import marks
from navigator.tui.deeds import replaying
from navigator.tui.screens.chooser import Choice, Chooser
from navigator.tui.screens.search import SearchScreen
from navigator.tui.selection import Selection
from navigator.wording import counted

if TYPE_CHECKING:
    from navigator.tui.desk import Desk
    from navigator.workspaces import Paths

MOST_PATHS = 8


def search(app: Desk) -> None:
    assert app.reading is not None
    screen = SearchScreen(app.reading, app.names, app.history.recent(), app.last_search)

    def go(chosen: Selection | None) -> None:
        app.names = screen.names
        if chosen is not None:
            app.last_search = screen.typed_last
            app.open(chosen)

    app.push_screen(screen, go)


async def why(app: Desk) -> None:
    """The evidence of the selected call; a step leads to its line."""
    reading, call = app.reading, app.selection.call
    assert reading is not None and call is not None
    try:
        found = await reading.ask(reading.workspace.why, call.caller, call.callee)
    except NavigatorError as error:
        app.report(error)
        return
    choices: list[Choice] = []
    signs = marks.signs(app.ascii_only)
    for number, reason in enumerate(found.reasons):
        one = reason.call
        rule = f" ({one.rule})" if one.rule else ""
        choices.append(
            Choice(
                Text(f"{signs[one.certainty]} {one.file}:{one.line}  {one.kind}, {one.certainty}{rule}", style="bold"),
                f"{number} -1",
            )
        )
        steps = reason.steps or (Step("the call expression names its callee", one.file, one.line),)
        for place, step in enumerate(steps):
            where = f"  {step.file}:{step.line}" if step.file else ""
            choices.append(Choice(Text.assemble(f"   {step.text}", (where, "dim")), f"{number} {place}"))

    async def go(chosen: str | None) -> None:
        if chosen is None:
            return
        number, place = map(int, chosen.split())
        reason = found.reasons[number]
        file, line = reason.call.file, reason.call.line
        if 0 <= place < len(reason.steps) and reason.steps[place].file:
            file, line = reason.steps[place].file, reason.steps[place].line
        root = found.caller.root
        name, colon, path = file.partition(":")
        if colon and name in {each.name for each in reading.workspace.roots}:
            root, file = name, path
        symbol = await reading.ask(reading.symbol_at, root, file, line)
        if symbol is None:
            app.notify(f"{file}:{line} is in no definition of this workspace", severity="warning", markup=False)
            return
        app.select(Selection(symbol.id, None, line))
        app.show_view("source")

    title = f"why {marks.short(found.caller)} calls {marks.short(found.callee)}"
    app.push_screen(Chooser(title, choices, hint="enter goes to the line", filtered=False), go)


def path_start(app: Desk) -> None:
    app.session.path_start = app.selection.symbol
    app.tell()
    app.notify("the path starts here; go where it is to end, then press t", timeout=4)


async def path_to(app: Desk) -> None:
    """The shortest paths from the marked start, as steps and as a graph; where the searches end, if there is none."""
    reading = app.reading
    assert reading is not None
    start, end = app.path_start, app.selection.symbol
    try:
        found = await reading.ask(
            lambda: reading.workspace.paths(start, end, maximum=MOST_PATHS, guesses=app.filters.guesses)
        )
    except NavigatorError as error:
        app.report(error)
        return
    if not found.paths:
        await _why_not(app, start, end)
        return
    app.session.path_start = ""
    narrow = app.narrow
    choices = _steps(app, found, narrow)
    if max(choice.label.cell_len for choice in choices) > Chooser.room(app.size.width):
        choices = _steps(app, found, True)

    async def go(chosen: str | None) -> None:
        if chosen is None:
            return
        path, place = map(int, chosen.split())
        hop = found.paths[path][place]
        if narrow and app.current == "calls":
            # The trees are around the end of the path; the step is to be seen in the graph.
            app.show_view("graph")
        app.select(Selection(hop.symbol.id, hop.calls[0] if hop.calls else None))

    starts = await reading.ask(reading.workspace.called_as, start)
    goals = await reading.ask(reading.workspace.called_as, end)
    app.graph.show_middle(reading, starts, app.filters, goals)
    count = (
        f"{counted(len(found.paths), 'path')}, the shortest first"
        if found.complete
        else f"the {MOST_PATHS} shortest paths"
    )
    hint = f"{count} · enter goes to a step · esc leaves"
    app.push_screen(Chooser("paths", choices, hint=hint), go)


def _steps(app: Desk, found: Paths, short: bool) -> list[Choice]:
    """A line for each step; with short names where there is little room, so that the line of the call is seen."""
    signs = marks.signs(app.ascii_only)
    choices: list[Choice] = []
    for number, path in enumerate(found.paths):
        if len(found.paths) > 1:
            choices.append(Choice(Text(f"── path {number + 1}: {counted(len(path) - 1, 'call')}", style="bold")))
        for place, hop in enumerate(path):
            call = hop.calls[0] if hop.calls else None
            file, line = (call.file, call.line) if call else (hop.symbol.file, hop.symbol.line)
            where = f"  {file.rpartition('/')[2] if short else file}:{line}"
            name = marks.short(hop.symbol) if short else hop.symbol.name
            more = f" and {len(hop.calls) - 1} more" if len(hop.calls) > 1 else ""
            mark = signs[call.certainty] if call else " "
            label = Text.assemble(f"{mark} ", name, (where + more, "dim"), no_wrap=True)
            choices.append(Choice(label, f"{number} {place}"))
    return choices


async def _why_not(app: Desk, start: str, end: str) -> None:
    """Where the searches from both ends stop: what they reach, and the unresolved sites at which one may go on."""
    reading = app.reading
    assert reading is not None
    found = await reading.ask(reading.searched, start, end, app.filters.guesses)
    choices = [
        Choice(
            Text(
                f"forward: {counted(found.forward, 'symbol')} reached; these of their calls have no known callee:",
                "bold",
            )
        )
    ]
    choices += [
        Choice(
            Text.assemble(
                f"  {marks.UNRESOLVED} {site.expression.splitlines()[0][:60]}",
                (f"  {site.file}:{site.line}  {site.reason}", "dim"),
                no_wrap=True,
            ),
            f"{site.line} {site.caller}",
        )
        for site in found.unresolved
    ]
    if not found.unresolved:
        choices.append(Choice(Text("  none: everything that it calls is known", style="dim")))
    choices.append(
        Choice(
            Text(
                f"backward: {counted(found.backward, 'symbol')} on the way to the end; nobody is known to call:", "bold"
            )
        )
    )
    choices += [
        Choice(
            Text.assemble(f"  {symbol.name}", (f"  {symbol.file}:{symbol.line}", "dim"), no_wrap=True),
            f"{symbol.line} {symbol.id}",
        )
        for symbol in found.sources
    ]

    async def go(chosen: str | None) -> None:
        if chosen is not None:
            line, _, key = chosen.partition(" ")
            app.open(Selection(key, None, int(line)))

    app.push_screen(Chooser("no calls lead there", choices, hint="enter goes there"), go)


async def leave_mode(app: Desk) -> None:
    """Ends a replay, else paths, else a comparison."""
    if app.replay is not None:
        await replaying.end(app)
    elif app.graph.view.to and app.middle is not None:
        await app.show_middle(app.middle.id)
    elif app.compared:
        app.compare_with("", None)


DEEDS = {"search": search, "why": why, "path_start": path_start, "path_to": path_to, "leave": leave_mode}
