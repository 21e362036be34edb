"""``navigator export``"""

from __future__ import annotations

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, say
from navigator.workspaces import open_workspace
from navigator.workspaces.export import FORMATS
from navigator.workspaces.files import write_file


@click.command("export")
@click.option("--format", "format", type=click.Choice(FORMATS), default="json", show_default=True, help="Which data.")
@click.option("-o", "--output", "target", metavar="FILE", default=None, help="Where to; - is standard output.")
@options.guesses
@options.workspace
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(format: str, target: str | None, guesses: bool, workspace: str | None, as_json: bool) -> int:
    """Write the whole graph as data: json is the schema navigator.callgraph/1, pycg the PyCG benchmark's naming.

    The same code gives the same bytes. A file appears complete or not at all.
    """
    if as_json:
        format = "json"
    if target is None and output.on_terminal():
        raise click.UsageError("a whole graph does not suit a terminal: give -o FILE, or -o - to have it printed")
    with open_workspace(workspace) as opened:
        pieces = opened.export(format, guesses=guesses)
        if target is None or target == "-":
            output.write_bytes(pieces)
        else:
            write_file(target, pieces)
            say(f"wrote {target}")
    return FOUND
