"""``navigator open``"""

from __future__ import annotations

from pathlib import Path

import click

from navigator.cli import exits, options, output
from navigator.cli.exits import FOUND, say
from navigator.cli.progress import progress_bar
from navigator.cli.verbs.index import summary
from navigator.wording import counted


@click.command("open")
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--name", "wish", metavar="W", default=None, help="The workspace's name; by default the entry's.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", default=None, help="At most N worker processes.")
@options.clones
@options.as_json
def command(name: str | None, wish: str | None, jobs: int | None, clones: str | None, as_json: bool) -> int:
    """Open NAME: a system of the catalog, fetched and indexed at its pinned revision; or a workspace there is.

    Without NAME the catalog is listed. demo-* entries are miniatures that come with navigator and need no network.
    What was fetched before is not fetched again.
    """
    from navigator.workspaces import catalog_entries, open_entry, overviews

    entries = catalog_entries()
    if name is None:
        if as_json:
            output.json(entries)
        else:
            output.rows([output.name(entry.name), entry.about] for entry in entries)
        return FOUND
    if name not in {entry.name for entry in entries} and name in {each.name for each in overviews()}:
        return _ask(name, as_json)
    with progress_bar() as progress:
        done = open_entry(
            name,
            local=Path(clones) if clones else None,
            name=wish,
            jobs=jobs,
            progress=progress,
            waiting=lambda: say("another process is indexing this workspace; waiting for it"),
            leftovers=exits.leftovers,
        )
    if done.message:
        say(done.message)
    if as_json:
        output.json(done)
    else:
        output.line(summary(done))
        if done.problems:
            say(f"{counted(len(done.problems), 'problem')} on the way; `navigator health` lists them")
    return FOUND


def _ask(name: str, as_json: bool) -> int:
    """Makes a workspace that there is the current one."""
    from navigator.workspaces import open_workspace

    with open_workspace(name) as workspace:
        files, symbols, calls = workspace.graph.sizes()
        if as_json:
            output.json({"workspace": name, "files": files, "symbols": symbols, "calls": calls})
        else:
            output.line(f"{name}: {counted(files, 'file')}, {counted(symbols, 'symbol')}, {counted(calls, 'call')}")
    return FOUND
