"""``navigator tui``"""

from __future__ import annotations

import os
import sys

import click

from navigator.cli import options
from navigator.cli.exits import say


@click.command("tui")
@options.symbol(required=False)
@options.workspace
@click.option("--theme", type=click.Choice(("dark", "light", "contrast", "universal")), default=None, help="Colours.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
def command(symbol: str | None, workspace: str | None, theme: str | None, ascii_only: bool) -> int:
    """Read the code in the terminal: callers and callees, graph and source, linked.

    Opens the current workspace where it was left, or at SYMBOL. `?` in it shows all keys. This is what `navigator`
    alone opens on a terminal.
    """
    return opened(workspace, symbol, theme or "", ascii_only)


def opened(workspace: str | None, symbol: str | None, theme: str, ascii_only: bool) -> int:
    """Opens the interface; exit status 2 where there is no terminal."""
    # Textual is told by this variable to talk to a browser's page in place of a terminal.
    if not (sys.stdin.isatty() and sys.stdout.isatty()) and "TEXTUAL_DRIVER" not in os.environ:
        say("navigator: the interface needs a terminal; `navigator --help` lists the commands that print")
        return 2
    from navigator.tui import run

    return run(workspace, symbol, ascii_only=ascii_only, theme=theme)
