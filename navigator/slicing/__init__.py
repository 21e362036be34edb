"""Cuts definitions out of a workspace into a package that stands alone.

    from navigator.slicing import write_slice, wish_for_path

    with open_workspace("torchvision") as workspace:
        write_slice(workspace, wish_for_path(workspace, "resnet50", "conv1x1"), Path("resnet_slice"))

libcst is imported when an import statement is rewritten, and by nothing that only asks.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from navigator.slicing.asking import Wish, wish_for_path, wish_for_symbols
from navigator.slicing.checking import Imported, import_all, lost_hops, unparsable
from navigator.slicing.errors import CheckFailed, FolderTaken, NoPath, NotCuttable
from navigator.slicing.outlines import OutlineLine, listing, skeleton
from navigator.slicing.slices import Cut, LeftOutPlace, Slice
from navigator.slicing.writing import package_name, staged
from navigator.workspaces import Workspace

DEFAULT_LIMIT = 300

__all__ = [
    "DEFAULT_LIMIT",
    "CheckFailed",
    "Cut",
    "FolderTaken",
    "LeftOutPlace",
    "NoPath",
    "NotCuttable",
    "OutlineLine",
    "Slice",
    "Wish",
    "Written",
    "listing",
    "skeleton",
    "wish_for_path",
    "wish_for_symbols",
    "write_slice",
]


class Written(msgspec.Struct, frozen=True):
    """A slice on disk. ``stood_in`` are packages that checking its import had to do without, ``open_calls`` those calls
    between its symbols whose receivers come from code that is not in it; a path has none. ``failing`` are upstream
    statements, by file and line, that are left out because they fail when the slice is imported."""

    folder: Path
    made: Slice
    imported: bool
    stood_in: tuple[str, ...]
    open_calls: tuple[tuple[str, str], ...]
    failing: tuple[tuple[str, int], ...]


def write_slice(
    workspace: Workspace,
    wish: Wish,
    folder: Path,
    *,
    limit: int = DEFAULT_LIMIT,
    stub_external: bool = False,
    only_path: bool = False,
    run: bool = True,
) -> Written:
    """Cuts, checks and writes a slice.

    ``only_path`` drops statements that the path does not depend on; ``run`` says whether the check imports the slice,
    which runs its module-level code.

    Where the slice's own call graph has lost calls, more of what brings their values is taken in, and it is cut again.
    Raises CheckFailed, FolderTaken, NotCuttable, and Unwritable; then nothing is left on disk.
    """
    folder = folder.expanduser().absolute()
    name = package_name(folder)
    cut = Cut(workspace, wish, name, limit=limit, stub_external=stub_external, only_path=only_path)
    while True:
        made, lost = _brought_together(cut, wish, folder, workspace.settings.knowledge, limit)
        open_calls = tuple((wish.hops[each][0].name, wish.hops[each][1].name) for each in lost)
        if open_calls and wish.is_path:
            _fail_if(f"the call from {open_calls[0][0]} to {open_calls[0][1]} is lost")
        with staged(made, folder) as (package, move):
            found = import_all(made, package) if run else Imported("")
            if found.left_out and cut.with_left_out(found.left_out):
                continue
            if found.fault and cut.more_thoroughly():
                continue
            if found.fault and cut.without(made, found.path, found.line):
                continue
            _fail_if(found.fault)
            move()
            return Written(folder, made, run, found.stood_in, open_calls, tuple(cut.failing()))


def _brought_together(
    cut: Cut, wish: Wish, folder: Path, knowledge: tuple[str, ...], limit: int
) -> tuple[Slice, list[int]]:
    """The slice, and the numbers of the calls that it has lost for good. A path takes in whatever brings its calls
    back, symbols no more than their limit of lines once more."""
    most: int | None = None
    found: tuple[Slice, list[int]] | None = None
    while True:
        made = cut.made()
        _fail_if(unparsable(made))
        if found is not None and most is not None and made.kept_lines > most:
            return found
        with staged(made, folder) as (package, _):
            lost = lost_hops(made, package, knowledge)
        if most is None and not wish.is_path:
            most = made.kept_lines + limit
        found = made, lost
        if not lost or not cut.widen(lost):
            return found


def _fail_if(fault: str) -> None:
    if fault:
        raise CheckFailed(f"the slice is not sound and was not written: {fault}")
