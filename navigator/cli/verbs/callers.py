"""``navigator callers``"""

from __future__ import annotations

import click

from navigator.cli import options
from navigator.cli.asked import asked
from navigator.cli.calls import answer


@click.command("callers")
@options.symbol()
@options.depth("Also the callers' callers, N levels up.", default=1)
@options.guesses
@options.workspace
@options.as_json
def command(symbol: str, depth: int, guesses: bool, workspace: str | None, as_json: bool) -> int:
    """Who calls SYMBOL, one line for each call site. Of a class, who calls its constructors, too.

    Marks: ▶ exact, ▷ inferred, ◆ by a library rule, ? guess.
    """
    with asked(workspace) as opened:
        return answer(opened, opened.callers(symbol, depth=depth, guesses=guesses), as_json)
