"""A trace: which function of a program called which, how often, in which order first. Schema ``navigator.trace/1``."""

from __future__ import annotations

import enum
import os
from pathlib import Path

import msgspec

from navigator.runs.errors import BadTrace, CannotKeepRun

SCHEMA = "navigator.trace/1"


class TracedKind(enum.StrEnum):
    """How a call was seen.

    ``through``: other people's Python code lies between caller and callee. ``resumed``: the first step of a generator
    or coroutine, asked for by the caller, which need not have made it. ``spawned``: the caller started the thread whose
    first traced function the callee is.
    """

    DIRECT = "direct"
    THROUGH = "through"
    RESUMED = "resumed"
    SPAWNED = "spawned"


class TracedFunction(msgspec.Struct, frozen=True):
    """``line`` is its code's first, that of the first decorator if there is one; ``name`` is dotted, without
    ``<locals>``, and empty for a module's body."""

    file: str
    line: int
    name: str


class TracedCall(msgspec.Struct, frozen=True):
    """A call site and what it called. ``caller`` and ``callee`` number the trace's functions; ``caller`` is None, and
    the position 0, where no traced function led to the call. Columns count bytes of UTF-8."""

    caller: int | None
    callee: int
    line: int
    column: int
    end_line: int
    end_column: int
    count: int
    kind: TracedKind


class TracedProcess(msgspec.Struct, frozen=True):
    """``hook`` is what told of the calls: ``sys.monitoring`` or ``sys.setprofile``."""

    pid: int
    parent: int
    arguments: tuple[str, ...]
    python: str
    hook: str


class Trace(msgspec.Struct, frozen=True):
    """``calls`` are in the order in which they were first seen, over all processes and threads. ``dropped`` calls found
    no room in the tables, which are bounded; ``notes`` say what else is missing."""

    command: tuple[str, ...]
    started: str
    folders: tuple[str, ...]
    packages: tuple[str, ...]
    functions: tuple[TracedFunction, ...]
    calls: tuple[TracedCall, ...]
    processes: tuple[TracedProcess, ...]
    dropped: int = 0
    notes: tuple[str, ...] = ()
    exit: int | None = None
    """The status of the traced command, negative for the signal that ended it; None where it is not known."""
    schema: str = SCHEMA


def read_trace(file: Path) -> Trace:
    """Raises BadTrace."""
    try:
        trace = msgspec.json.decode(file.read_bytes(), type=Trace)
    except OSError as error:
        raise BadTrace(f"cannot read {file}: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise BadTrace(f"{file} is no trace: {error}") from error
    if trace.schema != SCHEMA:
        raise BadTrace(f"{file} has the schema {trace.schema}; this navigator reads {SCHEMA}")
    return trace


def write_trace(trace: Trace, file: Path) -> None:
    """Replaces the file as a whole; raises CannotKeepRun."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_bytes(msgspec.json.encode(trace) + b"\n")
        os.replace(fresh, file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise CannotKeepRun(f"cannot write {file}: {error.strerror}") from error
