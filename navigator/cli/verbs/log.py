"""``navigator log``"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.phrases import short
from navigator.cli.progress import progress_bar
from navigator.wording import counted

if TYPE_CHECKING:
    from navigator.workspaces import Log, LogEntry

MARKS = {"came": "+", "went": "-", "changed": "~"}


@click.command("log")
@options.symbol("caller")
@options.symbol("callee", required=False)
@click.option("--since", metavar="REV", default="", help="Only commits that REV does not have.")
@click.option("--until", metavar="REV", default="", help="Only REV and what came before; by default W's own revision.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", default=None, help="At most N worker processes.")
@options.workspace
@options.as_json
def command(
    caller: str, callee: str | None, since: str, until: str, jobs: int | None, workspace: str | None, as_json: bool
) -> int:
    """Since which commit CALLER calls CALLEE, and with which it ceased to; oldest first.

    With CALLER alone: the commits with which that definition came (+), changed (~) and went (-). The commits are those
    of the repository that CALLER is in; SYMBOLs are those of the workspace as it is, so name one that is gone with
    -w W@REV and --until.

    Few revisions are linked: where the text of CALLER begins or ceases to name CALLEE, where one of them comes or goes,
    and by bisection between two of these that differ. A call that comes and goes in between is not seen. Exit status: 1
    where nothing happened.
    """
    from navigator.workspaces import log

    with asked(workspace) as opened:
        name = opened.name
    with progress_bar() as progress:
        found = log(name, caller, callee or "", since=since, until=until, jobs=jobs, progress=progress)
    if as_json:
        output.json(found)
    else:
        output.rows(_row(entry) for entry in found.entries)
    say(_summary(found))
    if found.shallow:
        say("the clone is shallow: what came with its first commit may be older; git fetch --unshallow brings the rest")
    return FOUND if found.entries else NOTHING


def _row(entry: LogEntry) -> list[str | output.Cell]:
    gone = [f"-{name}" for name in entry.parameters_removed]
    come = [f"+{name}" for name in entry.parameters_added]
    return [
        MARKS[entry.change],
        output.place(short(entry.commit)),
        time.strftime("%Y-%m-%d", time.gmtime(entry.time)),
        entry.author,
        entry.subject,
        output.remark(" ".join(gone + come)),
    ]


def _summary(found: Log) -> str:
    what = f"{found.caller.name} → {found.callee.name}" if found.callee else found.caller.name
    read = f"{counted(found.commits, 'commit')}: read {counted(found.versions, 'version')} of files"
    return f"{what}: {read}" + (f", linked {counted(found.linked, 'revision')}" if found.callee else "")
