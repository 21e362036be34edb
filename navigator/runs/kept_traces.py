"""Traces that are kept: those of runs in the runs' folders, those of other commands in a folder of their own."""

from __future__ import annotations

import difflib
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from navigator.runs import record as kept
from navigator.runs.errors import BadTrace, CannotKeepRun
from navigator.runs.places import state_folder
from navigator.runs.record import RunRecord, records
from navigator.runs.trace import Trace, read_trace, write_trace


class KeptTrace(msgspec.Struct, frozen=True):
    """Where a trace lies, and the run that made it, if one did."""

    name: str
    file: Path
    run: RunRecord | None = None

    def read(self) -> Trace:
        return read_trace(self.file)


def keep_trace(trace: Trace, file: Path | None = None) -> Path:
    """Writes a trace to ``file``, or to the folder of traces under a name of its own.

    Raises CannotKeepRun, and BadTrace where ``file`` is there and is no trace.
    """
    if file is None:
        folder = _folder()
        program = Path(trace.command[0]).name if trace.command else "program"
        words = [re.sub(r"[^A-Za-z0-9_.-]+", "-", program) or "program", f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"]
        file = folder / f"{'-'.join(words)}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise kept.cannot_keep(folder, error) from error
    may_write(file)
    write_trace(trace, file)
    return file


def may_write(file: Path) -> None:
    """Raises BadTrace where a file that is no trace would be replaced, CannotKeepRun where the folder is not there."""
    if not file.parent.is_dir():
        raise CannotKeepRun(f"cannot write {file}: there is no folder {file.parent}")
    if file.exists():
        try:
            read_trace(file)
        except BadTrace:
            raise BadTrace(f"{file} is there and is no trace; name another file with --to") from None


def kept_traces() -> list[KeptTrace]:
    """All of them, the latest first."""
    found = [
        (record.started, KeptTrace(record.id, record.place / kept.TRACE, record))
        for record in records()
        if record.traced and (record.place / kept.TRACE).is_file()
    ]
    try:
        files = [file for file in _folder().iterdir() if file.suffix == ".json" and not file.name.startswith(".")]
    except OSError:
        files = []
    for file in files:
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        found.append((written.isoformat(timespec="milliseconds"), KeptTrace(file.stem, file)))
    return [each for _, each in sorted(found, key=lambda pair: (pair[0], pair[1].name), reverse=True)]


def find_trace(text: str | None = None) -> KeptTrace:
    """The latest trace, or what ``text`` names: a file, a trace or run by its id or the beginning of one, or the latest
    traced run of a reproduction. Raises BadTrace with the nearest names."""
    if text is not None and (os.sep in text or Path(text).is_file()):
        file = Path(text).expanduser().absolute()
        if not file.is_file():
            raise BadTrace(f"there is no file {file}")
        return KeptTrace(file.name, file)
    known = kept_traces()
    if text is None:
        if not known:
            raise BadTrace("nothing has been traced yet; `navigator run ID --trace`, or `navigator trace -- COMMAND`")
        return known[0]
    for each in known:
        if each.name == text or (each.run is not None and each.run.reproduction == text):
            return each
    beginning = [each for each in known if text and each.name.startswith(text)]
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        several = ", ".join(each.name for each in beginning[:4])
        raise BadTrace(f"{text!r} could be {several}; write more of it")
    for record in records():
        if text in (record.id, record.reproduction):
            raise BadTrace(f"{record.id} was not traced; `navigator run {record.reproduction} --trace` does")
    names = [each.name for each in known]
    near = difflib.get_close_matches(text, names, n=3, cutoff=0.4) or names[:3]
    listed = f"the nearest: {', '.join(near)}" if near else "none is kept yet"
    raise BadTrace(f"no trace {text!r}; {listed}")


def _folder() -> Path:
    return state_folder() / "traces"
