"""Runs a program under ``recorder.py`` and reads what it recorded."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

_RECORDER = Path(__file__).with_name("recorder.py")
_COMPREHENSION = re.compile(r"(?:^|\.<locals>\.|\.)<(?:listcomp|setcomp|dictcomp|genexpr)>$")


class RecordingError(Exception):
    """The program left no recording; the text has the end of what it printed."""


class End(msgspec.Struct, frozen=True):
    """One end of a call: the dotted name of a definition without ``<locals>``, empty for a module.

    ``line`` is the first line of its code, or that of a comprehension inside of it.
    """

    file: str
    line: int
    name: str


class Edge(msgspec.Struct, frozen=True):
    caller: End
    callee: End
    line: int
    kind: str
    count: int


class Recording(msgspec.Struct, frozen=True):
    exit: int
    error: str
    edges: tuple[Edge, ...]


class _Report(msgspec.Struct, frozen=True):
    exit: int
    error: str
    edges: list[tuple[str, int, str, str, int, str, int, str, int]]


def owner(name: str) -> str:
    """The definition that a code object's body belongs to: comprehensions belong to the definition around them."""
    while match := _COMPREHENSION.search(name):
        name = name[: match.start()]
    return "" if name == "<module>" else name.replace(".<locals>", "")


def decode(content: bytes) -> Recording:
    """Calls of comprehensions are left out; a call made inside of one has the definition around it as caller.

    The first step of a generator or coroutine is left out too where the call that made it was seen.
    """
    report = msgspec.json.decode(content, type=_Report)
    edges = tuple(
        Edge(End(file, start, owner(name)), End(to_file, to_start, owner(to_name)), line, kind, count)
        for file, start, name, to_file, to_start, to_name, line, kind, count in report.edges
        if not _COMPREHENSION.search(to_name)
    )
    made = {edge.callee for edge in edges if edge.kind == "direct"}
    edges = tuple(edge for edge in edges if edge.kind != "resumed" or edge.callee not in made)
    return Recording(report.exit, report.error, edges)


def record(
    command: list[str],
    folder: Path,
    *,
    python: Path = Path(sys.executable),
    cwd: Path | None = None,
    builtins: bool = False,
    seconds: float = 300,
) -> Recording:
    """Runs ``command`` (``script.py ARGS`` or ``-m module ARGS``) and records the calls between files under ``folder``.

    Raises ``RecordingError`` when the program outlives ``seconds`` or dies before the recording is written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "recording.json"
        options = ["--builtins"] if builtins else []
        line = [str(python), str(_RECORDER), str(report), str(folder), *options, "--", *command]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                line,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RecordingError(f"{' '.join(command)}: still running after {seconds:g} s") from error
        if not report.exists():
            end = (done.stdout + done.stderr).decode(errors="replace").strip()[-500:]
            raise RecordingError(f"{' '.join(command)}: ended with {done.returncode} and no recording: {end}")
        return decode(report.read_bytes())
