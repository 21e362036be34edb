"""``navigator show``"""

from __future__ import annotations

import click

from navigator.callgraph import SymbolKind
from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.phrases import defined_at, tell_staleness
from navigator.workspaces import open_workspace


@click.command("show")
@options.symbol()
@options.workspace
@options.as_json
def command(symbol: str, workspace: str | None, as_json: bool) -> int:
    """Print the source of SYMBOL with its line numbers, as it was indexed."""
    with open_workspace(workspace) as opened:
        texts = [opened.source(each) for each in opened.resolve(symbol)]
        if as_json:
            output.json({"workspace": opened.name, "sources": texts})
        else:
            for number, text in enumerate(texts):
                if text.symbol.kind is SymbolKind.EXTERNAL:
                    say(f"{text.symbol.name} lies outside the workspace")
                    continue
                say(f"{text.symbol.name}  {defined_at(opened, text.symbol, text.stale)}")
                if number:
                    output.line()
                width = len(str(text.line + len(text.lines)))
                for place, line in enumerate(text.lines, text.line):
                    output.line(f"{place:>{width}}  {line}".rstrip())
            tell_staleness(opened, sorted({file for text in texts for file in text.stale}))
    return FOUND if any(text.lines for text in texts) else NOTHING
