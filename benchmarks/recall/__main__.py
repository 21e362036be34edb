"""The command ``python -m benchmarks.recall``; README.md beside this file shows its uses."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import platformdirs

from benchmarks import results
from benchmarks.accuracy.graphs import Export
from benchmarks.product import exported
from benchmarks.recall.matching import Outcome, Tally, compare
from benchmarks.recall.programs import Environment, programs
from benchmarks.recorded import Recording, RecordingError


def parse(arguments: list[str] | None) -> argparse.Namespace:
    known = programs()
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.recall", description="Compares the static graph with what running programs call."
    )
    parser.add_argument("packages", metavar="PACKAGE", nargs="*", help=f"which; by default all: {', '.join(known)}")
    parser.add_argument("--again", action="store_true", help="run the programs even where a recording is in the cache")
    parser.add_argument("--limit", metavar="SECONDS", type=float, default=900, help="time limit of one program")
    parser.add_argument("--misses", action="store_true", help="list every call that the graph lacks")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write everything as JSON")
    parser.add_argument("--keep", action="store_true", help="store the figures in benchmarks/results/recall.json")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.packages) - set(known))
    if unknown:
        parser.error(f"no program for {', '.join(unknown)}; there is: {', '.join(known)}")
    return options


def recording(environment: Environment, options: argparse.Namespace) -> Recording:
    """The recorded run, kept in the cache beside its environment."""
    environment.prepare()
    kept = environment.folder / "recording.json"
    if kept.exists() and not options.again:
        return msgspec.json.decode(kept.read_bytes(), type=Recording)
    print(f"running {' '.join(environment.program.command)}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        run = environment.run(Path(scratch), options.limit)
    kept.write_bytes(msgspec.json.encode(run))
    return run


def outcomes(run: Recording, package: Path, exclude: Sequence[str], callers: Sequence[Path]) -> dict[str, Outcome]:
    """The package's graph made of its own files alone, and made together with the code that called it in the run."""
    alone = graphs(package, exclude=exclude)
    files = {symbol.file for symbol in alone[0].symbols}
    edges = [edge for edge in run.edges if edge.caller.file in files and edge.callee.file in files]
    together = graphs(package, others=callers)
    return {"alone": compare(edges, *alone), "with its callers": compare(edges, *together)}


def graphs(package: Path, *, others: Sequence[Path] = (), exclude: Sequence[str] = ()) -> tuple[Export, Export]:
    """What the graph claims, and the same with guesses."""
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        claimed, guessed = (
            exported(package, home, others=others, exclude=exclude, guesses=guesses) for guesses in (False, True)
        )
    return msgspec.json.decode(claimed, type=Export), msgspec.json.decode(guessed, type=Export)


def share(tally: Tally, found: int) -> str:
    return f"{100 * found / tally.edges:.1f} %" if tally.edges else "-"


def show(name: str, way: str, result: Outcome, misses: bool) -> None:
    direct, through = result.direct, result.through
    print(
        f"{name}, {way}: {direct.found}/{direct.edges} {share(direct, direct.found)},"
        f" with guesses {share(direct, direct.guessed)};"
        f" through the standard library {through.found}/{through.edges}; {result.resumed} resumed"
    )
    for cause, count in Counter(miss.cause for miss in result.misses).most_common():
        print(f"  {count:5} {cause}")
    for miss in sorted(result.misses, key=lambda miss: (miss.cause, miss.file, miss.line)) if misses else ():
        print(f"    {miss.file}:{miss.line}: {miss.caller} -> {miss.callee} ({miss.cause})")


def figures(result: Outcome) -> dict[str, object]:
    """What is stored: the tallies, and the misses by cause only."""
    kept = msgspec.to_builtins(result)
    del kept["misses"]
    return {**kept, "causes": dict(Counter(miss.cause for miss in result.misses).most_common())}


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    cache = platformdirs.user_cache_path("navigator-benchmarks") / "recall"
    collected: dict[str, object] = {}
    status = 0
    for name, program in programs().items():
        if options.packages and name not in options.packages:
            continue
        environment = Environment(name, program, cache)
        try:
            run = recording(environment, options)
        except RecordingError as error:
            print(f"benchmarks.recall: {name}: {error}", file=sys.stderr)
            status = 3
            continue
        results_by_way = outcomes(run, environment.package, program.exclude, environment.callers)
        for way, result in results_by_way.items():
            show(name, way, result, options.misses)
        collected[name] = msgspec.to_builtins(results_by_way)
        if options.keep:
            results.keep("recall", name, {way: figures(result) for way, result in results_by_way.items()})
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(collected)) + b"\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
