"""``navigator replay``"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
import msgspec

from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.progress import progress_bar

if TYPE_CHECKING:
    from navigator.runs import Frame


@click.command("replay")
@click.argument("trace", metavar="TRACE", required=False)
@click.option("--own", is_flag=True, help="Replay a reproduction's own code, not its upstream.")
@click.option("--from", "start", type=click.IntRange(min=1), default=1, metavar="N", help="Begin at the Nth call.")
@click.option("--list", "listed", is_flag=True, help="List the calls on a terminal, too.")
@options.workspace
@options.as_json
def command(trace: str | None, own: bool, start: int, listed: bool, workspace: str | None, as_json: bool) -> int:
    """Step through what ran, call by call, in the order in which calls were made first.

    TRACE and -w are as of `navigator overlay`: the run of a reproduction lights up the graph of its upstream. On a
    terminal `.` or an arrow steps forward and `,` back, `g` and `G` go to the first call and the last, a number and
    Enter to that one, `q` leaves. Elsewhere, and with --list, the calls are printed as a list.

    `navigator tui` replays a run in its graph and source. Exit status: 0, or 1 if nothing lit up.
    """
    from navigator.runs.kept_traces import find_trace
    from navigator.runs.laying import lay
    from navigator.runs.replay import Replay, frames

    with progress_bar() as progress:
        laid = lay(find_trace(trace), workspace, progress)
    if own:
        laid = msgspec.structs.replace(laid, projection=None)
    steps = frames(laid)
    graph = laid.overlay.workspace if laid.projection is None else laid.projection.workspace
    for note in laid.notes:
        say(f"navigator: {note}")
    if as_json:
        output.json({"trace": laid.trace, "workspace": graph, "frames": steps[start - 1 :]})
    elif not steps:
        say("the run made no calls between symbols of this graph")
    elif start > len(steps):
        raise click.BadParameter(f"there are {len(steps)} calls", param_hint="--from")
    elif listed or not _interactive():
        output.rows(_row(each) for each in steps[start - 1 :])
    else:
        from navigator.cli.stepping import step_through

        replay = Replay(laid.trace, steps)
        replay.seek(start)
        step_through(replay)
    return FOUND if steps else NOTHING


def _interactive() -> bool:
    keys = sys.stdin is not None and sys.stdin.isatty()
    return keys and output.on_terminal() and os.environ.get("TERM") != "dumb"


def _row(frame: Frame) -> list[str | output.Cell]:
    place = frame.place
    return [
        str(frame.number),
        output.name(frame.caller.name),
        "->",
        output.name(frame.callee.name),
        output.place(f"{place.file}:{place.line}") if place else "",
        f"{frame.count:,}×",
        output.warning(frame.why) if frame.why else output.remark(place.text if place else ""),
    ]
