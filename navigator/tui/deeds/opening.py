"""Workspaces: open one, fetch a system of the catalog, index anew, compare."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from navigator.errors import NavigatorError
from navigator.tui.screens.chooser import Choice, Chooser
from navigator.tui.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from navigator.tui.desk import Desk
    from navigator.workspaces import Overview, Progress, Refreshed


async def workspaces(app: Desk) -> None:
    """Those that are indexed, then the catalog: miniatures, and real systems that are fetched first."""
    from navigator.tui.allowed import actions_allowed
    from navigator.workspaces import catalog_entries, overviews

    known = overviews()
    barred = "" if actions_allowed() else "not in this session"
    choices = []
    if (here := folder_to_index(known)) is not None:
        choices.append(Choice(Text("── this folder", style="bold")))
        label = Text.assemble("  ", here.name, (f"  {here}, not indexed yet", "dim"), no_wrap=True)
        choices.append(Choice(label, "here ", lacking=barred))
    if known:
        choices.append(Choice(Text("── indexed", style="bold")))
    for each in known:
        mark = "● " if app.reading is not None and each.name == app.reading.workspace.name else "  "
        counts = (
            f"  {each.files:,} files, {each.symbols:,} symbols, {each.calls:,} calls" if each.files else "  no graph"
        )
        choices.append(Choice(Text.assemble(mark, each.name, (counts, "dim"), no_wrap=True), f"workspace {each.name}"))
    names = {each.name for each in known}
    choices.append(Choice(Text("── catalog", style="bold")))
    for entry in catalog_entries():
        if entry.name not in names:
            label = Text.assemble(f"  {entry.name}", (f"  {entry.about}", "dim"), no_wrap=True)
            choices.append(Choice(label, f"entry {entry.name}", lacking=barred))

    async def go(chosen: str | None) -> None:
        if chosen is None:
            return
        what, _, name = chosen.partition(" ")
        if what == "here" and here is not None:
            app.run_worker(_index_folder(app, here), exit_on_error=False)
            return
        if what == "entry":
            app.run_worker(open_entry(app, name), exit_on_error=False)
            return
        try:
            await app.open_workspace(name)
        except NavigatorError as error:
            app.report(error)

    app.push_screen(Chooser("workspaces", choices, hint="enter opens; `navigator index SOURCE` adds your own"), go)


def folder_to_index(known: Sequence[Overview]) -> Path | None:
    """The current folder, where it holds code, or a workspace file, that no workspace is made of yet."""
    from navigator.facts.languages import language_of
    from navigator.workspaces.workspace_file import FILE_NAME

    try:
        here = Path.cwd()
        if here == Path.home() or here == Path(here.anchor):
            return None
        if any(str(here) in each.sources for each in known):
            return None
        met = list(islice((name for folder in (str(here), *_folders(here)) for name in os.listdir(folder)), GLANCE))
    except OSError:
        return None
    return here if any(name == FILE_NAME or language_of(name) is not None for name in met) else None


GLANCE = 2000
"""Names looked at to tell whether a folder holds code."""


def _folders(here: Path) -> list[str]:
    with os.scandir(here) as entries:
        return sorted(e.path for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))


async def _index_folder(app: Desk, folder: Path) -> None:
    """Indexes the folder, as its workspace file says if it has one, then opens it."""
    from navigator.workspaces import index
    from navigator.workspaces.workspace_file import FILE_NAME

    def work(progress: Progress, task: Task) -> Refreshed:
        file = folder / FILE_NAME
        return index(file=file, progress=progress) if file.is_file() else index([str(folder)], progress=progress)

    done = await app.carry_out(f"indexing {folder.name}", work)
    if done is not None:
        await _reopen(app, done.workspace)


async def open_entry(app: Desk, name: str) -> None:
    """Fetches and indexes an entry of the catalog, then opens it."""
    from navigator.workspaces import open_entry as fetch

    def work(progress: Progress, task: Task) -> Refreshed:
        return fetch(name, progress=progress)

    done = await app.carry_out(f"opening {name}", work)
    if done is not None:
        await _reopen(app, done.workspace)


def reindex(app: Desk) -> None:
    """Reads what has changed in the sources of the workspace, and shows the new graph."""
    assert app.reading is not None
    app.run_worker(_reindex(app, app.reading.workspace.name), exit_on_error=False)


async def _reindex(app: Desk, name: str) -> None:
    from navigator.workspaces import index

    def work(progress: Progress, task: Task) -> Refreshed:
        return index(name=name, progress=progress)

    done = await app.carry_out("indexing", work)
    if done is None:
        return
    if not done.changed:
        app.notify("nothing has changed", markup=False)
        return
    app.notify(f"{done.files:,} files, {done.parsed:,} of them read", markup=False)
    await _reopen(app, name)


async def _reopen(app: Desk, name: str) -> None:
    try:
        await app.open_workspace(name)
    except NavigatorError as error:
        app.report(error)


def cancel(app: Desk) -> None:
    if app.long_task is not None:
        app.long_task.cancel()


DEEDS = {"workspaces": workspaces, "reindex": reindex, "cancel": cancel}
