"""``navigator trust``"""

from __future__ import annotations

from pathlib import Path

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say


@click.command("trust")
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--remove", is_flag=True, help="Take the trust in DIR back.")
@options.as_json
def command(folder: str | None, remove: bool, as_json: bool) -> int:
    """Let the reproductions in DIR, and in the folders below it, run. Without DIR the trusted folders are listed.

    A workspace file can only name folders with reproductions; nothing in them runs before you have trusted the folder.
    Read what is in it first.
    """
    from navigator.workspaces import Trust

    trust = Trust()
    if folder is None:
        if remove:
            raise click.UsageError("--remove takes the trust in a folder back; name it")
        folders = trust.folders()
        if as_json:
            output.json({"trusted": folders})
        elif folders:
            output.rows([each] for each in folders)
        else:
            say("no folder is trusted; run `navigator trust DIR`")
        return FOUND if folders else NOTHING
    place = Path(folder).expanduser()
    changed = trust.remove(place) if remove else trust.add(place)
    if as_json:
        output.json({"trusted": trust.folders()})
    else:
        output.line(f"no longer trusted: {changed}" if remove else f"trusted: {changed}")
    return FOUND
