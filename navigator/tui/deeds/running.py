"""Runs of reproductions: what to set, the run under trace, and what it lit up."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import SuspendNotSupported

from navigator.errors import NavigatorError
from navigator.tui.deeds.replaying import begin
from navigator.tui.screens.chooser import Choice, Chooser
from navigator.tui.screens.prompt import Prompt
from navigator.tui.selection import Selection
from navigator.tui.tasks import Task
from navigator.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from navigator.runs import Laid, Reproduction, RunRecord
    from navigator.tui.desk import Desk
    from navigator.workspaces import Progress

MOST_KEPT = 8
REPLAY, AGAIN = "replay", "again "
"""What choices stand for that are no symbol, or no reproduction."""


def run(app: Desk) -> None:
    """Offers the reproductions, those of this workspace first; runs the one that is chosen under trace."""
    from navigator.runs import reproductions, workspace_folders

    assert app.reading is not None
    name = app.reading.workspace.name.removeprefix("demo-").partition("@")[0]
    try:
        found = reproductions(workspace_folders()).found
    except NavigatorError as error:
        app.report(error)
        return
    linked = [each for each in found if each.manifest.workspace == name]
    choices = []
    for each in [*linked, *(other for other in found if other not in linked)]:
        mark = "● " if each in linked else "  "
        about = f"  {each.manifest.title}, about {each.manifest.requires.seconds:.0f} s"
        choices.append(
            Choice(
                Text.assemble(mark, each.id, (about, "dim"), no_wrap=True),
                each.id,
                lacking="" if each.trusted else f"not trusted: navigator trust {each.folder}",
            )
        )
    by_id = {each.id: each for each in found}
    choices += _kept(linked)

    def start(chosen: str | None) -> None:
        if chosen is not None and chosen.startswith(AGAIN):
            app.run_worker(_again(app, chosen.removeprefix(AGAIN)), exit_on_error=False)
        elif chosen is not None:
            ask_parameters(app, by_id[chosen])

    hint = "● is linked to this workspace; it runs under trace, and what ran is drawn as heavy lines"
    app.push_screen(Chooser("run", choices or [Choice(Text("no reproductions are known"))], hint=hint), start)


def _kept(linked: Sequence[Reproduction]) -> list[Choice]:
    """The latest traced runs of the linked reproductions."""
    from navigator.runs import kept_traces

    ids = {each.id for each in linked}
    runs = [each.run for each in kept_traces() if each.run is not None and each.run.reproduction in ids]
    if not runs:
        return []
    return [
        Choice(Text("── what ran before, to be replayed", style="bold")),
        *(
            Choice(Text.assemble("  ", run.id, (f"  {run.status}, {run.seconds:.0f} s", "dim")), AGAIN + run.id)
            for run in runs[:MOST_KEPT]
        ),
    ]


async def _again(app: Desk, run: str) -> None:
    """Lays the trace of a run that is kept over the graph, and shows it."""

    def work(progress: Progress, task: Task) -> tuple[RunRecord, Laid] | None:
        from navigator.runs import find_trace, lay

        trace = find_trace(run)
        return None if trace.run is None else (trace.run, lay(trace, None, progress))

    done = await app.carry_out(f"laying {run} over the graph", work)
    if done is not None:
        await show_run(app, *done, [])


def ask_parameters(app: Desk, chosen: Reproduction) -> None:
    """Asks what to set, and runs; at once where there is nothing to set."""
    parameters = chosen.manifest.parameters

    def start(text: str | None) -> None:
        if text is not None:
            app.run_worker(_run(app, chosen, text), exit_on_error=False)

    if not parameters:
        start("")
        return
    told = ", ".join(f"{name}={_spelt(each.default)}" for name, each in parameters.items())
    hint = f"NAME=VALUE, spaces between; nothing for the defaults: {told}"
    app.push_screen(Prompt(f"run {chosen.id} with", hint=hint), start)


def _spelt(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = ",".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)
    return shlex.quote(text) if text else "''"


async def _run(app: Desk, chosen: Reproduction, text: str) -> None:
    from navigator.runs import values

    try:
        words = shlex.split(text)
        given = values(chosen.manifest, words)
    except NavigatorError as error:
        app.report(error)
        return
    except ValueError as error:
        app.report(f"{text}: {error}")
        return
    if any(each.terminal and given[name] for name, each in chosen.manifest.parameters.items()):
        await play(app, chosen, words)
        return

    def work(progress: Progress, task: Task) -> tuple[RunRecord, Laid | None, list[str]]:
        return run_traced(chosen, given, progress, task)

    done = await app.carry_out(f"running {chosen.id}", work)
    if done is None:
        return
    record, laid, printed = done
    await show_run(app, record, laid, printed)


async def play(app: Desk, chosen: Reproduction, words: list[str]) -> None:
    """Leaves the terminal to a run, and shows what it lit up once it has ended."""
    command = [sys.executable, "-m", "navigator", "run", chosen.id, "--trace"]
    for word in words:
        command += ["--set", word]
    try:
        with app.suspend():
            subprocess.run(command, check=False)
    except SuspendNotSupported:
        app.report(
            f"{chosen.id} wants a terminal, and here is none to lend; in one: {shlex.join(['navigator', *command[3:]])}"
        )
        return

    def work(progress: Progress, task: Task) -> tuple[RunRecord, Laid | None] | None:
        from navigator.runs import find_trace, lay

        trace = find_trace(chosen.id)
        return None if trace.run is None else (trace.run, lay(trace, None, progress))

    done = await app.carry_out("laying its trace over the graph", work)
    if done is not None:
        await show_run(app, *done, [])


def run_traced(
    chosen: Reproduction, given: dict[str, Any], progress: Progress, task: Task
) -> tuple[RunRecord, Laid | None, list[str]]:
    """Runs a reproduction with these values, and lays its trace over its upstream's graph where that is indexed."""
    from navigator.runs import Printed, Progressed, find_trace, lay, may_run, start

    may_run(chosen)
    printed: list[str] = []
    with start(chosen, given, traced=True) as running:
        task.on_cancel = running.cancel
        for event in running:
            if isinstance(event, Printed):
                printed.append(event.text)
            elif isinstance(event, Progressed):
                task.label, task.done, task.total = event.label, event.done, event.total
    task.on_cancel = None
    record = running.record
    laid = None
    if record.traced and chosen.manifest.links:
        task.label, task.total = "laying its trace over the graph", None
        laid = lay(find_trace(record.id), None, progress)
    return record, laid, "".join(printed).splitlines()


