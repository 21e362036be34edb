"""``navigator show``"""

from __future__ import annotations

import click

from navigator.callgraph import SymbolKind
from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.outlines import print_outline
from navigator.cli.phrases import defined_at, named, tell_staleness
from navigator.workspaces import Workspace


@click.command("show")
@options.symbol()
@click.option("--skeleton", is_flag=True, help="Only signatures, and the statements that call into the workspace.")
@click.option("--inline", "target", metavar="TO", default=None, help="The path of calls to TO as one listing.")
@options.workspace
@options.as_json
def command(symbol: str, skeleton: bool, target: str | None, workspace: str | None, as_json: bool) -> int:
    """Print the source of SYMBOL with its line numbers, as it was indexed.

    With --skeleton an outline: signatures, calls, and the control flow around them. With --inline what the calls from
    SYMBOL to TO depend on, each function below the call that leads to it.
    """
    if skeleton and target is not None:
        raise click.UsageError("give either --skeleton or --inline TO")
    with asked(workspace) as opened:
        if skeleton:
            return _skeleton(opened, symbol, as_json)
        if target is not None:
            return _inline(opened, symbol, target, as_json)
        return _source(opened, symbol, as_json)


def _source(opened: Workspace, symbol: str, as_json: bool) -> int:
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


def _skeleton(opened: Workspace, symbol: str, as_json: bool) -> int:
    from navigator.slicing import skeleton

    symbols = opened.resolve(symbol)
    outlines = [skeleton(opened, each) for each in symbols]
    if as_json:
        output.json({"workspace": opened.name, "outlines": outlines})
    else:
        for number, (each, lines) in enumerate(zip(symbols, outlines, strict=True)):
            if each.kind is SymbolKind.EXTERNAL:
                say(f"{each.name} lies outside the workspace")
                continue
            stale = opened.source(each).stale
            say(f"{each.name}  {defined_at(opened, each, stale)}")
            if number:
                output.line()
            print_outline(lines, lambda line: line.file)
            tell_staleness(opened, stale)
    return FOUND if any(outlines) else NOTHING


def _inline(opened: Workspace, symbol: str, target: str, as_json: bool) -> int:
    from navigator.slicing import listing

    found = opened.paths(symbol, target)
    if not found.paths:
        say(f"no calls lead from {named(found.sources)} to {named(found.targets)}")
        return NOTHING
    path = found.paths[0]
    lines = listing(opened, path)
    if as_json:
        output.json({"workspace": opened.name, "path": path, "lines": lines})
    else:
        symbols = {hop.symbol.id: hop.symbol for hop in path}
        say(f"{path[0].symbol.name}  {defined_at(opened, path[0].symbol, found.stale)}")
        print_outline(
            lines, lambda line: f"{symbols[line.symbol].name}  {defined_at(opened, symbols[line.symbol], found.stale)}"
        )
        tell_staleness(opened, found.stale)
    return FOUND
