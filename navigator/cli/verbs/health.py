"""``navigator health``"""

from __future__ import annotations

from collections.abc import Mapping

import click

from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, say
from navigator.cli.phrases import tell_staleness
from navigator.workspaces import Health

SHOWN_PROBLEMS = 20
SHOWN_EXPRESSIONS = 3


@click.command("health")
@options.workspace
@options.as_json
def command(workspace: str | None, as_json: bool) -> int:
    """What the graph covers, and what it leaves out: call sites by fate, and files that could not be read whole."""
    with asked(workspace) as opened:
        found = opened.health()
        if as_json:
            output.answer(opened.name, found, resolved_sites=found.resolved_sites)
        else:
            output.rows(_table(found))
            for problem in found.problems[:SHOWN_PROBLEMS]:
                place = f"{problem.file}:{problem.line}" if problem.line else problem.file
                output.rows([[output.warning("problem"), output.place(place), problem.message]])
            if len(found.problems) > SHOWN_PROBLEMS:
                say(f"showing {SHOWN_PROBLEMS} of {len(found.problems)} problems; --json lists all")
            tell_staleness(opened, found.stale)
    return FOUND


def _table(found: Health) -> list[list[str | output.Cell]]:
    totals = found.totals
    table: list[list[str | output.Cell]] = [
        _row("files", sum(totals.files.values()), _listed(totals.files)),
        _row("symbols", sum(totals.symbols.values()), _listed(totals.symbols)),
        _row("calls", sum(totals.calls.values()), _listed(totals.calls)),
        _row("call sites", totals.sites, ""),
        _row("  resolved", found.resolved_sites, _share(found.resolved_sites, totals.sites)),
        _row("  external", totals.external_sites, _share(totals.external_sites, totals.sites)),
        _row("  unresolved", totals.unresolved_sites, _share(totals.unresolved_sites, totals.sites)),
    ]
    for reason, number in totals.unresolved.items():
        often = ", ".join(f"{expression} ×{times}" for expression, times in totals.frequent[reason][:SHOWN_EXPRESSIONS])
        table.append(_row(f"    {reason}", number, often))
    table.append(_row("problems", len(found.problems), ""))
    return table


def _row(what: str, number: int, remark: str) -> list[str | output.Cell]:
    return [what, f"{number:>9,}", output.remark(remark)]


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.items())


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""