async def show_run(app: Desk, record: RunRecord, laid: Laid | None, printed: list[str]) -> None:
    """Claims, what was printed, and the upstream symbols in the order in which they lit up: choosing one goes there."""
    from navigator.runs import Replay, frames, traced_pairs

    choices = [Choice(Text(f"{record.id}: {record.status}, {record.seconds:.0f} s", style="bold"))]
    choices += [
        Choice(Text(f"{'held' if claim.held else 'DOES NOT HOLD'}: {claim.id} {claim.detail}"))
        for claim in record.claims
    ]
    if record.message:
        choices.append(Choice(Text(record.message)))
    choices += [Choice(Text(f"file: {record.place / 'outputs' / each.path}")) for each in record.outputs]
    replay = None
    if laid is not None and laid.projection is not None:
        known, _ = traced_pairs(laid)
        app.graph.traced = known
        app.graph.redraw()
        replay = Replay(record.id, frames(laid))
        about = f"replay its {counted(len(replay.steps), 'call')} one by one: . goes on, , goes back"
        choices.insert(1, Choice(Text(about, style="bold"), REPLAY))
        choices.append(Choice(Text("── lit up upstream, in the order of the run", style="bold")))
        lit = (symbol for step in replay.steps for symbol in step.first)
        choices += [Choice(Text(f"{number:>3} {symbol.name}"), symbol.id) for number, symbol in enumerate(lit, 1)]
    if printed:
        choices.append(Choice(Text("── printed", style="bold")))
    choices += [Choice(Text(line)) for line in printed[-200:]]

    async def go(chosen: str | None) -> None:
        if chosen == REPLAY and replay is not None:
            await begin(app, replay)
        elif chosen is not None and app.reading is not None:
            if await app.reading.ask(app.reading.symbol, chosen) is None:
                app.notify(f"{chosen} is in another workspace (W)", severity="warning", markup=False)
                return
            app.open(Selection(chosen))

    app.push_screen(Chooser(f"run of {record.reproduction}", choices, hint="enter goes to a symbol"), go)
