"""History and bookmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rich.text import Text

from navigator.tui.history import Bookmark
from navigator.tui.screens.chooser import Choice, Chooser
from navigator.tui.screens.prompt import Prompt
from navigator.tui.selection import Selection

if TYPE_CHECKING:
    from navigator.tui.desk import Desk

EXPORT, NAME = "export", "name"


async def back(app: Desk) -> None:
    await app.show_middle(app.history.back())


async def forward(app: Desk) -> None:
    await app.show_middle(app.history.forward())


def history(app: Desk) -> None:
    """The tree of places; further lines name this place and write all of it down."""
    known = app.history
    choices = [
        Choice(
            Text.assemble(
                "● " if number == known.here else "  ",
                "  " * depth,
                known.visits[number].symbol.partition(":")[2],
                (f"  {known.visits[number].name}" if known.visits[number].name else "", "bold"),
                no_wrap=True,
            ),
            str(number),
        )
        for depth, number in known.walk()
    ]
    choices.append(Choice(Text("name this place …", style="dim"), NAME))
    choices.append(Choice(Text("write history and bookmarks to a Markdown file …", style="dim"), EXPORT))

    async def go(chosen: str | None) -> None:
        if chosen == NAME:
            app.push_screen(Prompt("name of this place", known.visits[known.here].name), named)
        elif chosen == EXPORT:
            write_down(app)
        elif chosen is not None:
            await app.show_middle(known.jump(int(chosen)))

    def named(name: str | None) -> None:
        if name is not None:
            known.visits[known.here].name = name.strip()

    app.push_screen(Chooser("where you have been", choices, hint="enter goes there"), go)


def write_down(app: Desk) -> None:
    """Asks for a file, and writes history and bookmarks to it as Markdown."""
    from navigator.errors import NavigatorError
    from navigator.tui.allowed import actions_allowed
    from navigator.workspaces.files import write_file

    assert app.reading is not None
    workspace = app.reading.workspace.name

    def write(target: str | None) -> None:
        if not target:
            return
        try:
            write_file(target, [app.session.as_markdown(workspace).encode()])
        except NavigatorError as error:
            app.report(error)
        else:
            app.notify(f"wrote {target}", markup=False)

    if actions_allowed():
        app.push_screen(Prompt("write to", f"{workspace}-notes.md"), write)
    else:
        app.notify("not in this session: it was started without --allow-actions", severity="warning")


def bookmark(app: Desk) -> None:
    """Remembers the selected symbol, or the selected call, with a note; one that is there gets another note."""
    call = app.selection.call
    symbol = call.caller if call is not None else app.selection.symbol
    callee = call.callee if call is not None else ""
    known = next((each for each in app.session.bookmarks if (each.symbol, each.callee) == (symbol, callee)), None)

    def keep(note: str | None) -> None:
        if note is None:
            return
        others = [each for each in app.session.bookmarks if each is not known]
        app.session.bookmarks = [*others, Bookmark(symbol, callee, note.strip())]
        app.keep_session()
        app.notify("bookmarked", timeout=2)

    app.push_screen(Prompt("note", known.note if known else "", hint="enter bookmarks, escape does not"), keep)


def bookmarks(app: Desk) -> None:
    def line(each: Bookmark) -> Text:
        text = Text(each.symbol.partition(":")[2], no_wrap=True)
        if each.callee:
            text.append(" → ").append(each.callee.partition(":")[2])
        return text.append(f"  {each.note}", "dim") if each.note else text

    listed = list(app.session.bookmarks)
    choices = [Choice(line(each), f"go {place}") for place, each in enumerate(listed)]
    choices += [
        Choice(Text.assemble(("forget ", "dim"), line(each)), f"forget {place}") for place, each in enumerate(listed)
    ]

    async def go(chosen: str | None) -> None:
        if chosen is None:
            return
        what, _, place = chosen.partition(" ")
        found = listed[int(place)]
        if what == "forget":
            app.session.bookmarks = [each for each in app.session.bookmarks if each is not found]
            app.keep_session()
            return
        await app.show_middle(found.symbol)
        if found.callee and app.reading is not None:
            reading = app.reading
            filters = msgspec.structs.replace(app.filters)
            from navigator.callgraph.queries import Direction

            rows = await reading.ask(reading.rows, found.symbol, Direction.CALLEES, filters)
            call = next((row.call for row in rows.rows if row.call and row.call.callee == found.callee), None)
            app.select(Selection(found.callee, call))

    app.push_screen(Chooser("bookmarks", choices or [Choice(Text("none yet: B makes one"))]), go)


DEEDS = {"back": back, "forward": forward, "history": history, "bookmark": bookmark, "bookmarks": bookmarks}
