"""Workspaces: open one, fetch a system of the catalog, index anew, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from navigator.errors import NavigatorError
from navigator.tui.screens.chooser import Choice, Chooser
from navigator.tui.tasks import Task

if TYPE_CHECKING:
    from navigator.tui.desk import Desk
    from navigator.workspaces import Progress, Refreshed


async def workspaces(app: Desk) -> None:
    """Those that are indexed, then the catalog: miniatures, and real systems that are fetched first."""
    from navigator.tui.allowed import actions_allowed
    from navigator.workspaces import catalog_entries, overviews

    known = overviews()
    choices = [Choice(Text("── indexed", style="bold"))] if known else []
    for each in known:
        mark = "● " if app.reading is not None and each.name == app.reading.workspace.name else "  "
        counts = (
            f"  {each.files:,} files, {each.symbols:,} symbols, {each.calls:,} calls" if each.files else "  no graph"
        )
        choices.append(Choice(Text.assemble(mark, each.name, (counts, "dim"), no_wrap=True), f"workspace {each.name}"))
    names = {each.name for each in known}
    choices.append(Choice(Text("── catalog", style="bold")))
    barred = "" if actions_allowed() else "not in this session"
    for entry in catalog_entries():
        if entry.name not in names:
            label = Text.assemble(f"  {entry.name}", (f"  {entry.about}", "dim"), no_wrap=True)
            choices.append(Choice(label, f"entry {entry.name}", lacking=barred))

    async def go(chosen: str | None) -> None:
        if chosen is None:
            return
        what, _, name = chosen.partition(" ")
        if what == "entry":
            app.run_worker(open_entry(app, name), exit_on_error=False)
            return
        try:
            await app.open_workspace(name)
        except NavigatorError as error:
            app.report(error)

    app.push_screen(Chooser("workspaces", choices, hint="enter opens; `navigator index SOURCE` adds your own"), go)


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
