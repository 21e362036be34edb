"""``navigator serve``"""

from __future__ import annotations

import sys
import webbrowser
from importlib.util import find_spec

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, say


@click.command("serve")
@options.symbol(required=False)
@options.workspace
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="The port; by default a free one.")
@click.option("--allow-actions", is_flag=True, help="Let pages run, edit, export and index, as the terminal may.")
@click.option("--open", "open_it", is_flag=True, help="Open it in the browser.")
def command(symbol: str | None, workspace: str | None, port: int, allow_actions: bool, open_it: bool) -> int:
    """Show the terminal interface in a browser on this machine.

    The address that is printed holds a token, new at every start; without it nobody gets in, and nobody from another
    machine. Pages only look: what runs programs or writes files is off unless --allow-actions. Ctrl-C ends it. Needs
    the extra `serve`.
    """
    if find_spec("textual_serve") is None:
        say(f"navigator: this needs textual-serve: {sys.executable} -m pip install textual-serve")
        return 3
    from navigator.servers.browser import serve
    from navigator.workspaces import open_workspace

    if workspace or symbol:
        # A mistake is told here, not on every page.
        with open_workspace(workspace, make_current=False) as opened:
            if symbol:
                opened.resolve(symbol)

    def started(address: str) -> None:
        output.line(address)
        sys.stdout.flush()
        say("open this address in a browser on this machine; ctrl-c ends it")
        if open_it:
            webbrowser.open(address)

    serve(workspace, symbol, port=port, allow_actions=allow_actions, started=started)
    return FOUND
