"""``navigator callees``"""

from __future__ import annotations

import click

from navigator.cli import options
from navigator.cli.asked import asked
from navigator.cli.calls import answer


@click.command("callees")
@options.symbol()
@options.depth("Also the callees' callees, N levels down.", default=1)
@options.guesses
@options.workspace
@options.as_json
def command(symbol: str, depth: int, guesses: bool, workspace: str | None, as_json: bool) -> int:
    """What SYMBOL calls, one line for each call site, in the order of the source.

    Sites without a known callee are listed with the reason. Marks: ▶ exact, ▷ inferred, ◆ by a library rule, ? guess.
    """
    with asked(workspace) as opened:
        return answer(opened, opened.callees(symbol, depth=depth, guesses=guesses), as_json)
