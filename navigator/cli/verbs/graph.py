"""``navigator graph``"""

from __future__ import annotations

import shutil
from typing import Any

import click
import msgspec

from navigator.callgraph.views import Grouping, Subgraph, View
from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.view_options import traced, view_of, view_options

STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "line": {"dim": True},
    "node": {},
    "focus": {"bold": True, "fg": "cyan"},
    "dim": {"dim": True},
    "unresolved": {"fg": "yellow"},
}


@click.command("graph")
@options.symbol(required=False)
@view_options
@options.trace
@click.option("--frame", type=click.Choice(("auto", "sideways", "top-down")), default="auto", help="How to lay it out.")
@click.option(
    "--width", type=click.IntRange(min=20), metavar="N", default=None, help="Columns; by default the screen's."
)
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters.")
@options.workspace
@options.as_json
def command(
    symbol: str | None,
    trace: str | None,
    frame: str,
    width: int | None,
    ascii_only: bool,
    workspace: str | None,
    as_json: bool,
    **described: Any,
) -> int:
    """Draw the calls around SYMBOL, or with --to those that lead from it to another.

    Heads: ▶ exact, ▷ inferred, ◆ by a library rule, ? guess. ↺ calls itself, ↩ calls a symbol drawn before. Lines that
    cross do not meet; lines that meet lead on to the right, or down. +N more stands for what the limits leave out.
    Without SYMBOL, all that the filters let pass is drawn. A group is one node here unless --collapse names others.
    """
    with asked(workspace) as opened:
        view = view_of(opened, symbol, described)
        if view.group is not Grouping.NONE and not view.collapsed:
            view = msgspec.structs.replace(view, collapsed=("*",))
        found = opened.subgraph(view)
        if trace is not None:
            found = traced(found, trace, opened.name)
        if as_json:
            output.json({"workspace": opened.name, **msgspec.structs.asdict(found)})
        elif found.nodes:
            _print(found, width or _screen(), frame, ascii_only)
        else:
            say(nothing_in(view, symbol, described["to"]))
    return FOUND if found.nodes else NOTHING


def nothing_in(view: View, symbol: str | None = None, to: str | None = None) -> str:
    """Why a view is empty; ``symbol`` and ``to`` are what was typed."""
    if view.to:
        return f"no calls lead from {symbol or view.focus[0]} to {to or view.to[0]}"
    if view.focus:
        return f"the index has no {view.focus[0]}: the view was saved for another state of the code"
    return "no calls pass these filters"


def _screen() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def _print(found: Subgraph, width: int, frame: str, ascii_only: bool) -> None:
    from navigator.diagrams.cells import ASCII, UNICODE, captions, draw

    drawing = draw(found, width, glyphs=ASCII if ascii_only else UNICODE, frame=frame)
    for row in drawing.rows:
        output.styled((run.text, STYLES[run.style]) for run in row)
    for text in captions(found):
        output.line(text)
