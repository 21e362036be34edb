"""``navigator export``"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from navigator.callgraph.views import Subgraph
from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, say
from navigator.cli.verbs.graph import nothing_in
from navigator.cli.view_options import describes_view, traced, view_of, view_options
from navigator.errors import NavigatorError
from navigator.workspaces import Workspace
from navigator.workspaces.export import FORMATS as DATA
from navigator.workspaces.files import write_file

PICTURES = ("svg", "html", "png", "pdf", "dot", "mermaid", "text")
FORMATS = (*DATA, *PICTURES)


class NothingToDraw(NavigatorError):
    """A view without a single node, or a graph that is too large for a picture, was to be written."""


@click.command("export")
@options.symbol(required=False)
@click.option(
    "--format", "format", type=click.Choice(FORMATS), default=None, help="By default what FILE's name says, or json."
)
@click.option("-o", "--output", "target", metavar="FILE", default=None, help="Where to; - is standard output.")
@view_options
@options.trace
@click.option("--direction", type=click.Choice(("auto", "right", "down")), default="auto", help="Where calls lead.")
@click.option(
    "--theme", type=click.Choice(("auto", "light", "dark")), default="auto", help="Colours; auto: the screen's."
)
@click.option("--legend/--no-legend", default=True, help="Whether a picture explains its lines and boxes.")
@click.option("--title", default="", metavar="TEXT", help="Above the picture; by default what the view shows.")
@click.option(
    "--layout", type=click.Choice(("own", "dot")), default="own", help="dot: svg, png and pdf as Graphviz lays out."
)
@click.option(
    "--keep", metavar="FILE", default=None, help="Leave nodes where they are in FILE, an svg or html written before."
)
@click.option("--width", type=click.IntRange(min=20), default=120, metavar="N", help="Columns of text (120).")
@click.option("--ascii", "ascii_only", is_flag=True, help="Text with ASCII characters only.")
@options.workspace
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(
    symbol: str | None,
    format: str | None,
    target: str | None,
    trace: str | None,
    direction: str,
    theme: str,
    legend: bool,
    title: str,
    layout: str,
    keep: str | None,
    width: int,
    ascii_only: bool,
    workspace: str | None,
    as_json: bool,
    **described: Any,
) -> int:
    """Write the graph as data or as a picture: the calls around SYMBOL, those of a view, or all.

    Data is json (schema navigator.callgraph/1), pycg (the PyCG benchmark's naming), graphml and csv; without SYMBOL and
    without options of a view it is the whole graph. svg, html, dot, mermaid and text need nothing else; png and pdf
    need the extra `images` or Graphviz. The same code gives the same bytes. A file appears complete or not at all.
    """
    chosen = "json" if as_json else format or _format_of(target)
    drawn = chosen in PICTURES
    whole = symbol is None and not describes_view(described)
    if target is None and output.on_terminal() and (whole or chosen in ("png", "pdf")):
        what = "a whole graph" if whole else f"a {chosen}"
        raise click.UsageError(f"{what} does not suit a terminal: give -o FILE, or -o - to have it printed")
    with asked(workspace) as opened:
        if drawn and whole:
            raise NothingToDraw(_too_large(opened, chosen))
        pieces: Iterable[bytes]
        if drawn:
            from navigator.diagrams.files import Look
            from navigator.diagrams.picture import Direction, read_kept
            from navigator.diagrams.styles import Theme

            kept = read_kept(keep) if keep is not None else None
            look = Look(Theme(theme), Direction(direction), legend, title, layout, width, ascii_only, kept)
            found = _subgraph(opened, symbol, described)
            if trace is not None:
                found = traced(found, trace, opened.name)
            pieces = [_drawn(opened, chosen, found, look)]
        elif whole:
            _say_what_data_leaves_out(chosen, trace)
            pieces = opened.export(chosen, guesses=described["guesses"])
        else:
            _say_what_data_leaves_out(chosen, trace)
            pieces = opened.export(chosen, view=_subgraph(opened, symbol, described).view)
        if target is None or target == "-":
            output.write_bytes(pieces, text=chosen not in ("png", "pdf"))
        else:
            write_file(target, pieces)
            say(f"wrote {target}")
    return FOUND


def _say_what_data_leaves_out(format: str, trace: str | None) -> None:
    """Options that change only drawings are named, so that nobody takes the data for more than it is."""
    context = click.get_current_context()
    given = [
        f"--{name}"
        for name in ("direction", "theme", "legend", "title", "layout", "keep", "width")
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if context.get_parameter_source("ascii_only") is click.core.ParameterSource.COMMANDLINE:
        given.append("--ascii")
    if trace is not None:
        given.append("--trace")
    for name in ("group", "collapsed", "unresolved"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            given.append({"collapsed": "--collapse"}.get(name, f"--{name}"))
    if given:
        say(f"{', '.join(given)}: {format} holds symbols and calls only; this changes drawings")


def _format_of(target: str | None) -> str:
    from navigator.diagrams.files import format_of

    return (format_of(target) if target is not None else None) or "json"


def _subgraph(opened: Workspace, symbol: str | None, described: dict[str, Any]) -> Subgraph:
    view = view_of(opened, symbol, described)
    found = opened.subgraph(view)
    if not found.nodes:
        raise NothingToDraw(f"nothing to write: {nothing_in(view, symbol, described['to'])}")
    if found.total > view.limit:
        raise NothingToDraw(
            f"{found.total:,} nodes pass these filters, and --limit is {view.limit}: name a SYMBOL or fewer modules,"
            " draw groups as one node each (--group package --collapse '*'), or raise --limit"
        )
    return found


def _too_large(opened: Workspace, format: str) -> str:
    _, symbols, calls = opened.graph.sizes()
    return (
        f"a {format} of all {symbols:,} symbols and {calls:,} calls cannot be read: name a SYMBOL, filter"
        " (--module 'GLOB'), or draw groups as one node each (--group package --collapse '*'); json, pycg, graphml and"
        " csv take everything"
    )


def _drawn(opened: Workspace, format: str, found: Subgraph, look: Any) -> bytes:
    from navigator.diagrams.of_workspace import draw_of

    if format in ("png", "pdf"):
        from navigator.diagrams.fonts import uncovered

        for warning in uncovered(node.name for node in found.nodes):
            say(warning)
    return draw_of(opened, format, found, look)
