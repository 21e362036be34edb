"""The command ``python -m benchmarks.tracing``; README.md beside this file explains it."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import results
from benchmarks.tracing.programs import PROGRAMS
from navigator.runs.tracing import collect, traced

PROFILER = """
import cProfile, runpy, sys
sys.argv = sys.argv[1:]
profile = cProfile.Profile()
profile.enable()
runpy.run_path(sys.argv[0], run_name="__main__")
profile.disable()
"""


def seconds(command: Sequence[str], environment: Mapping[str, str], repeat: int) -> float:
    """The median of the processor time of whole processes, start and end included."""
    taken = []
    for _ in range(repeat):
        before = os.times()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        taken.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return statistics.median(taken)


Row = dict[str, float | str]


def measure(python: str, name: str, repeat: int) -> Row:
    """One program under one interpreter: plain, traced, and under the standard library's profiler."""
    text, number = PROGRAMS[name]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.py"
        file.write_text(text)
        profiler = Path(folder) / "profiler.py"
        profiler.write_text(PROFILER)
        parts = Path(folder) / "parts"
        parts.mkdir()
        command = [python, str(file), str(number)]
        plain = seconds(command, os.environ, repeat)
        traced_time = seconds(command, os.environ | traced(parts, folders=[Path(folder)]), repeat)
        profiled = seconds([python, str(profiler), str(file), str(number)], os.environ, repeat)
        trace = collect(parts)
    calls = sum(call.count for call in trace.calls) / repeat
    return {
        "hook": trace.processes[0].hook,
        "plain": round(plain, 3),
        "traced": round(traced_time, 3),
        "cProfile": round(profiled, 3),
        "calls": calls,
        "microseconds": round(1e6 * (traced_time - plain) / calls, 3),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tracing", description="What tracing costs.")
    parser.add_argument("--python", action="append", default=[], help="an interpreter, 3.11 or later; repeatable")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("--keep", action="store_true", help="store the figures in benchmarks/results/tracing.json")
    options = parser.parse_args(arguments)
    found: dict[str, dict[str, Row]] = {}
    for python in options.python or [sys.executable]:
        version = subprocess.run([python, "-V"], capture_output=True, text=True, check=True).stdout.split()[1]
        print(f"Python {version}")
        for name in PROGRAMS:
            row = found.setdefault(version, {})[name] = measure(python, name, options.repeat)
            plain = float(row["plain"])
            print(
                f"  {name:10} plain {plain:6.2f} s, traced {float(row['traced']) / plain:5.2f} times,"
                f" cProfile {float(row['cProfile']) / plain:5.2f} times;"
                f" {row['calls']:,.0f} calls, {row['microseconds']} µs each ({row['hook']})"
            )
        if options.keep:
            results.keep("tracing", version, dict(found[version]))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
