"""``navigator impact``"""

from __future__ import annotations

import click

from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.phrases import defined_at, named, tell_staleness
from navigator.wording import counted


@click.command("impact")
@options.symbol()
@options.depth("At most N calls away; by default all.", default=None)
@options.guesses
@options.workspace
@options.as_json
def command(symbol: str, depth: int | None, guesses: bool, workspace: str | None, as_json: bool) -> int:
    """What a change to SYMBOL may touch: its direct and indirect callers, nearest first, tests last.

    A class or module counts with everything that it defines. The first column is the number of calls in between.
    """
    with asked(workspace) as opened:
        found = opened.impact(symbol, depth=depth, guesses=guesses)
        if as_json:
            output.answer(opened.name, found)
        else:
            output.rows(
                [
                    output.remark(f"{each.depth:>3}"),
                    output.name(each.symbol.name),
                    output.place(defined_at(opened, each.symbol, found.stale)),
                    output.remark(role),
                ]
                for role, group in (("", found.callers), ("test", found.tests))
                for each in group
            )
            direct = sum(1 for each in found.callers if each.depth == 1)
            say(
                f"{named(found.of)}: {counted(len(found.callers), 'caller')} ({direct:,} direct), "
                f"{counted(len(found.tests), 'test function')}"
            )
            tell_staleness(opened, found.stale)
    return FOUND if found.callers or found.tests else NOTHING
