"""Has a program's Python processes count their calls, and puts what they counted together.

with scratch folder ``parts``:
    subprocess.run(command, env=os.environ | traced(parts, folders=[project]))
    trace = collect(parts, command)
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from navigator.runs.injected import navigator_tracer as tracer
from navigator.runs.trace import Trace, TracedCall, TracedFunction, TracedKind, TracedProcess

INJECTED = Path(tracer.__file__).parent

LOST = "process {}: calls are missing from where it set a profile function of its own, or reached its recursion limit"

_COMPREHENSION = re.compile(r"(?:^|\.<locals>\.|\.)<(?:listcomp|setcomp|dictcomp|genexpr)>$")


def traced(
    parts: Path,
    *,
    folders: Sequence[Path] = (),
    packages: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """The variables that make a program's Python processes write their parts of a trace to the folder ``parts``.

    Functions count whose files lie under ``folders`` or belong to importable ``packages``. ``environment`` is what the
    program gets otherwise; of it ``PYTHONPATH`` is extended.
    """
    path = [str(INJECTED), *(entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry)]
    return {
        tracer.PLACE: str(parts),
        tracer.FOLDERS: os.pathsep.join(str(folder) for folder in folders),
        tracer.PACKAGES: os.pathsep.join(packages),
        "PYTHONPATH": os.pathsep.join(path),
    }


def collect(
    parts: Path,
    command: Sequence[str] = (),
    *,
    folders: Sequence[Path] = (),
    packages: Sequence[str] = (),
    exit: int | None = None,
) -> Trace:
    """The trace of all processes that wrote to ``parts``, alive or dead. A line cut off by a kill is passed over."""
    functions: dict[TracedFunction, int] = {}
    calls: dict[_Site, list[int]] = {}
    processes: list[tuple[int, TracedProcess]] = []
    lost: list[int] = []
    dropped = 0
    for file in sorted(parts.glob("*.calls")):
        part = _read(file)
        dropped += part.dropped
        if part.process is not None:
            processes.append(part.process)
        if part.lost and part.process is not None:
            lost.append(part.process[1].pid)
        for time, site, count in part.calls:
            known = calls.setdefault(site, [time, 0])
            known[0] = min(known[0], time)
            known[1] += count
    ordered = sorted(calls.items(), key=lambda item: (item[1][0], str(item[0])))
    rows = []
    for site, (_, count) in ordered:
        ends = [None if end is None else functions.setdefault(end, len(functions)) for end in site[:2]]
        callee = ends[1]
        assert callee is not None
        rows.append(TracedCall(ends[0], callee, *site.place, count, TracedKind(site.kind)))
    processes.sort()
    started = processes[0][0] / 1e9 if processes else 0.0
    return Trace(
        command=tuple(command),
        started=datetime.fromtimestamp(started, UTC).isoformat(timespec="milliseconds") if started else "",
        folders=tuple(str(folder) for folder in folders),
        packages=tuple(packages),
        functions=tuple(functions),
        calls=tuple(rows),
        processes=tuple(process for _, process in processes),
        dropped=dropped,
        notes=tuple(LOST.format(pid) for pid in lost),
        exit=exit,
    )


class _Site(NamedTuple):
    caller: TracedFunction | None
    callee: TracedFunction
    place: tuple[int, int, int, int]
    kind: str


class _Part(msgspec.Struct):
    """What one process wrote."""

    process: Any = None
    calls: list[tuple[int, _Site, int]] = []
    dropped: int = 0
    lost: bool = False


def _read(file: Path) -> _Part:
    part = _Part()
    counts = _counts(file.with_suffix(".counts"))
    part.dropped = counts[0] if counts else 0
    functions: dict[int, TracedFunction] = {}
    inner: set[int] = set()
    for row in _rows(file):
        match row:
            case ["process", int(pid), int(parent), int(started), str(hook), str(python), list(words)]:
                part.process = started, TracedProcess(pid, parent, tuple(map(str, words)), python, hook)
            case ["lost"]:
                part.lost = True
            case ["function", int(number), str(path), int(line), str(name)]:
                functions[number] = TracedFunction(path, line, owner(name))
                if _COMPREHENSION.search(name):
                    inner.add(number)
            case ["call", int(slot), int(time), int(maker), int(callee), int(), int(), int(), int(), str(kind)]:
                if callee in inner or callee not in functions or (maker >= 0 and maker not in functions):
                    continue
                count = counts[slot] if slot < len(counts) else 0
                place = row[5], row[6], row[7], row[8]
                site = _Site(functions[maker] if maker >= 0 else None, functions[callee], place, kind)
                part.calls.append((time, site, max(count, 1)))
    return part


def _rows(file: Path) -> Iterator[Any]:
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        if line:
            try:
                yield msgspec.json.decode(line)
            except msgspec.MsgspecError:
                continue


def _counts(file: Path) -> Sequence[int]:
    try:
        data = file.read_bytes()
    except OSError:
        return ()
    return memoryview(data[: len(data) // 8 * 8]).cast("Q")


def owner(name: str) -> str:
    """The definition that a code object's body belongs to: comprehensions belong to the definition around them."""
    while match := _COMPREHENSION.search(name):
        name = name[: match.start()]
    return "" if name == "<module>" else name.replace(".<locals>", "")
