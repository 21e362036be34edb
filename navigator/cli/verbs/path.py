"""``navigator path``"""

from __future__ import annotations

import click

from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.paths import print_path
from navigator.cli.phrases import named, tell_staleness
from navigator.wording import counted


@click.command("path")
@options.symbol("source", "FROM")
@options.symbol("target", "TO")
@click.option("--all", "every", is_flag=True, help="Not only the shortest path.")
@click.option(
    "--max", "maximum", type=click.IntRange(min=1), metavar="N", default=20, help="With --all: at most N (20)."
)
@options.guesses
@options.workspace
@options.as_json
def command(
    source: str, target: str, every: bool, maximum: int, guesses: bool, workspace: str | None, as_json: bool
) -> int:
    """How calls lead FROM one symbol TO another: the shortest path, each call with its place.

    From or to a class means from or to its constructors as well.
    """
    with asked(workspace) as opened:
        found = opened.paths(source, target, maximum=maximum if every else 1, guesses=guesses)
        if as_json:
            output.answer(opened.name, found)
        else:
            for number, path in enumerate(found.paths):
                if number:
                    output.line()
                print_path(opened, path, found.stale)
            if not found.paths:
                say(f"no calls lead from {named(found.sources)} to {named(found.targets)}")
            elif every and not found.complete:
                say(f"these are the {counted(len(found.paths), 'shortest path')}; --max shows more")
            tell_staleness(opened, found.stale)
    return FOUND if found.paths else NOTHING
