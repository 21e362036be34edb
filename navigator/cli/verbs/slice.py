"""``navigator slice``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from navigator.cli import options, output
from navigator.cli.asked import asked
from navigator.cli.exits import FOUND, say
from navigator.wording import counted

if TYPE_CHECKING:
    from navigator.slicing import Written


@click.command("slice")
@click.argument("symbols", metavar="[SYMBOL]...", nargs=-1)
@click.option("--path", "path", nargs=2, metavar="FROM TO", default=None, help="Cut out the shortest path of calls.")
@click.option(
    "--depth", type=click.IntRange(min=0), metavar="N", default=None, help="Of SYMBOLs: callees up to N calls away (1)."
)
@click.option("-o", "--output", "target", metavar="DIR", required=True, help="The new folder, a package of that name.")
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="LINES", default=None, help="Lines of helpers besides (300)."
)
@click.option("--only-path", is_flag=True, help="Drop the statements that the path does not depend on.")
@click.option("--stub-external", is_flag=True, help="Let stand-ins do for third-party packages.")
@click.option("--no-import", is_flag=True, help="Do not check that it imports, which runs code.")
@options.workspace
@options.as_json
def command(
    symbols: tuple[str, ...],
    path: tuple[str, str] | None,
    depth: int | None,
    target: str,
    limit: int | None,
    only_path: bool,
    stub_external: bool,
    no_import: bool,
    workspace: str | None,
    as_json: bool,
) -> int:
    """Cut a call path, or SYMBOLs and what they call, out of upstream code into a package that stands alone.

    What is kept is upstream's text, unchanged but for its imports; helpers are taken in up to a limit, and what is left
    out becomes typed stubs that say where it is. The folder appears complete and checked, or not at all: every file
    parses, every module imports in a process of its own, and indexing the slice finds the same calls. Python only.
    """
    from navigator import slicing

    if bool(symbols) == (path is not None):
        raise click.UsageError("give either SYMBOLs or --path FROM TO")
    if path is not None and depth is not None:
        raise click.UsageError("--depth belongs to SYMBOLs, not to --path")
    with asked(workspace) as opened:
        if path is not None:
            wish = slicing.wish_for_path(opened, *path)
        else:
            wish = slicing.wish_for_symbols(opened, symbols, 1 if depth is None else depth)
        written = slicing.write_slice(
            opened,
            wish,
            Path(target),
            limit=slicing.DEFAULT_LIMIT if limit is None else limit,
            stub_external=stub_external,
            only_path=only_path,
            run=not no_import,
        )
        if as_json:
            output.json({"workspace": opened.name, **_document(written)})
        else:
            _print(written)
            _tell(written, target)
    return FOUND


def _document(written: Written) -> dict[str, Any]:
    made = written.made
    return {
        "folder": str(written.folder),
        "title": made.title,
        "files": sorted(made.files),
        "lines": made.kept_lines,
        "kept": made.kept,
        "stubs": made.stubs,
        "packages": made.packages,
        "calls": [{"caller": ".".join(caller), "callee": ".".join(callee)} for caller, callee in made.hops],
        "open_calls": [{"caller": caller, "callee": callee} for caller, callee in written.open_calls],
        "failing": [{"file": file, "line": line} for file, line in written.failing],
        "imported": written.imported,
        "stood_in": written.stood_in,
    }


def _print(written: Written) -> None:
    """A row for each file of code: what of it is kept, and what is left out."""
    made = written.made
    output.rows(
        [
            output.place(part.path),
            counted(part.kept, "definition") if part.kept else "",
            output.remark(counted(part.stubs, "stub")) if part.stubs else "",
        ]
        for part in made.parts
    )


def _tell(written: Written, target: str) -> None:
    made = written.made
    if not written.imported:
        how = "not imported"
    elif written.stood_in:
        how = f"imports, with stand-ins for {', '.join(written.stood_in)}"
    else:
        how = "imports"
    kept = len(made.hops) - len(written.open_calls)
    calls = f", {kept} of {counted(len(made.hops), 'call')} found again" if made.hops else ""
    say(f"wrote {target}: {counted(made.kept_lines, 'line')} of {counted(len(made.kept), 'definition')}; {how}{calls}")
    for caller, callee in written.open_calls:
        say(f"open: {caller} to {callee}: the receiver comes from code that is not in the slice")
    for file, line in written.failing:
        say(f"left out: the statement at {file}:{line} fails when the slice is imported; what it sets is a stub")
    if made.packages and not made.stand_ins:
        say(f"needs {', '.join(made.packages)}")
