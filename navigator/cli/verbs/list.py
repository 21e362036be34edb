"""``navigator list``"""

from __future__ import annotations

import time

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.phrases import short
from navigator.wording import counted
from navigator.workspaces import Overview, overviews


@click.command("list")
@click.argument("names", metavar="[W]...", nargs=-1)
@click.option("--remove", is_flag=True, help="Forget each W, and delete what the index holds of it.")
@options.as_json
def command(names: tuple[str, ...], remove: bool, as_json: bool) -> int:
    """List the workspaces there are, or of them each W; the one used last is marked.

    --remove touches neither the code that was indexed nor bookmarks and saved views.
    """
    if remove:
        return _remove(names, as_json)
    found = _named(overviews(), names)
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


def _named(found: list[Overview], names: tuple[str, ...]) -> list[Overview]:
    """Those of the names, in the list's order; all without names."""
    from navigator.workspaces.catalog import unknown

    known = [each.name for each in found]
    for name in names:
        if name not in known:
            raise unknown(name, known)
    return [each for each in found if not names or each.name in names]


def _remove(names: tuple[str, ...], as_json: bool) -> int:
    from navigator.workspaces import remove_workspaces

    if not names:
        raise click.UsageError("--remove needs a W")
    chosen = list(dict.fromkeys(names))
    remove_workspaces(chosen)
    for name in chosen:
        say(f"removed {name}")
    if as_json:
        output.json({"removed": chosen})
    return FOUND


def _origin(workspace: Overview) -> str:
    """Where the code comes from; of several roots their names."""
    if len(workspace.roots) > 1:
        return ", ".join(root.name for root in workspace.roots)
    sources = [root.source.replace(root.revision, short(root.revision)) for root in workspace.roots if root.revision]
    return ", ".join(sources or [root.source for root in workspace.roots] or workspace.sources)
