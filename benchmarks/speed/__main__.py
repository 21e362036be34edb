"""The command ``python -m benchmarks.speed``; README.md beside this file shows its uses."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import platformdirs

from benchmarks import results
from benchmarks.accuracy.graphs import Export
from benchmarks.speed import measure, subjects, tools
from benchmarks.speed.measure import Run
from benchmarks.speed.subjects import Subject

COLD, UNCHANGED, EDITED, CALLERS = "cold", "unchanged", "one file edited", "callers"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description="Times indexing and questions.")
    parser.add_argument(
        "--source",
        metavar="NAME=FOLDER",
        action="append",
        default=[],
        help="measure this folder instead of the packages",
    )
    parser.add_argument("--peers", metavar="VENV", type=Path, help="an environment with other tools")
    parser.add_argument("--make-peers", action="store_true", help="install the other tools in a cache folder")
    parser.add_argument("--tools", metavar="NAMES", help="only these of the other tools, separated by commas")
    parser.add_argument("--repeat", metavar="N", type=int, default=3, help="runs of each of our own jobs (default 3)")
    parser.add_argument("--limit", metavar="SECONDS", type=float, default=900, help="time limit of one run")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write every run as JSON")
    parser.add_argument("--keep", action="store_true", help="store the figures in benchmarks/results/speed.json")
    options = parser.parse_args(arguments)
    if options.repeat < 1:
        parser.error("--repeat is at least 1")
    for source in options.source:
        name, separator, folder = source.partition("=")
        if not (name and separator and Path(folder).is_dir()):
            parser.error(f"--source {source}: wants NAME=FOLDER with an existing folder")
    return options


class Bench:
    """Runs every job on one subject, ours and the others' in turn, with caches and homes of their own."""

    def __init__(self, subject: Subject, scratch: Path, limit: float) -> None:
        self.subject = subject
        self.scratch = scratch
        self.limit = limit
        self.runs: dict[str, list[Run]] = {}

    def take(self, job: str, command: list[str], home: Path) -> Run:
        place = self.scratch / "work"
        place.mkdir(exist_ok=True)
        environment = {**os.environ, "NAVIGATOR_HOME": str(home)}
        run = measure.run(command, self.scratch / "log", environment=environment, cwd=place, limit=self.limit)
        self.runs.setdefault(job, []).append(run)
        said = f"failed: {run.failure}" if run.failure else f"{run.wall:.2f} s"
        print(f"{self.subject.label}: {job}: {said}", file=sys.stderr)
        return run

    def own(self, repeat: int) -> None:
        """Cold, unchanged, edited, and a question, each ``repeat`` times, every cold run in an empty home."""
        index = tools.navigator("index", str(self.subject.folder))
        for number in range(repeat):
            home = self.scratch / f"home-{number}"
            self.take(COLD, index, home)
            self.take(UNCHANGED, index, home)
            self.subject.edit(number)
            self.take(EDITED, index, home)
            self.take(CALLERS, tools.navigator("callers", self.busiest(home)), home)

    def busiest(self, home: Path) -> str:
        """The id of the symbol with the most call sites: the longest answer that ``callers`` has."""
        output = self.scratch / "export.json"
        command = tools.navigator("export", "--format", "json", "-o", str(output))
        environment = {**os.environ, "NAVIGATOR_HOME": str(home)}
        run = measure.run(command, self.scratch / "log", environment=environment, cwd=self.scratch, limit=self.limit)
        if run.failure:
            raise RuntimeError(f"navigator export: {run.failure}")
        export = msgspec.json.decode(output.read_bytes(), type=Export)
        inside = {symbol.id for symbol in export.symbols if symbol.kind != "external"}
        count = Counter(call.callee for call in export.calls if call.callee in inside)
        return max(count, key=lambda symbol: (count[symbol], symbol))

    def other(self, name: str, program: Path) -> None:
        scratch = self.scratch / name
        scratch.mkdir()
        self.take(name, tools.COMMANDS[name](program, tools.Job(self.subject.folder, scratch)), self.scratch)


def figures(bench: Bench) -> dict[str, object]:
    """Medians, with the ratio to our cold run; a job that failed has only its failure."""
    rows: dict[str, object] = {}
    cold = statistics.median(run.wall for run in bench.runs[COLD])
    for job, runs in bench.runs.items():
        failure = next((run.failure for run in runs if run.failure), "")
        wall = statistics.median(run.wall for run in runs)
        memories = [run.memory for run in runs if run.memory]
        memory = statistics.median(memories) if memories else None
        row = {"runs": len(runs), "wall": wall, "memory": memory, "times_cold": wall / cold}
        rows[job] = {"failure": failure} if failure else row
    return {"files": len(bench.subject.files), "bytes": bench.subject.size, "jobs": rows}


def show(label: str, row: dict[str, object]) -> None:
    print(f"\n{label}: {row['files']} files, {int(str(row['bytes'])) / 1e6:.1f} MB of Python")
    print(f"  {'':17}{'seconds':>9}{'times cold':>12}{'peak MB':>9}")
    jobs = row["jobs"]
    assert isinstance(jobs, dict)
    for job, figure in jobs.items():
        if figure.get("failure"):
            print(f"  {job:17}  {figure['failure']}")
            continue
        memory = f"{figure['memory'] / 1e6:.0f}" if figure["memory"] else "?"
        print(f"  {job:17}{figure['wall']:9.2f}{figure['times_cold']:12.2f}{memory:>9}")


def folders(options: argparse.Namespace, cache: Path) -> dict[str, Path]:
    if options.source:
        return {name: Path(folder) for name, _, folder in (source.partition("=") for source in options.source)}
    return {label: subjects.fetched(*what, cache=cache) for label, what in subjects.DEFAULTS.items()}


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    tools.navigator()
    cache = platformdirs.user_cache_path("navigator-benchmarks")
    peers = tools.make_peers(cache / "peers") if options.make_peers else options.peers
    others = tools.installed(peers)
    if options.tools:
        others = {name: program for name, program in others.items() if name in options.tools.split(",")}
    collected: dict[str, object] = {}
    for label, folder in folders(options, cache / "sources").items():
        with tempfile.TemporaryDirectory() as temporary:
            scratch = Path(temporary)
            bench = Bench(subjects.copied(label, folder, scratch), scratch, options.limit)
            bench.subject.warm()
            for name, program in others.items():
                bench.other(name, program)
            bench.own(options.repeat)
            row = figures(bench)
        show(label, row)
        collected[label] = row
        if options.keep:
            results.keep("speed", label, row)
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(collected)) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
