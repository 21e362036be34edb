"""``navigator diff``"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from navigator.callgraph.marks import MARKS
from navigator.cli import options, output
from navigator.cli.asked import at_revision
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.phrases import manner
from navigator.wording import counted
from navigator.workspaces import open_workspace

if TYPE_CHECKING:
    from navigator.callgraph import Symbol
    from navigator.callgraph.diff import Change, ModuleDiff
    from navigator.workspaces import Affected, Comparison


@click.command("diff")
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@click.option("--affected", "reach", is_flag=True, help="Also list who reaches a change by calls, tests last.")
@click.option("--module", "prefix", metavar="NAME", default="", help="Only the module NAME and those below it.")
@click.option("--stat", is_flag=True, help="One line for each module.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", default=None, help="At most N worker processes.")
@options.clones
@options.as_json
def command(
    before: str,
    after: str,
    reach: bool,
    prefix: str,
    stat: bool,
    jobs: int | None,
    clones: str | None,
    as_json: bool,
) -> int:
    """What changed from BEFORE to AFTER, by module: definitions, their parameters, and calls.

    Each is a workspace W, or W@REV: W with its first root at another revision (a commit, branch, tag or version), which
    is indexed if it is not there yet; only files that were never read are parsed. W@ROOT:REV means another root. W may
    be a name of the catalog.

    Added (+) and removed (-) definitions and calls are listed, those that were moved (→) or renamed (=) with their text
    as it was, and those whose text changed (~). Calls out of the workspace and guessed ones are left out. Exit status:
    1 where nothing changed.
    """
    from navigator.workspaces import affected, compare

    place = Path(clones) if clones else None
    done = [at_revision(each, place, jobs) for each in (before, after)]
    with (
        open_workspace(done[0][0], make_current=False) as old,
        open_workspace(done[1][0], make_current=False) as new,
    ):
        comparison = compare(old, new)
        reached = affected(comparison, new) if reach else None
    modules = [each for each in comparison.modules if _below(each.module, prefix)]
    if as_json:
        more = {"affected": reached} if reached is not None else {}
        indexed = [each for _, each in done if each is not None]
        output.json({**_fields(comparison, modules), "indexed": indexed, **more})
    else:
        for module in modules:
            if not stat:
                output.rows([[output.name(module.module)]])
                output.rows(_rows(module))
        if stat:
            output.rows(_counts(module) for module in modules)
        if reached is not None:
            _print_affected(reached)
        say(
            f"{comparison.before} → {comparison.after}: {counted(comparison.files_changed, 'file')} differ, "
            f"{counted(len(modules), 'module')} changed"
        )
    return FOUND if modules else NOTHING


def _below(module: str, prefix: str) -> bool:
    return not prefix or module == prefix or module.startswith((prefix + ".", prefix + "/"))


def _fields(comparison: Comparison, modules: list[ModuleDiff]) -> dict[str, object]:
    return {
        "before": comparison.before,
        "after": comparison.after,
        "before_roots": comparison.before_roots,
        "after_roots": comparison.after_roots,
        "files_changed": comparison.files_changed,
        "modules": modules,
    }


def _counts(module: ModuleDiff) -> list[str | output.Cell]:
    calls = f"calls +{len(module.calls_added)} -{len(module.calls_removed)}"
    kept = f"→{len(module.moved)} ={len(module.renamed)} ~{len(module.changed)}"
    return [output.name(module.module), f"+{len(module.added)} -{len(module.removed)} {kept}", calls]


def _rows(module: ModuleDiff) -> Iterator[list[str | output.Cell]]:
    def short(name: str) -> str:
        inside = name.removeprefix(module.module)
        return inside[1:] if inside[:1] in (".", ":") and inside != name else name

    for symbol in module.removed:
        yield _row("-", short(symbol.name), _at(symbol), symbol.kind)
    for symbol in module.added:
        yield _row("+", short(symbol.name), _at(symbol), symbol.kind)
    for mark, word, renamings in (("→", "moved from", module.moved), ("=", "was", module.renamed)):
        for each in renamings:
            yield _row(mark, short(each.after.name), _at(each.after), f"{word} {each.before.name}")
    for change in module.changed:
        yield _row("~", short(change.after.name), _at(change.after), _parameters(change))
    for mark, calls in (("-", module.calls_removed), ("+", module.calls_added)):
        for call in calls:
            caller, callee = (short(end.partition(":")[2]) for end in (call.caller, call.callee))
            ends = f"{caller} {MARKS[call.certainty]} {callee}"
            yield _row(mark, ends, f"{call.file}:{call.line}", manner(call))


def _row(mark: str, text: str, place: str, remark: str) -> list[str | output.Cell]:
    return [f"  {mark}", text, output.place(place), output.remark(remark)]


def _at(symbol: Symbol) -> str:
    return f"{symbol.file}:{symbol.line}"


def _parameters(change: Change) -> str:
    gone = [f"-{name}" for name in change.parameters_removed]
    come = [f"+{name}" for name in change.parameters_added]
    return f"parameters {' '.join(gone + come)}" if gone or come else "text"


def _print_affected(reached: Affected) -> None:
    output.rows(
        [
            output.remark(f"{each.depth:>3}"),
            output.name(each.symbol.name),
            output.place(_at(each.symbol)),
            output.remark(role),
        ]
        for role, group in (("", reached.callers), ("test", reached.tests))
        for each in group
    )
    say(
        f"{counted(reached.changed, 'definition')} changed; affected: "
        f"{counted(len(reached.callers), 'caller')}, {counted(len(reached.tests), 'test function')}"
    )
