"""``navigator why``"""

from __future__ import annotations

import click

from navigator.callgraph.marks import MARKS
from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND
from navigator.cli.phrases import located, manner, tell_staleness


@click.command("why")
@options.symbol("caller")
@options.symbol("callee")
@options.workspace
@options.as_json
def command(caller: str, callee: str, workspace: str | None, as_json: bool) -> int:
    """The evidence for the calls from CALLER to CALLEE, step by step: how the callee got to the call site."""
    with asked(workspace) as opened:
        found = opened.why(caller, callee)
        if as_json:
            output.answer(opened.name, found)
        else:
            for reason in found.reasons:
                call = reason.call
                at = located(opened, found.caller, call.file, call.line, found.stale)
                output.line(f"{at}  {found.caller.name} {MARKS[call.certainty]} {found.callee.name}  {manner(call)}")
                if not reason.steps:
                    output.line("    the call expression names its callee")
                output.rows(
                    ["  ", output.place(f"{step.file}:{step.line}" if step.file else ""), step.text]
                    for step in reason.steps
                )
            tell_staleness(opened, found.stale)
    return FOUND
