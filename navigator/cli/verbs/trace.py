"""``navigator trace``"""

from __future__ import annotations

from pathlib import Path

import click

from navigator.cli import options, output
from navigator.cli.exits import say
from navigator.runs.trace import Trace
from navigator.wording import counted


@click.command("trace")
@click.argument("words", metavar="-- COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--only", "folders", multiple=True, metavar="DIR", help="Count functions of files below DIR; repeatable.")
@click.option("--package", "packages", multiple=True, metavar="NAME", help="Count those of an installed package.")
@click.option("-w", "--workspace", metavar="W", default=None, help="Count those of the folders of the workspace W.")
@click.option("--to", metavar="FILE", default=None, help="Write the trace to FILE.")
@options.as_json
def command(
    words: tuple[str, ...],
    folders: tuple[str, ...],
    packages: tuple[str, ...],
    workspace: str | None,
    to: str | None,
    as_json: bool,
) -> int:
    """Run a COMMAND, and count which of its Python functions call which.

    All its Python processes are traced, with their threads and the workers of multiprocessing. Counted are functions
    of files below the current folder, unless --only, --package or -w say otherwise; `navigator overlay` lays the trace
    over a graph. Exit status: that of COMMAND. With --json the trace is printed, and what COMMAND prints goes to
    standard error.
    """
    from navigator.runs.kept_traces import keep_trace, may_write
    from navigator.runs.traced_command import trace_command

    file = Path(to).absolute() if to is not None else None
    if file is not None:
        may_write(file)
    trace = trace_command(words, folders=_folders(folders, packages, workspace), packages=packages, to_errors=as_json)
    kept = keep_trace(trace, file)
    if as_json:
        output.json(trace)
    _tell(trace, kept)
    status = trace.exit or 0
    return status if status >= 0 else 128 - status


def _folders(folders: tuple[str, ...], packages: tuple[str, ...], workspace: str | None) -> list[Path]:
    """Folders that are named, then those of the workspace; the current one where nothing is named at all."""
    chosen = []
    for text in folders:
        folder = Path(text).expanduser().absolute()
        if not folder.exists():
            raise click.UsageError(f"--only: there is no folder {folder}")
        chosen.append(folder)
    if workspace is not None:
        from navigator.workspaces import open_workspace

        with open_workspace(workspace, make_current=False) as opened:
            there = [Path(folder) for folder in opened.folders().values()]
            if not there and not packages and not chosen:
                raise click.UsageError(f"the workspace {opened.name} is of no folder; name --only or --package")
            chosen += there
    return chosen if chosen or packages else [Path.cwd()]


def _tell(trace: Trace, kept: Path) -> None:
    calls = f"{counted(sum(call.count for call in trace.calls), 'call')} over {counted(len(trace.calls), 'edge')}"
    where = counted(len(trace.processes), "process", "processes")
    say(f"navigator: {calls} in {where}: {kept}")
    if not trace.processes:
        what = ", ".join((*trace.folders, *(f"package {name}" for name in trace.packages)))
        say(f"navigator: no function of {what} was called in a Python process that could be traced")
    if trace.dropped:
        say(f"navigator: {counted(trace.dropped, 'call')} found no room in the tables and are not in the trace")
