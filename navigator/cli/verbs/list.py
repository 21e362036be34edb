"""``navigator list``"""

from __future__ import annotations

import time

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.phrases import counted
from navigator.workspaces import overviews


@click.command("list")
@options.as_json
def command(as_json: bool) -> int:
    """List the workspaces there are; the one used last is marked."""
    found = overviews()
    if as_json:
        output.json(found)
    elif not found:
        say("nothing is indexed yet; run `navigator index SOURCE`")
    else:
        output.rows(
            [
                output.remark("*" if each.current else ""),
                output.name(each.name),
                output.place(", ".join(root.source for root in each.roots) or ", ".join(each.sources)),
                ", ".join(root.revision for root in each.roots if root.revision),
                counted(each.files, "file"),
                counted(each.symbols, "symbol"),
                counted(each.calls, "call"),
                output.remark(time.strftime("%Y-%m-%d %H:%M", time.localtime(each.indexed)) if each.indexed else ""),
            ]
            for each in found
        )
    return FOUND if found else NOTHING
