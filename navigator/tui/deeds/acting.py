"""What reaches beyond the screen: the clipboard, an editor, files, comparisons."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from navigator.errors import NavigatorError
from navigator.tui.commands import command_of
from navigator.tui.deeds.running import run
from navigator.tui.screens.chooser import Choice, Chooser
from navigator.tui.screens.prompt import Prompt
from navigator.tui.selection import Selection
from navigator.tui.tasks import Task
from navigator.wording import counted

if TYPE_CHECKING:
    from navigator.tui.desk import Desk
    from navigator.workspaces import Comparison, Progress

ENDINGS = ".svg .html .png .pdf .dot .mmd .txt .json .graphml .csv"
DATA = ("json", "graphml", "csv")
MOST_CHANGES = 500


def _copy(app: Desk, text: str) -> None:
    app.copied = text
    app.copy_to_clipboard(text)
    app.notify(text, title="copied", timeout=4, markup=False)


def copy_place(app: Desk) -> None:
    place = app.place()
    assert place is not None
    _copy(app, f"{place[1]}:{place[2]}")


def copy_command(app: Desk) -> None:
    assert app.reading is not None
    view = app.graph.view
    _copy(app, command_of(view, app.reading.workspace.name))


def edit(app: Desk) -> None:
    """Opens the file in the configured editor, else in ``$VISUAL`` or ``$EDITOR``, at the line."""
    place = app.place()
    assert place is not None and app.reading is not None
    root, file, line = place
    folder = app.reading.workspace.folder(root)
    if not folder:
        app.notify(f"{root} is pinned at a revision: there is no file to edit", severity="warning", markup=False)
        return
    path = str(Path(folder) / file)
    words = app.user_settings.editor
    if words:
        command = [word.replace("{file}", path).replace("{line}", str(line)) for word in words]
    else:
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        command = [*shlex.split(editor), f"+{line}", path]
    try:
        with app.suspend():
            status = subprocess.run(command, check=False).returncode
    except OSError as error:
        app.report(f"cannot start {command[0]!r}: {error.strerror}; set `editor` in config.toml, or $EDITOR")
    else:
        if status:
            app.report(f"{command[0]} ended with status {status}")


def export(app: Desk) -> None:
    """Asks for a file, and writes the drawn view to it in the format that its name says."""
    name = app.middle.name.rpartition(".")[2].rpartition(":")[2] if app.middle is not None else "graph"

    async def write(target: str | None) -> None:
        if target:
            await export_to(app, target)

    hint = "svg, html, png, pdf, dot, mmd, txt, json, graphml or csv, by the file's name"
    app.push_screen(Prompt("export to", f"{name}.svg", hint=hint), write)


async def export_to(app: Desk, target: str) -> None:
    from navigator.diagrams.files import FORMATS, Look, format_of
    from navigator.diagrams.of_workspace import draw_of
    from navigator.workspaces.files import write_file

    format = format_of(target)
    reading = app.reading
    assert reading is not None
    if format is None or format not in (*FORMATS, *DATA):
        app.report(f"{target}: no format has this ending; there is {ENDINGS}")
        return
    view = app.graph.view

    def write() -> None:
        if format in DATA:
            write_file(target, reading.workspace.export(format, view=view))
        else:
            write_file(target, [draw_of(reading.workspace, format, reading.workspace.subgraph(view), Look())])

    try:
        await reading.ask(write)
    except NavigatorError as error:
        app.report(error)
    else:
        app.notify(f"wrote {target}", markup=False)


# Comparing


def diff(app: Desk) -> None:
    """Asks for the earlier side: a workspace, W@REVISION, or a revision of this one."""
    assert app.reading is not None
    name = app.reading.workspace.name

    def compare(text: str | None) -> None:
        if text:
            app.run_worker(_diff(app, text.strip()), exit_on_error=False)

    hint = f"a workspace, or @REVISION for {name} at another revision (a commit, branch, tag or version)"
    app.push_screen(Prompt("compare with an earlier", "@", hint=hint), compare)


async def _diff(app: Desk, text: str) -> None:
    assert app.reading is not None
    name = app.reading.workspace.name
    earlier = f"{name.partition('@')[0]}{text}" if text.startswith("@") else text

    def work(progress: Progress, task: Task) -> Comparison:
        from navigator.workspaces import compare, open_workspace, ready

        other, _ = ready(earlier, progress=progress)
        with open_workspace(other, make_current=False) as before, open_workspace(name, make_current=False) as after:
            return compare(before, after)

    found = await app.carry_out(f"comparing with {earlier}", work)
    if found is not None:
        show_comparison(app, found)


def show_comparison(app: Desk, found: Comparison) -> None:
    """Lists what changed by module. New calls are marked in the trees and heavy in the graph; those that went have rows
    of their own there, and dashed lines."""
    from navigator.callgraph.changes import changes

    choices: list[Choice] = []
    for module in found.modules:
        choices.append(Choice(Text(f"── {module.module}", style="bold")))
        choices += [Choice(Text(f"+ {each.name}"), each.id) for each in module.added]
        choices += [Choice(Text(f"- {each.name}", style="dim")) for each in module.removed]
        for sign, pairs in (("→", module.moved), ("=", module.renamed), ("~", module.changed)):
            choices += [
                Choice(
                    Text(f"{sign} {each.before.name}" + (f" {sign} {each.after.name}" if sign != "~" else "")),
                    each.after.id,
                )
                for each in pairs
            ]
        choices += [Choice(Text(f"+ {_ends(call.caller, call.callee)}"), call.caller) for call in module.calls_added]
        choices += [Choice(Text(f"- {_ends(call.caller, call.callee)}", style="dim")) for call in module.calls_removed]
    left = len(choices) - MOST_CHANGES
    if left > 0:
        choices = [
            *choices[:MOST_CHANGES],
            Choice(Text(f"… {left:,} more lines: navigator diff prints them", style="dim")),
        ]
    app.compare_with(found.before, changes(found.modules))

    def go(chosen: str | None) -> None:
        if chosen is not None:
            app.open(Selection(chosen))

    title = f"{found.before} → {found.after}: {counted(len(found.modules), 'module')} changed"
    hint = "+ new, - gone, → moved, = renamed, ~ changed; in the graph new calls are heavy, gone ones dashed ✗"
    app.push_screen(Chooser(title, choices or [Choice(Text("nothing changed"))], hint=hint), go)


def _ends(caller: str, callee: str) -> str:
    return f"{caller.partition(':')[2]} ▶ {callee.partition(':')[2]}"


DEEDS = {
    "copy_place": copy_place,
    "copy_command": copy_command,
    "edit": edit,
    "export": export,
    "run": run,
    "diff": diff,
}
