"""``navigator views``"""

from __future__ import annotations

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.workspaces import open_workspace


@click.command("views")
@click.option("--remove", metavar="NAME", default=None, help="Remove the view saved as NAME.")
@options.workspace
@options.as_json
def command(remove: str | None, workspace: str | None, as_json: bool) -> int:
    """List the views that `graph` and `export` saved with --save, or remove one."""
    with open_workspace(workspace) as opened:
        saved = opened.saved_views
        if remove is not None:
            saved.remove(remove)
        names = saved.names()
        if as_json:
            output.json({"workspace": opened.name, "views": names})
        elif remove is not None:
            output.line(f"removed: {remove}")
        elif names:
            output.rows([name] for name in names)
        else:
            say("no view is saved; `navigator graph SYMBOL --save NAME` saves one")
    return FOUND if names or remove is not None else NOTHING
