"""What is kept of a run: one folder each, with a record, the log, the events and the outputs."""

from __future__ import annotations

import enum
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from navigator.runs.errors import CannotKeepRun, UnknownRun
from navigator.runs.places import runs_folder
from navigator.runs.protocol import Claimed

SCHEMA = "navigator.run/1"
RECORD = "run.json"
LOG = "log.txt"
EVENTS = "events.jsonl"
PARAMETERS = "parameters.json"
OUTPUTS = "outputs"
LOCK = "lock"
TRACE = "trace.json"
TRACE_PARTS = "trace"


class Status(enum.StrEnum):
    """How a run stands. ``lost``: its navigator was killed, and the run with it, before the end was written down."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed out"
    LOST = "lost"


class Result(msgspec.Struct, frozen=True):
    """A file that the run wrote; ``path`` is relative to the folder ``outputs`` of the run."""

    path: str
    bytes: int
    kind: str = "file"
    title: str = ""


class Environment(msgspec.Struct, frozen=True):
    """What the run depended on besides its parameters. ``code`` is a digest of the reproduction's files but its
    manifest and texts."""

    navigator: str
    python: str
    platform: str
    cores: int
    threads: int
    seed: int
    code: str
    packages: dict[str, str] = {}


class RunRecord(msgspec.Struct, frozen=True):
    """``started`` is in UTC, ISO 8601; ``exit`` is the process's status, negative for the signal that ended it."""

    id: str
    reproduction: str
    title: str
    folder: str
    command: tuple[str, ...]
    parameters: dict[str, Any]
    started: str
    status: Status
    environment: Environment
    limit: float
    traced: bool = False
    seconds: float = 0
    exit: int | None = None
    message: str = ""
    claims: tuple[Claimed, ...] = ()
    outputs: tuple[Result, ...] = ()
    left: int = 0
    """Processes that were still running when the command had ended, and were ended with it."""
    memory: int = 0
    """Peak memory of the largest process, in bytes."""
    processor: float = 0
    """Seconds of processor time of all processes."""
    schema: str = SCHEMA

    @property
    def place(self) -> Path:
        """The run's own folder."""
        return runs_folder() / self.id

    @property
    def held(self) -> bool:
        """Whether the run ended well and every claim that it reported held."""
        return self.status is Status.DONE and all(claim.held for claim in self.claims)


def new_folder(name: str) -> Path:
    """Makes a run's folder, which no other run has; raises CannotKeepRun."""
    parent = runs_folder()
    number = 1
    while True:
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
            (folder / OUTPUTS).mkdir()
        except FileExistsError:
            number += 1
            continue
        except OSError as error:
            raise cannot_keep(folder, error) from error
        return folder


def write_record(record: RunRecord) -> None:
    """Replaces the record as a whole; raises CannotKeepRun."""
    place = record.place / RECORD
    fresh = place.with_suffix(".new")
    try:
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
        os.replace(fresh, place)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise cannot_keep(place, error) from error


def cannot_keep(place: Path, error: OSError) -> CannotKeepRun:
    return CannotKeepRun(f"cannot write {place}: {error.strerror}; free space, or set NAVIGATOR_HOME to another folder")


def read_record(folder: Path) -> RunRecord | None:
    """The record in ``folder``, or None where there is none that can be read. A run whose owner is gone is lost."""
    try:
        record = msgspec.json.decode((folder / RECORD).read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError):
        return None
    if record.status is Status.RUNNING and not _held(folder / LOCK):
        fresh = _again(folder)
        if fresh is None or fresh.status is not Status.RUNNING:
            return fresh
        return msgspec.structs.replace(record, status=Status.LOST, message="navigator was killed while it ran")
    return record


def _again(folder: Path) -> RunRecord | None:
    """The record as it is now: the run may have ended between two looks."""
    try:
        return msgspec.json.decode((folder / RECORD).read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError):
        return None


def records() -> list[RunRecord]:
    """All runs, the latest first."""
    try:
        folders = [folder for folder in runs_folder().iterdir() if folder.is_dir()]
    except OSError:
        return []
    found = [record for folder in folders if (record := read_record(folder)) is not None]
    return sorted(found, key=lambda record: (record.started, record.id), reverse=True)


def find_record(text: str) -> RunRecord:
    """The run with this id, the only one whose id begins so, or the latest run of the reproduction ``text``.

    Raises UnknownRun with the nearest ids.
    """
    known = records()
    for record in known:
        if record.id == text:
            return record
    for record in known:
        if record.reproduction == text:
            return record
    beginning = [record for record in known if text and record.id.startswith(text)]
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        raise UnknownRun(f"{text!r} could be {', '.join(record.id for record in beginning[:4])}; write more of it")
    import difflib

    ids = [record.id for record in known]
    near = difflib.get_close_matches(text, ids, n=3, cutoff=0.4) or ids[:3]
    listed = f"the nearest: {', '.join(near)}" if near else "none is kept yet"
    raise UnknownRun(f"no run {text!r}; {listed}")


def remove(record: RunRecord) -> None:
    """Deletes a run and all that it wrote; raises CannotKeepRun while it is running."""
    if record.status is Status.RUNNING:
        raise CannotKeepRun(f"{record.id} is running; stop it first")
    try:
        shutil.rmtree(record.place)
    except OSError as error:
        raise CannotKeepRun(f"cannot remove {record.place}: {error.strerror}") from error


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Marks the run in ``folder`` as alive for as long as this process, or one that inherits the descriptor, lives."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise cannot_keep(folder / LOCK, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
