"""``navigator list``"""

from __future__ import annotations

import time

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.phrases import counted, short
from navigator.workspaces import Overview, overviews


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
                output.place(_origin(each)),
                ", ".join(short(root.revision) for root in each.roots if root.revision),
                counted(each.files, "file"),
                counted(each.symbols, "symbol"),
                counted(each.calls, "call"),
                output.remark(time.strftime("%Y-%m-%d %H:%M", time.localtime(each.indexed)) if each.indexed else ""),
            ]
            for each in found
        )
    return FOUND if found else NOTHING


def _origin(workspace: Overview) -> str:
    """Where the code comes from; of several roots their names."""
    if len(workspace.roots) > 1:
        return ", ".join(root.name for root in workspace.roots)
    sources = [root.source.replace(root.revision, short(root.revision)) for root in workspace.roots if root.revision]
    return ", ".join(sources or [root.source for root in workspace.roots] or workspace.sources)
