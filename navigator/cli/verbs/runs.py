"""``navigator runs``"""

from __future__ import annotations

import click

from navigator.cli import options, output
from navigator.cli.exits import FOUND, NOTHING, say
from navigator.cli.run_rows import print_run, spelled, state, took
from navigator.errors import NavigatorError
from navigator.runs import Manifest, RunRecord, find_record, read_manifest, records


@click.command("runs")
@click.argument("runs", metavar="RUN...", nargs=-1)
@click.option("--log", is_flag=True, help="Print what the RUN printed.")
@click.option("--remove", is_flag=True, help="Delete each RUN and all that it wrote.")
@options.as_json
def command(runs: tuple[str, ...], log: bool, remove: bool, as_json: bool) -> int:
    """List what has been run, show one RUN, or compare several.

    RUN is the id of a run, the beginning of one, or the id of a reproduction, which stands for its latest run.
    """
    if (log or remove) and not runs:
        raise click.UsageError(f"--{'log' if log else 'remove'} needs a RUN")
    found = [find_record(each) for each in runs]
    if remove:
        return _remove(found, as_json)
    if log:
        return _print_logs(found, as_json)
    if not runs:
        return _list(as_json)
    if len(found) == 1:
        return _show(found[0], as_json)
    return _compare(found, as_json)


def _list(as_json: bool) -> int:
    found = records()
    if as_json:
        output.json({"runs": found})
    elif not found:
        say("nothing has been run yet; `navigator repro list` shows what can be")
    else:
        output.rows([output.name(each.id), state(each), took(each), output.remark(_changed(each))] for each in found)
    return FOUND if found else NOTHING


def _show(record: RunRecord, as_json: bool) -> int:
    if as_json:
        output.json({"runs": [record]})
        return FOUND
    around = record.environment
    packages = ", ".join(f"{name} {version}" for name, version in around.packages.items())
    output.rows(
        [
            ["started", record.started],
            ["parameters", " ".join(f"{name}={spelled(value)}" for name, value in record.parameters.items())],
            ["pinned", f"seed {around.seed}, threads {around.threads}"],
            ["environment", f"Python {around.python}, {around.platform}{', ' + packages if packages else ''}"],
        ]
    )
    print_run(record, _manifest(record))
    if record.message:
        say(f"{record.id} {record.message}")
    return FOUND


def _compare(found: list[RunRecord], as_json: bool) -> int:
    from navigator.runs.comparing import compare

    compared = compare(found)
    if as_json:
        output.json(compared)
        return FOUND
    output.rows([["", *(output.name(id) for id in compared.runs)]])
    for title, rows in (("what went in:", compared.causes), ("what came out:", compared.effects)):
        output.line(title)
        output.rows([f"  {row.what}", *(_value(row.what, each) for each in row.values)] for row in rows)
        if not rows:
            output.line("  the same")
    return FOUND


def _print_logs(found: list[RunRecord], as_json: bool) -> int:
    logs = {record.id: _log(record) for record in found}
    if as_json:
        output.json({"logs": logs})
    else:
        for text in logs.values():
            output.write("".join(f"{line}\n" for line in _shown(text)))
    return FOUND if any(logs.values()) else NOTHING


def _log(record: RunRecord) -> str:
    try:
        return (record.place / "log.txt").read_text("utf-8", "replace")
    except OSError as error:
        raise Unreadable(f"cannot read the log of {record.id}: {error.strerror}") from error


def _shown(text: str) -> list[str]:
    from navigator.cli.plain import plain
    from navigator.cli.running import Lines

    lines = Lines()
    return [plain(line) for line in (*lines.feed(text), *lines.end())]


def _remove(found: list[RunRecord], as_json: bool) -> int:
    from navigator.runs.record import remove

    for record in found:
        remove(record)
        say(f"removed {record.id}")
    if as_json:
        output.json({"removed": [record.id for record in found]})
    return FOUND


class Unreadable(NavigatorError):
    """A kept run's file cannot be read."""

    exit_code = 3


def _manifest(record: RunRecord) -> Manifest | None:
    """What the run's reproduction says now, for the wording of its claims."""
    from pathlib import Path

    try:
        return read_manifest(Path(record.folder))
    except NavigatorError:
        return None


def _changed(record: RunRecord) -> str:
    """The parameters that are not the manifest's defaults, as they are now."""
    manifest = _manifest(record)
    if manifest is None:
        return ""
    defaults = {name: each.default for name, each in manifest.parameters.items()}
    words = [f"{name}={spelled(value)}" for name, value in record.parameters.items() if defaults.get(name) != value]
    return " ".join(words)


def _value(what: str, value: object) -> str:
    if value is None:
        return "-"
    if what == "memory" and isinstance(value, int):
        return f"{value / 2**20:.0f} MiB"
    if what in ("seconds", "processor"):
        return f"{value:.1f} s"
    return spelled(value)
