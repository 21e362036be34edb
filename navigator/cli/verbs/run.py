"""``navigator run``"""

from __future__ import annotations

import sys

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, INTERRUPTED, NOTHING, OUTSIDE, say
from navigator.cli.known_reproductions import known
from navigator.cli.run_rows import print_run
from navigator.runs import Reproduction, RunRecord, Status, may_run, start, values


@click.command("run")
@click.argument("id", metavar="ID")
@click.option("--set", "words", metavar="NAME=VALUE", multiple=True, help="A parameter's value; repeatable.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="The seed of the run.")
@click.option(
    "--threads", type=click.IntRange(min=1), metavar="N", default=None, help="Threads of numerical libraries."
)
@click.option(
    "--limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", default=None, help="Stop it after that."
)
@click.option("--trace", "traced", is_flag=True, help="Count its functions' calls, for `navigator overlay`.")
@click.option("--install", is_flag=True, help="First install what it needs, beside navigator.")
@options.as_json
def command(
    id: str,
    words: tuple[str, ...],
    seed: int,
    threads: int | None,
    limit: float | None,
    traced: bool,
    install: bool,
    as_json: bool,
) -> int:
    """Run a reproduction: watch what it prints, and keep its log, outputs and environment.

    It runs in a folder of its own, with its seed and thread counts pinned. Ctrl-C stops it and everything that it
    started; pressed twice, at once. Exit status: 0 if it ended well and its claims held, 1 if a claim did not, 3 if it
    failed or ran out of time. With --json the record of the run is printed, and what the run prints goes to standard
    error. `navigator runs` lists what has been run.
    """
    found = known(id)
    chosen = values(found.manifest, words)
    may_run(found)
    _provide(found, install)
    from navigator.cli.running import to_output, watch
    from navigator.cli.terminal import lent

    with (
        lent() as terminal,
        start(found, chosen, seed=seed, threads=threads, limit=limit, further=terminal, traced=traced) as running,
    ):
        say(f"{running.record.id}: {found.manifest.title}")
        watch(running, say if as_json else to_output)
    record = running.record
    if as_json:
        output.json(record)
    else:
        print_run(record, found.manifest)
        if record.traced and found.manifest.links:
            _print_conformance(record)
    if record.message:
        say(f"navigator: {record.id} {record.message}; its log: {record.place / 'log.txt'}")
    return exit_status(record)


def _print_conformance(record: RunRecord) -> None:
    """How far what ran is built as the upstream is; what stands in its way takes nothing from the run."""
    from navigator.cli.conformance_rows import print_conformance
    from navigator.cli.progress import progress_bar
    from navigator.errors import NavigatorError
    from navigator.runs import find_trace, lay

    try:
        with progress_bar() as progress:
            laid = lay(find_trace(record.id), None, progress)
    except NavigatorError as error:
        say(f"navigator: its conformance is not known: {error}")
        return
    if laid.judged is not None:
        print_conformance(laid.judged)
    for note in laid.notes:
        say(f"navigator: {note}")
    say(f"navigator overlay {record.id} shows what it lit up")


def exit_status(record: RunRecord) -> int:
    if record.status is Status.CANCELLED:
        return INTERRUPTED
    if record.status is not Status.DONE:
        return OUTSIDE
    return FOUND if record.held else NOTHING


def _provide(found: Reproduction, install: bool) -> None:
    """Installs what is missing where that was asked for or is agreed to; raises MissingRequirement otherwise."""
    from navigator.runs.requirements import ensure, install_missing, missing

    wanted = missing(found.manifest.requires)
    if wanted and not install and sys.stdin.isatty() and sys.stderr.isatty():
        say(f"{found.id} needs {', '.join(wanted)}, which is not installed")
        install = click.confirm(f"Install into {sys.prefix}?", default=False, err=True)
    if wanted and install:
        say(f"installing {', '.join(wanted)}")
        install_missing(wanted)
    ensure(found.id, found.manifest.requires)
