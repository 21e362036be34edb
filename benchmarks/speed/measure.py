"""Runs a command and measures wall time, processor time and the peak memory of its whole process tree."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import msgspec

PAGE = os.sysconf("SC_PAGE_SIZE")
INTERVAL = 0.05
"""Seconds between two looks at the memory: short beside any run worth measuring."""


class Run(msgspec.Struct, frozen=True):
    """One run. ``wall`` and ``processor`` in seconds; ``memory`` in bytes, ``None`` where it cannot be read.

    ``memory`` is the largest sum, over all processes of the tree at one moment, of their resident pages; pages that
    two processes share count twice. ``failure`` holds the end of what a failed command said.
    """

    wall: float
    processor: float
    memory: int | None
    failure: str = ""


def run(command: list[str], log: Path, *, environment: dict[str, str], cwd: Path, limit: float = 900) -> Run:
    """Runs ``command`` in a session of its own, its output in ``log``; past ``limit`` seconds the session is ended."""
    with log.open("wb") as output:
        start = time.perf_counter()
        before = os.times()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=environment,
            start_new_session=True,
        )
        peak: int | None = None
        while True:
            try:
                process.wait(timeout=INTERVAL)
                break
            except subprocess.TimeoutExpired:
                peak = max(resident(process.pid), peak or 0) or None
            if time.perf_counter() - start > limit:
                os.killpg(process.pid, 9)
                process.wait()
                return Run(limit, 0, peak, failure=f"still running after {limit:g} s")
        wall = time.perf_counter() - start
        after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    failure = "" if process.returncode == 0 else f"exit {process.returncode}: {tail(log)}"
    return Run(wall, processor, peak, failure)


def resident(session: int) -> int:
    """The resident bytes of all processes of a session; 0 on a system without ``/proc``."""
    total = 0
    try:
        names = os.listdir("/proc")
    except OSError:
        return 0
    for name in names:
        if not name.isdecimal():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as handle:
                fields = handle.read().rpartition(b")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[3]) == session:
            total += int(fields[21]) * PAGE
    return total


def tail(log: Path, characters: int = 300) -> str:
    """The end of a log as one line."""
    return " ".join(log.read_bytes()[-4 * characters :].decode(errors="replace").split())[-characters:]
