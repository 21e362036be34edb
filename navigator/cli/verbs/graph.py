"""``navigator graph``"""

from __future__ import annotations

import shutil
from typing import Any

import click
import msgspec

from navigator.callgraph import Certainty, Role
from navigator.callgraph.views import Grouping, Subgraph, View
from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.workspaces import open_workspace

STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "line": {"dim": True},
    "node": {},
    "focus": {"bold": True, "fg": "cyan"},
    "dim": {"dim": True},
    "unresolved": {"fg": "yellow"},
}


@click.command("graph")
@options.symbol()
@click.option("--to", metavar="SYMBOL", default=None, help="Draw the paths from SYMBOL to this one.")
@click.option("--callers", type=click.IntRange(min=0), metavar="N", default=1, help="Callers up to N calls away (1).")
@click.option("--callees", type=click.IntRange(min=0), metavar="N", default=1, help="Callees up to N calls away (1).")
@click.option(
    "--paths", type=click.IntRange(min=1), metavar="N", default=1, help="With --to: the N shortest paths (1)."
)
@click.option("--module", "modules", multiple=True, metavar="GLOB", help="Only symbols of these modules.")
@click.option("--without", multiple=True, metavar="GLOB", help="Leave these symbols out.")
@click.option("--root", "roots", multiple=True, metavar="ROOT", help="Only symbols of this root.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([each.value for each in Role]),
    help="Only symbols of such files.",
)
@click.option("--external", is_flag=True, help="Show what lies outside the workspace, too.")
@click.option("--unresolved", is_flag=True, help="Show that SYMBOL has call sites without a known callee.")
@click.option(
    "--group", type=click.Choice([each.value for each in Grouping]), default="none", help="Draw each group as one node."
)
@click.option("--siblings", type=click.IntRange(min=1), metavar="N", default=12, help="Neighbours per symbol (12).")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", default=60, help="Symbols altogether (60).")
@click.option("--trace", metavar="TRACE", default=None, help="Draw in heavy lines what ran (`navigator overlay`).")
@click.option("--frame", type=click.Choice(("auto", "sideways", "top-down")), default="auto", help="How to lay it out.")
@click.option(
    "--width", type=click.IntRange(min=20), metavar="N", default=None, help="Columns; by default the screen's."
)
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters.")
@options.guesses
@options.workspace
@options.as_json
def command(
    symbol: str,
    to: str | None,
    callers: int,
    callees: int,
    paths: int,
    modules: tuple[str, ...],
    without: tuple[str, ...],
    roots: tuple[str, ...],
    roles: tuple[str, ...],
    external: bool,
    unresolved: bool,
    group: str,
    siblings: int,
    limit: int,
    trace: str | None,
    frame: str,
    width: int | None,
    ascii_only: bool,
    guesses: bool,
    workspace: str | None,
    as_json: bool,
) -> int:
    """Draw the calls around SYMBOL, or with --to those that lead from it to another.

    Heads: ▶ exact, ▷ inferred, ◆ by a library rule, ? guess. ↺ calls itself, ↩ calls a symbol drawn before. Lines that
    cross do not meet; lines that meet lead on to the right, or down. +N more stands for what the limits leave out.
    """
    certainties = tuple(each for each in Certainty if guesses or each is not Certainty.GUESS)
    with open_workspace(workspace) as opened:
        view = View(
            focus=opened.called_as(symbol),
            to=opened.called_as(to) if to is not None else (),
            callers=callers,
            callees=callees,
            paths=paths,
            roots=roots,
            modules=modules,
            without=without,
            certainties=certainties,
            roles=tuple(Role(role) for role in roles),
            external=external,
            unresolved=unresolved,
            group=Grouping(group),
            collapsed=("*",),
            siblings=siblings,
            limit=limit,
        )
        found = opened.subgraph(view)
        if trace is not None:
            found = _traced(found, trace, opened.name)
        if as_json:
            output.json({"workspace": opened.name, **msgspec.structs.asdict(found)})
        elif found.nodes:
            _print(found, width or _screen(), frame, ascii_only)
        else:
            say(f"no calls lead from {symbol} to {to}")
    return FOUND if found.nodes else NOTHING


def _traced(found: Subgraph, trace: str, workspace: str) -> Subgraph:
    from navigator.runs.kept_traces import find_trace
    from navigator.runs.laying import lay
    from navigator.runs.marking import mark, traced_pairs

    return mark(found, *traced_pairs(lay(find_trace(trace), workspace)))


def _screen() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def _print(found: Subgraph, width: int, frame: str, ascii_only: bool) -> None:
    from navigator.diagrams.cells import ASCII, UNICODE, captions, draw

    drawing = draw(found, width, glyphs=ASCII if ascii_only else UNICODE, frame=frame)
    for row in drawing.rows:
        output.styled((run.text, STYLES[run.style]) for run in row)
    for text in captions(found):
        output.line(text)
