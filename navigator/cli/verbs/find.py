"""``navigator find``"""

from __future__ import annotations

import click

from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.phrases import defined_at
from navigator.wording import counted


@click.command("find")
@click.argument("text", metavar="TEXT")
@click.option(
    "--max", "limit", type=click.IntRange(min=1), metavar="N", default=50, show_default=True, help="At most N."
)
@options.workspace
@options.as_json
def command(text: str, limit: int, workspace: str | None, as_json: bool) -> int:
    """Find symbols whose name holds TEXT, in any case; the best match first."""
    if not text:
        raise click.UsageError("TEXT is empty")
    with asked(workspace) as opened:
        found = opened.find(text, limit=limit)
        if as_json:
            output.answer(opened.name, found)
        else:
            output.rows(
                [output.name(symbol.name), output.remark(symbol.kind), output.place(defined_at(opened, symbol))]
                for symbol in found.symbols
            )
            if found.total > len(found.symbols):
                say(f"showing {len(found.symbols)} of {counted(found.total, 'symbol')}; --max shows more")
            elif not found.total:
                say(f"no symbol holds {text!r} in workspace {opened.name}")
    return FOUND if found.total else NOTHING
